#!/usr/bin/env python3
"""Reading logs against the tools that people use, in one run, interleaved: cat, ripgrep, grep and mawk.

    files.py [--mb 1000] [--rounds 7] [--keep FOLDER]      with BUILD_DIR set to a tree of preset bench

iis.log and the device logs are judged whole (hash=no: the SHA-256 comes after the facts and costs what SHA-256 costs; its time is
printed too); the others only count, but for mawk. Ratios are medians of those within a round. A round waits until the
machine is idle; a run during which others used the processor is marked with '!' in the count. Prints; decides nothing."""
import argparse, json, os, pathlib, shutil, statistics, subprocess, sys, tempfile, time

BUILD = pathlib.Path(os.environ.get("BUILD_DIR", "build/bench"))
PROBE, MAKE = BUILD / "engine/probe/casebook-probe", BUILD / "tests/bench/files/make_log"
HZ = os.sysconf("SC_CLK_TCK")
AWK = r"""/^#Fields/ { for (i = 2; i <= NF; i++) c[$i] = i - 1 }
tolower($0) ~ /mscep\.dll/ && !/^#/ { n[$c["sc-status"] "." $c["sc-substatus"] "." $c["sc-win32-status"]]++; a[$c["c-ip"]]++ }
END { for (i in n) print i, n[i] }"""
PATTERNS = """There are 
Trying to enroll certificate request
Sending GetCACaps(
Sending GetCACert(
when sending GetCACaps
Encoding message: org.jscep
Signing pkiMessage using key belonging to
pkiStatus=
operation=GetCACert
operation=GetCACaps
operation=PKIOperation
Attempting to retrieve issued certificate
Sending CSR via 
MCSCEPErrorDomain
Could not retrieve issued certificate
Cannot retrieve SCEP identity
UnknownHostException
SocketTimeoutException
SSLHandshakeException
Trust anchor for certification path not found
Error connecting to server
RA not issued by CA
Transaction ID Mismatch
Rolling back installation of profile
"""


def busy():
    v = [int(x) for x in open("/proc/stat").readline().split()[1:9]]
    return (sum(v) - v[3] - v[4]) / HZ


def settle(most=20):
    end = time.time() + most
    while time.time() < end:
        before = busy()
        time.sleep(0.2)
        if busy() - before < 0.03:
            return


def once(command, out):
    """Wall seconds, processor seconds, whether others were busy."""
    before, began = busy(), time.monotonic()
    process = subprocess.Popen(command, stdout=out, stderr=subprocess.DEVNULL)
    _, _, used = os.wait4(process.pid, 0)
    wall = time.monotonic() - began
    process.returncode = 0
    cpu = used.ru_utime + used.ru_stime
    return wall, cpu, (busy() - before - cpu) / max(wall, 0.05) > 0.15


def memory(command):
    """MiB; started by time(1), which is small: what this interpreter takes would count otherwise."""
    with open(os.devnull, "wb") as nothing:
        said = subprocess.run(["/usr/bin/time", "-f", "%M", *command], stdout=nothing, stderr=subprocess.PIPE, text=True).stderr
    return int(said.split()[-1]) / 1024


def compare(title, rows, rounds, folder):
    runs = {name: [] for name, _ in rows}
    # grep and rg stop at the first match when they write to /dev/null; cat, which writes all it reads, would measure the disk in a file
    with open(folder / "out", "wb") as kept, open(os.devnull, "wb") as nothing:
        def run(name, command):
            return once(command, nothing if name == "cat" else kept)
        for name, command in rows:
            run(name, command)  # warm
        for _ in range(rounds):
            for name, command in rows:
                settle()
                runs[name].append(run(name, command))
    base = rows[0][0]
    print(f"\n{title}")
    print(f"{'':28} {'wall s':>8} {'least':>8} {'cpu s':>8} {'x ' + base:>8} {'x rg':>8} {'MiB':>6}")
    for name, command in rows:
        mine = runs[name]
        ratio = [statistics.median(a[0] / b[0] for a, b in zip(mine, runs[other])) if other in runs else 0 for other in (base, "rg")]
        print(f"{name:28} {statistics.median(r[0] for r in mine):8.3f} {min(r[0] for r in mine):8.3f} {statistics.median(r[1] for r in mine):8.3f} "
              f"{ratio[0]:8.2f} {ratio[1]:8.2f} {memory(command):6.1f} {'!' * sum(r[2] for r in mine)}", flush=True)


