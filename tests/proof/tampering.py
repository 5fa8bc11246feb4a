#!/usr/bin/env python3
"""What somebody may do to a case, to its exported file and to its bundle, one row each: found by `verify` alone, or only against a
head or seal from elsewhere; and where it is not found alone, the words claim no more than that the log fits itself."""
import datetime, hashlib, io, json, os, pathlib, shutil, sqlite3, subprocess, sys, tempfile, zipfile

CASEBOOK = os.environ["CASEBOOK"]
END = 2147483647
FOLDER = pathlib.Path(tempfile.mkdtemp())
failures, table = [], []


def casebook(*args, codes=(0,)):
    done = subprocess.run([CASEBOOK, *map(str, args)], capture_output=True, text=True, cwd=FOLDER, stdin=subprocess.DEVNULL)
    if done.returncode not in codes:
        failures.append(f"casebook {' '.join(map(str, args))}: exit {done.returncode}: {done.stdout[-300:]}{done.stderr[-300:]}")
    return done


def say(where, name, alone, anchored, anchor):
    table.append((where, name, "found" if alone else "-", "found" if anchored else "NOT FOUND", anchor))


def judge(where, name, alone, target, anchor):
    """alone: whether it must be found without an anchor."""
    plain = casebook(*target, codes=(0, 2, 3, 4))
    against = casebook(*target, *anchor, codes=(0, 2, 3, 4))
    found, anchored = plain.returncode in (3, 4), against.returncode in (3, 4)
    say(where, name, found, anchored, anchor[0])
    if found != alone:
        failures.append(f"{where}: {name}: alone exit {plain.returncode}: {plain.stdout[-300:]}{plain.stderr[-300:]}")
    if not anchored:
        failures.append(f"{where}: {name}: with {anchor[0]} exit {against.returncode}: {against.stdout[-300:]}")
    words = plain.stdout.lower()
    if not found and ("consistent with itself" not in words or "compare it with" not in words or "as it was written" in words or
                      "intact" in words):
        failures.append(f"{where}: {name}: it claims too much: {plain.stdout[-400:]}")


# ---- the store ----
def link(before, case, text):
    return hashlib.sha256(before.encode() + case.encode() + text.encode()).hexdigest()


def chain(sql):
    """Every hash computed anew, the end made to fit: by somebody who knows how."""
    case, flow, flow_hash, opened, host, tool = sql.execute(
        "SELECT id, flow, flow_hash, opened_ms, host, tool FROM cases WHERE number = 1").fetchone()
    begun = {"id": case, "flow": flow, "flow_hash": flow_hash, "opened_ms": opened, "host": host, "tool": tool}
    last = hashlib.sha256(json.dumps(begun, separators=(",", ":"), ensure_ascii=False).encode()).hexdigest()
    rows = sql.execute("SELECT pos, json, body FROM records WHERE number = 1 AND pos < ? ORDER BY pos", (END,)).fetchall()
    for new, (pos, text, body) in enumerate(rows, 1):
        assert body is None
        record = json.loads(text)
        text = text.replace(f'"pos":{record["pos"]},', f'"pos":{new},', 1)
        last = link(last, case, text)
        sql.execute("UPDATE records SET pos = ?, json = ?, hash = ? WHERE number = 1 AND pos = ?", (new, text, last, pos))
    sql.execute("UPDATE records SET total = ?, hash = ? WHERE number = 1 AND pos = ?", (len(rows), last, END))


def record(pos, old, new):
    return lambda sql: sql.execute("UPDATE records SET json = replace(json, ?, ?) WHERE number = 1 AND pos = ?", (old, new, pos))


def run(*statements):
    return lambda sql: [sql.execute(s) for s in statements]


def then_chain(*steps):
    return lambda sql: ([step(sql) for step in steps], chain(sql))


def end(setting):
    return run(f"UPDATE records SET {setting} WHERE number = 1 AND pos = {END}")


def swap(sql):
    run("UPDATE records SET pos = 5000 WHERE number = 1 AND pos = 2", "UPDATE records SET pos = 2 WHERE number = 1 AND pos = 3",
        "UPDATE records SET pos = 3 WHERE number = 1 AND pos = 5000")(sql)


def append_again(sql):
    sql.execute(f"INSERT INTO records (number, pos, hash, json) SELECT 1, {LAST + 1}, hash, json FROM records"
                f" WHERE number = 1 AND pos = {LAST}")


