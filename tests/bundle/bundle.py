#!/usr/bin/env python3
"""Bundles from end to end: made by casebook, read by Python's zipfile, broken in every way, verified by casebook."""
import datetime, hashlib, io, json, os, pathlib, subprocess, sys, tempfile, zipfile

import jsonschema

CASEBOOK = os.environ["CASEBOOK"]
URL = "https://ndes77.tailspin.example.com/certsrv/mscep/mscep.dll"
failures = []


def run(*args, expect=0, env=None, stdin=b""):
    made = subprocess.run([CASEBOOK, *args], capture_output=True, input=stdin, env={**os.environ, **(env or {})})
    if made.returncode != expect:
        failures.append(f"casebook {' '.join(args)}: exit {made.returncode}, not {expect}: {made.stderr.decode()[:300]}")
    return made


def check(what, good):
    if not good:
        failures.append(what)


def by_schema(name, value):
    schema = json.loads((pathlib.Path(os.environ["SOURCE_DIR"]) / "assets" / f"{name}.schema.json").read_text())
    for e in jsonschema.Draft202012Validator(schema).iter_errors(value):
        failures.append(f"{name}: {e.message[:200]}")


def rezip(parts, duplicate=None):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
        for name, data in parts:
            z.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), data)
        if duplicate:
            z.writestr(zipfile.ZipInfo(duplicate, (2026, 1, 1, 0, 0, 0)), b"again")
    return out.getvalue()


def parts_of(data):
    with zipfile.ZipFile(io.BytesIO(data)) as z:
        return [(i.filename, z.read(i)) for i in z.infolist()]


def copies(folder, db, data):
    """A redacted bundle as a case: read, compared, replayed, not gone on with; a full one is the case itself."""
    pathlib.Path("std.zip").write_bytes(data)
    run("bundle", "1", *db, "--redact", "full", "-o", "full.zip")
    there = ["--db", str(folder / "there.db")]
    own = json.loads(run("report", "1", *db, "-f", "json").stdout)
    copy = json.loads(run("report", "std.zip", "-f", "json").stdout)
    for key in ("verdict", "confidence", "findings", "differential", "path"):
        check(f"{key} of a redacted copy", copy[key] == own[key])
    check("a copy keeps its tokens", b"tailspin" not in run("report", "std.zip", "-f", "md", "--redact", "full").stdout)
    check("a copy says that it is one", b"This is a redacted copy, level standard" in
          run("report", "std.zip", "-f", "txt").stdout.replace(b"\n", b" "))
    run("case", "show", "std.zip")
    run("case", "import", "std.zip", *there)
    run("case", "import", "full.zip", *there)
    check("a copy is a case of its own", len(json.loads(run("case", "list", "--json", *there).stdout)["cases"]) == 2)
    run("case", "verify", *there)
    check("not gone on with", b"redacted copy" in run("case", "note", "1", *there, "x", expect=1).stderr)
    check("not resumed", b"redacted copy" in run("resume", "1", *there, "--plain", expect=2).stderr)
    replayed = json.loads(run("run", "--replay", "std.zip", "--json", expect=4).stdout)
    check("replayed alike", not replayed["changed"])
    run("diff", "std.zip", "full.zip")
    run("case", "note", "2", *there, "Gone on with there.")
    run("case", "export", "2", *there, "-o", "back.case")
    check("what was only exported here moves behind", b"1 records added" in run("case", "import", "back.case", *db).stdout)
    shown = json.loads(run("case", "show", "1", "--json", *db).stdout)["records"]
    check("the exports are kept", [r["kind"] for r in shown][-2:] == ["export", "export"] and
          shown[-1]["seal"] is not None and shown[-1]["what"] == "bundle")
    run("case", "verify", *db)

    # A bundle from anywhere: what is not as the manifest says is not read as a case; what holds a secret loses it.
    parts = dict(parts_of(pathlib.Path("full.zip").read_bytes()))
    broken = {**parts, "case.jsonl": parts["case.jsonl"].replace(b"tailspin", b"tailspun")}
    pathlib.Path("broken.zip").write_bytes(rezip(broken.items()))
    check("a changed part", b"was changed" in run("report", "broken.zip", expect=2).stderr)
    none = {k: v for k, v in parts.items() if k != "case.jsonl"}
    none["manifest.json"] = remade(none)
    pathlib.Path("none.zip").write_bytes(rezip(none.items()))
    check("no case in it", b"holds no case.jsonl" in run("case", "show", "none.zip", expect=2).stderr)
    forged = {**parts, "case.jsonl": rechained(parts["case.jsonl"], b"at 10.99.1.77 says so.", b"the password: Xk9-Mellon-77")}
    forged["manifest.json"] = remade(forged)
    pathlib.Path("forged.zip").write_bytes(rezip(forged.items()))
    fresh = ["--db", str(folder / "fresh.db")]
    said = run("case", "import", "forged.zip", *fresh).stdout
    check("the gate says what it did", b"Left out: 1 value that looks like secrets" in said and b"another head" in said)
    for file in folder.glob("fresh.db*"):
        check(f"the secret in {file.name}", b"Mellon" not in file.read_bytes())
    check("nor shown from the file", b"Mellon" not in run("case", "show", "forged.zip").stdout)
    run("case", "verify", *fresh)
    check("again: nothing new", b"nothing new" in run("case", "import", "forged.zip", *fresh).stdout)


