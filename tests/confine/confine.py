#!/usr/bin/env python3
"""Hostile code in a check's own process: each deed is stopped, and the check is reported as crashed; and without the
kernel's help everything still works."""
import gzip
import json
import os
import pathlib
import re
import socket
import subprocess
import sys
import tempfile

E = os.environ
FAILED = []
# What is refused with an error instead of the process's end: the code goes on, and got nothing.
REFUSED_ONLY = {"read-file", "unix-socket", "listen", "token"}
FILE_DEEDS = ["token", "read-file", "write-file", "remove-file", "inet-socket", "unix-socket", "listen", "exec", "fork", "kill",
              "ptrace", "new-code", "data-to-code", "memory-file"]
LIVE_DEEDS = [d for d in FILE_DEEDS if d != "inet-socket"]


def check(good, what):
    if not good:
        FAILED.append(what)
        print("FAILED: " + what)


def probe(args, before=(), **env):
    done = subprocess.run([*before, E["CASEBOOK"], "probe", "--json", *args], capture_output=True, text=True,
                          env={**E, **env}, timeout=60)
    return json.loads(done.stdout)


def attack(at, deeds, args, secret, refused_only=frozenset(REFUSED_ONLY)):
    def result(deed):
        return probe(args, LD_PRELOAD=E["HOSTILE"], CASEBOOK_HOSTILE_AT=at, CASEBOOK_HOSTILE_DOES=deed,
                     CASEBOOK_HOSTILE_PATH=str(secret), DEPLOY_TOKEN="x")
    reached = result("nothing")
    check(reached["outcome"] == "crashed" and "status 77" in reached["why"], f"{at}: the code is not reached: {reached['why']}")
    for deed in deeds:
        r = result(deed)
        why = r["why"] or ""
        ended = re.search(r"signal 31\b", why) is not None
        refused = "status 78" in why
        check(r["outcome"] == "crashed", f"{at}, {deed}: outcome {r['outcome']}")
        check(ended or (refused and deed in refused_only), f"{at}, {deed}: {why}")
        print(f"{at:8} {deed:13} {'ended' if ended else 'refused' if refused else 'WORKED'}")
    check(secret.read_text() == "secret", f"{at}: the other file has changed")


def main():
    with tempfile.TemporaryDirectory() as folder:
        secret = pathlib.Path(folder) / "id_ed25519"
        secret.write_text("secret")
        work = pathlib.Path(folder) / "work"
        work.mkdir()
        log = work / "u_ex.log.gz"
        log.write_bytes(gzip.compress(b"#Software: Microsoft Internet Information Services 10.0\n"
                                      b"#Fields: date time cs-method cs-uri-stem sc-status\n"
                                      b"2026-01-01 00:00:01 GET /certsrv/mscep/mscep.dll 200\n"))
        listener = socket.create_server(("127.0.0.1", 0))
        port = listener.getsockname()[1]
        file_args = ["iis.log", f"file={log}"]
        live_args = ["tcp.connect", "host=127.0.0.1", f"port={port}"]
        version = subprocess.run([E["CASEBOOK_PROBE"], "--version"], capture_output=True, text=True).stdout
        print(version.strip())
        if "no seccomp" in version or "no Landlock" in version:
            # A build machine of this kind shows what is left: nothing may break.
            print("this kernel does not confine: deeds are not tried")
        else:
            attack("inflate", FILE_DEEDS, file_args, secret)
            attack("connect", LIVE_DEEDS, live_args, secret)
            # Kerberos is let down gently when it wants to write into its tickets.
            attack("connect", LIVE_DEEDS, ["ad.account", "account=x", *live_args[1:]], secret, REFUSED_ONLY | {"write-file"})
        old = [E["OLD_KERNEL"]]
        said = subprocess.run([*old, E["CASEBOOK_PROBE"], "--version"], capture_output=True, text=True).stdout
        check("no seccomp" in said and "no Landlock" in said, f"on an old kernel: {said}")
        for args in (file_args, live_args):
            check(probe(args)["outcome"] == "measured", f"{args[0]} as it is")
            check(probe(args, before=old)["outcome"] == "measured", f"{args[0]} on an old kernel")
    print(f"{len(FAILED)} failed")
    return 1 if FAILED else 0


sys.exit(main())
