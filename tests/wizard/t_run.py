#!/usr/bin/env python3
"""`casebook run`, from outside: exit codes, JSON, files, answers, the line-by-line wizard, Ctrl-C.

Everything on loopback and free ports; every run has its own case store."""
import gzip
import json
import os
import pty
import re
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest

import jsonschema

ASSETS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "assets")
CASEBOOK = os.environ["CASEBOOK"]
FLOW = os.path.join(os.path.dirname(os.path.abspath(__file__)), "auto.yaml")
RIGHTS = "[Unicode]\nUnicode=yes\n[Privilege Rights]\nSeImpersonatePrivilege = *S-1-5-19%s\n[Version]\nsignature=\"$CHICAGO$\"\nRevision=1\n"
POOLS = 'APPPOOL "SCEP" (MgdVersion:v4.0,MgdMode:Integrated,state:Stopped)\n'
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01" + bytes(range(256)) * 8


def check(name, out):
    with open(os.path.join(ASSETS, name + ".schema.json")) as f:
        jsonschema.Draft202012Validator(json.load(f)).validate(out)


class Run(unittest.TestCase):
    def setUp(self):
        self.dir = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.dir, True)
        self.env = dict(os.environ, XDG_DATA_HOME=os.path.join(self.dir, "data"), TERM="dumb", LC_ALL="C.UTF-8")
        self.door = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(self.door.close)
        self.url = "http://127.0.0.1:%d/" % self.door.getsockname()[1]
        closed = socket.create_server(("127.0.0.1", 0))
        self.closed = "http://127.0.0.1:%d/" % closed.getsockname()[1]
        closed.close()

    def file(self, name, text):
        path = os.path.join(self.dir, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as f:
            f.write(text if isinstance(text, bytes) else text.encode())
        return path

    def casebook(self, *args, given="", timeout=60):
        return subprocess.run([CASEBOOK, *args], input=given, env=self.env, cwd=self.dir, timeout=timeout,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def auto(self, *args, code=None, **more):
        r = self.casebook("run", FLOW, "--auto", "--json", *args, **more)
        if code is not None:
            self.assertEqual(r.returncode, code, r.stdout + r.stderr)
        out = json.loads(r.stdout)
        check("run", out)
        self.assertEqual(list(out), ["schema_version", "case", "flow", "verdict", "confidence", "summary", "question", "contradictions", "findings",
                                     "differential", "devices", "path", "files", "seen", "seen_more", "needs"])
        return out, r

    def states(self, out):
        return {row["cause"]: row["state"] for row in out["differential"]}

    def answers(self, out):
        return [(p["step"], p["answer"], p["by"]) for p in out["path"]]


class Auto(Run):
    PASTE = ("SCEP: Certificate enroll failed. Result: (Unknown Win32 Error code: 0x80072f8f).\n\nSCEP: Certificate request generated successfully. "
             "NDES URL: (https://scep.example/certsrv/mscep/mscep.dll)\n")

    def pastes(self):
        folder = os.path.join(self.dir, "data", "casebook", "pastes")
        return [os.path.join(folder, name) for name in sorted(os.listdir(folder))] if os.path.isdir(folder) else []

    def test_paste_on_stdin(self):
        """A text on standard input is evidence like a file: kept, cited, its checksum recorded."""
        for args in (("--evidence", "-"), ("--set", "device_events=-")):
            p = subprocess.run([CASEBOOK, "run", "intune-scep-ndes", "--auto", "--json", "--no-network", *args], input=self.PASTE.encode(), env=self.env,
                               capture_output=True, timeout=60)
            out = json.loads(p.stdout)
            self.assertEqual((p.returncode, out["verdict"], [f["id"] for f in out["findings"]]), (3, "fault", ["device-cannot-connect"]))
            cited = {e["file"] for f in out["findings"] for e in f["evidence"]}
            self.assertEqual(len(cited), 1)
            with open(cited.pop(), "rb") as f:
                self.assertEqual(f.read(), self.PASTE.encode())
        with_secret = self.PASTE + "challengePassword: Planted77Word9x\n"
        before = set(self.pastes())
        p = subprocess.run([CASEBOOK, "run", "intune-scep-ndes", "--auto", "--no-network", "--evidence", "-"], input=with_secret.encode(), env=self.env,
                           capture_output=True, timeout=60)
        self.assertIn(b"is kept as xxx", p.stderr)
        with open((set(self.pastes()) - before).pop(), "rb") as f:
            self.assertEqual(f.read(), with_secret.replace("Planted77Word9x", "x" * 15).encode())
        self.assertTrue(self.pastes())
        self.assertEqual({os.stat(path).st_mode & 0o777 for path in self.pastes()}, {0o600})
        p = subprocess.run([CASEBOOK, "run", "intune-scep-ndes", "--plain", "--evidence", "-"], input=b"x", env=self.env, capture_output=True, timeout=60)
        self.assertEqual(p.returncode, 2)
        p = subprocess.run([CASEBOOK, "run", "intune-scep-ndes", "--auto", "--no-network", "--evidence", "-"], input=b"", env=self.env, capture_output=True, timeout=60)
        self.assertEqual((p.returncode, b"empty" in p.stderr), (1, True))

    def test_paste_by_line(self):
        """Line by line `paste` takes lines until a dot: in the middle of the form, and at a step."""
        lines = "paste\n" + self.PASTE + ".\n\npaste\nDirect nonsense\n.\nq\n"
        p = subprocess.run([CASEBOOK, "run", "intune-scep-ndes", "--plain", "--no-network"], input=lines.encode(), env=self.env, capture_output=True, timeout=60)
        said = p.stdout.decode()
        self.assertEqual(said.count("Kept as "), 2, said)
        self.assertIn("was not used: is text of a kind that is not known", said)
        self.assertNotIn("is not understood", said)
        log = subprocess.run([CASEBOOK, "case", "export", "1"], env=self.env, capture_output=True, check=True).stdout.decode()
        records = [line["record"] for line in map(json.loads, log.splitlines()) if "record" in line]
        given = [r for r in records if r["kind"] == "evidence" and r["evidence"]["probe"] == "windows.events"]
        self.assertEqual(len(given), 1, records)
        self.assertEqual((given[0]["evidence"]["target"] in self.pastes(), len(given[0]["evidence"]["sha256"])), (True, 64))

    def test_given_is_kept(self):
        """What options say stands in the case, though nobody reached a page."""
        p = subprocess.run([CASEBOOK, "run", "intune-scep-ndes", "--plain", "--no-network", "--set", "server_url=https://scep.example/certsrv/mscep/mscep.dll",
                            "--set", "platform=ios"], input=b"q\n", env=self.env, capture_output=True, timeout=60)
        log = subprocess.run([CASEBOOK, "case", "export", "1"], env=self.env, capture_output=True).stdout.decode()
        records = [line["record"] for line in map(json.loads, log.splitlines()) if "record" in line]
        self.assertEqual([(r["key"], r["value"]) for r in records if r["kind"] == "input"][:2],
                         [("server_url", "https://scep.example/certsrv/mscep/mscep.dll"), ("platform", "ios")], p.stderr)

    def test_healthy(self):
        good = self.file("good.inf", RIGHTS % ",*S-1-5-32-568")
        out, _ = self.auto("--set", "server_url=" + self.url, "--evidence", good, code=0)
        self.assertEqual(out["verdict"], "healthy")
        self.assertEqual(self.answers(out), [("profile", None, None), ("port", "open", "probe"),
                                             ("rights", "there", "file"), ("reached", None, None)])
        self.assertEqual([f["id"] for f in out["findings"]], ["reached"])
        self.assertEqual(self.states(out), {"port-closed": "excluded", "right-missing": "excluded",
                                            "pool-stopped": "untested", "reached": "supported"})
        self.assertEqual(out["needs"], [])

    def test_fault_by_probe(self):
        out, _ = self.auto("--set", "server_url=" + self.closed, code=3)
        self.assertEqual([f["id"] for f in out["findings"]], ["port-closed"])
        self.assertEqual(out["findings"][0]["remedy"], "Start the service.")
        self.assertEqual(out["findings"][0]["evidence"][0]["probe"], "tcp.connect")
        self.assertEqual(self.answers(out)[-1], ("fix-port", None, None))

    def test_fault_by_file_names_file_line_and_hash(self):
        bad = self.file("bad.inf", RIGHTS % "")
        out, _ = self.auto("--set", "server_url=" + self.url, "--evidence", bad, code=3)
        e = out["findings"][0]["evidence"][0]
        self.assertEqual((e["probe"], e["fact"], e["line"]), ("user.rights", "impersonate_iis_iusrs", 4))
        self.assertTrue(e["file"].endswith("bad.inf"))
        self.assertEqual(len(e["sha256"]), 64)

    def test_missing_evidence_is_inconclusive_and_asked_for(self):
        out, _ = self.auto("--set", "server_url=" + self.url, code=4)
        self.assertEqual(out["verdict"], "inconclusive")
        self.assertEqual([n["file"] for n in out["needs"]], ["user.rights", "answer"])
        self.assertIn("secedit", out["needs"][0]["how"])
        self.assertEqual({n["step"] for n in out["needs"]}, {"rights"})

    def test_no_url(self):
        out, _ = self.auto(code=4)
        self.assertEqual([n["file"] for n in out["needs"]], ["server_url", "answer"])

    def test_no_network_leaves_live_checks_untested(self):
        out, _ = self.auto("--no-network", "--set", "server_url=" + self.closed, code=4)
        self.assertEqual(set(self.states(out).values()), {"untested"})

    def test_a_folder_with_everything(self):
        folder = os.path.dirname(self.file("all/r/good.inf", RIGHTS % ",*S-1-5-32-568"))
        self.file("all/pools.txt", POOLS)
        self.file("all/picture.log", JPEG)
        out, _ = self.auto("--set", "server_url=" + self.url, "--evidence", os.path.dirname(folder), code=3)
        self.assertEqual([f["id"] for f in out["findings"]], ["pool-stopped", "reached"])  # though no step asks for it
        shown = self.casebook("case", "show", "1")
        self.assertIn("picture.log", shown.stdout)  # that it was not used is in the record

    def test_healthy_says_what_it_could_not_look_at(self):
        folder = os.path.dirname(self.file("all/good.inf", RIGHTS % ",*S-1-5-32-568"))
        self.file("all/picture.log", JPEG)
        self.file("all/empty.log", "")
        given = ["--set", "server_url=" + self.url, "--evidence", folder]
        out, _ = self.auto(*given, code=0)
        self.assertEqual(out["verdict"], "healthy")
        self.assertEqual({os.path.basename(f["path"]): f["kind"] for f in out["files"]},
                         {"good.inf": "user.rights", "picture.log": None, "empty.log": None})
        text = self.casebook("run", FLOW, "--auto", *given).stdout
        self.assertIn("Not read, and so not looked at:\n", text)
        self.assertIn("picture.log: is a JPEG image", text)
        report = json.loads(self.casebook("report", "1", "-f", "json", "--flow", FLOW).stdout)
        check("report", report)
        self.assertEqual(sorted(os.path.basename(u["name"]) for u in report["unread"]), ["empty.log", "picture.log"])

    def test_what_could_hold_the_fault_and_was_not_read_forbids_healthy(self):
        good = self.file("good.inf", RIGHTS % ",*S-1-5-32-568")
        rows = [("notes.txt", b"Access was denied to everybody since Tuesday.\n" * 20, "text of a kind that is not known"),
                ("app.evtx", b"ElfFile\0" + b"\0" * 40, ""), ("all.7z", b"7z\xbc\xaf\x27\x1c" + bytes(100), "7-Zip")]
        for name, content, why in rows:
            out, _ = self.auto("--set", "server_url=" + self.url, "--evidence", good, "--evidence", self.file(name, content), code=4)
            self.assertEqual(out["verdict"], "inconclusive")
            self.assertIn(name, out["needs"][0]["how"])
            self.assertIn(why, out["needs"][0]["how"])
            self.assertTrue([f for f in out["files"] if f["path"].endswith(name) and f["outcome"] == "unreadable" and f["why"]])
        text = self.casebook("run", FLOW, "--auto", "--set", "server_url=" + self.url, "--evidence", good,
                             "--evidence", os.path.join(self.dir, "all.7z")).stdout
        self.assertIn("Without that it would be: no fault found.", text)
        # The same file, in a form that can be read: it holds nothing back any more.
        self.file("all.7z", RIGHTS % ",*S-1-5-32-568")
        self.auto("--set", "server_url=" + self.url, "--evidence", good, "--evidence", os.path.join(self.dir, "all.7z"), code=0)

    def test_what_the_time_did_not_suffice_for_is_said(self):
        line = b"2026-11-22 10:00:00 GET /certsrv/mscep/mscep.dll 200\n"  # seconds of reading, packed small
        big = self.file("u_ex261122.log.gz", gzip.compress(b"#Fields: date time cs-method cs-uri-stem sc-status\n") +
                        gzip.compress(line * 400000, 1) * 60)
        out, _ = self.auto("--set", "server_url=" + self.url, "--evidence", big, "--max-time", "0.1", code=4)
        self.assertEqual(out["verdict"], "inconclusive")
        self.assertEqual([f["path"] for f in out["files"]][:1], [big])
        self.assertNotEqual(out["files"][0]["outcome"], "measured")
        self.assertTrue(out["files"][0]["why"])

    def test_two_files_of_one_kind_both_count(self):
        a, b = self.file("a.inf", RIGHTS % ""), self.file("b.inf", RIGHTS % ",*S-1-5-32-568")
        out, _ = self.auto("--set", "server_url=" + self.url, "--evidence", a, "--evidence", b, code=4)
        self.assertEqual(self.states(out)["right-missing"], "contradicted")  # two undated files: neither is the newer one
        text = self.casebook("run", FLOW, "--auto", "--evidence", a, "--evidence", b).stdout
        self.assertIn("two sources contradict each other", text)
        self.assertRegex(text, r"\nYES  .*\n(?:.*\n)*NO  ")

    def test_a_folder_of_one_kind_is_read_as_a_whole_where_the_check_can(self):
        line = "2026-11-22 10:00:%02d 10.0.0.4 GET /certsrv/mscep/mscep.dll operation=GetCACaps&message=ca 443 - 10.0.0.9 x %d 0 0 15\n"
        head = "#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) sc-status sc-substatus sc-win32-status time-taken\n"
        for day in (20, 21, 22):
            folder = os.path.dirname(self.file("logs/u_ex2611%d.log" % day, head + line % (day, 200 + day)))
        r = self.casebook("run", "intune-scep-ndes", "--auto", "--json", "--no-network", "--evidence", folder)
        shown = self.casebook("case", "show", "1").stdout
        self.assertEqual(shown.count("iis.log"), 1, shown)
        self.assertIn(json.loads(r.stdout)["path"][1]["answer"], ("other-status", "unclear"))
        for k in ("a", "b"):
            rights = os.path.dirname(self.file("rights/%s.inf" % k, RIGHTS % (",*S-1-5-32-568" if k == "a" else "")))
        out, _ = self.auto("--set", "server_url=" + self.url, "--evidence", rights, code=4)
        self.assertEqual(self.states(out)["right-missing"], "contradicted")  # each for itself: that check takes no folder

    def test_a_file_by_its_input(self):
        bad = self.file("x", RIGHTS % "")
        out, _ = self.auto("--set", "server_url=" + self.url, "--set", "rights=" + bad, code=3)
        self.assertEqual(self.answers(out)[2], ("rights", "missing", "file"))

    def test_answers_file(self):
        y = self.file("a.yaml", "port: open\nrights: missing\n")
        out, _ = self.auto("--answers", y, code=3)
        self.assertEqual(self.answers(out)[1:3], [("port", "open", "answers"), ("rights", "missing", "answers")])
        out, _ = self.auto("--answers", "-", given="port: unsure\n", code=4)
        self.assertEqual(self.answers(out)[1:], [("port", "unsure", "answers"), ("unclear", None, None)])

    def test_whose_a_file_is(self):
        bad = self.file("bad.inf", RIGHTS % "")
        given = ["--set", "server_url=" + self.url, "--evidence", bad]
        self.auto(*given, code=3)
        self.auto(*given, "--about", bad + "=ndes", code=3)
        out, r = self.auto(*given, "--about", bad + "=server", code=4)
        self.assertEqual(out["findings"], [])
        self.assertIn("bad.inf: server (person)", self.casebook("case", "show", "3").stdout)
        for y in ("about: {bad.inf: server}\n", "about: {%s: device}\n" % bad):
            self.auto(*given, "--answers", self.file("a.yaml", y), code=4)
        out, r = self.auto(*given, "--answers", self.file("a.yaml", "about: {SRV9: server}\n"), code=3)
        self.assertIn("Nothing that was read is SRV9", r.stderr)
        # The command line comes after the answers file.
        self.auto(*given, "--answers", self.file("a.yaml", "about: {bad.inf: server}\n"), "--about", bad + "=ndes", code=3)

    def test_whose_one_of_two_files_is(self):
        self.file("all/a/bad.inf", RIGHTS % "")
        good = self.file("all/b/good.inf", RIGHTS % ",*S-1-5-32-568")
        given = ["--set", "server_url=" + self.url, "--evidence", os.path.join(self.dir, "all")]
        out, _ = self.auto(*given, "--about", os.path.join(self.dir, "all", "a") + "=server", code=None)
        self.assertEqual([f["id"] for f in out["findings"] if f["severity"] == "fault"], [])
        out, _ = self.auto(*given, "--about", good + "=server", code=3)

    def test_whose_a_file_is_travels_with_the_case(self):
        bad = self.file("bad.inf", RIGHTS % "")
        self.auto("--set", "server_url=" + self.url, "--evidence", bad, "--about", bad + "=server", code=4)
        gone = self.casebook("case", "export", "1").stdout
        self.assertIn('"kind":"about"', gone)
        moved = self.file("moved.case", gone)
        db = os.path.join(self.dir, "other.db")
        self.assertEqual(self.casebook("case", "import", moved, "--db", db).returncode, 0)
        self.assertEqual(self.casebook("case", "verify", "--db", db).returncode, 0)
        r = self.casebook("report", "1", "-f", "json", "--flow", FLOW, "--db", db)
        self.assertEqual(json.loads(r.stdout)["verdict"], "inconclusive", r.stderr)
        check("report", json.loads(r.stdout))
        self.assertIn("Of another server: ", self.casebook("report", "1", "-f", "txt", "--flow", FLOW, "--db", db).stdout)

    def test_checks_win_over_the_answers_file_and_both_are_kept(self):
        y = self.file("a.yaml", "port: open\n")
        out, _ = self.auto("--answers", y, "--set", "server_url=" + self.closed, code=3)
        self.assertEqual(self.answers(out)[1], ("port", "closed", "probe"))
        self.assertIn("the answers file says 'open'", self.casebook("case", "show", "1").stdout)
        self.assertIn({"cause": None, "step": "port", "for": ["open"], "against": ["closed"], "settle": None}, out["contradictions"])
        report = json.loads(self.casebook("report", "1", "-f", "json", "--flow", FLOW).stdout)
        self.assertEqual([(c["step"], c["said"], c["saw"]) for c in report["contradictions"]], [("port", "open", "closed")])

    def test_the_answers_file_wins_over_what_follows_from_nothing_measured(self):
        y = self.file("a.yaml", "reach: not-checked\nserver-url: unavailable\n")
        r = self.casebook("run", "intune-scep-ndes", "--auto", "--json", "--no-network", "--answers", y)
        path = self.answers(json.loads(r.stdout))
        self.assertIn(("server-url", "unavailable", "answers"), path)  # without the file: no-url, for no URL is known
        self.assertEqual(path[-1][0], "app-pool")

    def test_text_says_verdict_and_what_to_get(self):
        r = self.casebook("run", FLOW, "--auto", "--set", "server_url=" + self.url)
        self.assertEqual(r.returncode, 4)
        for part in ("NOT DECIDED, one thing to get", "\nGET  ", "To get it:", "secedit", "\nCASE 1  "):
            self.assertIn(part, r.stdout)


class Replay(Run):
    def test_a_newer_flow_over_the_same_evidence(self):
        bad = self.file("bad.inf", RIGHTS % "")
        self.auto("--set", "server_url=" + self.url, "--evidence", bad, code=3)
        before = self.casebook("case", "show", "1").stdout
        same = self.casebook("run", "--replay", "1", "--flow", FLOW)
        self.assertEqual(same.returncode, 3, same.stderr)
        self.assertIn("The conclusion is the same.", same.stdout)
        with open(FLOW) as f:
            newer = self.file("auto.yaml", f.read().replace("when: {user.rights.impersonate_iis_iusrs: false}, go: fix-right",
                                                            "when: {user.rights.impersonate_iis_iusrs: false}, go: unclear")
                              .replace("go: unclear}\n  fix-port", "go: fix-right}\n  fix-port")
                              .replace("supported: {user.rights.impersonate_iis_iusrs: false}",
                                       "supported: {user.rights.impersonate_iis_iusrs: false, tcp.connect.connected: false}"))
        r = self.casebook("run", "--replay", "1", "--flow", newer)
        self.assertEqual(r.returncode, 4, r.stdout + r.stderr)
        self.assertIn("Now:  inconclusive", r.stdout)
        self.assertIn("not known", r.stdout)  # the text that the case was begun with is not at hand
        out = json.loads(self.casebook("run", "--replay", "1", "--flow", newer, "--json").stdout)
        check("replay", out)
        self.assertEqual((out["changed"], out["now"]["verdict"], out["then"]["verdict"]), (True, "inconclusive", None))
        self.assertEqual(self.casebook("case", "show", "1").stdout, before)  # nothing was written

    def test_over_the_flow_that_is_built_in(self):
        r = self.casebook("run", "--auto", "--json", "--set", "server_url=" + self.closed)
        self.assertEqual(r.returncode, 3, r.stderr)
        again = self.casebook("run", "--replay", "1", "--json")
        out = json.loads(again.stdout)
        check("replay", out)
        self.assertFalse(out["changed"])
        self.assertEqual(out["then"], out["now"])
        self.assertEqual(out["now"]["findings"], [f["id"] for f in json.loads(r.stdout)["findings"]])

    def test_where_a_persons_answer_is_kept(self):
        self.casebook("run", FLOW, "--plain", given="\n\n\n1\n2\nq\n")
        r = self.casebook("run", "--replay", "1", "--flow", FLOW)
        self.assertIn("Then: fault: right-missing", r.stdout)
        self.assertIn("Now:  fault: right-missing", r.stdout)

    def test_no_such_case(self):
        self.casebook("run", FLOW, "--auto")
        self.assertEqual(self.casebook("run", "--replay", "77").returncode, 2)


class Wrong(Run):
    def test_wrong_usage_says_what_is_right(self):
        y = self.file("wrong.yaml", "port: opn\n")
        w = self.file("about.yaml", "about: {x: mine}\n")
        z = self.file("unknown.yaml", "\nprt: open\n")
        n = self.file("no.yaml", "port: [a\n")
        flow = self.file("bad.yaml", "flow: bad\n")
        rows = [
            (["--set", "foo=1"], "server_url, system, rights, attempt"),
            (["--set", "foo"], "KEY=VALUE"),
            (["--set", "system=three"], "one, two"),
            (["--set", "attempt=today"], "UTC time"),
            (["--set", "server_url=http://a b/"], "blank"),
            (["--set", "server_url=http://a/\x1b[2J"], "control character"),
            (["--set", "server_url=ftp://a/"], "https://"),
            (["--set", "server_url=http://" + "a" * 3000], "2048"),
            (["--set", "server_url=http://a/", "--set", "server_url=http://b/"], "twice"),
            (["--set", "rights=/does/not/exist"], "No such file"),
            (["--evidence", "/does/not/exist"], "No such file"),
            (["--answers", "/does/not/exist"], "No such file"),
            (["--about", y], "not FILE=ndes"),
            (["--about", y + "=mine"], "not FILE=ndes"),
            (["--about", "/does/not/exist=ndes"], "No such file"),
            (["--answers", w], "about.yaml:1:12: one of ndes, server, device"),
            (["--answers", y], "wrong.yaml:1:7: 'opn' is not an answer to 'port'; its answers: open, closed, unsure"),
            (["--answers", z], "unknown.yaml:2:1: the flow has no question 'prt'"),
            (["--answers", n], "no.yaml:"),
            (["--timeout", "0"], "seconds"),
            (["--max-time", "soon"], "seconds"),
            (["--replay"], "needs a value"),
            (["--ca", "/does/not/exist"], "No such file"),
            (["--plain"], "one of the two"),
            (["--nonsense"], "unknown option"),
        ]
        for args, word in rows:
            r = self.casebook("run", FLOW, "--auto", *args)
            self.assertEqual(r.returncode, 2, (args, r.stdout, r.stderr))
            self.assertIn(word, r.stderr, args)
            self.assertEqual(r.stdout, "")
            self.assertNotIn("\x1b", r.stderr)
        for args, word in [(["nowhere"], "no flow"), ([flow], "bad.yaml:"), ([FLOW, FLOW], "one flow"),
                           ([FLOW, "--json"], "--auto"), ([FLOW, "--max-time", "5"], "--auto"), ([FLOW, "--answers", y], "--auto")]:
            r = self.casebook("run", *args)
            self.assertEqual(r.returncode, 2, (args, r.stdout, r.stderr))
            self.assertIn(word, r.stderr, args)

    def test_a_store_that_cannot_be_opened(self):
        r = self.casebook("run", FLOW, "--auto", "--db", self.dir)
        self.assertEqual(r.returncode, 1, r.stderr)
        self.assertIn("casebook: ", r.stderr)


class Stopped(Run):
    SLOW = 5  # the check itself would take this long

    def start(self, *more):
        # A full backlog: the connection neither opens nor fails.
        self.full = socket.socket()
        self.full.bind(("127.0.0.1", 0))
        self.full.listen(0)
        self.addCleanup(self.full.close)
        self.clients = []
        for _ in range(3):
            c = socket.socket()
            c.setblocking(False)
            c.connect_ex(self.full.getsockname())
            self.clients.append(c)
            self.addCleanup(c.close)
        url = "http://127.0.0.1:%d/" % self.full.getsockname()[1]
        return subprocess.Popen([CASEBOOK, "run", FLOW, "--auto", "--json", "--set", "server_url=" + url, *more],
                                env=self.env, cwd=self.dir, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def test_interrupt_keeps_what_was_seen(self):
        p = self.start()
        deadline = time.monotonic() + 30
        while self.casebook("case", "list").stdout.count("#1") == 0 and time.monotonic() < deadline:
            time.sleep(0.05)
        time.sleep(0.3)
        p.send_signal(signal.SIGINT)
        out, err = p.communicate(timeout=30)
        self.assertEqual(p.returncode, 130, err)
        self.assertEqual(json.loads(out)["verdict"], "inconclusive")
        self.assertIn("casebook resume 1", err)
        self.assertIn("cancelled", self.casebook("case", "show", "1").stdout)

    def test_max_time_ends_it(self):
        p = self.start("--max-time", "0.5")
        out, err = p.communicate(timeout=30)
        self.assertEqual(p.returncode, 4, err)
        self.assertIn("--max-time", err)
        self.assertEqual(json.loads(out)["path"][-1]["step"], "port")

    def test_timeout_of_one_check(self):
        p = self.start("--timeout", "0.5")
        out, err = p.communicate(timeout=30)
        self.assertIn(p.returncode, (3, 4), err)
        json.loads(out)


class Plain(Run):
    def walk(self, *lines, args=()):
        r = self.casebook("run", FLOW, "--plain", *args, given="\n".join(lines) + "\n")
        self.assertEqual(r.returncode, 0, r.stderr)
        return r.stdout

    def test_from_the_form_to_the_fix(self):
        out = self.walk("b two", self.closed, "t1", "n told the network team", "l", "c", "q")
        for part in ("Step 1. Profile", "URL of the service [leave empty], or b VALUE for the next: ", "Step 2. Does the port answer?",
                     "Step 3. Nobody listens on the port", "[x] t1 Start the service", "Noted.",
                     "2  Port: It is refused", "casebook resume 1"):
            self.assertIn(part, out)
        self.assertRegex(out, r"▲ Nobody listens on the port +supported\n")

    def rows(self):
        """(key, word, help, what may follow) of every panel with a key, as the table of the screen has them."""
        view = os.path.join(os.environ["SOURCE_DIR"], "ui", "view")
        with open(os.path.join(view, "panels.def")) as f:
            names = re.findall(r"^ROW\((\w+)\)", f.read(), re.M)
        for name in names:
            with open(os.path.join(view, "panel_%s.c" % name)) as f:
                text = f.read()
            row = text[text.index("const struct panel panel_"):]
            found = {k: re.search(r"\.%s = (?:KEY_CHAR\()?[\"'](.*?)[\"']\)?," % k, row) for k in ("key", "foot", "help", "takes")}
            if found["key"]:
                yield tuple(m.group(1) if m else "" for m in (found[k] for k in ("key", "foot", "help", "takes")))

    def test_the_panels_of_the_screen(self):
        rows = list(self.rows())
        self.assertGreater(len(rows), 7)
        lines = [line for row in rows for line in row[:2]]
        out = self.walk(self.closed, "?", *lines, "q")
        shown = re.split(r"Answer 1-3,.*?for help: ", out)[2:]  # after the page of the fix and the help
        self.assertFalse("not understood" in out, lines)
        for (key, word, means, takes), by_key, by_word in zip(rows, shown[::2], shown[1::2]):
            self.assertRegex(out, r"(?m)^  %s( \S+)? +%s +%s$" % (key, word, re.escape(means)))
            self.assertEqual(by_key, by_word)
            self.assertGreater(len(by_key.split()), 3, word)
            self.assertEqual("%s %s: %s" % (key, takes, means) in by_key, takes != "", by_key)
        for part in ("Nobody listens on the port: the case stands here", "FAULT FOUND",
                     "No certificate was seen yet", "HTML"):
            self.assertIn(part, out)

    def test_a_line_of_a_panel_is_taken_by_its_number(self):
        out = self.walk(self.closed, "f", "f 1", "evidence 1", "f 2", "trail 9", "t 1", "t1", "<", "<", "t 1", "q")
        self.assertRegex(out, r"  1  ▲ TCP connection +127.0.0.1:\d+ ")
        self.assertEqual(out.count("Outcome     unreached"), 2)
        self.assertIn("There is no such line; f lists them.", out)
        self.assertIn("There is no such line; t lists them.", out)
        self.assertEqual(out.count("[x] t1 Start the service"), 1)  # on a fix, "t 1" ticks as "t1" does
        self.assertEqual(out.count("URL of the service [leave empty]"), 1)
        self.assertIn("URL of the service [%s]" % self.closed, out)  # elsewhere it goes back to step 1

    def test_x_stops_what_runs_and_else_explains_the_page(self):
        full = socket.socket()  # a full backlog: the connection neither opens nor fails
        self.addCleanup(full.close)
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        for _ in range(3):
            c = socket.socket()
            self.addCleanup(c.close)
            c.setblocking(False)
            c.connect_ex(full.getsockname())
        master, slave = pty.openpty()
        p = subprocess.Popen([CASEBOOK, "run", FLOW, "--plain"], stdin=slave, env=self.env, cwd=self.dir,
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.addCleanup(p.kill)
        seen = b""
        for wait, line in (("service [leave", "http://127.0.0.1:%d/" % full.getsockname()[1]), 
                           ("running: TCP", "x"), ("stopped", "x"),
                           ("No code that casebook knows", "X"), ("No certificate was seen", "q")):
            while wait.encode() not in seen:
                ready = select.select([p.stdout], [], [], 30)[0]
                part = os.read(p.stdout.fileno(), 65536) if ready else b""
                self.assertTrue(part, "%s was never said:\n%s" % (wait, seen.decode()))
                seen += part
            seen = seen[seen.index(wait.encode()) + len(wait):]
            os.write(master, line.encode() + b"\n")
        p.communicate(timeout=30)
        self.assertEqual(p.returncode, 0)
        os.close(master)
        os.close(slave)

    def test_against_the_check_and_back(self):
        out = self.walk(self.closed, "<", "1", "1", "<", "q")
        self.assertIn("Answer against what the checks saw?", out)
        self.assertIn("Step 3. Does IIS_IUSRS have the right?", out)
        self.assertEqual(out.count("Step 2. Does the port answer?"), 3)  # waiting, asked, and after going back

    def test_a_file_given_at_its_step(self):
        bad = self.file("bad.inf", RIGHTS % "")
        out = self.walk(self.url, "a " + bad, "q")
        self.assertIn("Step 4. The right is missing", out)

    def test_resume_goes_on_where_it_was(self):
        self.walk(self.closed)
        r = self.casebook("resume", "1", "--flow", FLOW, "--plain", given="2\nq\n")
        self.assertEqual(r.returncode, 0, r.stderr)
        self.assertIn("Step 3. Nobody listens on the port", r.stdout)
        self.assertIn("Step 4. Not found", r.stdout)

    def test_export_from_within(self):
        path = os.path.join(self.dir, "r.html")
        out = self.walk(self.closed, "e " + path, "e nothing.xyz", "q")
        self.assertIn("Written: ", out)
        self.assertIn(".html, .md, .json or .txt", out)
        with open(path) as f:
            self.assertIn("<html", f.read(2000))

    def test_nonsense_is_answered_calmly(self):
        out = self.walk(self.closed, "9", "zz", "g 77", "a", "t9", "?", "q")
        self.assertIn("There is no such number here", out)
        self.assertIn("That is not understood", out)
        self.assertIn("There is no such step", out)

    def test_no_terminal_means_line_by_line(self):
        r = self.casebook("run", FLOW, given="q\n")
        self.assertEqual(r.returncode, 0, r.stderr)
        self.assertIn("line by line", r.stderr)
        self.assertIn("Step 1. Profile", r.stdout)


if __name__ == "__main__":
    sys.exit(not unittest.main(verbosity=1, exit=False).result.wasSuccessful())
