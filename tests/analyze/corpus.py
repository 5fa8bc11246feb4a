#!/usr/bin/env python3
"""Real files of the field, where they are: every file of $CASEBOOK_CORPUS is read or refused with a reason that names it; none crashes,
hangs or grows past 256 MB; event logs give at least the records that evtxexport gives, and the same ids where it reads them all.
Without a corpus the event logs that the tests make themselves are held against evtxexport."""
import collections, json, os, re, resource, subprocess, sys, tempfile

CASEBOOK, PROBE = os.environ["CASEBOOK"], os.environ["CASEBOOK_PROBE"]
CORPUS = os.environ.get("CASEBOOK_CORPUS")
SANITIZED = "asan" in os.environ.get("BUILD_DIR", "")
failed = 0


def check(good, words):
    global failed
    if not good:
        failed += 1
        print("not ok", words)


def wire(probe, path):
    """The facts of one probe, run in a process of its own with a ceiling on memory and time."""
    def limit():
        if not SANITIZED:
            resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
        resource.setrlimit(resource.RLIMIT_CPU, (60, 60))
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    done = subprocess.run([PROBE, probe, f"file={path}"], capture_output=True, text=True, timeout=90, preexec_fn=limit)
    facts, end, why = {}, None, None
    for line in done.stdout.splitlines():
        m = json.loads(line)
        if "fact" in m:
            facts[m["fact"]["key"]] = m["fact"]["value"]
        end, why = m.get("end", end), m.get("why", why)
    check(done.returncode == 0 and end is not None, f"{probe} {path}: exit {done.returncode} {done.stderr[:200]}")
    grown = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    check(SANITIZED or grown < 256 * 1024 or grown == before, f"{probe} {path}: grew to {grown} KB")
    return (end or {}).get("outcome"), facts, why


def against_evtxexport(path):
    outcome, facts, _ = wire("windows.events", path)
    theirs = subprocess.run(["evtxexport", path], capture_output=True, timeout=120).stdout.decode("latin-1")
    ids = collections.Counter(int(i) & 0xFFFF for i in re.findall(r"Event identifier\s*: 0x[0-9a-f]+ \((\d+)\)", theirs))
    n = sum(ids.values())
    check(outcome == "measured", f"{path}: {outcome}")
    check(facts.get("records", 0) >= n, f"{path}: {facts.get('records')} records, evtxexport has {n}")
    if facts.get("records") == n:
        ours = {int(k): v for k, v in facts["by_id"].items()}
        check(ours == dict(ids), f"{path}: other ids than evtxexport")
    print(f"{os.path.basename(path)}: {facts.get('records')} records, evtxexport {n}{', damaged: ' + facts['damage'] if facts.get('damaged') else ''}")
    return n


def corpus():
    for folder, _, names in os.walk(CORPUS):
        for name in sorted(names):
            path = os.path.join(folder, name)
            outcome, facts, why = wire("file.recognise", path)
            kind = facts.get("kind")
            if kind is None:
                continue
            outcome, facts, why = wire(kind, path)
            check(outcome in ("measured", "unreadable"), f"{path}: {kind} {outcome}")
            check(outcome == "measured" or (why and name in why), f"{path}: refused without a reason that names it")
            if name.endswith(".evtx"):
                check(kind == "windows.events", f"{path}: taken for {kind}")
                against_evtxexport(path)


def made():
    """What the tests write themselves, read by both."""
    with tempfile.TemporaryDirectory() as folder:
        made = subprocess.run([os.path.join(os.environ["BUILD_DIR"], "tests/probe/windows/evtx_make"), folder], capture_output=True, text=True)
        check(made.returncode == 0, made.stderr)
        for name in sorted(os.listdir(folder)):
            check(against_evtxexport(os.path.join(folder, name)) > 0, f"evtxexport reads nothing of {name}: the comparison is void")


made()
if CORPUS:
    corpus()
else:
    print("CASEBOOK_CORPUS is not set: only files made here were read")
print(f"{failed} failed")
sys.exit(1 if failed else 0)
