#!/usr/bin/env python3
"""The reports of assets/examples: five scenarios of tests/e2e, run against the servers of tests/lib/servers.py.

    examples.py [--update]   compares what casebook writes now with what is there, but for times, numbers and hashes;
                             with --update it puts them there anew, to be read before a commit
"""
import collections, os, pathlib, re, shutil, subprocess, sys, tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tests" / "e2e"))
from scenarios import CASEBOOK, EXIT, SCENARIOS, command  # noqa: E402

EXAMPLES = ROOT / "assets" / "examples"
NAMES = ["impersonation-right-missing", "crl-unreachable", "ra-certificate-expired", "app-proxy-connector-stopped", "healthy-tls"]


def run(cmd, code=0):
    done = subprocess.run(cmd, capture_output=True, timeout=120)
    if done.returncode != code:
        sys.exit(f"{' '.join(cmd)}: exit {done.returncode}, not {code}\n{done.stderr.decode()}")
    return done.stdout


def reports():
    """(file name, bytes) of each; what is read is named as a person in that folder would name it."""
    os.chdir(tempfile.mkdtemp())
    shutil.copy(os.environ["SRV_PKI"] + "/root.pem", ".")
    os.environ["SRV_PKI"] = "."
    for number, name in enumerate(NAMES, 1):
        scenario = SCENARIOS[name]
        run(command(name, scenario, ""), EXIT[scenario["verdict"]])
        for form in ("html", "md"):
            yield f"{name}.{form}", run([CASEBOOK, "report", str(number), "--db", "cases.db", "-f", form])


def gist(data):
    """Every piece of it without what differs from run to run; in no order, since checks end in any order."""
    text = re.sub(rb"\b[0-9a-fA-F]{16,}\b|\b[0-9A-HJKMNP-TV-Z]{26}\b|-?\d+|ahead of|behind", b"0", re.sub(rb"\.\d{3}Z", b"Z", data))
    return collections.Counter(re.findall(rb"[^\n<>]*[^\n<>\s][^\n<>]*", re.sub(rb"<svg.*?</svg>", b"", text, flags=re.S)))


wrong = 0
for file, now in reports():
    path = EXAMPLES / file
    if "--update" in sys.argv:
        path.write_bytes(now)
        continue
    there, here = gist(path.read_bytes()), gist(now)
    for sign, pieces in (("-", there - here), ("+", here - there)):
        for piece, times in sorted(pieces.items())[:10]:
            wrong += 1
            print(f"{file}: {sign} {piece.decode()[:160]}" + (f" ({times} times)" if times > 1 else ""))
subprocess.run(["rm", "-rf", os.getcwd()], check=True)
print("run tests/report/examples.sh --update and read what it writes" if wrong else f"{len(NAMES)} examples, as they are written now")
sys.exit(wrong != 0)