def cut_tail(sql):
    sql.execute(f"DELETE FROM records WHERE number = 1 AND pos IN ({LAST}, {LAST - 1})")
    chain(sql)
    marks = [json.loads(t).get("mark") for t, in sql.execute("SELECT json FROM records WHERE number = 1 AND pos < ? ORDER BY pos", (END,))]
    mark = [m for m in marks if m][-1]
    sql.execute("UPDATE records SET changed_ms = ?, title = ?, at = ?, state = ? WHERE number = 1 AND pos = ?",
                (millis(sql), mark["title"], mark["place"], ["open", "waiting", "closed"].index(mark["state"]), END))


def millis(sql):
    text = sql.execute("SELECT json FROM records WHERE number = 1 AND pos < ? ORDER BY pos DESC", (END,)).fetchone()[0]
    return int(round(datetime.datetime.fromisoformat(json.loads(text)["at"].replace("Z", "+00:00")).timestamp() * 1000))


def title_everywhere(sql):
    sql.execute("UPDATE records SET json = replace(json, 'tailspin.example', 'contoso.example') WHERE number = 1")
    end("title = replace(title, 'tailspin.example', 'contoso.example')")(sql)
    chain(sql)


STORE = [
    ("a word of a note", True, record(9, "Olga", "Vera")),
    ("an answer", True, record(8, '"not-checked"', '"checked"')),
    ("the time of a record", True, record(4, '"at":"2', '"at":"1')),
    ("who gave an input", True, record(1, '"by":"person"', '"by":"probe"')),
    ("an input", True, record(1, "ndes77", "ndes78")),
    ("the step that a record names", True, record(6, "iis-log", "device-log")),
    ("the title within a record", True, record(1, '"title":"ndes77', '"title":"ndes78')),
    ("a hash", True, run("UPDATE records SET hash = replace(hash, substr(hash, 1, 8), '00000000') WHERE number = 1 AND pos = 3")),
    ("a record in the middle deleted", True, run("DELETE FROM records WHERE number = 1 AND pos = 4")),
    ("the first record deleted", True, run("DELETE FROM records WHERE number = 1 AND pos = 1")),
    ("the last record deleted", True, lambda sql: sql.execute(f"DELETE FROM records WHERE number = 1 AND pos = {LAST}")),
    ("all records deleted", True, run(f"DELETE FROM records WHERE number = 1 AND pos < {END}")),
    ("two records exchanged", True, swap),
    ("a record of the same hash added", True, append_again),
    ("the number of records", True, end("total = total + 1")),
    ("the head that the case names", True, end("hash = replace(hash, substr(hash, 1, 8), '00000000')")),
    ("where the log ends deleted", True, run(f"DELETE FROM records WHERE number = 1 AND pos = {END}")),
    ("the title", True, end("title = 'another server'")),
    ("the step that the list shows", True, end("at = 'Proof'")),
    ("open, waiting or closed", True, end("state = (state + 1) % 3")),
    ("the time of the last change", True, end("changed_ms = changed_ms + 86400000")),
    ("where it was opened", True, run("UPDATE cases SET host = 'elsewhere' WHERE number = 1")),
    ("with what it was opened", True, run("UPDATE cases SET tool = 'casebook 9.9.9' WHERE number = 1")),
    ("the flow", True, run("UPDATE cases SET flow = 'another' WHERE number = 1")),
    ("the flow's hash", True, run("UPDATE cases SET flow_hash = '' WHERE number = 1")),
    ("when it was opened", True, run("UPDATE cases SET opened_ms = opened_ms - 1 WHERE number = 1")),
    ("its id", True, run("UPDATE cases SET id = '01KAB0000000000000000000A1' WHERE number = 1")),
    ("a trigger planted", True, run("CREATE TRIGGER t AFTER INSERT ON records BEGIN DELETE FROM cases; END")),
    ("a view planted", True, run("CREATE VIEW v AS SELECT * FROM records")),
    ("a table planted", True, run("CREATE TABLE more (a)")),
    ("a note changed, every hash computed anew", False, then_chain(record(9, "Olga", "Vera"))),
    ("an answer changed, every hash computed anew", False, then_chain(record(8, '"not-checked"', '"checked"'))),
    ("a record deleted, the rest renumbered and computed anew", False,
     then_chain(run("DELETE FROM records WHERE number = 1 AND pos = 4"))),
    ("the tail dropped, the end made to fit", False, cut_tail),
    ("the title changed in log and list, computed anew", False, title_everywhere),
    ("where it was opened, computed anew", False, then_chain(run("UPDATE cases SET host = 'elsewhere' WHERE number = 1"))),
    ("when it was opened, computed anew", False, then_chain(run("UPDATE cases SET opened_ms = opened_ms - 1 WHERE number = 1"))),
]


