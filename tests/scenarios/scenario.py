"""A scenario's folder: scenario.yaml, files/ (evidence), front/ (raw answers), and the command that plays it.

  kind, story, cause       which kind of mistake it tries, what an admin sees, what is true
  front                    none; a server of tests/lib/servers.py (NDES_RA, S503, ...); raw (front/*.http); raw+NDES_RA (the rest from there)
  inputs, answers, options of `casebook run`; {{...}} in them is expanded; about: {FILE: ndes|server|device}; slots: {input: FILE}
  bytes: {FILE: "utf-16 bom crlf"}, mtimes: {FILE: -3d}
  wanted                   see judge.py: verdict, causes, may (true as well, need not be said), not, notes, confidence, states, get, seen
"""
import datetime as dt
import json
import os
import subprocess

import yaml

import judge
import replay
import template

HERE = os.path.dirname(os.path.abspath(__file__))
KEYS = {"kind", "pair", "story", "cause", "front", "inputs", "answers", "options", "about", "slots", "bytes", "mtimes", "wanted"}


class Scenario:
    def __init__(self, path):
        self.path, self.name = path, os.path.basename(path.rstrip("/"))
        self.evidence, self.fronts = os.path.join(path, "files"), [os.path.join(path, "front")]
        with open(os.path.join(path, "scenario.yaml"), encoding="utf-8") as f:
            self.data = yaml.safe_load(f)
        d = self.data
        if set(d) - KEYS or not {"kind", "story", "cause", "wanted"} <= set(d):
            raise ValueError(f"{self.name}: keys {sorted(set(d) ^ KEYS)}")
        judge.check_wanted(d["wanted"], self.name)
        listed = set(d.get("bytes") or {}) | set(d.get("mtimes") or {}) | set(d.get("about") or {}) | set((d.get("slots") or {}).values())
        for name in listed:
            if not os.path.exists(os.path.join(self.evidence, name)):
                raise ValueError(f"{self.name}: no file {name}")

    def __getattr__(self, key):
        if key in KEYS:
            return self.data.get(key) or {}
        raise AttributeError(key)


class Case(Scenario):
    """A case of the field: NAME/evidence (its .http files are the front), and its row of cases.tsv says what is wanted."""

    def __init__(self, path, row, own):  # pylint: disable=super-init-not-called
        self.path, self.name, self.evidence = path, row["name"], os.path.join(path, "evidence")
        self.fronts = [self.evidence, os.path.join(own, row["name"], "front")]
        words = {k: row[k].split() for k in row}
        self.data = {"kind": "field", "front": row["front"], "inputs": dict(w.split("=", 1) for w in words["inputs"]),
                     "options": words["options"],
                     "wanted": {"verdict": words["verdict"], "causes": words["causes"], "may": words["may"], "get": words["get"], "seen": words["seen"]}}
        judge.check_wanted(self.data["wanted"], self.name)


def read_cases(folder):
    """The cases of the field in a folder, each with its row; a folder without a row is a mistake."""
    own = os.path.join(HERE, "cases")
    with open(os.path.join(HERE, "cases.tsv"), encoding="utf-8") as f:
        lines = [line.rstrip("\n").split("\t") for line in f if line.strip() and not line.startswith("#")]
    keys, rows = lines[0], {r[0]: r for r in lines[1:]}
    names = sorted(n for n in os.listdir(folder) if os.path.isdir(os.path.join(folder, n, "evidence")))
    unknown = sorted(set(names) - set(rows))
    if unknown:
        raise ValueError(f"cases.tsv has no row for {', '.join(unknown)}")
    return [Case(os.path.join(folder, n), {k: ("" if v == "-" else v) for k, v in zip(keys, rows[n])}, own) for n in names]


