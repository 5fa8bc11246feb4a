#!/usr/bin/env python3
"""`casebook config`: a file of options, where each value comes from, wrong lines named and passed over; who works on a case stands in its reports."""
import os, pathlib, re, subprocess, sys, tempfile

CASEBOOK = os.environ["CASEBOOK"]
HOME = pathlib.Path(tempfile.mkdtemp())
FILE = HOME / "casebook" / "config"
ENV = {k: v for k, v in os.environ.items() if k.lower() not in ("https_proxy", "all_proxy", "no_color")} | {"XDG_CONFIG_HOME": str(HOME), "HOME": str(HOME)}
DB = ["--db", str(HOME / "cases.db")]
wrong = 0


def run(*args, code=0, env=ENV):
    done = subprocess.run([CASEBOOK, *args], capture_output=True, timeout=60, env=env, stdin=subprocess.DEVNULL)
    check(done.returncode == code, f"{args}: exit {done.returncode}, not {code}: {done.stderr.decode()}")
    return done.stdout.decode(), done.stderr.decode()


def check(good, what):
    global wrong
    if not good:
        wrong += 1
        print(what)


def row(key, *args, env=ENV):
    return [part for part in re.split(r"  +", run("config", key, *args, env=env)[0].strip())][1:]


keys = [line.split()[0] for line in run("config")[0].splitlines()]
check(not FILE.exists(), "asking nobody wrote a file")
flags = run("run", "--help")[0] + run("desk", "--help")[0]
for key in keys:  # every option named there exists as a flag
    check(f"--{key}" in flags or f"--{key}" in run("--help")[0], f"{key} is no option")
check(row("color") == ["auto", "default"], "color by default")
check(row("db")[1] == "default" and row("db", *DB) == [DB[1], "command line"], "db by default and given")
check(row("proxy", env=ENV | {"https_proxy": "http://p:1"}) == ["http://p:1", "environment, https_proxy"], "proxy of the environment")

run("config", "person", "Ada Lovelace")
run("config", "role", "service desk")
check(FILE.stat().st_mode & 0o777 == 0o600 and FILE.parent.stat().st_mode & 0o777 == 0o700, "the file is for others, too")
check(row("person") == ["Ada Lovelace", f"{FILE} line 1"], row("person"))
run("config", "timeout", "soon", code=2)
run("config", "colour", "never", code=2)

# Lines that are wrong are named, and the others hold.
FILE.write_text(FILE.read_text() + "# a remark\n\ncolour = never\ntimeout 5\nascii = maybe\ntimeout = 7\n")
out, err = run("config")
for line, why in ((5, "no such option"), (6, "not \"key = value\""), (7, "yes or no")):
    check(re.search(rf"config line {line}: .*{why}", err), f"line {line} is not named: {err}")
check(row("timeout") == ["7", f"{FILE} line 8"], "a good line behind wrong ones")
run("config", "role", "")
check(row("role") == ["-", "default"] and "# a remark" in FILE.read_text(), "taken out, and the rest left")
run("config", "role", "service desk")
FILE.write_text(FILE.read_text().replace("colour = never\ntimeout 5\nascii = maybe\n", ""))

# What cannot be read whole is neither used nor written over.
kept = FILE.read_bytes()
for held, why in ((kept + b"\0", "is no text"), (kept + b"# filler\n" * 8000, "File too large")):
    FILE.write_bytes(held)
    check(f"{why}; the defaults hold" in run("config")[1], f"{why}: not said")
    check(why in run("config", "person", "Grace Hopper", code=1)[1] and FILE.read_bytes() == held, f"{why}: the file was written over")
FILE.write_bytes(kept)

# Once set, in every case; the command line holds over it; a name is a token where names are.
AUTO = ["run", "--auto", "--no-network", "--set", "server_url=https://ndes.corp-x.net/certsrv/mscep/mscep.dll", *DB]
run(*AUTO, "--ticket", "INC-4711", code=4)
run(*AUTO, "--person", "Grace Hopper", code=4)
last = lambda number, *level: run("report", number, "-f", "ticket", *DB, *level)[0].splitlines()[-1]  # noqa: E731
full = ["--redact", "full"] if "--redact" in run("report", "--help")[0] else ["--full"]
for number, person, ticket in (("1", "Ada Lovelace, service desk", ", ticket INC-4711"), ("2", "Grace Hopper, service desk", "")):
    line = last(number, *full)
    check(f", {person}{ticket}" in line, f"case {number} ends in {line!r}")
    check(person.split(",")[0] not in last(number), f"the name stands in {last(number)!r}")
subprocess.run(["rm", "-rf", str(HOME)], check=True)
sys.exit(wrong != 0)
