#!/usr/bin/env python3
"""casebook-zip at its limits and when it fails, and casebook with a helper that lies: each says why, none hangs."""
import io
import os
import pathlib
import stat
import subprocess
import sys
import tempfile
import zipfile

CASEBOOK, ZIP = os.environ["CASEBOOK"], os.environ["BUILD_DIR"] + "/engine/bundle/casebook-zip"
MAX_PARTS = 10100  # BUNDLE_MAX_PARTS
failures = []


def check(what, good, seen=""):
    if not good:
        failures.append(f"{what}: {str(seen)[:300]}")


def zip_tool(*args, data=b"", out=subprocess.PIPE):
    return subprocess.run([ZIP, *args], input=data, stdout=out, stderr=subprocess.PIPE, timeout=120, check=False)


def zip_of(n):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as z:
        for i in range(n):
            z.writestr(zipfile.ZipInfo(f"p{i}", (2026, 1, 1, 0, 0, 0)), b"")
    return out.getvalue()


def tool():
    r = zip_tool()
    check("started by hand", r.returncode == 2 and b"casebook bundle --help" in r.stderr, r)
    r = zip_tool("unpack", data=b"no zip at all")
    check("no zip", r.returncode == 1 and r.stdout.startswith(b"FAIL ") and r.stdout.count(b"\n") == 1, r)
    r = zip_tool("pack", "1795000000", data=b"PART 100 a.txt\nonly this")
    check("parts that end early", r.returncode == 1 and b"casebook-zip: the parts ended early\n" in r.stderr, r)
    r = zip_tool("pack", "1795000000", data=b"PART 3 a.txt\nabc")
    check("no end of the parts", r.returncode == 1 and b"casebook-zip: the parts ended early\n" in r.stderr, r)
    r = zip_tool("pack", "1795000000", data=b"PART 3 a.txt\nabcEND\n")
    check("a whole one", r.returncode == 0 and r.stderr == b""
          and zipfile.ZipFile(io.BytesIO(r.stdout)).read("a.txt") == b"abc", r)
    with open("/dev/full", "wb") as full:
        r = zip_tool("pack", "1795000000", data=b"PART 3 a.txt\nabcEND\n", out=full)
    check("a full disk", r.returncode == 1 and r.stderr.startswith(b"casebook-zip: ") and b"ended early" not in r.stderr, r)
    r = zip_tool("unpack", data=zip_of(MAX_PARTS))
    check("as many parts as it may have", r.returncode == 0 and r.stdout.endswith(b"END\n")
          and r.stdout.count(b"PART 0 p") == MAX_PARTS, r.stdout[-200:])
    r = zip_tool("unpack", data=zip_of(MAX_PARTS + 1))
    check("one more", r.returncode == 1 and b"FAIL it has more parts than a bundle may hold\n" in r.stdout, r.stdout[-200:])


def helper(folder, name, text):
    path = folder / name
    path.write_text("#!/bin/sh\n" + text, encoding="ascii")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return {**os.environ, "CASEBOOK_ZIP": str(path)}


def casebook(*args, env=None):
    return subprocess.run([CASEBOOK, *args], capture_output=True, timeout=120, env=env, check=False)


def lying(folder):
    """What casebook says of helpers that do not do what they should."""
    db = ["--db", str(folder / "cases.db")]
    casebook("run", "--auto", "--no-network", *db)
    target = folder / "a.zip"
    target.write_bytes(b"")
    # Parts without end: reading stops at the limit instead of filling memory.
    endless = helper(folder, "endless", "cat >/dev/null\nexec yes 'PART 0 a'\n")
    r = casebook("verify", str(target), env=endless)
    check("parts without end", r.returncode in (3, 4) and b"ended before the zip did" in r.stdout + r.stderr, r)
    counted = helper(folder, "counted", f"cat >/dev/null\nyes 'PART 0 a' | head -n {2 * MAX_PARTS}\nprintf 'END\\n'\n")
    r = casebook("verify", str(target), env=counted)
    check("twice as many parts", r.returncode in (3, 4) and b"ended before the zip did" in r.stdout + r.stderr, r)
    for name, text in (("silent", "exit 0\n"), ("broken", "echo 'PART x y'\n"), ("dies", "kill -9 $$\n")):
        r = casebook("verify", str(target), env=helper(folder, name, text))
        check("verify: " + name, r.returncode in (3, 4) and r.stdout + r.stderr, r)
    for name, text in (("fails", "cat >/dev/null\nexit 1\n"), ("unread", "exit 1\n"), ("killed", "kill -9 $$\n")):
        r = casebook("bundle", "1", *db, "-o", str(folder / "none.zip"), env=helper(folder, name, text))
        check("bundle: " + name, r.returncode == 1 and b"the zip was not made" in r.stderr
              and not (folder / "none.zip").exists(), r)


tool()
with tempfile.TemporaryDirectory() as d:
    lying(pathlib.Path(d))
for line in failures:
    print("FAIL", line, file=sys.stderr)
sys.exit(1 if failures else 0)
