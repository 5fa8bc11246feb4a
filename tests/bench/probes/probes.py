#!/usr/bin/env python3
"""How long the checks of a step take together, against the same looks by hand one after the other.

Every answer of every server takes 100 ms (--delay), connecting costs nothing.  A network of its own holds the servers, so
root or user namespaces are needed.  Prints wall times and ratios; nothing here decides whether a test passes.

    probes.py [--delay MS] [--rounds N]        with BUILD_DIR set to a built tree (preset bench)
"""
import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
LIB = HERE.parent.parent / "lib"
HOST = "ndes.contoso.test"
ROUND_TRIPS = 4  # of crl.fetch: name, TLS, GetCACert, CRLs
PATH = "/certsrv/mscep/mscep.dll"


def arguments():
    p = argparse.ArgumentParser()
    p.add_argument("--delay", type=int, default=100)
    p.add_argument("--rounds", type=int, default=5)
    return p.parse_args()


def outside():
    """A network and an /etc/resolv.conf of our own, then the servers, then this script again."""
    resolv = tempfile.NamedTemporaryFile("w", suffix=".conf")
    resolv.write("nameserver 127.0.0.1\n")
    resolv.flush()
    inner = (f"ip link set lo up && mount --bind {resolv.name} /etc/resolv.conf && "
             f"exec {LIB}/servers.py --only tls -- {HERE}/probes.py \"$@\"")
    isolate = ["unshare", "-n", "-m"] if os.geteuid() == 0 else ["unshare", "-r", "-n", "-m"]
    r = subprocess.run(isolate + ["sh", "-c", inner, "sh", *sys.argv[1:]], check=False,
                       env=dict(os.environ, BENCH_INSIDE="1", SRV_DELAY=str(arguments().delay / 1000)))
    sys.exit(r.returncode)


def by_hand(url, port, root):
    """The same looks with the tools an engineer has: one command per line of a check's `by hand`."""
    pub = os.environ["SRV_PUB"] + "/pub"
    at, name = f"{HOST}:{port}", ["-servername", HOST]
    curl = ["curl", "-s", "-o", "/dev/null", "--max-time", "20", "--cacert", root, "-w", "%{http_code}"]
    s_client = ["openssl", "s_client", "-connect", at, *name, "-CAfile", root]
    return [
        *[["dig", "+tries=1", HOST, kind] for kind in ("A", "AAAA", "CNAME")],
        ["bash", "-c", f"exec 3<>/dev/tcp/{HOST}/{port}"],
        s_client + ["-showcerts"],
        *[s_client + [v, "-cipher", "DEFAULT:@SECLEVEL=0"] for v in ("-tls1", "-tls1_1", "-tls1_2")],
        s_client + ["-tls1_3"],
        curl + [url],
        curl + ["-v", url],
        curl + [url + "?operation=GetCACaps&message=ca"],
        curl + [url + "?operation=GetCACert&message=ca"],
        curl + ["-I", url],
        *[curl + [pub + "/" + f] for f in sorted(os.listdir(os.environ["SRV_PKI"] + "/pub")) if f.endswith(".crl")],
    ]


def run(command):
    subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)


def timed(fn):
    began = time.monotonic()
    fn()
    return (time.monotonic() - began) * 1000


def in_sequence(commands):
    for c in commands:
        run(c)


def at_once(commands):
    for p in [subprocess.Popen(c, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
              for c in commands]:
        p.wait()


def bench(root, checks, rounds, *more):
    command = [os.environ["BUILD_DIR"] + "/tests/bench/probes/bench_probes", "--ca=" + root, f"--rounds={rounds}", *more]
    for i, (probe, arg) in enumerate(checks):
        command += (["--"] if i else []) + [probe, arg]
    out = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True).stdout
    return [json.loads(line) for line in out.splitlines()]


def median(rounds):
    return statistics.median(r["ms"] for r in rounds)


def inside(args):
    sys.path[:0] = [str(LIB), str(HERE)]
    import delay  # noqa: E402
    import dns_server  # noqa: E402
    where, port = dns_server.start().split(":")
    late = args.delay / 1000
    delay.udp((where, int(port)), late, ("127.0.0.1", 53))
    tls = delay.tcp(int(os.environ["SRV_TLS"]), late)
    silent = os.environ["SRV_SILENT"]
    root, url = os.environ["SRV_PKI"] + "/root.pem", f"https://{HOST}:{tls}{PATH}"
    checks = [(p, "url=" + url) for p in ("dns.resolve", "tcp.connect", "tls.handshake", "http.get", "scep.url", "scep.caps",
                                          "scep.cacert", "clock.skew", "crl.fetch")]
    commands = by_hand(url, tls, root)

    together = bench(root, checks, args.rounds + 1)
    cold, warm = together[0], together[1:]
    ready = bench(root, checks, 1, "--warm")[0]
    alone = {p: median(bench(root, [(p, a)], args.rounds + 1)[1:]) for p, a in checks}
    dead = bench(root, checks + [("http.get", f"url=http://127.0.0.1:{silent}/")], 2)[1]
    sequence = statistics.median(timed(lambda: in_sequence(commands)) for _ in range(max(1, args.rounds // 2)))
    parallel = statistics.median(timed(lambda: at_once(commands)) for _ in range(args.rounds))

    # What else the machine does changes by the second: the longest chain alone and all together take turns.
    longest = next(c for c in checks if alone[c[0]] == max(alone.values()))
    pairs = [(bench(root, [longest], 2)[1]["ms"], bench(root, checks, 2)[1]["ms"]) for _ in range(args.rounds)]
    chain, whole = (statistics.median(side) for side in zip(*pairs))
    paired = sorted(b / a for a, b in pairs)
    trips = ROUND_TRIPS * args.delay
    for p, ms in alone.items():
        print(f"{p:15} alone {ms:6.0f} ms   together {next(j['ms'] for j in warm[0]['jobs'] if j['probe'] == p):6.0f} ms")
    print(f"{len(checks)} checks together     {median(warm):6.0f} ms   (first, with the start of the helper: {cold['ms']} ms; "
          f"first, helper started before: {ready['ms']} ms)")
    print(f"longest chain alone     {chain:6.0f} ms   together / chain = {statistics.median(paired):.2f}   (in {args.rounds} pairs "
          f"{paired[0]:.2f} to {paired[-1]:.2f}; {longest[0]})")
    print(f"its round trips         {trips:6.0f} ms   together / round trips = {whole / trips:.2f}   (servers' own work included)")
    print(f"{len(commands)} commands in sequence {sequence:6.0f} ms   sequence / together = {sequence / median(warm):.1f}")
    print(f"the same commands at once {parallel:4.0f} ms   at once / together = {parallel / median(warm):.2f}")
    others = max(j["ms"] for j in dead["jobs"] if j["outcome"] == "measured")
    print(f"with a dead target beside them the others end within {others} ms; the dead one after {dead['ms']} ms")
    hang = [("dns.resolve", "host=silent.test"), ("http.get", f"url=http://silent.test:{silent}/"),
            ("tls.handshake", f"url=https://127.0.0.1:{silent}/")] * 3
    stop = bench(root, hang, args.rounds, "--cancel-after=300")
    print(f"{len(hang)} checks that hang in DNS and TLS are stopped within {max(r['ms'] for r in stop)} ms (median {median(stop):.0f} ms)")
    bad = [j for r in warm for j in r["jobs"] if j["outcome"] != "measured"]
    if bad:
        sys.exit(f"not measured: {bad}")


if __name__ == "__main__":
    if os.environ.get("BENCH_INSIDE"):
        inside(arguments())
    else:
        arguments()
        outside()
