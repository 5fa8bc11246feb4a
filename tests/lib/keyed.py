"""casebook with a display that is driven from here (keys_display.c): a key is sent when the screen stands still, and each
answer says what it shows."""
import json
import os
import pty
import subprocess


class Keyed:
    def __init__(self, args, size="80x24", program=None):
        told, tells = os.pipe()
        keys, self.keys = os.pipe()
        ours, theirs = pty.openpty()
        # 3 and 4 in the child; high numbers here, so that neither is in the way of the other.
        high = [os.dup(fd) if fd < 10 else fd for fd in (tells, keys)]
        moved = [self._above(fd) for fd in high]
        self.p = subprocess.Popen([program or os.environ["CASEBOOK_KEYS"], *args], stdin=theirs, stdout=theirs, stderr=subprocess.PIPE,
                                  env=dict(os.environ, TERM="xterm", CASEBOOK_SIZE=size), pass_fds=(3, 4),
                                  preexec_fn=lambda: (os.dup2(moved[0], 3), os.dup2(moved[1], 4)))
        for fd in {tells, keys, theirs, *high, *moved}:
            os.close(fd)
        self.ours, self.told = ours, os.fdopen(told, encoding="utf-8")
        self.now = self.next()

    @staticmethod
    def _above(fd):
        import fcntl
        return fcntl.fcntl(fd, fcntl.F_DUPFD, 20)

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
        os.close(self.ours)
        self.told.close()
        return self.p.returncode, said.decode(errors="replace")