def store_rows():
    for i, (name, alone, change) in enumerate(STORE):
        path = FOLDER / f"store-{i}.db"
        shutil.copy(FOLDER / "cases.db", path)
        sql = sqlite3.connect(path, isolation_level=None)
        change(sql)
        sql.close()
        judge("store", name, alone, ("case", "verify", "1", "--db", path), ("--head", HEAD))
        path.unlink()


def more_store_rows():
    """An older copy put back; a continuation that somebody forged; an export taken off the record."""
    older = FOLDER / "older.db"
    shutil.copy(FOLDER / "cases.db", older)
    casebook("case", "note", "1", "Later.", "--db", FOLDER / "cases.db")
    later = json.loads(casebook("report", "1", "-f", "json", "--db", FOLDER / "cases.db").stdout)["case"]
    judge("store", "an older copy put back", False, ("case", "verify", "1", "--db", older), ("--head", later["head"]))
    said = casebook("case", "verify", "1", "--db", FOLDER / "cases.db", "--head", HEAD).stdout
    told = f"as it was written up to record {LAST}, whose head was given" in said and "came after it" in said
    say("store", "a note added at the end", False, told, "--head")
    if not told:
        failures.append(f"a continuation is not told: {said}")
    casebook("report", "1", "-o", "out.md", "--db", FOLDER / "cases.db")
    head = casebook("case", "verify", "1", "--db", FOLDER / "cases.db").stdout.split("Head: ")[1].split()[0]
    sql = sqlite3.connect(FOLDER / "cases.db", isolation_level=None)
    count = sql.execute("SELECT max(pos) FROM records WHERE number = 1 AND pos < ?", (END,)).fetchone()[0]
    assert '"kind":"export"' in sql.execute("SELECT json FROM records WHERE number = 1 AND pos = ?", (count,)).fetchone()[0]
    sql.execute("DELETE FROM records WHERE number = 1 AND pos = ?", (count,))
    chain(sql)
    sql.execute("UPDATE records SET changed_ms = ? WHERE number = 1 AND pos = ?", (millis(sql), END))
    sql.close()
    judge("store", "an export taken off the record", False, ("case", "verify", "1", "--db", FOLDER / "cases.db"), ("--head", head))


# ---- an exported file ----
def rechained(text, old="", new=""):
    lines = text.replace(old, new).splitlines() if old else text.splitlines()
    head = json.loads(lines[0])
    opened = int(round(datetime.datetime.fromisoformat(head["opened"].replace("Z", "+00:00")).timestamp() * 1000))
    begun = {"id": head["id"], "flow": head["flow"], "flow_hash": head["flow_hash"], "opened_ms": opened, "host": head["host"],
             "tool": head["tool"]}
    last = hashlib.sha256(json.dumps(begun, separators=(",", ":"), ensure_ascii=False).encode()).hexdigest()
    out = []
    for line in lines[1:-1]:
        body = line[line.index('"record":') + 9:-1]
        last = link(last, head["id"], body)
        out.append('{"hash":"' + last + '","record":' + body + "}")
    first = lines[0].replace(head["head"], last)
    closing = {"end": {"header": hashlib.sha256(first.encode()).hexdigest(), "records": len(out), "head": last, "faults": []}}
    return "\n".join([first, *out, json.dumps(closing, separators=(",", ":"))]) + "\n"


def lines_of(change):
    def changed(text):
        lines = text.splitlines()
        change(lines)
        return "\n".join(lines) + "\n"
    return changed


def exchange(lines):
    lines[2], lines[3] = lines[3], lines[2]


FILES = [
    ("a word", True, lambda t: t.replace("Olga", "Vera")),
    ("a line removed", True, lines_of(lambda l: l.pop(4))),
    ("a line twice", True, lines_of(lambda l: l.insert(4, l[4]))),
    ("two lines exchanged", True, lines_of(exchange)),
    ("the title of the first line", True, lambda t: t.replace('"title":"ndes77', '"title":"ndes78', 1)),
    ("the last line removed", True, lines_of(lambda l: l.pop())),
    ("cut in a line", True, lambda t: t[:len(t) // 2]),
    ("text after the end", True, lambda t: t + "{}\n"),
    ("a word, every hash computed anew", False, lambda t: rechained(t, "Olga", "Vera")),
    ("nothing but another machine, computed anew", False, lambda t: rechained(t, '"host":"', '"host":"x-')),
]


def file_rows():
    text = casebook("case", "export", "1", "--db", FOLDER / "cases.db").stdout
    for name, alone, change in FILES:
        (FOLDER / "changed.case").write_text(change(text))
        judge("export", name, alone, ("case", "verify", "changed.case"), ("--head", HEAD))


# ---- a bundle ----
def rezip(parts, twice=None, comment=b""):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
        for name, data in parts.items():
            z.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), data)
        if twice:
            z.writestr(zipfile.ZipInfo("extra-" + twice, (2026, 1, 1, 0, 0, 0)), parts[twice])
        z.comment = comment
    return out.getvalue()


