#!/usr/bin/env python3
"""How the program leaves a terminal that stays: after its own end, a hang-up, SIGTERM, memory that ends; and pastes through a real
terminal.  What is looked at is every byte that the terminal got and the modes that it has afterwards."""
import fcntl
import json
import os
import pathlib
import pty
import re
import resource
import select
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import time

CASEBOOK, SOURCE = os.environ["CASEBOOK"], os.environ["SOURCE_DIR"]
WALK = os.path.join(SOURCE, "tests", "term", "walk.yaml")
LONGEST = 60  # seconds that a busy machine may take for what should come at once
PASTES_ON, PASTES_OFF, LEAVES = b"\x1b[?2004h", b"\x1b[?2004l", b"\x1b[?1049l"
HIDES, SHOWS = b"\x1b[?25l", b"\x1b[?25h"
INTERRUPTED = 130
failures = []


def check(what, good, seen=b""):
    if not good:
        failures.append(f"{what}: ...{seen[-400:]!r}")


class Terminal:
    """casebook on a pseudo-terminal of 100x30 that outlives it."""

    def __init__(self, home, *args):
        self.ours, self.theirs = pty.openpty()
        fcntl.ioctl(self.theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 100, 0, 0))
        self.before = termios.tcgetattr(self.theirs)
        env = dict(os.environ, TERM="xterm-256color", LC_ALL="C.UTF-8", HOME=home, XDG_DATA_HOME=home + "/data")
        env.pop("NO_COLOR", None)
        self.got = self.all = b""  # since the last keys; since the beginning
        self.p = subprocess.Popen([CASEBOOK, *args], stdin=self.theirs, stdout=self.theirs, stderr=self.theirs, env=env,
                                  preexec_fn=lambda: (os.setsid(), fcntl.ioctl(0, termios.TIOCSCTTY, 0)))

    def read(self, wait=0.05):
        while select.select([self.ours], [], [], wait)[0]:
            more = os.read(self.ours, 65536)
            self.got += more
            self.all += more
            wait = 0

    def see(self, *texts):
        """Waits until each of them came since the last call; blanks between words may be jumps of the cursor."""
        end = time.monotonic() + LONGEST
        for text in texts:
            pattern = re.compile(rb"(?:\s|\x1b\[[\d;]*[A-Za-z])+".join(re.escape(w) for w in text.encode().split()))
            while not pattern.search(self.got):
                if time.monotonic() > end or self.p.poll() is not None:
                    check(f"'{text}' did not come", False, self.got)
                    return
                self.read()

    def keys(self, data):
        self.got = b""
        os.write(self.ours, data)

    def press(self, key, text):
        """A key after a paste: dropped unless there was silence before it, so it is pressed again when nothing came of it."""
        end = time.monotonic() + LONGEST
        while text not in self.got and self.p.poll() is None and time.monotonic() < end:
            os.write(self.ours, key)
            again = time.monotonic() + 10
            while text not in self.got and time.monotonic() < again:
                self.read()

    def ends(self):
        end = time.monotonic() + LONGEST
        while self.p.poll() is None:
            if time.monotonic() > end:
                self.p.kill()
                check("it did not end", False, self.got)
            self.read()
        self.read(0.2)
        return self.p.returncode

    def given_back(self, what):
        on, off = self.all.rfind(PASTES_ON), self.all.rfind(PASTES_OFF)
        check(what + ": pastes are marked no more", off > on, self.got)
        check(what + ": the screen that was there before", LEAVES in self.got, self.got)
        check(what + ": the cursor is seen", self.all.rfind(HIDES) <= self.all.rfind(SHOWS), self.all)
        check(what + ": the modes are those of before", termios.tcgetattr(self.theirs)[:4] == self.before[:4])
        os.close(self.ours)
        os.close(self.theirs)


def begin(home, *more, asks="Which server, which device?"):
    t = Terminal(home, "run", WALK, "--no-network", "--set", "platform=ios", *more)
    t.see(asks)
    check("pastes are asked for", PASTES_ON in t.got, t.got)
    return t


def quits(home):
    t = begin(home)
    t.keys(b"\x1bq")
    while t.p.poll() is None and "y" not in t.got.decode(errors="replace"):
        t.read()
    if t.p.poll() is None:
        os.write(t.ours, b"q")
    t.ends()
    t.given_back("quit")


def told_to_end(home, sig):
    t = begin(home)
    t.keys(b"")
    t.p.send_signal(sig)
    rc = t.ends()
    check(f"{sig.name}: exit {rc}", rc == INTERRUPTED)
    t.given_back(sig.name)


