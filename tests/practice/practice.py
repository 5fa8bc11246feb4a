#!/usr/bin/env python3
"""Practice cases: the list spoils nothing, a case's own server and files lead the checks to its cause, a walk line by line finds it,
Debian's scepclient enrols at it, and nothing is left behind.

    practice.py [--all]     a sample, or every case of the list (tests/long.sh)
"""
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile

from walked import at_screen, by_line

CASEBOOK = os.environ["CASEBOOK"]
HELPER = os.path.join(os.environ["BUILD_DIR"], "engine", "practice", "casebook-practice")
SAMPLE = ["pool-was-found-stopped", "every-second-phone-fails", "connector-says-no", "ended-pair-and-old-crashes"]
failed = []


def check(true, what):
    if not true:
        failed.append(what)
        print(f"not ok: {what}")


def practice(home, *args, text="", timeout=120):
    env = dict(os.environ, XDG_DATA_HOME=home, TMPDIR=home)
    r = subprocess.run([CASEBOOK, "practice", *args], input=text, capture_output=True, text=True, timeout=timeout, check=False, env=env)
    return r.returncode, r.stdout, r.stderr


def the_list(home):
    _, told, _ = practice(home, "--list")
    _, spoilt, _ = practice(home, "--list", "--spoil")
    names = [line for line in told.splitlines() if line and line[0] != " "]
    causes = set(re.findall(r"[(,] ?([a-z0-9-]+(?:\|[a-z0-9-]+)*)(?=[,)])", spoilt))
    check(len(names) >= 30, f"--list has {len(names)} cases")
    for cause in causes:
        for one in cause.split("|"):
            check("-" not in one or one not in told, f"--list tells the cause {one}")
    first = """request-not-reaching-iis impersonation-right-missing connector-not-installed server-restart-needed app-pool-stopped app-pool-crashing
        intermediate-in-root-store crl-unreachable windows-authentication-enabled policy-certificate-expired app-proxy-connector-stopped long-url-rejected
        app-proxy-url-wrong service-account-locked ra-certificate-expired device-log-silent""".split()
    check(not set(first) - causes, f"no case for {sorted(set(first) - causes)}")
    check(len(causes - set(first)) >= 10, f"only {sorted(causes - set(first))} beyond the article")
    same = {practice(home, "--random", "--seed", "7", "--explain")[1].splitlines()[0] for _ in range(2)}
    check(len(same) == 1, "a seed names two cases")
    return names


def explained(home, names):
    for name in names:
        rc, out, err = practice(home, name, "--explain")
        check(rc == 0 and out.startswith(f"Practice case {name}: ") and "The shortest way" in out, f"{name}: {rc} {out}{err}")


def walked_alone(home, names):
    """Who gives the folder where a file is asked for, and else presses Enter, comes to the cause."""
    env = dict(os.environ, XDG_DATA_HOME=home, TMPDIR=home)
    for name in names:
        for way in (at_screen, by_line):
            told, keys, last = way(name, env)
            check("You found it:" in told, f"{name} {way.__name__}, {keys} keys: {told[-1500:]}\n{last}")


def walked(home):
    """Enter sees no event log, says so, and comes to the fix; e ends the walk."""
    rc, out, err = practice(home, "pool-was-found-stopped", "--plain", text="\n\n3\n")
    check(rc == 0 and "You found it:\n  The SCEP application pool is not started (app-pool-stopped)" in out, f"walk: {rc} {out}{err}")
    check("Your walk left the shortest way at 'Application pool': " in out, f"parting: {out}")
    rc, out, _ = practice(home, "pool-was-found-stopped", "--plain", text=".\n\n\n3\n")
    check(rc == 0 and "You found it" in out, f"walk with its folder: {out}")
    db = os.path.join(home, "casebook", "practice.db")
    check(os.path.exists(db) and not os.path.exists(os.path.join(home, "casebook", "cases.db")), "practice cases stand among the real ones")


def enrolled(home):
    """The server of a healthy case issues a certificate to a client of others, with the right challenge alone."""
    env = dict(os.environ, TMPDIR=home)
    with subprocess.Popen([HELPER, "play", "long-ones-pass"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=env) as p:
        said = {}
        for line in p.stdout:
            key, _, value = line.rstrip("\n").partition("\t")
            said[key] = value
            if key == "ready":
                break
        with tempfile.TemporaryDirectory() as d:
            for challenge, wanted in (("wrong", False), ("practice", True)):
                subprocess.run(["scepclient", "-private-key", f"{d}/{challenge}.key", "-certificate", f"{d}/{challenge}.pem", "-server-url", said["url"],
                                "-challenge", challenge, "-cn", "phone"], cwd=d, capture_output=True, timeout=60, check=False)
                for left in ("csr.pem", "self.pem"):
                    if os.path.exists(f"{d}/{left}"):
                        os.remove(f"{d}/{left}")
                check(os.path.exists(f"{d}/{challenge}.pem") == wanted, f"the challenge '{challenge}' gives {'no' if wanted else 'a'} certificate")
            r = subprocess.run(["openssl", "verify", "-CAfile", said["ca"], "-partial_chain", "-untrusted", f"{d}/practice.pem", f"{d}/practice.pem"],
                               capture_output=True, text=True, check=False)
            check("unable to get local issuer" in r.stderr + r.stdout or r.returncode == 0, f"the certificate: {r.stderr}")
        p.send_signal(signal.SIGINT)  # a terminal's Ctrl-C is for the wizard
        check(p.poll() is None, "Ctrl-C ends the server")
        p.stdin.close()
        check(p.wait(timeout=60) == 0, f"it ended with {p.returncode}")
    check(not os.path.exists(said["folder"]), "its folder is left behind")


def refused(home):
    rc, _, err = practice(home, "no-such-case")
    check(rc == 2 and "--list" in err, f"an unknown case: {rc} {err}")
    rc, _, err = practice(home, "--random", "--seed", "x")
    check(rc == 2 and "--seed x" in err, f"a wrong seed: {rc} {err}")
    cases = os.path.join(home, "cases")
    os.makedirs(os.path.join(cases, "broken"))
    with open(os.path.join(cases, "practice.tsv"), "w", encoding="utf-8") as f:
        f.write("broken\tfirst\n")
    with open(os.path.join(cases, "broken", "scenario.yaml"), "w", encoding="utf-8") as f:
        f.write("story: x\nstory: y\n")
    env = dict(os.environ, CASEBOOK_PRACTICE_CASES=cases)
    r = subprocess.run([HELPER, "list"], capture_output=True, text=True, check=False, env=env)
    check(r.returncode == 1 and "scenario.yaml:2:1" in r.stderr, f"a broken scenario: {r.returncode} {r.stderr}")


def main():
    home = tempfile.mkdtemp(prefix="casebook practice.")
    try:
        names = the_list(home)
        explained(home, names if "--all" in sys.argv else SAMPLE)
        walked_alone(home, names if "--all" in sys.argv else SAMPLE)
        walked(home)
        enrolled(home)
        refused(home)
        left = [n for n in os.listdir(home) if n.startswith("casebook-practice-")]
        check(not left, f"left behind: {left}")
    finally:
        shutil.rmtree(home)
    print(f"{len(failed)} failures" if failed else f"ok: {len(names)} cases")
    return bool(failed)


sys.exit(main())
