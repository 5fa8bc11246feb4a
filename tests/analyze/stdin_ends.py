#!/usr/bin/env python3
"""What is typed or piped into `-` is a file while it is read; whatever ends the program leaves none behind."""
import os, pathlib, signal, subprocess, sys, tempfile, time

CASEBOOK = os.environ["CASEBOOK"]
TMP = pathlib.Path(tempfile.mkdtemp())
ENV = {**os.environ, "TMPDIR": str(TMP)}
COMMANDS = (["analyze", "-"], ["probe", "iis.log", "file=-"])


def check(good, what):
    if not good:
        sys.exit(f"FAILED: {what}")


def begun(command):
    """The command, in the middle of its input: a megabyte of it lies in the file."""
    p = subprocess.Popen([CASEBOOK, *command], env=ENV, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    p.stdin.write(b"2026-11-22 10:00:00 x\n" * 50000)
    p.stdin.flush()
    end = time.monotonic() + 20
    while sum(f.stat().st_size for f in TMP.iterdir()) < 500000 and time.monotonic() < end:
        time.sleep(0.005)
    check(list(TMP.iterdir()), f"{command}: a file is there while it is read")
    return p


for command in COMMANDS:
    for sig in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        p = begun(command)
        p.send_signal(sig)
        p.stdin.close()
        check(p.wait(30) == 130, f"{command}: {sig.name} ends it with {p.returncode}, not 130")
        check(not list(TMP.iterdir()), f"{command}: {sig.name} leaves {list(TMP.iterdir())}")
    p = begun(command)
    p.stdin.close()
    p.wait(60)
    check(p.returncode in (3, 4, 0) and not list(TMP.iterdir()), f"{command}: an end of its own leaves {list(TMP.iterdir())}")
    # Ignored by whoever started it (nohup): the signal is ignored here too.
    p = subprocess.Popen(["sh", "-c", f"trap '' HUP; exec \"$0\" {' '.join(command)}", CASEBOOK], env=ENV, stdin=subprocess.PIPE,
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    p.stdin.write(b"x\n" * 100000)
    p.stdin.flush()
    while not list(TMP.iterdir()) and p.poll() is None:
        time.sleep(0.005)
    p.send_signal(signal.SIGHUP)
    p.stdin.close()
    check(p.wait(60) != 130 and not list(TMP.iterdir()), f"{command}: nohup holds")
full = subprocess.run([CASEBOOK, "analyze", "-"], env={**ENV, "TMPDIR": "/nowhere"}, input=b"x", capture_output=True)
check(full.returncode == 1 and b"cannot be kept in /nowhere" in full.stderr, f"no folder is said: {full.stderr}")
TMP.rmdir()
