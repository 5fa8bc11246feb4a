#!/usr/bin/env python3
"""What is handed on besides the report itself: excerpts of the logs, and comparisons of cases and bundles, with and without names."""
import json, os, pathlib, re, shutil, subprocess, sys, tempfile

import jsonschema

CASEBOOK = os.environ["CASEBOOK"]
ROOT = pathlib.Path(__file__).resolve().parents[2]
FOLDER = pathlib.Path(tempfile.mkdtemp())
failures = []


def run(*args, code=0):
    done = subprocess.run([CASEBOOK, *map(str, args)], capture_output=True, text=True, cwd=FOLDER, stdin=subprocess.DEVNULL)
    if done.returncode != code:
        failures.append(f"casebook {' '.join(map(str, args))}: exit {done.returncode}, not {code}: {done.stdout[-300:]}{done.stderr[-300:]}")
    return done.stdout


def check(what, good):
    if not good:
        failures.append(what)


def schema(name):
    return jsonschema.Draft202012Validator(json.loads((ROOT / "assets" / f"{name}.schema.json").read_text()))


FIELDS = "#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) sc-status sc-substatus sc-win32-status time-taken\n"
AGENT = "Mozilla/4.0+(compatible;+Win32;+NDES+client+10.0.26100.2894/ge_release)"


def log(name, status, requests, client):
    text = "#Software: Microsoft Internet Information Services 10.0\n#Version: 1.0\n#Date: 2026-11-16 06:00:00\n" + FIELDS
    for i in range(requests):
        text += (f"2026-11-16 06:{i // 60 % 60:02}:{i % 60:02} 10.20.0.31 GET /certsrv/mscep/mscep.dll/pkiclient.exe "
                 f"operation=GetCACaps&message=default 443 - {client} {AGENT} - {status} 15\n").replace(f"{AGENT} - ", f"{AGENT} ")
    (FOLDER / name).write_text(text)


def case(host, name, code):
    run("run", "--auto", "--no-network", "--db", "c.db", "--set", f"server_url=https://{host}/certsrv/mscep/mscep.dll",
        "--evidence", FOLDER / name, code=code)


log("u_ex261116.log", "500 0 1346", 200, "10.20.0.77")
log("u_ex261117.log", "200 0 0", 3, "10.20.0.88")
case("ndes77.tailspin.example", "u_ex261116.log", 3)
case("ndes88.fabrikam.example", "u_ex261117.log", 4)
NAMES = re.compile(r"tailspin|fabrikam|ndes77|ndes88|10\.20\.0", re.I)

# Excerpts: none unless asked for; the lines themselves, with tokens, and a bounded number of them.
check("no excerpt unasked", "Excerpts of the logs" not in run("report", "1", "--db", "c.db"))
check("nor in JSON", "excerpts" not in json.loads(run("report", "1", "--db", "c.db", "-f", "json")))
for form in ("md", "html", "txt"):
    text = run("report", "1", "--db", "c.db", "-f", form, "--excerpts")
    part = text[text.index("Excerpts of the logs"):]
    check(f"{form}: a line with its number", re.search(r"\b\d+: 2026-11-16 06:\d\d:\d\d \S+ GET /certsrv/mscep", part))
    check(f"{form}: no name", not NAMES.search(text))
    check(f"{form}: at most 20 lines", 1 <= len(re.findall(r"\d+: 2026-11-16 06:", part)) <= 20)
check("names at level full", "10.20.0.77" in run("report", "1", "--db", "c.db", "--excerpts", "--redact", "full"))
strict = run("report", "1", "--db", "c.db", "--excerpts", "--redact", "strict")
check("none at strict, and it says why", "withholds what other programs wrote" in strict and "pkiclient" not in strict[strict.index("Excerpts"):])
asked = json.loads(run("report", "1", "--db", "c.db", "-f", "json", "--excerpts"))
schema("report").validate(asked)
source = (FOLDER / "u_ex261116.log").read_text().splitlines()
own = json.loads(run("report", "1", "--db", "c.db", "-f", "json", "--excerpts", "--redact", "full"))
check("each line is the file's", own["excerpts"] and all(source[e["line"] - 1].startswith(e["text"][:60]) for e in own["excerpts"]))
run("bundle", "1", "--db", "c.db", "--excerpts", "-o", "a.zip")
run("bundle", "2", "--db", "c.db", "-o", "b.zip")

# Comparisons: with names for oneself; with tokens that are the same in both cases; of bundles.
named = run("diff", "1", "2", "--db", "c.db")
check(f"names as written: {named}", "ndes88.fabrikam.example" in named and "What decided" in named and "Findings" in named and "Folded: " in named)
decided = named[named.index("What decided"):named.index("Findings")]
check(f"the fact that a finding rests on: {decided}", "1346" in decided)
for level in ("standard", "strict"):
    for how in ((), ("--all",), ("--json",)):
        out = run("diff", "1", "2", "--db", "c.db", "--redact", level, *how)
        check(f"no name at {level} {how}", not NAMES.search(out))
        check(f"but the decision at {level} {how}", "500" in out or "1346" in out or "impersonat" in out.lower())
made = json.loads(run("diff", "1", "2", "--db", "c.db", "--redact", "standard", "--json"))
schema("diff").validate(made)
url = next(d for d in made["differences"] if d["kind"] == "input" and "https://" in str(d["a"]))
check("two servers, two tokens", url["a"] != url["b"])
check("bundles", "What decided" in run("diff", "a.zip", "b.zip") and not NAMES.search(run("diff", "a.zip", "b.zip", "--all")))
check("a bundle and its case", run("diff", "a.zip", "a.zip").rstrip().endswith("No difference."))
run("diff", "1", "--db", "c.db", code=2)
run("diff", "1", "2", "--db", "c.db", "--redact", "some", code=2)
shutil.rmtree(FOLDER)
for f in failures:
    print("FAILED:", f)
sys.exit(1 if failures else 0)
