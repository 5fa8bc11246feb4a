#!/usr/bin/env python3
"""A bundle signed with an SSH key by the real ssh-keygen, and what `verify` makes of signatures: good, of another file, of another
key, for another purpose, by a key that no list has, broken, missing."""
import json, os, pathlib, shutil, subprocess, sys, tempfile

import jsonschema

CASEBOOK = os.environ["CASEBOOK"]
SCHEMA = json.loads((pathlib.Path(__file__).resolve().parents[2] / "assets" / "verify.schema.json").read_text())
FOLDER = pathlib.Path(tempfile.mkdtemp())
failures = []


def run(*args, code=0, env=None):
    done = subprocess.run([CASEBOOK, *map(str, args)], capture_output=True, text=True, cwd=FOLDER, stdin=subprocess.DEVNULL,
                          env={**os.environ, **(env or {})})
    if done.returncode != code:
        failures.append(f"casebook {' '.join(map(str, args))}: exit {done.returncode}, not {code}: {done.stdout}{done.stderr}")
    return done


def keygen(*args, stdin=None):
    return subprocess.run(["ssh-keygen", *args], cwd=FOLDER, check=True, capture_output=True, stdin=stdin)


def check(what, good):
    if not good:
        failures.append(what)


def verify(*args, code=0):
    out = json.loads(run("verify", "b.zip", "--json", *args, code=code).stdout)
    jsonschema.Draft202012Validator(SCHEMA).validate(out)
    return out


for name in ("ada", "mallory"):
    keygen("-q", "-t", "ed25519", "-N", "", "-C", name, "-f", name)
keygen("-q", "-t", "ed25519", "-N", "", "-f", "-n $(touch owned);x")  # a name that a shell or getopt would misread
public = {n: (FOLDER / f"{n}.pub").read_text().split()[1] for n in ("ada", "mallory")}
(FOLDER / "signers").write_text(f"ada@contoso.example ssh-ed25519 {public['ada']}\n")
run("run", "--auto", "--no-network", "--db", "cases.db", "--set", "server_url=https://ndes77.tailspin.example/x", code=4)
bundle = ("bundle", "1", "--db", "cases.db", "-o", "b.zip")

run(*bundle)
check("no signature, none asked for", verify()["signature"] is None)
check("a signature is asked for", "it has no signature" in verify("--signers", "signers", code=3)["faults"][0]["what"])
run(*bundle, "--sign", "ada")
check("private", (FOLDER / "b.zip.sig").stat().st_mode & 0o777 == 0o600)
found = verify()["signature"]
check("good, by nobody known", found["good"] and found["signer"] is None and found["key"].startswith("SHA256:"))
said = run("verify", "b.zip").stdout
check("and the words say so", "Consistent with itself" in said and "Whose that is, only a list of signers tells" in said)
found = verify("--signers", "signers")["signature"]
check("good, by Ada", found["good"] and found["signer"] == "ada@contoso.example")
said = run("verify", "b.zip", "--signers", "signers").stdout
check("and the words say her name", said.startswith("Intact and signed") and "Signed by ada@contoso.example, key SHA256:" in said)
with open(FOLDER / "b.zip", "rb") as data:
    keygen("-Y", "verify", "-n", "casebook-bundle", "-f", "signers", "-I", "ada@contoso.example", "-s", "b.zip.sig", stdin=data)

shutil.copy(FOLDER / "b.zip.sig", FOLDER / "ada.sig")
run(*bundle, "--sign", "mallory")
check("another key", "not in the list" in verify("--signers", "signers", code=3)["faults"][0]["what"])
check("the signature that is named", verify("--signers", "signers", "--signature", "ada.sig")["signature"]["signer"] == "ada@contoso.example")
with open(FOLDER / "b.zip", "rb") as data:
    (FOLDER / "b.zip.sig").write_bytes(keygen("-Y", "sign", "-n", "file", "-f", "ada", stdin=data).stdout)
for given in ((), ("--signers", "signers")):
    check(f"made for something else {given}", "not one of this file" in verify(*given, code=3)["faults"][0]["what"])
for broken in (b"", b"no signature", (FOLDER / "ada.sig").read_bytes()[:120]):
    (FOLDER / "b.zip.sig").write_bytes(broken)
    check(f"broken: {broken[:20]}", not verify(code=3)["signature"]["good"])
shutil.copy(FOLDER / "ada.sig", FOLDER / "b.zip.sig")
run("case", "note", "1", "More.", "--db", "cases.db")
run(*bundle)
check("of an older bundle", "not one of this file" in verify("--signers", "signers", code=3)["faults"][0]["what"])

run(*bundle, "--sign", "-n $(touch owned);x")
check("no shell has seen the name", not (FOLDER / "owned").exists() and verify()["signature"]["good"])
run(*bundle, "--sign", "absent", code=1)
run("bundle", "1", "--db", "cases.db", "-o", "-", "--sign", "ada", code=2)
run("verify", "b.zip", "--signers", "absent", code=2)
run(*bundle, "--sign", "ada", code=1, env={"PATH": str(FOLDER)})
key = (FOLDER / "ada").read_text().split("\n")[1]
check("no key in what casebook wrote", all(key.encode() not in p.read_bytes() for p in FOLDER.glob("b.zip*")) and
      all(key.encode() not in p.read_bytes() for p in FOLDER.glob("cases.db*")))
shutil.rmtree(FOLDER)
for f in failures:
    print("FAILED:", f)
sys.exit(1 if failures else 0)
