#!/usr/bin/env python3
"""casebook explain as its users call it: text, JSON by its schema, exit codes."""
import json, os, pathlib, subprocess, sys, tempfile
import jsonschema

CASEBOOK, ROOT = os.environ["CASEBOOK"], pathlib.Path(os.environ["SOURCE_DIR"])
schema = json.loads((ROOT / "assets/explain.schema.json").read_text())
bad = []


def run(*args, given=None):
    return subprocess.run([CASEBOOK, "explain", *args], capture_output=True, text=True, input=given)


def codes(*args, given=None):
    """The likeliest reading of each place, as a set of "dialect code"."""
    done = run("--json", *args, given=given)
    data = json.loads(done.stdout)
    jsonschema.validate(data, schema)
    return [f"{h['dialect']} {h['code']}" for c in data["codes"] for h in c["found"]]


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

# A minus and a digit are no option, wherever they stand.
for args in (["-1202"], ["--color", "never", "-1202"], ["-1202", "--color", "never"], ["--json", "-2146877422", "-9807"], ["--", "-1202"]):
    done = run(*args)
    check("no option: " + " ".join(args), done.returncode == 0 and "unknown option" not in done.stderr)
check("an unknown option is one", run("-x").returncode == 2)
check("each of two negatives", codes("-2146877422", "-9807") == ["hresult 0x80094012", "apple:NSOSStatusErrorDomain -9807"])

# Without quotes the shell hands over words.
check("a status in three words", codes("404", "2", "1260") == ["iis 404.2.1260"])
check("two statuses stay two", codes("404", "500") == ["http 404", "http 500"])
check("a word and its number", codes("ndes", "31", "failInfo", "2") == ["event:ndes 31", "failinfo 2"])
check("an event in three words", codes("Event", "ID:", "31") == ["event:ndes 31"])
check("LogError", codes("LogError", "0x80190194") == ["http 404"])
check("a sentence", codes("the", "phones", "get", "0x80094012", "and", "event", "1001") == ["hresult 0x80094012", "event:app 1001"])
check("one unknown among known", run("0x80190194", "0x8123ABCD", "foo").returncode == 4)

# stdin, in the encodings that people's shells write.
text = "Event ID: 31\nThe Network Device Enrollment Service cannot submit the certificate request (0x800706ba).\n"
check("stdin", codes("-", given=text) == ["event:ndes 31", "event:ndes 31", "hresult 0x800706BA"])
wide = subprocess.run([CASEBOOK, "explain", "-"], input=text.encode("utf-16"), capture_output=True)
check("stdin as UTF-16", wide.returncode == 0 and b"0x800706BA" in wide.stdout)
check("an empty stdin", run("-", given="").returncode == 4)
long = run("-", given="0x80094012 " + "x" * 3_000_000)
check("a long stdin is cut and says so", long.returncode == 0 and "not looked at" in long.stdout)
check("bytes of any kind", subprocess.run([CASEBOOK, "explain", "--json", "-"], input=bytes(range(256)) * 40, capture_output=True).returncode == 4)

# A code that nobody knows is taken apart, and no source file is named.
done = run("0x8123ABCD")
check("taken apart", done.returncode == 4 and "facility" in done.stdout and "0x8123ABCD" in done.stderr)
check("no file is named", "codes.tsv" not in run("foo").stderr + run("--help").stdout and "foo" in run("foo").stderr)
check("every meaning of a number", all(w in run("event 1001").stdout for w in ("event:app 1001", "event:connector 1001")))
check("the place in a text", 'line 2: "0x800706ba' in run("-", given=text).stdout)
check("hostile text", "\x1b" not in run("0x80094012 \x1b[31m event 31 \u202e").stdout)
# In the middle of a case, line by line: a code is explained and answers nothing.
with tempfile.TemporaryDirectory() as folder:
    lines = "\n" * 5 + "explain -2146877422\n404 2 1260\nthe phones get 0x80072f8f\n77\nnonsense\nexplain nothing\nq\n"
    done = subprocess.run([CASEBOOK, "run", "--plain", "--no-network", "--db", folder + "/cases.db"], input=lines, capture_output=True, text=True, timeout=60)
    for word in ("0x80094012  CERTSRV_E_TEMPLATE_DENIED", "iis 404.2.1260", "0x80072F8F", "There is no such number", "not understood", "No code in it is known"):
        check("plain: " + word, word in done.stdout)
    check("plain: one step only", done.stdout.count("\nStep 3") == 0)

print("\n".join("bad: " + b for b in bad) or "good")
sys.exit(bool(bad))