class Play:
    """One scenario laid out in a folder: files written, front up; command() may be asked with parts left out."""

    def __init__(self, s, folder, now=None, change=None, extra=None):
        self.s, self.folder, self.front = s, folder, None
        self.now = now or dt.datetime.now(dt.timezone.utc).replace(microsecond=0)
        self.base = os.path.join(folder, "evidence")
        self.files = template.write_files(s.evidence, self.base, self.now, s.bytes, s.mtimes, change)
        for n in [n for n in self.files if n.endswith(".http")]:  # the front's, not evidence
            os.remove(self.files.pop(n))
        given = os.path.join(folder, "given")
        for name in (s.slots or {}).values():  # given by a person for one purpose: not in the folder of evidence
            os.makedirs(given, exist_ok=True)
            to = os.path.join(given, os.path.basename(self.files[name]))
            os.rename(self.files[name], to)
            self.files[name] = to
        for name, raw in (extra or {}).items():
            path = os.path.join(self.base, name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "wb") as f:
                f.write(raw)
            self.files[name] = path
        self.url = self.start()

    def start(self):
        name = self.s.front or "none"
        if name == "none":
            return None
        if not name.startswith("raw"):
            return os.environ["SRV_URL_" + name]
        behind = os.environ["SRV_URL_" + name[4:]] if name.startswith("raw+") else None
        raw = os.path.join(self.folder, "front")
        for folder in self.s.fronts:
            for n, path in template.write_files(folder, raw, self.now).items():
                if not n.endswith(".http"):
                    os.remove(path)
        self.front = replay.Front(raw, os.environ.get("SRV_PKI", ""), behind)
        return f"http://127.0.0.1:{self.front.port}/certsrv/mscep/mscep.dll"

    def close(self):
        if self.front:
            self.front.close()

    def fill(self, v):
        return template.expand(str(v), self.now)

    def command(self, db, files=None, live=True, inputs=None):
        """The command line; files: names of those given (None: all, the folder as a whole)."""
        s = self.s
        sets = {k: self.fill(v) for k, v in (s.inputs if inputs is None else inputs).items()}
        if self.url and live:
            sets.setdefault("server_url", self.url)
        cmd = [os.environ["CASEBOOK"], "run", "--auto", "--json", "--db", db]
        if "SRV_PKI" in os.environ:
            cmd += ["--ca", os.environ["SRV_PKI"] + "/root.pem"]
        if not (live and (self.url or "server_url" in sets)):
            cmd += ["--no-network"]
        slots = s.slots or {}
        loose = [n for n in self.files if n not in slots.values()]
        for key, name in slots.items():
            if files is None or name in files:
                cmd += ["--set", f"{key}={self.files[name]}"]
        if files is None:
            cmd += ["--evidence", self.base] if loose else []
        else:
            for name in files:
                cmd += ["--evidence", self.files[name]] if name in loose else []
        for key, value in sets.items():
            cmd += ["--set", f"{key}={value}"]
        for name, role in (s.about or {}).items():
            if files is None or name in files:
                cmd += ["--about", f"{self.files[name]}={role}"]
        if s.answers:
            path = os.path.join(self.folder, "answers.yaml")
            with open(path, "w", encoding="utf-8") as f:
                f.writelines(f"{k}: {v}\n" for k, v in s.answers.items())
            cmd += ["--answers", path]
        return cmd + [self.fill(o) for o in s.options or []]

    def said(self, cmd):
        """(JSON or None, exit code, stderr)"""
        try:
            done = subprocess.run(cmd, capture_output=True, timeout=120, check=False)
        except subprocess.TimeoutExpired:
            return None, -1, "more than two minutes"
        try:
            out = json.loads(done.stdout)
        except ValueError:
            out = None
        return out, done.returncode, done.stderr.decode("utf-8", "replace")

    def run(self, tag="cases", **how):
        return self.said(self.command(os.path.join(self.folder, tag + ".db"), **how))


def all_in(folder):
    return [Scenario(os.path.join(folder, n)) for n in sorted(os.listdir(folder)) if os.path.exists(os.path.join(folder, n, "scenario.yaml"))]
