#!/usr/bin/env python3
"""A database and an export of the version before this one (last/): they open, resume, verify, report and import here."""
import gzip
import json
import os
import shutil
import subprocess
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
CASEBOOK = os.environ["CASEBOOK"]


class LastVersion(unittest.TestCase):
    def setUp(self):
        self.dir = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.dir)
        self.db = os.path.join(self.dir, "cases.db")
        with gzip.open(os.path.join(HERE, "last", "cases.db.gz")) as packed, open(self.db, "wb") as out:
            shutil.copyfileobj(packed, out)

    def casebook(self, *args, given="", code=0):
        r = subprocess.run([CASEBOOK, *args, "--db", self.db], input=given, cwd=self.dir, timeout=120, capture_output=True, text=True,
                           env=dict(os.environ, XDG_DATA_HOME=self.dir, TERM="dumb", LC_ALL="C.UTF-8"))
        self.assertEqual(r.returncode, code, (args, r.stdout, r.stderr))
        return r.stdout

    def report(self, ref):
        return json.loads(self.casebook("report", ref, "-f", "json"))

    def test_it_opens_and_verifies(self):
        listed = self.casebook("case", "list")
        self.assertIn("#1 ", listed)
        self.assertIn("#2 ", listed)
        self.assertIn("2 cases, 18 records: each log is consistent with itself", self.casebook("case", "verify"))
        self.assertIn("Seen by the last version.", self.casebook("case", "show", "1"))

    def test_its_title_and_step_enter_the_log(self):
        said = self.casebook("case", "verify")
        self.assertIn("Of 2 cases title, step and state are not in the log: an older casebook wrote them.", said)
        self.casebook("resume", "2", "--plain", "--no-network", given="5\nn Gone on with.\nq\n")
        self.assertIn("Of 1 case title, step and state are not in the log", self.casebook("case", "verify"))
        exported = self.casebook("case", "export", "2").splitlines()
        last = [json.loads(line)["record"]["mark"] for line in exported[1:-1] if "mark" in json.loads(line)["record"]][-1]
        header = json.loads(exported[0])
        self.assertEqual((last["title"], last["place"], last["state"]), (header["title"], header["at"], header["state"]))

    def test_it_reports_what_it_concluded(self):
        out = self.report("1")
        self.assertEqual(out["verdict"], "fault")
        self.assertEqual([f["id"] for f in out["findings"]], ["impersonation-right-missing"])
        self.assertEqual(out["unread"], [])
        for form in ("md", "html", "txt"):
            self.assertIn("IIS_IUSRS lacks the right", self.casebook("report", "1", "-f", form))

    def test_it_goes_on(self):
        before = len(self.report("2")["log"])
        self.casebook("resume", "2", "--plain", "--no-network", given="5\nn Gone on with.\nq\n")
        self.assertGreater(len(self.report("2")["log"]), before)
        self.assertIn("each log is consistent with itself", self.casebook("case", "verify"))

    def test_it_is_replayed_and_exported(self):
        out = json.loads(self.casebook("run", "--replay", "1", "--json", code=3))
        self.assertEqual(out["now"]["findings"], ["impersonation-right-missing"])
        with open(os.path.join(HERE, "last", "case-1.case"), encoding="utf-8") as f:
            old = f.read().splitlines()
        new = self.casebook("case", "export", "1").splitlines()
        self.assertEqual(new[1:-1], old[1:-1])  # record by record the same bytes, and so the same chain

    def test_an_export_of_it_is_imported(self):
        os.remove(self.db)
        self.casebook("case", "import", os.path.join(HERE, "last", "case-1.case"))
        self.assertEqual([f["id"] for f in self.report("1")["findings"]], ["impersonation-right-missing"])
        self.assertIn("each log is consistent with itself", self.casebook("case", "verify"))


if __name__ == "__main__":
    unittest.main()
