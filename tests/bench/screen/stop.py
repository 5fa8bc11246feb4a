#!/usr/bin/env python3
"""How long Esc takes to stop the reading of a large log, on a terminal: from the key to the first byte of the screen that says that it
is stopping, and to that with what was seen until then, which is on the disk by then.  The log is a header, some requests and gigabytes of nothing, so that it takes seconds to read.

Prints milliseconds, median and worst; decides nothing."""
import os, pathlib, pty, re, select, shutil, signal, statistics, subprocess, sys, tempfile, time

CASEBOOK, SOURCE = os.environ["CASEBOOK"], pathlib.Path(os.environ["SOURCE_DIR"])
ROUNDS = int(sys.argv[1]) if len(sys.argv) > 1 else 11
HEAD = ("#Software: Microsoft Internet Information Services 10.0\r\n#Fields: date time cs-method cs-uri-stem cs-uri-query c-ip "
        "cs(User-Agent) sc-status sc-substatus sc-win32-status\r\n")
LINE = "2026-11-22 10:52:{:02} GET /certsrv/mscep/mscep.dll operation=GetCACaps&message=ca 10.5.1.{} Dalvik/2.1.0 200 0 0\r\n"


def until(fd, text, seen=b"", most=60):
    """Reads until the text has come; the time of the read that brought it, and all that was read."""
    end = time.monotonic() + most
    while text not in seen:
        if not select.select([fd], [], [], max(0, end - time.monotonic()))[0]:
            sys.exit(f"{text!r} did not come within {most} s; the screen: {seen[-2000:]!r}")
        seen += os.read(fd, 65536)
    return time.monotonic(), seen


def once(log):
    pid, fd = pty.fork()
    if pid == 0:
        os.environ.update(TERM="xterm-256color", LC_ALL="C.UTF-8", LINES="30", COLUMNS="100")
        os.execv(CASEBOOK, [CASEBOOK, "run", str(SOURCE / "tests/term/log.yaml"), "--set", f"log={log}"])
    _, seen = until(fd, b"Esc")
    _, seen = until(fd, b" GB", seen)  # the bar moves
    time.sleep(0.3)
    while select.select([fd], [], [], 0)[0]:
        os.read(fd, 65536)
    pressed = time.monotonic()
    os.write(fd, b"\x1b")
    heard, seen = until(fd, b"stopping")
    said, _ = until(fd, b"stopped", seen)
    os.kill(pid, signal.SIGHUP)
    os.waitpid(pid, 0)
    os.close(fd)
    return (heard - pressed) * 1e3, (said - pressed) * 1e3


def main():
    home = tempfile.mkdtemp(prefix="casebook-bench-")
    os.environ["XDG_DATA_HOME"] = home
    log = pathlib.Path(home) / "u_ex261122.log"
    try:
        with open(log, "w", newline="") as out:
            out.write(HEAD + "".join(LINE.format(i % 60, i % 200) for i in range(200000)))
        os.truncate(log, 40 << 30)
        os.sync()  # what is still to be written would hold up the record
        took = [once(log) for _ in range(ROUNDS)]
        for what, ms in zip(("stopping", "stopped"), zip(*took)):
            print(f"Esc to '{what}': median {statistics.median(ms):.1f}, worst {max(ms):.1f} ms of {ROUNDS} (goal 50)")
        shown = subprocess.run([CASEBOOK, "case", "show", "1"], capture_output=True, text=True).stdout
        print("kept: " + "; ".join(line.strip() for line in shown.splitlines() if "stopped" in line or "iis.log" in line)[:300])
    finally:
        shutil.rmtree(home, ignore_errors=True)


main()
