"""Consoles that share a desk: each with a home of its own, as on machines of their own."""
import hashlib, json, os, pathlib, random, signal, subprocess, sys, tempfile, threading, time

CASEBOOK = os.environ["CASEBOOK"]
FLOW = pathlib.Path(os.environ["SOURCE_DIR"]) / "tests" / "cli" / "files" / "small.yaml"
tried = 0


def check(good, what, seen=""):
    global tried
    tried += 1
    if not good:
        sys.exit(f"FAILED: {what}\n{seen}")


class Console:
    def __init__(self, top, name, where):
        self.home, self.name, self.where = pathlib.Path(top) / name, name, str(where)
        self.home.mkdir()
        self.env = {**os.environ, "HOME": str(self.home), "XDG_CONFIG_HOME": str(self.home / "c"),
                    "XDG_DATA_HOME": str(self.home / "d"), "LC_ALL": "C.UTF-8"}
        for gone in ("CASEBOOK_DB", "PGPASSWORD"):
            self.env.pop(gone, None)
        self("config", "person", name)
        self("desk", "use", self.where)

    def popen(self, *args):
        return subprocess.Popen([CASEBOOK, *args], env=self.env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, encoding="utf-8")

    def __call__(self, *args, code=0, says=None):
        done = subprocess.run([CASEBOOK, *map(str, args)], env=self.env, stdin=subprocess.DEVNULL,
                              capture_output=True, encoding="utf-8", timeout=120)
        both = done.stdout + done.stderr
        check(done.returncode == code, f"{self.name}: {args}: exit {done.returncode}, not {code}", both)
        check(says is None or says in both, f"{self.name}: {args} does not say {says!r}", both)
        return done.stdout

    def json(self, *args, code=0):
        return json.loads(self(*args, "--json", code=code))

    def begin(self):
        """A new case; its number and id."""
        run = subprocess.run([CASEBOOK, "run", str(FLOW), "--auto", "--no-network"], env=self.env, cwd=self.home,
                             stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8", timeout=60)
        check(run.returncode == 4, f"a case is begun, exit {run.returncode}", run.stderr)
        newest = max(self.json("case", "list")["cases"], key=lambda c: c["number"])
        return newest["number"], newest["id"]

    def log(self, ref):
        return self.json("case", "show", str(ref))["records"]

    def head(self, ref):
        for line in self("case", "verify", str(ref)).splitlines():
            if line.startswith("Head: "):
                return line.split()[1]
        check(False, f"{self.name}: a head of {ref}")


def row_hash(prev, case, body):
    return hashlib.sha256((prev + case if prev else "").encode() + body.encode()).hexdigest()


def note(pos, text):
    return json.dumps({"pos": pos, "kind": "note", "at": "2026-11-30T10:00:00.000Z", "text": text},
                      separators=(",", ":"))


def finish():
    check(tried > 20, "the test looked at something")
    print(f"{tried} things looked at")
