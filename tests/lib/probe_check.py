"""Runs `casebook probe ... --json`, holds the output to its schema and to what `casebook probes` promises."""
import concurrent.futures
import json
import os
import pathlib
import re
import subprocess
import sys

import jsonschema

SOURCE = pathlib.Path(os.environ["SOURCE_DIR"])
CASEBOOK = os.environ["CASEBOOK"]
SANITIZED = bool(os.environ.get("SANITIZED"))
ANY = object()  # an outcome or exit code that is another row's business
TYPES = {"bool": bool, "int": int, "str": str, "time": str, "list": list, "map": dict}


def schema(name):
    return jsonschema.Draft202012Validator(json.loads((SOURCE / "assets" / name).read_text()))


class Checker:
    def __init__(self):
        listed = subprocess.run([CASEBOOK, "probes", "--json"], capture_output=True, check=True, text=True).stdout
        whole = json.loads(listed)
        schema("probes.schema.json").validate(whole)
        self.probes = {p["id"]: p for p in whole["probes"]}
        self.schema = schema("probe.schema.json")
        self.failed = self.done = 0
        self.queue = []

    def fail(self, what, text):
        self.failed += 1
        print(f"FAIL {what}: {text[:2000]}", file=sys.stderr)

    def run(self, probe, *args, env=None, timeout=60):
        """(exit code, evidence as a dict).  A probe that does not end fails here."""
        full = dict(os.environ, **(env or {}))
        if SANITIZED:  # slower several times, and no test is of the time itself
            args = [re.sub(r"^--timeout=(\d+)$", lambda m: f"--timeout={3 * int(m[1])}", a) for a in args]
        r = subprocess.run([CASEBOOK, "probe", probe, *args, "--json"], capture_output=True, env=full, timeout=timeout,
                           check=False, stdin=subprocess.DEVNULL)
        if not r.stdout:
            raise RuntimeError(f"{probe} {args}: no output; {r.stderr.decode(errors='replace')}")
        e = json.loads(r.stdout)
        self.hold(probe, e)
        return r.returncode, e

    def hold(self, probe, e):
        self.schema.validate(e)
        table = self.probes[probe]["facts"]
        assert e["probe"] == probe
        assert list(e["facts"]) == [f["key"] for f in table], "the facts are not those of the table, in its order"
        for f in table:
            v = e["facts"][f["key"]]
            if v is None:
                continue
            assert isinstance(v, TYPES[f["type"]]) and (f["type"] == "bool") == isinstance(v, bool), f"{f['key']}: {v!r}"
            assert not f["values"] or v in f["values"], f"{f['key']}: {v!r} is not of its closed set"
        way = e["vantage"]
        assert way["network"] is None or (way["proxy"] is None and self.probes[probe]["kind"] == "live"), f"vantage: {way}"
        for text in texts(e):
            bad = re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", text)
            assert not bad, f"unclean text {text!r}"

    def expect(self, what, probe, *args, outcome="measured", code=0, why=None, env=None, facts=None, test=None):
        """One row of a table of cases: how the probe must end and what it must have seen."""
        self.done += 1
        try:
            rc, e = self.run(probe, *args, env=env)
            assert e["outcome"] == outcome or (outcome is ANY and e["outcome"] != "crashed"), f"outcome {e['outcome']}: {e['why']}"
            assert code is ANY or rc == code, f"exit code {rc}"
            assert why is None or (SANITIZED and isinstance(why, re.Pattern)) or says(why, e["why"]), f"why: {e['why']}"
            for key, want in (facts or {}).items():
                got = e["facts"][key]
                assert want(got) if callable(want) else got == want, f"{key} is {got!r}"
            assert test is None or test(e), json.dumps(e)
            return e
        except (AssertionError, RuntimeError, jsonschema.ValidationError, json.JSONDecodeError,
                subprocess.TimeoutExpired) as error:
            self.fail(what, str(error).splitlines()[0] if str(error) else repr(error))
            return None

    def later(self, *args, **want):
        """A row that waits for others while they wait: run together with the rest at the end."""
        self.queue.append((args, want))

    def settle(self):
        """Runs what waits."""
        with concurrent.futures.ThreadPoolExecutor(3 if SANITIZED else 8) as pool:
            list(pool.map(lambda row: self.expect(*row[0], **row[1]), self.queue))
        self.queue = []

    def end(self):
        self.settle()
        print(f"{self.done} cases, {self.failed} failed")
        sys.exit(1 if self.failed else 0)


def says(want, text):
    """want: words that text holds, or a compiled pattern that is found in it."""
    return text is not None and bool(want.search(text) if isinstance(want, re.Pattern) else want in text)


def texts(v):
    if isinstance(v, str):
        yield v
    elif isinstance(v, dict):
        for k, w in v.items():
            yield from texts(k)
            yield from texts(w)
    elif isinstance(v, list):
        for w in v:
            yield from texts(w)
