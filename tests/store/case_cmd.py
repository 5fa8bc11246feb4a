#!/usr/bin/env python3
"""`casebook case ...` as a person and a script meet it: output, exit codes, messages, JSON by its schema."""
import hashlib, json, os, pathlib, pty, shutil, sqlite3, subprocess, sys, tempfile

import jsonschema

CASEBOOK = os.environ["CASEBOOK"]
HERE = pathlib.Path(__file__).resolve().parent
SCHEMA = json.loads((HERE.parent.parent / "assets" / "case.schema.json").read_text())
VALID = jsonschema.Draft202012Validator(SCHEMA)
tried = 0


def check(good, what, seen=""):
    global tried
    tried += 1
    if not good:
        sys.exit(f"FAILED: {what}\n{seen}")


def run(*args, code=0, says="", text=None, env=None):
    done = subprocess.run([CASEBOOK, "case", *map(str, args)], input=text, capture_output=True, encoding="utf-8",
                          env={**os.environ, **(env or {})}, timeout=60)
    check(done.returncode == code, f"{args}: exit {done.returncode}, not {code}", done.stdout + done.stderr)
    check(says in done.stdout + done.stderr, f"{args} does not say {says!r}", done.stdout + done.stderr)
    return done


def as_json(*args, code=0):
    out = run(*args, "--json", code=code).stdout
    obj = json.loads(out)
    VALID.validate(obj)
    return obj


def schema_1(path):
    db = sqlite3.connect(path)
    db.executescript((HERE / "schema_1.sql").read_text())
    db.close()
    return "--db", path


def looking(folder):
    none = ("--db", folder / "none.db")
    check(run("list", *none, says="no case yet").stdout == "", "an empty list prints nothing")
    check(as_json("list", *none)["cases"] == [], "an empty list as JSON")
    check(not (folder / "none.db").exists(), "looking makes no store")
    run("show", 1, *none, code=2, says="there is no case store yet")
    run("note", 1, "x", *none, code=2, says="there is no case store yet")
    check(not (folder / "none.db").exists(), "a mistyped --db makes no store")

    db = schema_1(folder / "a.db")
    rows = as_json("list", *db)["cases"]
    check([r["number"] for r in rows] == [3, 2, 1], "newest change first", rows)
    check(rows[0]["title"] is None and rows[0]["at"] is None, "unknown is null", rows)
    check([r["number"] for r in as_json("list", "--find", "zoe tablet", *db)["cases"]] == [1], "find in title and note")
    check([r["number"] for r in as_json("list", "--state", "waiting", *db)["cases"]] == [2], "state waiting")
    check(len(as_json("list", "--state", "open", *db)["cases"]) == 3, "open is what is not closed")
    check(as_json("list", "--state", "closed", *db)["cases"] == [], "state closed")
    run("list", "--state", "sleeping", *db, code=2, says="--state takes open")
    run("list", "--find", "\"*()", *db, code=2, says="no letter or digit")
    case = as_json("show", "01kab0000000000000000000a", *db)
    check(len(case["records"]) == 14 and case["records"][3]["text"].startswith("Spoke with Zoë"), "show as JSON")
    run("show", "#9", *db, code=2, says='there is no case "#9"')
    run("show", "01KAB", *db, code=2, says="more than one case begins with")
    run("show", 1, *db, says="https://ndes0.contoso.example/ (person)")
    return db


def notes(db):
    run("note", 1, "a \x1b[31mred\x1b[0m note\nof two lines", *db, says="the note is record 15")
    shown = run("show", 1, *db).stdout
    check("\x1b" not in shown and "of two lines" in shown, "a note is cleaned", shown)
    run("note", 1, "-", *db, text="from a pipe\n", says="record 16")
    check(as_json("show", 1, *db)["records"][15]["text"] == "from a pipe", "a note from standard input")
    run("note", 1, "  \n", *db, code=2, says="empty")
    run("note", 1, "x " * 8193, *db, code=1, says="8192")
    run("note", 1, "-", *db, text="x " * 9000, code=1, says="8192")
    run("note", 1, "two", "words", *db, code=2, says="in quotes")


def moving(folder, db):
    out = folder / "case.jsonl"
    run("export", 1, *db, "-o", out)
    check(out.stat().st_mode & 0o777 == 0o600, "an export is private")
    before, printed = out.read_text().splitlines(), run("export", 1, *db).stdout.splitlines()
    check(printed[1:-2] == before[1:-1], "an export to standard output is the same, but for the record of the first")
    last = json.loads(printed[-2])["record"]
    check((last["kind"], last["what"], last["format"], last["redaction"], last["sha256"]) ==
          ("export", "case", "jsonl", "full", hashlib.sha256(out.read_bytes()).hexdigest()), "an export is on record")
    run("export", 1, *db, "-o", out)
    check(len(run("export", 1, *db).stdout.splitlines()) == len(printed) + 1, "each other file is")
    out.write_text("\n".join(before) + "\n")
    for line in out.read_text().splitlines():
        VALID.validate(json.loads(line))
    check(as_json("verify", out)["records"] == 16, "verify of a file")
    there = ("--db", folder / "there.db")
    run("import", out, *there, says="16 records, a case new here")
    run("import", "-", *there, text=out.read_text(), says="nothing new")
    run("note", 1, "more", *db)
    run("export", 1, *db, "-o", out)
    run("import", out, *there, says="3 records added to the 16")
    run("note", 1, "elsewhere", *there)
    run("note", 1, "here", *db)
    run("export", 1, *db, "-o", out)
    run("import", out, *there, code=1, says="from record 20 on")
    changed = out.read_text().replace("ndes6.contoso", "ndes7.contoso")
    out.write_text(changed)
    run("import", out, *there, code=2, says=f"{out}:8: ")
    faults = as_json("verify", out, code=3)["faults"]
    check(len(faults) == 1 and faults[0]["line"] == 8 and faults[0]["from"] == 7, "verify names the line", faults)
    run("verify", out, code=3, says=f"{out}:8: record 7: changed")
    run("import", folder / "missing", *there, code=2, says="cannot be read")
    (folder / "photo.jpg").write_bytes(b"\xff\xd8\xff\xe0 JFIF" * 100)
    run("import", folder / "photo.jpg", *there, code=2, says="not a case exported by casebook")
    run("export", 1, *db, "-o", folder / "no" / "such", code=1, says="cannot be written")
    full = subprocess.run([CASEBOOK, "case", "export", "1", *map(str, db)], stdout=open("/dev/full", "w"),
                          stderr=subprocess.PIPE, encoding="utf-8")
    check(full.returncode == 1 and "could not be written" in full.stderr, "a full disk behind >", full.stderr)


