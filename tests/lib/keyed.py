"""casebook with a display that is driven from here (keys_display.c): a key is sent when the screen stands still, and each
answer says what it shows."""
import json
import os
import pty
import re
import subprocess
import threading


class Keyed:
    def __init__(self, args, size="80x24", program=None, env=None, typed=b""):
        told, tells = os.pipe()
        keys, self.keys = os.pipe()
        ours, theirs = pty.openpty()
        # By number in the environment: a fixed one may be in use by the thread beside this one.
        self.p = subprocess.Popen([program or os.environ["CASEBOOK_KEYS"], *args], stdin=theirs, stdout=theirs, stderr=subprocess.PIPE,
                                  env=dict(env or os.environ, TERM="xterm", CASEBOOK_SIZE=size, KEYS_DISPLAY=f"{tells} {keys}"), pass_fds=(tells, keys))
        for fd in (tells, keys, theirs):
            os.close(fd)
        self.ours, self.told = ours, os.fdopen(told, encoding="utf-8")
        self.printed = b""  # to the terminal, beside the screen
        self.more = threading.Condition()
        self.listens = threading.Thread(target=self.listen, daemon=True)
        self.listens.start()
        os.write(ours, typed)
        self.now = self.next()

    def listen(self):
        try:
            while more := os.read(self.ours, 65536):
                with self.more:
                    self.printed += more
                    self.more.notify_all()
        except OSError:
            pass  # the program has ended

    def wait_printed(self, pattern, seconds=60):
        """The match of a pattern in what was printed to the terminal; None when it does not come."""
        with self.more:
            self.more.wait_for(lambda: re.search(pattern, self.printed), seconds)
            return re.search(pattern, self.printed)

    def next(self):
        """What the screen shows now that it stands still; None at the program's end."""
        line = self.told.readline()
        return json.loads(line) if line else None

    def key(self, name):
        os.write(self.keys, (name + "\n").encode())
        self.now = self.next()
        return self.now

    def text(self):
        return "\n".join(self.now["rows"]) if self.now else ""

    def end(self):
        """Leaves; the exit code and what was said on standard error."""
        os.close(self.keys)
        while self.now is not None:
            self.now = self.next()
        said = self.p.communicate(timeout=60)[1]
        self.listens.join()
        os.close(self.ours)
        self.told.close()
        return self.p.returncode, said.decode(errors="replace")
