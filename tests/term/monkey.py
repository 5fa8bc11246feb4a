#!/usr/bin/env python3
"""Random keys, pastes, escape sequences and sizes over a real pseudo-terminal, from a seed: the program neither ends by itself nor
hangs, its record stays whole, and the terminal is given back.

    monkey.py [SEED [SECONDS]]     1500 strokes; with SECONDS as many rounds as fit, each with the next seed
"""
import fcntl
import json
import os
import pty
import random
import select
import struct
import subprocess
import sys
import tempfile
import termios
import time

CASEBOOK, SOURCE = os.environ["CASEBOOK"], os.environ["SOURCE_DIR"]
WALK = os.path.join(SOURCE, "tests", "term", "walk.yaml")
STROKES = 1500
LONGEST = 120  # seconds that a busy machine may take
KEYS = ["\r", " ", "\t", "\x1b", "\x7f", "\x1b[A", "\x1b[B", "\x1b[C", "\x1b[D", "\x1b[H", "\x1b[F", "\x1b[5~", "\x1b[6~", "\x1bOP", "\x1b[Z",
        "\x01", "\x05", "\x0b", "\x0e", "\x15", "\x17", "\x0c"]
ODD = ["\x1b[1;5C", "\x1b[200~", "\x1b[201~", "\x1b[?1;2c", "\x1b[<0;10;10M", "\x1b]11;rgb:0/0/0\x07", "\x1bP0+r\x1b\\", "\x1b[99;99;99~", "\x1b[",
       "\x1bO", "\x80", "\xff", "\xc3", "\u202e", "\u4e2d\u6587", "e\u0301", "\U0001f600", "\x00"]


class Monkey:
    def __init__(self, seed, home):
        self.dice = random.Random(seed)
        self.home = home
        self.ours, self.theirs = pty.openpty()
        os.set_blocking(self.ours, False)
        self.size(80, 24)
        self.before = termios.tcgetattr(self.theirs)
        env = dict(os.environ, TERM=self.dice.choice(["xterm-256color", "vt100", "linux", "tmux", "screen"]), LC_ALL="C.UTF-8", HOME=home,
                   XDG_DATA_HOME=home + "/data")
        args = ["run", WALK, "--set", "server_url=http://127.0.0.1:9/x", "--timeout", "2"] + self.dice.choice([[], ["--ascii"], ["--no-network"]])
        self.p = subprocess.Popen([CASEBOOK, *args], stdin=self.theirs, stdout=self.theirs, stderr=subprocess.PIPE, env=env, cwd=home,
                                  preexec_fn=lambda: (os.setsid(), fcntl.ioctl(0, termios.TIOCSCTTY, 0)))

    def size(self, cols, rows):
        fcntl.ioctl(self.theirs, termios.TIOCSWINSZ, struct.pack("HHHH", rows, cols, 0, 0))

    def drain(self):
        try:
            while os.read(self.ours, 65536):
                pass
        except (BlockingIOError, OSError):
            pass

    def write(self, data):
        end = time.monotonic() + LONGEST
        while data and self.p.poll() is None:
            self.drain()
            try:
                data = data[os.write(self.ours, data):]
            except BlockingIOError:
                select.select([self.ours], [self.ours], [], 1)
            if time.monotonic() > end:
                raise SystemExit(self.told("takes no keys any more"))

    def silence(self):
        """What comes at once behind a paste is part of it: a person takes longer."""
        until = time.monotonic() + 0.08
        while time.monotonic() < until:
            select.select([self.ours], [], [], 0.08)
            self.drain()

    def stroke(self):
        d = self.dice.random()
        if d < 0.03:
            self.size(self.dice.randint(1, 220), self.dice.randint(1, 70))
            return b""
        if d < 0.05:
            text = "".join(self.dice.choice(ODD + list("abc /\n")) for _ in range(self.dice.randint(1, 200)))
            return b"\x1b[200~" + text.encode("latin-1", "replace") + b"\x1b[201~"
        if d < 0.1:
            return self.dice.choice(ODD).encode("utf-8")
        if d < 0.55:
            return self.dice.choice(KEYS).encode()
        return self.dice.choice("123456789<>?:/abcdefhijklmnoprtuvwxyzMG").encode()  # not q, s and Ctrl-C, which leave

    def told(self, what):
        return f"seed {self.seed}: {what}"

    def run(self, seed):
        self.seed = seed
        for i in range(STROKES):
            keys = self.stroke()
            self.write(keys)
            if keys.startswith(b"\x1b[200~"):
                self.silence()
            if self.p.poll() is not None:
                return self.told(f"ended with {self.p.returncode} after {i} strokes: " + self.p.stderr.read().decode(errors="replace")[-3000:])
        self.silence()
        self.size(80, 24)
        return self.leave()

    def leave(self):
        end = time.monotonic() + LONGEST
        while self.p.poll() is None:
            if time.monotonic() > end:
                self.p.kill()
                return self.told("does not end")
            self.write(b"\x03")
            select.select([self.ours], [], [], 0.2)
            self.drain()
        said = self.p.stderr.read().decode(errors="replace")
        if self.p.returncode not in (0, 130, -2) or "Sanitizer" in said or "runtime error" in said:
            return self.told(f"exit {self.p.returncode}: {said[-3000:]}")
        if termios.tcgetattr(self.theirs)[3] != self.before[3]:
            return self.told("the terminal keeps other modes")
        return self.record()

    def record(self):
        env = dict(os.environ, HOME=self.home, XDG_DATA_HOME=self.home + "/data")
        listed = subprocess.run([CASEBOOK, "case", "verify", "--json"], capture_output=True, text=True, env=env)
        if listed.returncode != 0:
            return self.told(f"the record does not verify: {listed.stdout}{listed.stderr}")
        self.records = subprocess.run([CASEBOOK, "case", "list", "--json"], capture_output=True, text=True, env=env, check=True).stdout
        json.loads(self.records)
        return None


def one_round(seed):
    with tempfile.TemporaryDirectory() as home:
        m = Monkey(seed, home)
        try:
            return m.run(seed)
        finally:
            if m.p.poll() is None:
                m.p.kill()
            m.p.wait()
            os.close(m.ours)
            os.close(m.theirs)


def main():
    seed = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    until = time.monotonic() + float(sys.argv[2]) if len(sys.argv) > 2 else 0
    rounds = 0
    while True:
        wrong = one_round(seed + rounds)
        rounds += 1
        if wrong:
            print("FAILED: " + wrong)
            return 1
        if time.monotonic() >= until:
            print(f"{rounds} rounds of {STROKES} strokes")
            return 0


if __name__ == "__main__":
    sys.exit(main())
