#!/usr/bin/python3
"""A real domain controller for the tests: Samba, in a folder that is removed, in namespaces of its own.

    samba_dc.py COMMAND ARG...

makes the domain casebook.test with the accounts of samba_domain.py, starts Samba's LDAP and Kerberos where
nobody else reaches them, gets a ticket for the user `asker`, runs COMMAND and ends with its exit code (77, "skipped", when
Samba is not installed or this machine allows no namespaces; 1 where CASEBOOK_TESTS_ALL says that every test is to run).
Debian's package `samba` starts services where it is installed, so its files are used out of a folder (CASEBOOK_SSHD_ROOT).

COMMAND finds in its environment AD_HOST, AD_RUN (a folder), KRB5_CONFIG and KRB5CCNAME.
"""
import ctypes
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
LIBS = pathlib.Path("/usr/lib") / (os.uname().machine + "-linux-gnu") / "samba"
HOST = "dc1.casebook.test"


def skip(why, machine=False):
    """machine: nothing that could be installed would help."""
    print("samba_dc: " + why, file=sys.stderr)
    sys.exit(1 if os.environ.get("CASEBOOK_TESTS_ALL") and not machine else 77)


def die_with_parent():
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG


def run(*args, **more):
    done = subprocess.run(args, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, **more)
    if done.returncode != 0:
        sys.exit(f"samba_dc: {args[0]} failed: {done.stdout[-2000:]}")
    return done.stdout


def program():
    """Samba's program, its files laid over the system's where they come out of a folder."""
    if os.path.exists("/usr/sbin/samba"):
        return "/usr/sbin/samba"
    root = pathlib.Path(os.environ.get("CASEBOOK_SSHD_ROOT", "/nowhere"))
    found = root / "usr/sbin/samba"
    if not found.exists():
        skip("Samba is not installed")
    over = root / LIBS.relative_to("/")
    if subprocess.run(["mount", "-t", "overlay", "overlay", "-o", f"ro,lowerdir={over}:{LIBS}", str(LIBS)], check=False).returncode != 0:
        skip("this machine lays no files over others", machine=True)
    return str(found)


def inside(command):
    daemon = program()
    run("ip", "link", "set", "lo", "up")
    with tempfile.TemporaryDirectory() as folder:
        d = pathlib.Path(folder)
        (d / "hosts").write_text(f"127.0.0.1 localhost\n127.0.0.1 {HOST}\n127.0.0.1 other.casebook.test\n")
        run("mount", "--bind", str(d / "hosts"), "/etc/hosts")
        run("/usr/bin/python3", str(HERE / "samba_domain.py"), folder)
        with open(d / "samba.log", "w", encoding="utf-8") as log:
            server = subprocess.Popen([daemon, "-F", "-M", "single", "-s", str(d / "etc/smb.conf"), "--debug-stdout", "-d", "1"],
                                      stdin=subprocess.PIPE, stdout=log, stderr=log, preexec_fn=die_with_parent)
        try:
            return serve(d, server, command)
        finally:
            server.terminate()
            server.wait()


def listens(port, server, log):
    for _ in range(3000):
        if server.poll() is not None:
            sys.exit("samba_dc: Samba ended: " + log.read_text()[-2000:])
        try:
            socket.create_connection(("127.0.0.1", port), timeout=10).close()
            return
        except ConnectionRefusedError:
            time.sleep(0.01)
    sys.exit(f"samba_dc: Samba does not listen on {port}: " + log.read_text()[-2000:])


def serve(d, server, command):
    for port in (88, 389, 636):
        listens(port, server, d / "samba.log")
    env = dict(os.environ, AD_HOST=HOST, AD_RUN=str(d), KRB5_CONFIG=str(d / "krb5.conf"), KRB5CCNAME=f"FILE:{d}/ticket")
    (d / "krb5.conf").write_text("[libdefaults]\n default_realm = CASEBOOK.TEST\n dns_lookup_kdc = false\n dns_lookup_realm = false\n"
                                 " rdns = false\n dns_canonicalize_hostname = false\n[realms]\n CASEBOOK.TEST = {\n"
                                 "  kdc = 127.0.0.1:88\n }\n[domain_realm]\n .casebook.test = CASEBOOK.TEST\n")
    run("kinit", "asker@CASEBOOK.TEST", input="Asker-pass1\n", env=env)
    return subprocess.run(command, env=env, check=False).returncode


def main():
    if os.environ.get("SAMBA_DC_INSIDE"):
        sys.exit(inside(sys.argv[1:]))
    try:
        import samba.provision  # noqa: F401 pylint: disable=import-outside-toplevel,unused-import
    except ImportError:
        skip("Samba's Python modules are not installed")
    for name in ("unshare", "kinit", "ldbmodify"):
        if shutil.which(name) is None:
            skip(name + " is not installed")
    if subprocess.run(["unshare", "-rmn", "true"], check=False, stderr=subprocess.DEVNULL).returncode != 0:
        skip("this machine allows no namespaces", machine=True)
    os.environ["SAMBA_DC_INSIDE"] = "yes"
    os.execvp("unshare", ["unshare", "-rmn", sys.executable, __file__, *sys.argv[1:]])


main()