def no_memory(home):
    """Of a program that runs the address space is frozen, then it is made to need more."""
    t = begin(home, "--set", "server_url=http://127.0.0.1:1/", asks="What does the server answer?")
    t.see("#1")
    size = int(pathlib.Path(f"/proc/{t.p.pid}/statm").read_text().split()[0]) * resource.getpagesize()
    resource.prlimit(t.p.pid, resource.RLIMIT_AS, (size, size))
    resource.prlimit(t.p.pid, resource.RLIMIT_DATA, (4096, 4096))
    t.got = b""
    end = time.monotonic() + LONGEST
    # Panels that were never open, with more and more notes in them, need memory that it has not taken yet.
    openers = [b"?", b"t", b"m", b"c", b"f", b"n"]
    while t.p.poll() is None and time.monotonic() < end:
        for key in openers:
            if t.p.poll() is None:
                os.write(t.ours, key)
                t.read(0.2)
                if key == b"n":
                    os.write(t.ours, b"\x1b[200~" + b"word " * 400 + b"\x1b[201~\r")
                    t.read(0.2)
                os.write(t.ours, b"\x1b")  # closes what is open, and leaves nothing
                t.read(0.1)
    rc = t.ends()
    check(f"out of memory: exit {rc}", rc == 1, t.got)
    check("out of memory is said", b"casebook: out of memory" in t.got, t.got)
    said = t.got.rfind(b"casebook: out of memory")
    check("it is said behind the screen", said > t.got.rfind(LEAVES) >= 0, t.got)
    t.given_back("out of memory")


def no_memory_for_a_size(home):
    """The window grows and grows, and memory ends half-way through such a change."""
    t = begin(home, "--set", "server_url=http://127.0.0.1:1/", asks="What does the server answer?")
    t.see("#1")
    size = int(pathlib.Path(f"/proc/{t.p.pid}/statm").read_text().split()[0]) * resource.getpagesize()
    resource.prlimit(t.p.pid, resource.RLIMIT_AS, (size, size))
    resource.prlimit(t.p.pid, resource.RLIMIT_DATA, (4096, 4096))
    end = time.monotonic() + LONGEST
    rows = 30
    while t.p.poll() is None and time.monotonic() < end:
        rows = rows + 7 if rows < 400 else 30
        fcntl.ioctl(t.theirs, termios.TIOCSWINSZ, struct.pack("HHHH", rows, 3 * rows, 0, 0))
        t.p.send_signal(signal.SIGWINCH)
        t.read()
    rc = t.ends()
    check(f"no memory for a larger window: exit {rc}", rc == 1, t.all)
    check("it is said with the way back to the case", b"casebook resume 1" in t.all and b"out of memory" in t.all, t.all)
    t.given_back("no memory for a larger window")


def crashed(home, sig):
    t = begin(home, "--set", "server_url=http://127.0.0.1:1/", asks="What does the server answer?")
    t.see("#1")
    t.p.send_signal(sig)
    rc = t.ends()
    check(f"{sig.name}: it ends by it: {rc}", rc == -sig, t.all)
    check(f"{sig.name}: the way back to the case", b"casebook stopped. Case 1 is saved. Go on: casebook resume 1" in t.all, t.all)
    t.given_back(sig.name)


def pastes(home):
    """A paste is text: line ends in it send nothing, letters in it command nothing."""
    t = begin(home, "--set", "server_url=http://127.0.0.1:1/", asks="What does the server answer?")
    # tmux passes an end mark inside the pasted text: what comes at once behind a mark is still the paste.
    t.keys(b"\x1b[200~qn?<s\x1b[201~n\rq\x1b[200~q\x1b[201~q\r")
    t.press(b"?", b"Help")
    t.see("Help")  # the first key that opened anything
    check("pasted letters are no commands", t.p.poll() is None and b"Note" not in t.got, t.got)
    t.keys(b"q")
    t.see("What does the server answer?")
    t.keys(b"n")
    t.see("Note")
    t.keys(b"\x1b[200~first line q\nsecond line\x1b[201~")
    t.see("second line")
    check("a pasted line end sends nothing", t.p.poll() is None, t.got)
    t.got = b""
    t.press(b"\r", b"server")
    t.see("What does the server answer?")
    t.p.send_signal(signal.SIGTERM)
    t.ends()
    t.given_back("pastes")
    env = dict(os.environ, HOME=home, XDG_DATA_HOME=home + "/data")
    log = subprocess.run([CASEBOOK, "case", "export", "1"], capture_output=True, env=env, check=False).stdout.decode()
    records = [line["record"] for line in map(json.loads, log.splitlines()) if "record" in line]
    notes = [r["text"] for r in records if r["kind"] == "note"]
    check("the note is the paste", len(notes) == 1 and re.fullmatch(r"first line q\s+second line", notes[0]), log.encode())


for run in (quits, lambda home: told_to_end(home, signal.SIGHUP), lambda home: told_to_end(home, signal.SIGTERM), pastes,
            no_memory, no_memory_for_a_size, *(lambda home, s=s: crashed(home, s) for s in (signal.SIGSEGV, signal.SIGUSR1, signal.SIGALRM))):
    with tempfile.TemporaryDirectory() as folder:
        run(folder)
for line in failures:
    print("FAIL", line, file=sys.stderr)
sys.exit(1 if failures else 0)