def heads(folder, db):
    """Which log is it?  The head of a report tells, whole or in part, and how much was written since."""
    with sqlite3.connect(db[1]) as one, sqlite3.connect(folder / "heads.db") as two:
        one.backup(two)
    db = ("--db", folder / "heads.db")
    said = run("verify", 1, *db, says="Compare it with the head in a report").stdout
    head = said.split("Head: ")[1].split()[0]
    records = as_json("verify", 1, *db)["records"]
    check(len(head) == 64, "a head of 64 digits", said)
    check("Compare" not in run("verify", 1, "--head", head, *db, says=f"Head: {head}").stdout, "who compares is not told to")
    in_box = " ".join(head[i:i + 4] for i in range(0, 32, 4)).upper()
    check("came after" not in run("verify", 1, "--head", in_box, *db).stdout, "nothing came after the last record")
    out = folder / "headed.jsonl"
    run("note", 1, "one more", *db)
    run("verify", 1, "--head", head[:16], *db, says=f"that of record {records}; 1 came after it")
    run("export", 1, *db, "-o", out)
    run("verify", out, "--head", head, says=f"that of record {records}; 1 came after it")
    later = run("verify", 1, *db).stdout.split("Head: ")[1].split()[0]
    check(later != head, "a record more is another head")
    other = run("verify", 2, *db).stdout.split("Head: ")[1].split()[0]
    for what in ((1, *db), (out,)):
        run("verify", *what, "--head", other, code=3, says="no record has the head that was given")
        run("verify", *what, "--head", head[:-1] + ("1" if head[-1] == "0" else "0"), code=3, says="no record has")
        faults = as_json("verify", *what, "--head", other, code=3)["faults"]
        check(len(faults) == 1 and "no record has the head" in faults[0]["what"], "another head as JSON", faults)
    for wrong in (head[:15], head + "0", "g" * 16, ""):
        run("verify", 1, "--head", wrong, *db, code=2, says="--head takes 16 to 64 hexadecimal digits")
    run("verify", "--head", head, *db, code=2, says="--head needs the case that it is of")


def tampering(db):
    check(as_json("verify", *db)["faults"] == [], "nothing is wrong yet")
    sql = sqlite3.connect(db[1])
    sql.execute("UPDATE records SET json = replace(json, 'refused', 'allowed') WHERE number = 2 AND pos = 3")
    sql.execute("DELETE FROM records WHERE number = 1 AND pos BETWEEN 5 AND 6")
    sql.commit()
    found = as_json("verify", *db, code=3)["faults"]
    check([(f["case"], f["from"], f["to"]) for f in found] == [(1, 5, 6), (2, 3, 3)], "verify names both", found)
    run("verify", 1, *db, code=3, says="records 5 to 6: missing: the log has a gap")
    run("verify", 3, *db, says="consistent with itself")
    run("show", 1, *db, code=1, says="record 5 is missing")
    done = run("export", 1, *db, code=1, says="records 5 to 6: missing")
    check(len(done.stdout.splitlines()) == 22, "what is left is exported", done.stdout)
    for line in done.stdout.splitlines():
        VALID.validate(json.loads(line))
    sql.execute("DELETE FROM records WHERE number = 2 AND pos BETWEEN 11 AND 14")
    sql.commit()
    sql.close()
    run("verify", 2, *db, code=3, says="records 11 to 14: missing at the end: the log was cut")


def deleting(db):
    run("delete", 3, *db, code=2, says="--yes", text="")
    pid, fd = pty.fork()
    if pid == 0:
        os.execv(CASEBOOK, [CASEBOOK, "case", "delete", "3", *map(str, db)])
    os.write(fd, b"n\n")
    seen = b""
    try:
        while chunk := os.read(fd, 4096):
            seen += chunk
    except OSError:
        pass
    check(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 130 and b"nothing was deleted" in seen, "no means no", seen)
    run("delete", 3, "--yes", *db, says="deleted case #3")
    run("delete", 3, "--yes", *db, code=2, says='there is no case "3"')
    run("delete", 1, "--yes", *db, says="damaged")
    check([r["number"] for r in as_json("list", *db)["cases"]] == [2], "one is left")


def usage():
    run(code=2, says="needs to know what to do")
    run("frob", code=2, says="does not know 'frob'")
    run("--help", says="Exit of verify")


folder = pathlib.Path(tempfile.mkdtemp(prefix="casebook-case-"))
try:
    os.environ["XDG_DATA_HOME"] = str(folder)
    store = looking(folder)
    notes(store)
    moving(folder, store)
    heads(folder, store)
    tampering(store)
    deleting(store)
    usage()
    print(f"{tried} checks of `casebook case` passed")
finally:
    shutil.rmtree(folder)
