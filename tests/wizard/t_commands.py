#!/usr/bin/env python3
"""Commands as a person meets them that no other test runs: diff, the edges of a graph, a graph with a case, what a replay changed,
a run with files and a person, and what `report` and `run` print held to their schemas."""
import json
import os
import re
import shutil
import socket
import subprocess
import tempfile
import unittest

import jsonschema
import yaml

CASEBOOK, SOURCE = os.environ["CASEBOOK"], os.environ["SOURCE_DIR"]
FLOW = os.path.join(SOURCE, "tests", "wizard", "auto.yaml")
RIGHTS = "[Unicode]\nUnicode=yes\n[Privilege Rights]\nSeImpersonatePrivilege = *S-1-5-19%s\n[Version]\nsignature=\"$CHICAGO$\"\nRevision=1\n"


def valid(name, out):
    with open(os.path.join(SOURCE, "assets", name + ".schema.json"), encoding="utf-8") as f:
        jsonschema.Draft202012Validator(json.load(f)).validate(out)


class Commands(unittest.TestCase):
    def setUp(self):
        self.dir = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.dir, True)
        self.env = dict(os.environ, XDG_DATA_HOME=os.path.join(self.dir, "data"), TERM="dumb", LC_ALL="C.UTF-8")
        self.door = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(self.door.close)
        self.url = f"server_url=http://127.0.0.1:{self.door.getsockname()[1]}/"

    def casebook(self, *args, code=0, given=""):
        r = subprocess.run([CASEBOOK, *args], input=given, env=self.env, cwd=self.dir, timeout=60, capture_output=True, text=True,
                           check=False)
        self.assertEqual(r.returncode, code, f"{args}: {r.stdout}{r.stderr}")
        return r

    def file(self, name, text):
        path = os.path.join(self.dir, name)
        with open(path, "w", encoding="utf-8") as f:
            f.write(text)
        return path


class Diff(Commands):
    def two(self):
        self.casebook("run", FLOW, "--auto", "--no-network", code=4)
        self.casebook("run", FLOW, "--auto", "--no-network", "--evidence", self.file("r.inf", RIGHTS % ""), code=3)

    def test_two_cases(self):
        self.two()
        told = self.casebook("diff", "1", "2", "--flow", FLOW).stdout
        for part in ("-  case 1: NOT DECIDED", "+  case 2: FAULT FOUND", "\n    case 1  not measured\n    case 2  IIS_IUSRS lacks the right",
                     "The right is missing: not found in the first, fault in the second", "--all lists them"):
            self.assertIn(part, told)
        text = self.casebook("diff", "1", "2", "--flow", FLOW, "--all").stdout
        for part in ("-  case 1", "+  case 2", "differences, the first one first", "finding  right-missing\n  - (none)\n  + fault",
                     "verdict  verdict\n  - inconclusive\n  + fault"):
            self.assertIn(part, text)
        out = json.loads(self.casebook("diff", "1", "2", "--flow", FLOW, "--json").stdout)
        valid("diff", out)
        self.assertFalse(out["same"])
        self.assertEqual((out["a"]["verdict"], out["b"]["verdict"]), ("inconclusive", "fault"))
        self.assertIn(("finding", "right-missing", None, "fault"), [(d["kind"], d["what"], d["a"], d["b"]) for d in out["differences"]])
        back = json.loads(self.casebook("diff", "2", "1", "--flow", FLOW, "--json").stdout)
        self.assertEqual([(d["kind"], d["what"], d["b"], d["a"]) for d in back["differences"]],
                         [(d["kind"], d["what"], d["a"], d["b"]) for d in out["differences"]])

    def test_a_case_and_itself(self):
        self.two()
        out = json.loads(self.casebook("diff", "2", "2", "--flow", FLOW, "--json").stdout)
        valid("diff", out)
        self.assertTrue(out["same"])
        self.assertEqual(out["differences"], [])

    def test_before_and_after_a_fix(self):
        missing = self.file("rights.inf", RIGHTS % "")
        # Open, missing; then the same file with the right in it, "fixed", and the check once more: by r, since a file
        # that was given before the fix is not read again by itself.
        flow = ["run", FLOW, "--plain", "--set", self.url, "--set", "rights=" + missing]
        self.casebook(*flow, given="\n\n\n\n\nq\n")
        self.assertIn("no fix was applied", self.casebook("diff", "1", "--flow", FLOW, code=2).stderr)
        self.file("rights.inf", RIGHTS % ",*S-1-5-32-568")
        self.casebook("resume", "1", "--flow", FLOW, "--plain", given="1\nr\n\nq\n")
        out = json.loads(self.casebook("diff", "1", "--flow", FLOW, "--json").stdout)
        valid("diff", out)
        self.assertIsNotNone(out["fix"])
        self.assertIn(("false", "true"), [(str(d["a"]).lower(), str(d["b"]).lower()) for d in out["differences"]])

    def test_wrong_usage(self):
        self.two()
        self.assertIn("two cases", self.casebook("diff", code=2).stderr)
        self.assertIn("two cases", self.casebook("diff", "1", "2", "1", code=2).stderr)
        self.assertIn("no case", self.casebook("diff", "1", "77", "--flow", FLOW, code=2).stderr)
        self.assertIn("no fix was applied", self.casebook("diff", "1", "--flow", FLOW, code=2).stderr)


def edges(flow):
    """(from, to, label) of every edge of a flow's text."""
    for step, s in flow["steps"].items():
        answers = s.get("answers") or {}
        for a in answers.values():
            yield step, a["go"], a["label"]
        if not answers and "go" in s:
            yield step, s["go"], "not fixed" if "fix" in s else ""
        if "fix" in s and flow["causes"][s["fix"]].get("verify"):
            yield step, flow["causes"][s["fix"]]["verify"], "fixed: check again"


