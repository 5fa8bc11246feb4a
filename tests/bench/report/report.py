#!/usr/bin/env python3
"""Reports of a case of 10,000 records and 500 pieces of evidence, against `sqlite3 -html` of the same rows.

    report.py CASEBOOK MKCASE [rounds]    runs take turns, so that a busy machine is busy for all

Prints wall and CPU milliseconds (median and best), the CPU against sqlite3 -html (median of the ratios within a round), and peak
memory.  Exit 1 when a full HTML or Markdown report takes more CPU than sqlite3 -html, or one of any level more than 16 MiB: to take
names out, and to look for them in what was written, is work that sqlite3 does not do.  Under load wall time means nothing, and a
report waits for the disk (fsync), which sqlite3 does not.
"""
import os, pathlib, resource, subprocess, sys, tempfile, time

casebook, mkcase = sys.argv[1], sys.argv[2]
rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 21
folder = pathlib.Path(tempfile.mkdtemp())
db = str(folder / "cases.db")
subprocess.run([mkcase, db], check=True)
rows = "select r.pos, r.hash, r.json, b.json from records r left join bodies b on b.id = r.body order by r.pos"
runs = {"sqlite3 -html": ["sqlite3", "-html", db, rows], "sqlite3 -markdown": ["sqlite3", "-markdown", db, rows],
        "case list": [casebook, "case", "list", "--db", db], "case show": [casebook, "case", "show", "1", "--db", db]}
for level in ("full", "standard"):
    for form in ("html", "md", "txt", "json"):
        runs[f"{form} {level}"] = [casebook, "report", "1", "--db", db, "-f", form, "--redact", level, "-o", str(folder / f"r.{form}")]


def once(command):
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    with open(folder / "out", "wb") as out:
        subprocess.run(command, stdout=out, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.perf_counter() - started, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def peak(command):
    """MiB; time(1) is small enough not to count itself."""
    with open(folder / "out", "wb") as out:
        subprocess.run(["/usr/bin/time", "-f", "%M", "-o", str(folder / "peak"), *command], stdout=out, check=True)
    return int((folder / "peak").read_text()) / 1024


figures = {name: [] for name in runs}
for _ in range(rounds):
    for name, command in runs.items():
        figures[name].append(once(command))
middle = rounds // 2
base = [cpu for _, cpu in figures["sqlite3 -html"]]
bad = 0
print(f"{'':20} {'wall':>7} {'best':>7} {'CPU':>7} {'best':>7}  x sqlite3 -html    MiB")
for name, got in figures.items():
    wall, cpu = sorted(w for w, _ in got), sorted(c for _, c in got)
    mib, ratio = peak(runs[name]), sorted(c / b for (_, c), b in zip(got, base))[middle]
    print(f"{name:20} {wall[middle] * 1e3:7.1f} {wall[0] * 1e3:7.1f} {cpu[middle] * 1e3:7.1f} {cpu[0] * 1e3:7.1f}  {ratio:15.2f} {mib:6.1f}")
    if name.split()[0] in ("html", "md"):
        bad |= ("full" in name and ratio > 1) or mib > 16
for path in sorted(folder.glob("r.*")):
    print(f"{path.name:20} {path.stat().st_size / 1e6:9.2f} MB")
subprocess.run(["rm", "-rf", str(folder)], check=True)
sys.exit(bad)