def remade(parts, **changes):
    manifest = json.loads(parts["manifest.json"])
    manifest["parts"] = [{"name": n, "bytes": len(b), "sha256": hashlib.sha256(b).hexdigest()} for n, b in sorted(parts.items())
                         if n != "manifest.json"]
    return {**parts, "manifest.json": json.dumps({**manifest, **changes}).encode()}


def bundle_rows():
    casebook("bundle", "1", "--redact", "full", "-o", "b.zip", "--db", FOLDER / "cases.db")
    casebook("bundle", "1", "-o", "other.zip", "--db", FOLDER / "cases.db")
    data = (FOLDER / "b.zip").read_bytes()
    seal = json.loads(casebook("verify", "b.zip", "--json").stdout)["seal"]
    with zipfile.ZipFile(io.BytesIO(data)) as z:
        parts = {i.filename: z.read(i) for i in z.infolist()}
    md = parts["report.md"].replace(b"Olga", b"Vera").replace(b"ndes77", b"ndes78")
    forged = rechained(parts["case.jsonl"].decode(), "Olga", "Vera").encode()
    rows = [
        ("a word of a report", True, rezip({**parts, "report.md": md})),
        ("a part removed", True, rezip({n: b for n, b in parts.items() if n != "report.txt"})),
        ("a part added", True, rezip({**parts, "report.docx": b"x"})),
        ("a part under a second name", True, rezip(parts, twice="report.md")),
        ("a hash in the manifest", True, rezip({**parts, "manifest.json": parts["manifest.json"].replace(b'"sha256":"', b'"sha256":"0', 1)})),
        ("a size in the manifest", True, rezip({**parts, "manifest.json": parts["manifest.json"].replace(b'"bytes":', b'"bytes":1', 1)})),
        ("no manifest", True, rezip({n: b for n, b in parts.items() if n != "manifest.json"})),
        ("bytes before the zip", True, b"#!/bin/sh\n" + data),
        ("bytes after the zip", True, data + b"more"),
        ("a comment in the zip", True, rezip(parts, comment=b"hello")),
        ("the zip cut off", True, data[:len(data) * 2 // 3]),
        ("a report and the manifest together", False, rezip(remade({**parts, "report.md": md}))),
        ("the log, computed anew, and the manifest together", False, rezip(remade({**parts, "case.jsonl": forged}))),
        ("the level in the manifest", False, rezip(remade(parts, redaction="strict"))),
        ("a part removed and the manifest written anew", False, rezip(remade({n: b for n, b in parts.items() if n != "report.txt"}))),
        ("another bundle of the same case", False, (FOLDER / "other.zip").read_bytes()),
    ]
    for name, alone, changed in rows:
        (FOLDER / "changed.zip").write_bytes(changed)
        judge("bundle", name, alone, ("verify", "changed.zip"), ("--seal", seal))
    casebook("verify", "b.zip", "--seal", seal)


db = ["--db", FOLDER / "cases.db"]
casebook("run", "--auto", "--no-network", *db, "--set", "server_url=https://ndes77.tailspin.example/certsrv/mscep/mscep.dll", codes=(4,))
casebook("case", "note", "1", "Olga says so.", *db)
own = json.loads(casebook("report", "1", "-f", "json", *db).stdout)["case"]
HEAD, LAST = own["head"], own["records"]
casebook("case", "verify", "1", *db, "--head", HEAD[:16])
# Everything in one file, so that a copy of it is a copy.
sqlite3.connect(FOLDER / "cases.db").execute("PRAGMA wal_checkpoint(TRUNCATE)").connection.close()
store_rows()
file_rows()
bundle_rows()
more_store_rows()
for row in table:
    print(f"{row[0]:7} {row[1]:58} alone: {row[2]:6} {row[4]}: {row[3]}")
print(f"{len(table)} tamperings, {sum(r[2] == 'found' for r in table)} found alone, {sum(r[3] == 'found' for r in table)} against a head or seal")
if len(table) < 33:
    failures.append("the list has lost rows")
shutil.rmtree(FOLDER)
for f in failures:
    print("FAILED:", f)
sys.exit(1 if failures else 0)
