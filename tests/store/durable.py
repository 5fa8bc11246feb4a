#!/usr/bin/env python3
"""What the program leaves behind is on the disk, by the kernel's own account: for every way to write a file, strace shows that its
bytes were synced after the last write, that it got its name only then, and that its folder was synced after that."""
import os
import pathlib
import re
import sqlite3
import subprocess
import sys
import tempfile

CASEBOOK, HERE = os.environ["CASEBOOK"], pathlib.Path(__file__).resolve().parent
CALLS = "openat,open,creat,write,pwrite64,writev,fsync,fdatasync,rename,renameat,renameat2,unlink,unlinkat,ftruncate"
# Nothing but SQLite's own files may be there unsynced: it makes and removes them as it likes.
SQLITE = ("-wal", "-shm", "-journal")
SOURCE = pathlib.Path(os.environ["SOURCE_DIR"])
failures = []


class Disk:
    """What would survive a loss of power, after each line of a trace."""

    def __init__(self, folder):
        self.folder, self.dirty, self.fresh, self.seen = folder, set(), set(), set()

    def ours(self, path):
        return path.startswith(self.folder) and not path.endswith(SQLITE)

    def line(self, text):
        call = re.match(r"(?:\d+ +)?(\w+)\((.*)\) += (-?\d+)", text)
        if not call or call[3].startswith("-"):
            return
        name, args, result = call.groups()
        fd = re.match(r"\d+<([^>]*)>", args)
        paths = [os.path.join(self.folder, p) for p in re.findall(r'"([^"]*)"', args)]
        if name in ("openat", "open", "creat") and ("O_CREAT" in args or name == "creat") and self.ours(paths[0]):
            self.fresh.add(paths[0])
            self.seen.add(paths[0])
        elif name in ("write", "pwrite64", "writev", "ftruncate") and fd and self.ours(fd[1]):
            self.dirty.add(fd[1])
        elif name == "fdatasync" and fd:
            # SQLite's own way.  It promises nothing of a file that it fills for others (VACUUM INTO), nor of their folders.
            if fd[1].endswith(".db"):
                self.dirty.discard(fd[1])
        elif name == "fsync" and fd:
            self.dirty.discard(fd[1])
            self.fresh = {p for p in self.fresh if os.path.dirname(p) != fd[1].rstrip("/")}
        elif name.startswith("rename") and len(paths) == 2 and self.ours(paths[1]):
            if paths[0] in self.dirty:
                failures.append(f"{paths[0]} is renamed to {paths[1]} before its bytes are on the disk")
            self.dirty.discard(paths[0])
            self.fresh.discard(paths[0])
            self.fresh.add(paths[1])
            self.seen.add(paths[1])
        elif name.startswith("unlink"):
            self.dirty.discard(paths[0])
            self.fresh.discard(paths[0])

    def end(self, what, made):
        if not any(p.endswith(made) for p in self.seen):
            failures.append(f"{what}: no {made} was made")
        failures.extend(f"{what}: {p} was written and not synced" for p in sorted(self.dirty))
        failures.extend(f"{what}: the name {p} is not on the disk: its folder was not synced" for p in sorted(self.fresh))


def traced(folder, what, made, *args, codes=(0,)):
    trace = folder + ".trace"
    # The leak checker cannot work under ptrace.
    env = dict(os.environ, ASAN_OPTIONS=os.environ.get("ASAN_OPTIONS", "") + ":detect_leaks=0")
    r = subprocess.run(["strace", "-f", "-y", "-s", "4096", "-o", trace, "-e", "trace=" + CALLS, CASEBOOK, *args], env=env,
                       capture_output=True, timeout=120, check=False, cwd=folder)
    if r.returncode not in codes:
        failures.append(f"{what}: exit {r.returncode}: {r.stderr.decode()[:300]}")
        return
    disk, half = Disk(folder), {}
    for text in pathlib.Path(trace).read_text(errors="replace").splitlines():
        # Calls of two processes at a time are cut in two.
        pid = text.split(" ", 1)[0]
        if text.endswith("<unfinished ...>"):
            half[pid] = text[:-len("<unfinished ...>")].rstrip()
            continue
        resumed = re.match(r"\d+ +<\.\.\. \w+ resumed>(.*)", text)
        disk.line(half.pop(pid, "") + resumed[1] if resumed else text)
    disk.end(what, made)


def old_store(path):
    db = sqlite3.connect(path)
    db.executescript((HERE / "schema_1.sql").read_text())
    db.close()


def main():
    folder = os.path.realpath(tempfile.mkdtemp())
    db = ["--db", folder + "/cases.db"]
    try:
        probe = subprocess.run(["strace", "-o", "/dev/null", "true"], capture_output=True, check=False)
    except FileNotFoundError:
        probe = None
    if probe is None or probe.returncode:
        print("NOT TRIED: strace does not work here")
        return 77
    traced(folder, "a new case", "cases.db", "run", "--auto", "--no-network", *db, codes=(4,))
    for kind in re.findall(r"^ROW\((\w+)", (SOURCE / "engine/report/fmt/formats.def").read_text(), re.M):
        traced(folder, "report " + kind, "r." + kind, "report", "1", "-f", kind, *db, "-o", f"{folder}/r.{kind}")
    traced(folder, "a report over another", "r.md", "report", "1", "-f", "md", *db, "-o", f"{folder}/r.md")
    traced(folder, "a report at full", "full.md", "report", "1", "--redact", "full", *db, "-o", f"{folder}/full.md")
    traced(folder, "a report, by a relative name", "rel.md", "report", "1", *db, "-o", "rel.md")
    traced(folder, "bundle and key", "a.zip", "bundle", "1", *db, "-o", folder + "/a.zip", "--key", folder + "/key.json")
    traced(folder, "the key", "key.json", "bundle", "1", *db, "-o", folder + "/b.zip", "--key", folder + "/key.json")
    traced(folder, "case export", "case.jsonl", "case", "export", "1", *db, "-o", folder + "/case.jsonl")
    traced(folder, "case import", "other.db", "case", "import", folder + "/case.jsonl", "--db", folder + "/other.db")
    old_store(folder + "/old.db")
    traced(folder, "a copy before a migration", "old.db.schema-1.bak", "case", "note", "1", "more", "--db", folder + "/old.db")
    for line in failures:
        print("FAIL", line.replace(folder, "…"), file=sys.stderr)
    subprocess.run(["rm", "-rf", folder, folder + ".trace"], check=True)
    return 1 if failures else 0


sys.exit(main())
