#!/usr/bin/env python3
"""Reports of a case of 10,000 records and 500 pieces of evidence, against `sqlite3 -html` of the same rows.

    report.py CASEBOOK MKCASE [rounds]    runs take turns, so that a busy machine is busy for all; prints median, best, memory
"""
import os, pathlib, subprocess, sys, tempfile, time

casebook, mkcase = sys.argv[1], sys.argv[2]
rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 15
folder = tempfile.mkdtemp()
db = f"{folder}/cases.db"
subprocess.run([mkcase, db], check=True)
table = subprocess.run(["sqlite3", db, "select name from sqlite_master where type='table' and sql like '%body%' or name='record' limit 1"],
                       capture_output=True, text=True).stdout.split()
rows = f"select * from {table[0] if table else 'record'}"

runs = {"sqlite3 -html": ["sqlite3", "-html", db, rows], "sqlite3 -markdown": ["sqlite3", "-markdown", db, rows],
        "case show --json": [casebook, "case", "show", "1", "--json", "--db", db]}
for level in ("full", "standard"):
    for form in ("html", "md", "txt", "json"):
        runs[f"{form} {level}"] = [casebook, "report", "1", "--db", db, "-f", form, "--redact", level, "-o", f"{folder}/r.{form}"]


def once(command):
    """Seconds and peak KiB of one run.  The reader's share of a peak that vfork shows is kept out by posix_spawn."""
    started = time.perf_counter()
    out = os.open("/dev/null" if "-o" in command else f"{folder}/out", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    pid = os.posix_spawnp(command[0], command, os.environ, file_actions=[(os.POSIX_SPAWN_DUP2, out, 1)])
    _, status, usage = os.wait4(pid, 0)
    os.close(out)
    if status:
        sys.exit(f"{' '.join(command)}: {status}")
    return time.perf_counter() - started, usage.ru_utime + usage.ru_stime, usage.ru_maxrss


figures = {name: [] for name in runs}
for _ in range(rounds):
    for name, command in runs.items():
        figures[name].append(once(command))
base = sorted(f[0] for f in figures["sqlite3 -html"])[rounds // 2]
base_cpu = sorted(f[1] for f in figures["sqlite3 -html"])[rounds // 2]
print(f"{'':20} median ms   best ms   CPU ms   x sqlite3 -html (CPU)   MiB")
for name, got in figures.items():
    wall, cpu = sorted(f[0] for f in got), sorted(f[1] for f in got)
    print(f"{name:20} {wall[rounds // 2] * 1e3:9.1f} {wall[0] * 1e3:9.1f} {cpu[rounds // 2] * 1e3:8.1f}   {wall[rounds // 2] / base:8.2f} ({cpu[rounds // 2] / base_cpu:.2f})"
          f"   {max(f[2] for f in got) / 1024:14.1f}")
for path in sorted(pathlib.Path(folder).glob("r.*")):
    print(f"{path.name:20} {path.stat().st_size / 1e6:9.2f} MB")
subprocess.run(["rm", "-rf", folder], check=True)