class Graph(Commands):
    def flows(self):
        listed = json.loads(self.casebook("flow", "list", "--json").stdout)["flows"]
        texts = [(f["id"], self.casebook("flow", "show", f["id"], "--yaml").stdout) for f in listed]
        with open(FLOW, encoding="utf-8") as f:
            return [*texts, (FLOW, f.read())]

    def test_every_edge_is_drawn_and_no_other(self):
        for name, text in self.flows():
            flow = yaml.safe_load(text)
            want = sorted((a, b, label) for a, b, label in edges(flow))
            dot = self.casebook("flow", "graph", name, "--dot").stdout
            got = re.findall(r'^\t"([^"]+)" -> "([^"]+)" \[label="((?:[^"\\]|\\.)*)"', dot, re.M)
            self.assertEqual(sorted((a, b, label.replace('\\"', '"')) for a, b, label in got), want)
            mermaid = self.casebook("flow", "graph", name, "--mermaid").stdout
            steps = list(flow["steps"])
            arrows = re.findall(r"^\tn(\d+) (-->|-\.->|==>)(?:\|\"(.*?)\"\|)? n(\d+)$", mermaid, re.M)
            self.assertEqual(sorted((steps[int(a)], steps[int(b)]) for a, _, _, b in arrows), sorted((a, b) for a, b, _ in want))

    def test_with_the_path_of_a_case(self):
        self.casebook("run", FLOW, "--auto", "--set", self.url, code=4)
        dot = self.casebook("flow", "graph", FLOW, "--dot", "--case", "1").stdout
        bold = re.findall(r'^\t"(\w+)" -> "(\w+)" \[.*penwidth=3', dot, re.M)
        self.assertEqual(bold, [("profile", "port"), ("port", "rights")])
        filled = re.findall(r'^\t"(\w+)" \[.*fillcolor', dot, re.M)
        self.assertEqual(filled, ["profile", "port", "rights"])
        text = self.casebook("flow", "graph", FLOW, "--case", "1").stdout
        self.assertRegex(text, r"rights: Does IIS_IUSRS have the right\?  ◀ the case stands here")
        self.assertNotIn("●", self.casebook("flow", "graph", FLOW).stdout)
        self.assertIn("no case", self.casebook("flow", "graph", FLOW, "--case", "77", code=2).stderr)


class Replay(Commands):
    def test_rows_say_then_and_now(self):
        self.casebook("run", FLOW, "--auto", "--set", self.url, "--evidence", self.file("bad.inf", RIGHTS % ""), code=3)
        with open(FLOW, encoding="utf-8") as f:
            text = f.read()
        # The causes alone are other ones: the same path, other rows.  The old flow is at hand, so both sides are known.
        newer = self.file("newer.yaml", text.replace("excluded: {tcp.connect.connected: true}", "excluded: {tcp.connect.connected: false}"))
        r = self.casebook("run", "--replay", "1", "--flow", newer, code=3)
        self.assertRegex(r.stdout, r"(?m)^  port-closed: then (not in the flow|excluded), now untested \(.+\)$")
        rows = re.findall(r"(?m)^  ([\w-]+): then .*, now ", r.stdout)
        self.assertIn("port-closed", rows)


class Person(Commands):
    def test_files_and_a_person(self):
        self.casebook("run", FLOW, "--plain", "--set", self.url, "--evidence", self.file("r.inf", RIGHTS % ""), given="\n\n\n\n\n3\nq\n")
        shown = json.loads(self.casebook("case", "show", "1", "--json").stdout)
        valid("case", shown)
        out = json.loads(self.casebook("report", "1", "--flow", FLOW, "-f", "json", "--redact", "full").stdout)
        valid("report", out)
        self.assertIn("right-missing", [f["id"] for f in out["findings"]])
        self.assertIn("r.inf", json.dumps(out))

    def test_a_check_that_broke_off_last_is_named(self):
        self.env["CASEBOOK_PROBE"] = "/bin/false"
        text = self.casebook("run", FLOW, "--auto", "--set", self.url, code=4).stdout
        self.assertIn("\nChecks that could not run:\n  tcp.connect: the helper program", text)

    def test_the_start_goes_on_with_a_case(self):
        self.casebook("run", FLOW, "--auto", "--no-network", "--set", "system=one", code=4)
        # Line by line where there is no terminal to draw on: the flow of case 1 is no built-in one, case 2's is.
        self.casebook("run", "--auto", "--no-network", code=4)
        r = self.casebook(given="2\nq\n")
        for part in ("Cases to go on with:", "Flows to start:", "A number goes on with that case", "Saved. Go on with: casebook resume 2"):
            self.assertIn(part, r.stdout)
        before = json.loads(self.casebook("case", "list", "--json").stdout)["cases"]
        r = self.casebook(given="b\nq\n")
        after = json.loads(self.casebook("case", "list", "--json").stdout)["cases"]
        self.assertIn(len(after) - len(before), (0, 1))
        self.assertIn("no case", self.casebook(given="77\nq\n", code=2).stderr)
        self.casebook(given="q\n")


class Schemas(Commands):
    def test_what_the_program_prints_is_as_its_schema(self):
        run = self.casebook("run", FLOW, "--auto", "--json", "--set", self.url, "--evidence", self.file("r.inf", RIGHTS % ""), code=3)
        valid("run", json.loads(run.stdout))
        self.casebook("run", "--auto", "--no-network", code=4)
        for case, flow in (("1", ["--flow", FLOW]), ("2", [])):
            for level in ("full", "standard", "strict"):
                out = json.loads(self.casebook("report", case, *flow, "-f", "json", "--redact", level).stdout)
                valid("report", out)


if __name__ == "__main__":
    unittest.main()
