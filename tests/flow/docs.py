#!/usr/bin/python3
"""Holds FLOWS.md to what it says.

Usage: docs.py SOURCE_DIR CASEBOOK
Follows "From nothing to a working flow" word for word in an empty folder, checks every block of YAML that is a
whole flow, and compares the table of problems with diags.def.
"""
import os
import re
import subprocess
import sys
import tempfile

import jsonschema
import yaml

source, casebook = sys.argv[1:]
with open(os.path.join(source, "FLOWS.md"), encoding="utf-8") as f:
    text = f.read()
failures = []


def follow(folder):
    """Saves every file and runs every command of the tutorial, in the order of the text."""
    tutorial = text[text.index("## From nothing to a working flow"):text.index("## The whole language on one page")]
    env = dict(os.environ, PATH=os.path.dirname(casebook) + ":" + os.environ["PATH"], HOME=folder, XDG_DATA_HOME=folder)
    files = commands = 0
    for m in re.finditer(r"Save this as\s+`([^`]+)`:\n\n```yaml\n(.*?)```|```console\n(.*?)```", tutorial, re.S):
        if m[1]:
            path = os.path.join(folder, m[1])
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "w", encoding="utf-8") as f:
                f.write(m[2])
            files += 1
            continue
        for line in m[3].splitlines():
            ran = subprocess.run(line.removeprefix("$ "), shell=True, cwd=folder, env=env, capture_output=True, text=True)
            commands += 1
            if ran.returncode != 0 or "warning" in ran.stdout:
                failures.append(f"{line}: {ran.returncode}\n{ran.stdout}{ran.stderr}")
    if files < 7 or commands < 4:
        failures.append(f"the tutorial has only {files} files and {commands} commands")


def compare_table():
    rows = {}
    with open(os.path.join(source, "engine/flow/diags.def"), encoding="utf-8") as f:
        for line in f:
            m = re.match(r'ROW\((\w+), (\w+), "(.*)"\)$', line.strip())
            if m:
                rows[m[1]] = (m[2].lower(), m[3].replace("%s", "…"))
    table = text[text.index("## Every problem that `flow check` reports"):]
    said = {m[1]: (m[2], m[3]) for m in re.finditer(r"^\| `(\w+)` \| (\w+) \| (.*) \|$", table, re.M)}
    for name in sorted(rows.keys() | said.keys()):
        if rows.get(name) != said.get(name):
            failures.append(f"FLOWS.md and diags.def differ about {name}: {said.get(name)} and {rows.get(name)}")


def validate_page():
    """The language on one page leaves steps out, but nothing in it is wrong."""
    page = text[text.index("## The whole language on one page"):text.index("## Conditions")]
    block = re.search(r"```yaml\n(.*?)```", page, re.S)[1]
    with open(os.path.join(source, "assets/flow.schema.json"), encoding="utf-8") as f:
        validator = jsonschema.Draft202012Validator(yaml.safe_load(f))
    for error in validator.iter_errors(yaml.safe_load(block)):
        failures.append(f"the language on one page: {error.json_path}: {error.message}")


with tempfile.TemporaryDirectory() as work:
    follow(work)
validate_page()
compare_table()
for failure in failures:
    print(failure, file=sys.stderr)
sys.exit(1 if failures else 0)
