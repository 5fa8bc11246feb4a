#!/usr/bin/env python3
"""The store cannot be written while a person works: another program holds it, or the disk is full.  One line says so, keys go on
working, nothing that was answered is lost, and once it is mended all of it is saved."""
import json
import os
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "lib"))
from keyed import Keyed  # noqa: E402

LONGEST = 60  # seconds that a busy machine may take
failures = []


def check(what, good, seen=""):
    if not good:
        failures.append(f"{what}\n{seen}")


def begin(db):
    """A case whose first question waits for a person."""
    return Keyed(["run", os.path.join(HERE, "walk.yaml"), "--no-network", "--db", db, "--set", "platform=ios", "--set", "server_url=http://127.0.0.1:1/"])


def hold(db):
    other = sqlite3.connect(db, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    return lambda: (other.execute("ROLLBACK"), other.close())


def fill(pid):
    before = resource.prlimit(pid, resource.RLIMIT_FSIZE, (1, resource.RLIM_INFINITY))
    return lambda: resource.prlimit(pid, resource.RLIMIT_FSIZE, before)


def unsaved(what, stop, says):
    with tempfile.TemporaryDirectory() as folder:
        db = os.path.join(folder, "the cases.db")
        k = begin(db)
        k.key("Esc")
        check(f"{what}: saved at first", "saved" in k.now["rows"][0] and "NOT" not in k.now["rows"][0], k.text())
        mend = stop(db, k)
        asked = k.now["step"]
        k.key("Down")
        k.key("Enter")
        k.key("Enter")
        check(f"{what}: it is said", "NOT SAVED" in k.text(), k.text())
        check(f"{what}: by what", says in " ".join(k.text().split()), k.text())
        went = k.now["step"]
        began = time.monotonic()
        k.key("text:?")
        check(f"{what}: keys work", "Help" in k.now["panel"], k.text())
        k.key("Esc")
        check(f"{what}: and soon", time.monotonic() - began < LONGEST, k.text())
        check(f"{what}: the answer counts", went != asked, k.text())
        mend()
        until = time.monotonic() + LONGEST
        while k.now and "NOT SAVED" in k.text() and time.monotonic() < until:
            k.key("Esc")
        check(f"{what}: saved once it is mended", k.now and "NOT SAVED" not in k.text(), k.text())
        code, said = k.end()
        check(f"{what}: exit {code}", code == 0, said)
        check(f"{what}: the command that goes on", f"casebook resume 1 --db '{db}'" in said, said)
        shown = subprocess.run([os.environ["CASEBOOK"], "case", "show", "1", "--json", "--db", db], capture_output=True, check=True).stdout
        answers = [r["step"] for r in json.loads(shown)["records"] if r["kind"] == "answer"]
        check(f"{what}: the answer is stored", asked in answers, str(answers))


unsaved("held", lambda db, k: hold(db), "another program holds it")
unsaved("full", lambda db, k: fill(k.p.pid), "the disk failed")
for line in failures:
    print("FAIL", line, file=sys.stderr)
sys.exit(1 if failures else 0)