def remade(parts):
    """The manifest of other parts."""
    manifest = json.loads(parts["manifest.json"])
    manifest["parts"] = [{"name": n, "bytes": len(b), "sha256": hashlib.sha256(b).hexdigest()} for n, b in sorted(parts.items())
                         if n != "manifest.json"]
    return json.dumps(manifest).encode()


def rechained(text, old, new):
    """The log with a word changed and every hash computed anew, as somebody would who knows how."""
    lines = text.replace(old, new).splitlines()
    head = json.loads(lines[0])
    opened = int(datetime.datetime.fromisoformat(head["opened"].replace("Z", "+00:00")).timestamp() * 1000 + 0.5)
    begun = {"id": head["id"], "flow": head["flow"], "flow_hash": head["flow_hash"], "opened_ms": opened, "host": head["host"],
             "tool": head["tool"]}
    link = hashlib.sha256(json.dumps(begun, separators=(",", ":"), ensure_ascii=False).encode()).hexdigest()
    out = []
    for line in lines[1:-1]:
        record = line[line.index(b'"record":') + 9:-1]
        link = hashlib.sha256(link.encode() + head["id"].encode() + record).hexdigest()
        out.append(b'{"hash":"' + link.encode() + b'","record":' + record + b"}")
    first = lines[0].replace(head["head"].encode(), link.encode())
    end = {"end": {"header": hashlib.sha256(first).hexdigest(), "records": len(out), "head": link, "faults": []}}
    return b"\n".join([first, *out, json.dumps(end, separators=(",", ":")).encode()]) + b"\n"


