#!/usr/bin/env python3
"""The command line of `probe` and `probes`: exit codes, messages, text, Ctrl-C."""
import base64
import fcntl
import json
import os
import pathlib
import pty
import re
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import termios
import time
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "lib"))
from probe_check import CASEBOOK, Checker  # noqa: E402

c = Checker()


_keys = tempfile.TemporaryDirectory()
CERT, KEY = _keys.name + "/cert.pem", _keys.name + "/key.pem"
subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", KEY, "-out", CERT, "-subj", "/CN=device"],
               check=True, capture_output=True)


def run(*args, **more):
    return subprocess.run([CASEBOOK, *args], capture_output=True, text=True, timeout=60, check=False, **more)


def usage(message, *args):
    c.done += 1
    r = run(*args)
    if r.returncode != 2 or message not in r.stderr or r.stdout:
        c.fail(" ".join(args), f"{r.returncode} {r.stderr!r} {r.stdout!r}")


usage("which check", "probe")
usage("no check 'no.such'", "probe", "no.such")
usage("is not key=value", "probe", "tcp.connect", "localhost")
usage("takes no 'hots'", "probe", "tcp.connect", "hots=localhost")
usage("given twice", "probe", "tcp.connect", "host=a", "host=b")
usage("needs url=", "probe", "http.get")
usage("needs an argument", "probe", "tcp.connect")
usage("control character", "probe", "http.get", "url=https://a.test/\x01")
usage("begin with https://", "probe", "http.get", "url=ftp://a.test/")
usage("user name", "probe", "http.get", "url=https://a:b@a.test/")
usage("port=", "probe", "tcp.connect", "host=a", "port=0")
usage("--timeout", "probe", "tcp.connect", "host=a", "--timeout=soon")
usage("--timeout", "probe", "tcp.connect", "host=a", "--timeout=nan")
usage("--timeout", "probe", "tcp.connect", "host=a", "--timeout=-1")
usage("--ca /nonexistent", "probe", "http.get", "url=https://a.test/", "--ca=/nonexistent")
usage("no check 'no.such'", "probes", "no.such")

# A CA file that holds no certificate is told as such.
c.expect("--ca of another kind", "http.get", "url=https://127.0.0.1:1/", "--ca=/etc/passwd", "--timeout=2", outcome="unreached",
         code=3)

# Text: the same facts, and the line by hand.
listener = socket.create_server(("127.0.0.1", 0))
port = str(listener.getsockname()[1])
r = run("probe", "tcp.connect", "host=127.0.0.1", "port=" + port)
c.done += 1
for part in ("measured in ", "connected ", "yes", "By hand:", "nc -vz -w 6 127.0.0.1 " + port,
             "This shows no fault.", "inside the server's network"):
    if part not in r.stdout or r.returncode != 0:
        c.fail("text", f"{part!r} is not in {r.stdout!r}")

# A fault names the cause that the measurement speaks for, and the facts.
with tempfile.NamedTemporaryFile("w", suffix=".txt") as pools:
    pools.write('APPPOOL "SCEP" (MgdVersion:v4.0,MgdMode:Integrated,state:Stopped)\n')
    pools.flush()
    r = run("probe", "apppool.state", "file=" + pools.name)
c.done += 1
for part in ("This shows a fault.\n", "It speaks for: The SCEP application pool is not started (app-pool-stopped)\n",
             "because scep = stopped\n"):
    if part not in r.stdout or r.returncode != 3:
        c.fail("text of a fault", f"{part!r} is not in {r.stdout!r}")


