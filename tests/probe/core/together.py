#!/usr/bin/env python3
"""Checks that run together: a dead target holds up no other, and the trusted certificates are read once for all of them."""
import json
import os
import shutil
import subprocess
import sys
import tempfile

E = os.environ
BENCH = [E["BUILD_DIR"] + "/tests/bench/probes/bench_probes"]
LIVE = ("tls.handshake", "http.get", "scep.url", "scep.caps", "scep.cacert", "clock.skew")
root = E["SRV_PKI"] + "/root.pem"


def checks(url):
    out = []
    for probe in LIVE:
        out += (["--"] if out else []) + [probe, "url=" + url]
    return out


def run(*args, front=()):
    env = dict(E, ASAN_OPTIONS="detect_leaks=0") if front else None  # it cannot look under strace
    r = subprocess.run([*front, *BENCH, *args], stdout=subprocess.PIPE, check=True, text=True, timeout=120, env=env)
    return json.loads(r.stdout.splitlines()[-1])


# The dead target is started first and ends last; everything else is measured long before.
got = run("--ca=" + root, "--timeout-ms=10000", "http.get", f"url=http://127.0.0.1:{E['SRV_SILENT']}/", "--",
          *checks(E["SRV_URL_TLS"]))
jobs = got["jobs"]
assert [j["outcome"] for j in jobs[:-1]] == ["measured"] * len(LIVE), jobs
assert jobs[-1]["probe"] == "http.get" and jobs[-1]["outcome"] == "timeout", jobs

if not shutil.which("strace") or subprocess.run(["strace", "-o", "/dev/null", "true"], check=False).returncode:
    print("no strace here: the count of reads is not looked at")
    sys.exit(0)
for args, names in ((["--ca=" + root], [root]), ([], ["/ca-certificates.crt", "/cert.pem"])):
    with tempfile.NamedTemporaryFile("r") as trace:
        run(*args, "--rounds=2", *checks(E["SRV_URL_TLS"]), front=["strace", "-f", "-e", "trace=open,openat", "-o", trace.name])
        opened = [line for line in trace if "open" in line and "O_PATH" not in line]  # O_PATH: named for Landlock
    assert len(opened) > 10, "the trace is empty"
    for name in names:
        times = sum(name + '"' in line for line in opened)
        print(f"{os.path.basename(name)}: opened {times} times by {2 * len(LIVE)} checks")
        assert times <= 1, [line for line in opened if name in line]
    if args:
        assert any(root in line for line in opened), "the CA file was not read at all"
