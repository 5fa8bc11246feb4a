#!/usr/bin/env python3
"""The hunt for planted secrets, from end to end: generated values in every place of plant.py and in its encodings are written into files
of the kinds that casebook reads, into their names, inputs, notes, headers of a live answer; then every byte of the database, its
write-ahead log, temporary files, what the commands printed, every report at every level, exports and bundles is searched for every
value in every form.  With --rounds N more of them.

    hunt.py [--rounds N] [--seed N]
"""
import argparse
import http.server
import io
import os
import pathlib
import random
import sqlite3
import subprocess
import sys
import tempfile
import threading
import zipfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "e2e")]
import plant  # noqa: E402
from evidence import CERT, events, iis, iis_line, ndes_event, omadm  # noqa: E402

CASEBOOK = os.environ["CASEBOOK"]
# Eight encodings that survive a line of a log.
IN_LINES = ("plain", "percent", "entities", "JSON", "base64", "base64url", "hexadecimal", "C", "percent, all of it, twice", "UTF-16, zeros replaced")


def xml(text):
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


class Answer(http.server.BaseHTTPRequestHandler):
    """Answers as IIS would, with secrets in headers and page."""
    values = []

    def do_GET(self):
        self.server.asked.append(self.path)
        a, b, c, d = self.values
        page = f"<html><head><title>password={a}</title></head><body>challenge={b}</body></html>".encode()
        self.send_response(403)
        for name, value in (("Server", "Microsoft-IIS/10.0"), ("Set-Cookie", f"sid={c}; path=/"), ("Via", f"1.1 proxy (token={d})"),
                            ("Content-Type", "text/html"), ("Content-Length", str(len(page)))):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(page)

    def log_message(self, *args):
        pass


class Hunt:
    def __init__(self, folder):
        self.folder, self.planted, self.places, self.encodings = folder, {}, set(), set()
        self.tmp = folder / "tmp"
        self.tmp.mkdir()
        self.db = ["--db", str(folder / "cases.db")]
        self.printed = {}

    def plant(self, values, place, encoding):
        for v in values:
            self.planted[v] = f"{place[:50]} ({encoding})"
        self.places.add(place)
        self.encodings.add(encoding)

    def run(self, *args, codes=(0, 3, 4), stdin=None):
        done = subprocess.run([CASEBOOK, *args], capture_output=True, timeout=120, input=stdin, env={**os.environ, "TMPDIR": str(self.tmp)})
        if done.returncode not in codes:
            sys.exit(f"casebook {' '.join(args)}: exit {done.returncode}: {done.stderr.decode()}")
        self.printed[f"{len(self.printed)} " + " ".join(args)[:60]] = done.stdout + done.stderr
        return done.stdout

    def search(self, outputs):
        """All of it in one pass of grep, case ignored; UTF-16 is seen with its zeros taken away."""
        book = self.folder / "searched"
        book.mkdir()
        forms = {form.lower(): what for value, what in self.planted.items() for form in plant.forms(value) if "\n" not in form}
        patterns = self.folder / "patterns"
        patterns.write_text("\n".join(forms) + "\n")
        names = {}
        for n, (what, data) in enumerate(outputs):
            for turn, text in enumerate({data, data.replace(b"\0", b"")}):
                (book / f"{n}.{turn}").write_bytes(text)
                names[f"{n}.{turn}"] = what
        done = subprocess.run(["grep", "-raioF", "-f", str(patterns), "."], cwd=book, capture_output=True, timeout=600, env={**os.environ, "LC_ALL": "C"})
        hits = done.stdout.decode(errors="replace").splitlines()
        for hit in hits[:25]:
            name, _, text = hit.partition(":")
            print(f"{names[name[2:]]}: {forms.get(text.lower())}: {text}")
        assert done.returncode in (0, 1), done.stderr
        return len(hits)