def facts_of(probe, path):
    lines = subprocess.run([PROBE, probe, f"file={path}", "hash=no"], capture_output=True, text=True).stdout.splitlines()
    messages = [json.loads(line) for line in lines]
    return {m["fact"]["key"]: m["fact"]["value"] for m in messages if "fact" in m}


def made(folder, kind, mb, share, seed):
    path, note = folder / f"{kind}-{mb}-{share}.log", folder / f"{kind}-{mb}-{share}.json"
    if not note.exists():
        note.write_text(subprocess.run([MAKE, kind, str(mb), str(share), str(seed), path], capture_output=True, text=True, check=True).stdout)
    subprocess.run(["cat", path], stdout=subprocess.DEVNULL, check=True)  # warm; not read here, or its memory would be counted as the tools'
    return path, json.loads(note.read_text())


def hold(what, got, want):
    if got != want:
        sys.exit(f"{what}: {got}, the generator wrote {want}: no figure is worth anything")


def iis(folder, mb, share, title, rounds, seed):
    path, truth = made(folder, "iis", mb, share, seed)
    facts = facts_of("iis.log", path)
    hold("lines", facts["lines"], truth["lines"])
    hold("requests", facts["scep_requests"], truth["scep"])
    hold("by_status", facts["by_status"], {k: v for k, v in sorted(truth["by_status"].items(), key=lambda r: -r[1]) if v})
    hold("by_operation", facts["by_operation"], truth["by_operation"])
    rows = [("cat", ["cat", path]), ("casebook", [PROBE, "iis.log", f"file={path}", "hash=no"]),
            ("casebook, 1 thread", [PROBE, "iis.log", f"file={path}", "hash=no", "threads=1"]),
            ("rg", ["rg", "-cF", "--no-mmap", "mscep.dll", path]), ("grep, LC_ALL=C", ["env", "LC_ALL=C", "grep", "-cF", "mscep.dll", path]),
            ("casebook with SHA-256", [PROBE, "iis.log", f"file={path}"])]
    if shutil.which("mawk"):
        (folder / "scep.awk").write_text(AWK)
        rows.append(("mawk", ["mawk", "-f", folder / "scep.awk", path]))
    compare(f"IIS log, {title}: {mb} MB, {truth['lines']} lines, {truth['scep']} SCEP requests", rows, rounds, folder)


def device(folder, probe, kind, mb, rounds, seed):
    path, truth = made(folder, kind, mb, 0.005, seed)
    facts = facts_of(probe, path)
    hold("lines", facts["lines"], truth["lines"])
    hold("key lines", sum(row["lines"] for row in facts["key_lines"]), truth["scep"])
    (folder / "patterns").write_text(PATTERNS)
    rows = [("cat", ["cat", path]), ("casebook", [PROBE, probe, f"file={path}", "hash=no"]),
            ("rg", ["rg", "-cF", "--no-mmap", "-f", folder / "patterns", path]),
            ("grep, LC_ALL=C", ["env", "LC_ALL=C", "grep", "-cF", "-f", folder / "patterns", path])]
    compare(f"{probe}: {mb} MB, {truth['lines']} lines, {truth['scep']} of interest", rows, rounds, folder)


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--mb", type=int, default=1000)
    p.add_argument("--rounds", type=int, default=7)
    p.add_argument("--keep", help="folder where the logs are made and left")
    a = p.parse_args()
    with tempfile.TemporaryDirectory() as made_here:
        folder = pathlib.Path(a.keep or made_here)
        folder.mkdir(exist_ok=True)
        iis(folder, a.mb, 0.05, "mixed", a.rounds, 1)
        iis(folder, a.mb, 0.9, "nearly all SCEP", a.rounds, 2)
        device(folder, "android.omadm", "android", max(1, a.mb // 10), a.rounds, 3)
        device(folder, "ios.console", "ios", max(1, a.mb // 10), a.rounds, 4)


main()
