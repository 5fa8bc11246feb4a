#!/usr/bin/env python3
"""casebook explain as its users call it: text, JSON by its schema, exit codes."""
import json, os, pathlib, subprocess, sys
import jsonschema

CASEBOOK, ROOT = os.environ["CASEBOOK"], pathlib.Path(os.environ["SOURCE_DIR"])
schema = json.loads((ROOT / "assets/explain.schema.json").read_text())
bad = []


def run(*args):
    return subprocess.run([CASEBOOK, "explain", *args], capture_output=True, text=True)


def check(name, good):
    if not good:
        bad.append(name)


done = run("500.0.1346", "0x80190194", "failInfo 2")
check("text", done.returncode == 0 and "Impersonate" in done.stdout and "http 404" in done.stdout and "badRequest" in done.stdout)
for args in (["--json", "event 36", "curl 60"], ["--json", "no such code"], ["--json", "--list"]):
    done = run(*args)
    jsonschema.validate(json.loads(done.stdout), schema)
    check(" ".join(args), done.returncode == (4 if "no such code" in args else 0))
check("an unknown code is named on stderr", "no such code" in run("no such code").stderr)
check("an escape character does not reach the terminal", "\x1b" not in run("\x1b[31mred").stderr)
check("nothing asked", run().returncode == 2)
print("\n".join("bad: " + b for b in bad) or "good")
sys.exit(bool(bad))