def write_files(hunt, seed, rounds):
    """One file per place, its lines in every encoding: of one log only the newest lines are kept."""
    folder = hunt.folder / "evidence"
    folder.mkdir()
    texts, rng = {}, random.Random(seed)
    for place, kind, name, text, planted, _ in plant.cases(seed, rounds):
        if name in IN_LINES and "\n" not in text and kind != "letters" and rng.random() < 0.15 * rounds:
            texts.setdefault((place, kind), []).append((name, text, planted))
    for n, ((place, kind), lines) in enumerate(sorted(texts.items())):
        if n % 3 == 2:
            # Every third into the log of Android, a line each.
            body = omadm((CERT, "There are 1 requests"), *[(CERT, text) for _, text, _ in lines])
            (folder / f"OMADM{n}.log").write_text(body)
        elif n % 3 == 1:
            body = events(*[ndes_event(2, "0x80070057 " + xml(text)) for _, text, _ in lines])
            (folder / f"events{n}.xml").write_text(body)
        else:
            safe = [(name, text, v) for name, text, v in lines if " " not in text]
            body = iis(*[iis_line(f"10:{n % 60:02d}:{i:02d}", text, "500 0 1346") for i, (_, text, _) in enumerate(safe)])
            (folder / f"u_ex26112{n}.log").write_text(body)
            lines = safe
        for name, _, values in lines:
            hunt.plant(values, place, name)
    return folder


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--rounds", type=int, default=1)
    ap.add_argument("--seed", default="hunt")
    a = ap.parse_args()
    hunt = Hunt(pathlib.Path(tempfile.mkdtemp()))
    folder = write_files(hunt, a.seed, a.rounds)
    more = [value for place, kind, name, _, planted, _ in plant.cases(a.seed + " more") for value in planted if kind == "word" and name == "plain"]
    named = folder / f"password={more[0]}"
    named.mkdir()
    (named / f"challenge {more[1]}.log").write_text(iis(iis_line("10:00:00", f"operation=GetCACert&challenge={more[2]}", "200 0 0")))
    hunt.plant(more[:3], "names of files and folders", "plain")
    # A live answer.
    Answer.values = more[3:7]
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    server.asked = []
    threading.Thread(target=server.serve_forever, daemon=True).start()
    hunt.plant(more[3:7], "headers and page of an answer", "plain")
    url = f"http://127.0.0.1:{server.server_port}/certsrv/mscep/mscep.dll"
    hunt.run("run", "--auto", "--json", *hunt.db, "--set", f"server_url={url}?challenge={more[7]}")
    hunt.plant(more[7:8], "an input", "plain")
    assert server.asked and not any(more[7] in path for path in server.asked), "the check itself asks without it"
    # A pasted text is kept beside the store.
    pasted = events(*[ndes_event(2, "0x80070057 " + xml(f"Password: {more[9]} challenge='{more[10]}'"))])
    hunt.run("run", "--auto", "--no-network", *hunt.db, "--evidence", "-", stdin=pasted.encode())
    hunt.plant(more[9:11], "a pasted text", "plain")
    # Evidence, as each platform that has a log of its own.
    for platform in ("windows", "android"):
        hunt.run("run", "--auto", "--json", "--no-network", *hunt.db, "--evidence", str(folder), "--set", f"platform={platform}")
    hunt.run("run", "--auto", "--no-network", *hunt.db, "--evidence", str(folder))
    reader = sqlite3.connect(hunt.folder / "cases.db")
    reader.execute("SELECT count(*) FROM cases").fetchall()
    # Notes: every place in every encoding; line by line, where the person leaves the value out.
    notes = []
    for place, kind, name, text, planted, _ in plant.cases(a.seed + " notes"):
        if kind in ("word", "base64") and len(notes) < 150 * a.rounds and name in IN_LINES:
            notes.append(text)
            hunt.plant(planted, place, name)
    for i in range(0, len(notes), 25):
        hunt.run("case", "note", "1", *hunt.db, "-", stdin="\n\n".join(notes[i:i + 25]).encode()[:8000])
    hunt.plant([more[8]], "a note line by line", "plain")
    hunt.run("resume", "1", "--plain", "--no-network", *hunt.db, stdin=f"n\nPassword: {more[8]}\n1\nq\n".encode(), codes=(0, 3, 4, 130))
    hunt.run("analyze", str(folder), "--json")
    hunt.run("analyze", str(folder))
    # What only prints: a list with its search, two cases beside one another at each level, codes of a pasted text.
    for more_args in ((), ("--json",), ("--find", "Password")):
        hunt.run("case", "list", *more_args, *hunt.db)
    for level in ("full", "standard", "strict"):
        for form in ((), ("--all",), ("--json",)):
            hunt.run("diff", "2", "3", "--redact", level, *form, *hunt.db)
    for form in ((), ("--json",)):
        hunt.run("explain", *form, "-", stdin=(pasted + "\n" + "\n".join(notes[:100])).encode()[:60000], codes=(0, 4))
    hunt.run("probe", "http.get", f"url={url}", "--json")
    cases = [str(n) for (n,) in reader.execute("SELECT number FROM cases").fetchall()]
    outputs = [(path.name, path.read_bytes()) for path in sorted(hunt.folder.glob("cases.db*"))]
    pastes = list((hunt.folder / "pastes").iterdir())
    assert pastes, "the pasted text is searched too"
    outputs += [(path.name, path.read_bytes()) for path in pastes]
    assert (hunt.folder / "cases.db-wal").stat().st_size > 10000, "the write-ahead log is searched too"
    reader.close()
    for number in cases:
        outputs.append((f"export {number}", hunt.run("case", "export", number, *hunt.db)))
        for level, forms in (("full", "html md txt json"), ("standard", "md")):
            for form in forms.split():
                outputs.append((f"case {number} {form} {level}", hunt.run("report", number, *hunt.db, "-f", form, "--redact", level)))
        with zipfile.ZipFile(io.BytesIO(hunt.run("bundle", number, *hunt.db, "--redact", "full", "-o", "-"))) as z:
            outputs += [(f"bundle {number} {part}", z.read(part)) for part in z.namelist()]
    outputs += [(f"printed by {what}", data) for what, data in hunt.printed.items()]
    left = [p for p in hunt.tmp.rglob("*") if p.is_file()]
    outputs += [(f"temporary file {path.name}", path.read_bytes()) for path in left]
    found = hunt.search(outputs)
    kept = hunt.run("report", cases[-1], *hunt.db, "-f", "json", "--redact", "full").count(b"<removed, ")
    assert kept > 50, f"the files were read: only {kept} marks"
    print(f"{len(hunt.planted)} values in {len(hunt.places)} places and {len(hunt.encodings)} encodings; {len(outputs)} texts of "
          f"{sum(len(data) for _, data in outputs) / 1e6:.1f} MB, {len(left)} temporary files: {found} found")
    assert len(hunt.planted) >= 150 and len(hunt.places) >= 60 and len(hunt.encodings) >= 8
    return found != 0


if __name__ == "__main__":
    sys.exit(main())