def on_terminal(columns, *args):
    """The lines that a terminal of so many columns gets."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    p = subprocess.Popen([CASEBOOK, *args], stdin=subprocess.DEVNULL, stdout=theirs, stderr=subprocess.DEVNULL)
    os.close(theirs)
    got = b""
    while True:
        try:
            more = os.read(ours, 65536)
        except OSError:  # how a terminal ends
            break
        if not more:
            break
        got += more
    os.close(ours)
    p.wait(timeout=30)
    return got.decode().replace("\r", "").splitlines()


# On a terminal facts are wrapped beneath themselves, nothing is lost, and what is to be copied stays whole.
address = ("address: 127.0.0.1, family: IPv4, connected: yes,", "ms: ", "error: none")
for width in (50, 60, 90):
    c.done += 1
    lines = on_terminal(width, "probe", "tcp.connect", "host=127.0.0.1", "port=" + port)
    hand = lines.index("By hand:")
    wide = [line for line in lines[:hand] if len(line) > width]
    body = " ".join(line.strip() for line in lines[:hand])
    if wide or any(a not in body for a in address) or "  Test-NetConnection 127.0.0.1 -Port " + port not in lines[hand:]:
        c.fail(f"wrapped at {width}", "\n".join(lines))
r = run("probe", "dns.resolve", "host=127.0.0.1")
c.done += 1
if "Unknown: cnames, " not in r.stdout or re.search(r"^  \S+ +unknown$", r.stdout, re.M):
    c.fail("what is unknown is named once", r.stdout)
r = run("probes")
c.done += 1
if r.returncode or any(p not in r.stdout for p in c.probes):
    c.fail("probes", r.stdout)
for p in c.probes.values():
    c.done += 1
    r = run("probes", p["id"])
    if r.returncode or any(f["key"] not in r.stdout for f in p["facts"]):
        c.fail("probes " + p["id"], r.stdout)

# What leaves a trace is not run unless allowed; the answer is still one JSON object.
for p in c.probes.values():
    if p["side_effect"]:
        c.expect("side effect " + p["id"], p["id"], f"url=http://127.0.0.1:{port}/", outcome="cancelled", code=4,
                 why="--allow-side-effects")

# A captured request leaves none: it is read, from a URL with whatever in it or from a file, cut off or not.
message = subprocess.run(["openssl", "cms", "-sign", "-signer", CERT, "-inkey", KEY, "-nodetach", "-stream", "-outform",
                          "DER"], check=True,
                         input=b"x" * 3000, capture_output=True).stdout
whole = base64.b64encode(message).decode()
start = "https://<server>-contoso.msappproxy.net/certsrv/mscep/mscep.dll?operation=PKIOperation&message="
for what, text, complete in (("whole", urllib.parse.quote(whole, safe=""), True), ("cut", whole[:1500], False)):
    e = c.expect("a pasted URL, " + what, "scep.pkioperation", "url=" + start + text, facts={"complete": complete},
                 test=lambda e: e["vantage"]["network"] is None)
    with tempfile.TemporaryDirectory() as d:
        pathlib.Path(d, "request.txt").write_text("GET " + start + text + " HTTP/1.1\n", encoding="ascii")
        c.expect("the same in a file, " + what, "scep.pkioperation", f"file={d}/request.txt", facts={"complete": complete})
        c.done += 1
        p = subprocess.run(["sh", "-c", e["by_hand"] if e else "false"], cwd=d, capture_output=True, check=False)
        if b"pkcs7-signedData" not in p.stdout or (p.returncode == 0) != complete:
            c.fail("by hand, " + what, str(p))

# A file from a pipe: the copy leaves no trace, not even its name.
before = set(os.listdir(tempfile.gettempdir()))
log = "#Fields: date time cs-method cs-uri-stem cs-uri-query sc-status\n2026-11-22 10:00:00 GET /certsrv/mscep/mscep.dll - 403\n"
r = run("probe", "iis.log", "file=-", "--json", input=log)
c.done += 1
e = json.loads(r.stdout)
c.hold("iis.log", e)
if e["target"] != "-" or e["outcome"] != "measured" or e["facts"]["scep_requests"] != 1 or "/casebook-" in r.stdout:
    c.fail("file=-", r.stdout)
for words in (["hash=no", "file=-"], ["file=-", "hash=no"]):
    c.done += 1
    r = run("probe", "iis.log", *words, "--json", input=log)
    e = json.loads(r.stdout)
    if e["target"] != "-" or e["outcome"] != "measured" or e["facts"]["scep_requests"] != 1:
        c.fail(" ".join(words), r.stdout)
if [n for n in set(os.listdir(tempfile.gettempdir())) - before if n.startswith("casebook-") and len(n) == 15]:
    c.fail("file=-", "the copy is left behind")

# Ctrl-C stops the check: evidence with what was seen, exit code 130.
silent = socket.create_server(("127.0.0.1", 0))
p = subprocess.Popen([CASEBOOK, "probe", "http.get", f"url=http://127.0.0.1:{silent.getsockname()[1]}/", "--json"],
                     stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
conn, _ = silent.accept()
time.sleep(0.1)
p.send_signal(signal.SIGINT)
out, _ = p.communicate(timeout=30)
c.done += 1
if p.returncode != 130 or '"outcome":"cancelled"' not in out:
    c.fail("Ctrl-C", f"{p.returncode} {out}")

# A full disk behind the output is an error of the program.
if os.path.exists("/dev/full"):
    c.done += 1
    with open("/dev/full", "w", encoding="utf-8") as full:
        r = subprocess.run([CASEBOOK, "probes", "--json"], stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    if r.returncode != 1 or "could not be written" not in r.stderr:
        c.fail("/dev/full", f"{r.returncode} {r.stderr}")

# Without the helper program there is a sentence, not a crash.
r = run("probe", "tcp.connect", "host=127.0.0.1", "port=" + port, env=dict(os.environ, CASEBOOK_PROBE="/nonexistent/helper"))
c.done += 1
if r.returncode != 1 or "/nonexistent/helper" not in r.stderr:
    c.fail("no helper", f"{r.returncode} {r.stderr}")
c.end()