def main():
    folder = pathlib.Path(tempfile.mkdtemp())
    os.chdir(folder)
    db = ["--db", str(folder / "cases.db")]
    run("run", "--auto", "--json", "--no-network", *db, "--set", f"server_url={URL}", "--set", "platform=windows", expect=4)
    run("case", "note", "1", *db, "Olga Petrowa (olga.petrowa@tailspin.example.com) at 10.99.1.77 says so.")

    # The same case gives the same bytes, in any zone and any locale, and by any way out.
    bundles = set()
    for zone, locale in (("UTC", "C"), ("America/St_Johns", "C.UTF-8"), ("Asia/Kathmandu", "POSIX")):
        run("bundle", "1", *db, "-o", "a.zip", env={"TZ": zone, "LC_ALL": locale})
        bundles.add(pathlib.Path("a.zip").read_bytes())
    bundles.add(run("bundle", "1", *db, "-o", "-").stdout)
    check("the bundle differs between zones, locales or ways out", len(bundles) == 1)
    data = bundles.pop()
    check("no umask for a report", os.stat("a.zip").st_mode & 0o777 == 0o600)
    later = run("bundle", "1", *db, "-o", "-", env={"SOURCE_DATE_EPOCH": "1900000000"}).stdout
    check("SOURCE_DATE_EPOCH is the time of the parts", all(i.date_time[:3] == (2030, 3, 17) for i in
                                                           zipfile.ZipFile(io.BytesIO(later)).infolist()))

    # What a stranger's tools make of it.
    parts = parts_of(data)
    manifest = json.loads(dict(parts)["manifest.json"])
    by_schema("manifest", manifest)
    by_schema("report", json.loads(dict(parts)["report.json"]))
    check("the manifest lists every part", {p["name"] for p in manifest["parts"]} == {n for n, _ in parts} - {"manifest.json"})
    for p in manifest["parts"]:
        content = dict(parts)[p["name"]]
        check(f"size of {p['name']}", len(content) == p["bytes"])
        check(f"hash of {p['name']}", hashlib.sha256(content).hexdigest() == p["sha256"])
    for name in ("report.html", "report.md", "report.txt", "report.json", "README.txt"):
        check(f"no {name}", name in dict(parts))
    for name, content in parts:
        for secret in (b"tailspin", b"ndes77", b"olga", b"10.99.1.77"):
            check(f"{name} holds {secret}", secret not in content.lower())

    # Intact, and told so in words and in JSON; the seal is the hash of the manifest.
    said = run("verify", "a.zip").stdout.decode()
    seal = hashlib.sha256(dict(parts)["manifest.json"]).hexdigest()
    check("verify claims no more than it knows, and says the seal", said.startswith("Consistent with itself") and seal in said)
    told = json.loads(run("verify", "--json", "a.zip").stdout)
    by_schema("verify", told)
    check("verify --json", told["intact"] and told["faults"] == [] and told["seal"] == seal and told["schema_version"] == 1)
    run("verify", "-", stdin=data)

    # Whose bundle is it?  A manifest that somebody made anew agrees with its parts; only the seal tells.
    made = run("bundle", "1", *db, "-o", "s.zip")
    check("bundle prints the seal", seal in (made.stdout + made.stderr).decode())
    for given in (seal, seal.upper(), seal[:16]):
        made = run("verify", "a.zip", "--seal", given).stdout.decode()
        check(f"--seal {given}: {made}", made.startswith("Intact and sealed") and "Compare" not in made)
    report = dict(parts)["report.md"] + b"More.\n"
    anew = {**manifest, "parts": [{**p, "bytes": len(report), "sha256": hashlib.sha256(report).hexdigest()} if p["name"] == "report.md" else p
                                  for p in manifest["parts"]]}
    swap = {"report.md": report, "manifest.json": json.dumps(anew).encode()}
    pathlib.Path("d.zip").write_bytes(rezip([(n, swap.get(n, c)) for n, c in parts]))
    run("verify", "d.zip")
    made = run("verify", "d.zip", "--seal", seal, expect=3).stdout
    check(f"another seal: {made}", b"the seal is another one" in made and b"Not intact" in made)
    told = json.loads(run("verify", "--json", "d.zip", "--seal", seal, expect=3).stdout)
    by_schema("verify", told)
    check("another seal as JSON", not told["intact"] and len(told["faults"]) == 1)
    for wrong in (seal[:15], seal + "0", "g" * 16, ""):
        made = run("verify", "a.zip", "--seal", wrong, expect=2)
        check(f"--seal {wrong!r}", b"--seal takes 16 to 64 hexadecimal digits" in made.stderr)

    # Broken in every way.
    def broken(name, content, code, word):
        pathlib.Path("b.zip").write_bytes(content)
        made = run("verify", "b.zip", expect=code)
        text = (made.stdout + made.stderr).decode()
        check(f"{name}: '{word}' is not in {text[:200]!r}", word in text)

    changed = [(n, c.replace(b"inconclusive", b"healthy") if n == "report.json" else c) for n, c in parts]
    same_size = [(n, c[:-2] + b"!\n" if n == "report.md" else c) for n, c in parts]
    pathlib.Path("c.zip").write_bytes(rezip(changed))
    by_schema("verify", json.loads(run("verify", "--json", "c.zip", expect=3).stdout))
    broken("changed size", rezip(changed), 3, "report.json has another size")
    broken("changed bytes", rezip(same_size), 3, "report.md was changed")
    broken("missing", rezip([p for p in parts if p[0] != "report.txt"]), 3, "report.txt is missing")
    broken("extra", rezip(parts + [("evidence/extra.exe", b"MZ")]), 3, "evidence/extra.exe is not in the manifest")
    broken("twice", rezip(parts, duplicate="report.md"), 3, "report.md is in the zip twice")
    broken("way out", rezip(parts + [("../../etc/passwd", b"x")]), 3, "passwd is not in the manifest")
    broken("control characters", rezip(parts + [("a\x1b[31mb", b"x")]), 3, "not in the manifest")
    broken("no manifest", rezip([p for p in parts if p[0] != "manifest.json"]), 4, "is not a casebook bundle")
    broken("manifest is no JSON", rezip([("manifest.json", b"{")] + parts[1:]), 4, "not JSON")
    broken("manifest lists nothing", rezip([("manifest.json", b"{}")] + parts[1:]), 4, "lists no parts")
    broken("cut in the middle", data[:len(data) // 2], 3, "Not intact")
    broken("empty", b"", 4, "is not a casebook bundle")
    broken("no zip", b"#!/bin/sh\necho hello\n", 4, "is not a casebook bundle")
    broken("a flipped bit", bytes(b ^ (1 if i == len(data) // 3 else 0) for i, b in enumerate(data)), 3, "could not be read: the zip is damaged")
    check("what was not reached is called missing", b"is missing" not in run("verify", "b.zip", expect=3).stdout)
    run("verify", "none.zip", expect=2)
    run("verify", expect=2)

    # A bomb: 272 MB of zeros in a few hundred KB stops at the ceiling of one part, with a reason.
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as z:
        z.writestr("manifest.json", b'{"parts":[]}')
        with z.open("zeros", "w", force_zip64=True) as f:
            for _ in range(17):
                f.write(bytes(16 << 20))
    broken("bomb", bomb.getvalue(), 3, "more than a bundle may hold")

    # At full, the case itself comes along and can be imported elsewhere.
    full = dict(parts_of(run("bundle", "1", *db, "--redact", "full", "-o", "-").stdout))
    for level, manifest in (("standard", json.loads(dict(parts)["manifest.json"])), ("full", json.loads(full["manifest.json"]))):
        check(f"the manifest names the level {level}", manifest.get("redaction") == level)
    check("case.jsonl at level full", b"tailspin" in full.get("case.jsonl", b"").lower())
    pathlib.Path("case.jsonl").write_bytes(full.get("case.jsonl", b""))
    run("case", "import", "case.jsonl", "--db", str(folder / "other.db"))
    copies(folder, db, data)

    # The key stays outside, readable only by its owner, and undoes the tokens.
    run("bundle", "1", *db, "-o", "k.zip", "--key", "key.json")
    key = json.loads(pathlib.Path("key.json").read_text())
    tokens = {t["value"].lower(): t["token"] for t in key["tokens"]}
    check("the key names the host", tokens.get("ndes77.tailspin.example.com", "").startswith("NDES-"))
    check("the key is private", os.stat("key.json").st_mode & 0o777 == 0o600)
    check("the key is in no bundle", all(b"ndes77" not in c for _, c in parts_of(pathlib.Path("k.zip").read_bytes())))
    check("preview lists it", b"ndes77.tailspin.example.com" in run("bundle", "1", *db, "--preview").stdout)

    # What cannot be written says so and leaves nothing.
    run("bundle", "1", *db, "-o", "none/a.zip", expect=1)
    run("bundle", "1", *db, "-o", "/dev/full", expect=1)
    run("bundle", "7", *db, expect=2)
    run("bundle", "1", *db, "--redact", "some", expect=2)
    run("bundle", "1", *db, "--redact", "full", "--key", "x", expect=2)
    check("no scrap is left", not [p for p in folder.iterdir() if ".zip." in p.name])

    subprocess.run(["rm", "-rf", str(folder)], check=True)
    for f in failures:
        print(f)
    print("ok" if not failures else f"{len(failures)} failures")
    return bool(failures)


sys.exit(main())
