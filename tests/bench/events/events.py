#!/usr/bin/env python3
"""Event logs against evtxexport and cat, in one run, interleaved: every record whole, ids and times alone, and the whole check.

    events.py [--mb 50] [--rounds 5] [--log FILE]      with BUILD_DIR set to a tree of preset bench

The log is made unless one is given: a security log of a domain controller has more text in each record than the one that is made.

Ratios are medians of those within a round. Prints; decides nothing."""
import argparse, os, pathlib, resource, statistics, subprocess, tempfile, time

BUILD = pathlib.Path(os.environ.get("BUILD_DIR", "build/bench"))
arg = argparse.ArgumentParser()
arg.add_argument("--mb", type=int, default=50)
arg.add_argument("--rounds", type=int, default=5)
arg.add_argument("--log")
opt = arg.parse_args()
SCAN, MAKE = BUILD / "tests/bench/events/scan_events", BUILD / "tests/bench/events/make_events"

with tempfile.TemporaryDirectory() as folder:
    log = opt.log or os.path.join(folder, "big.evtx")
    if not opt.log:
        subprocess.run([MAKE, log, str(opt.mb)], check=True)
    commands = {
        "cat": ["cat", log], "whole": [SCAN, "whole", log], "ids": [SCAN, "ids", log],
        "check": [BUILD / "engine/probe/casebook-probe", "windows.events", f"file={log}"], "evtxexport": ["evtxexport", log],
    }
    took = {name: [] for name in commands}
    for _ in range(opt.rounds):
        for name, command in commands.items():
            start = time.perf_counter()
            subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            took[name].append(time.perf_counter() - start)
    print(f"{os.path.getsize(log) / 1e6:.0f} MB, {subprocess.run(commands['ids'], capture_output=True, text=True).stdout.split(',')[0]}, load {os.getloadavg()[0]:.1f}")
    for name in commands:
        print(f"{name:11} {statistics.median(took[name]):.3f} s")

    def ratio(a, b):
        return statistics.median(x / y for x, y in zip(took[a], took[b]))
    print(f"evtxexport / whole {ratio('evtxexport', 'whole'):.0f} (goal 100 or more)   ids / cat {ratio('ids', 'cat'):.1f} (goal 4 or less)   "
          f"evtxexport / check {ratio('evtxexport', 'check'):.0f}")
    # Started by time(1), which is small: what this interpreter takes would count otherwise.
    said = subprocess.run(["/usr/bin/time", "-f", "%M", *commands["whole"]], capture_output=True, text=True).stderr
    print(f"peak memory of whole: {int(said) / 1024:.1f} MiB (goal 8 or less)")
