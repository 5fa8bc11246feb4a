#!/usr/bin/env python3
"""Real servers for the tests, on free ports of 127.0.0.1, gone when the test is.

    servers.py [-v] [--only NAME,NAME...] -- COMMAND ARG...

starts nginx dressed as IIS, HTTP.sys and the application proxy, the SCEP server of the Debian package `scep` behind it,
a SCEP double with separate RA certificates, TLS servers with one fault each, and TCP peers that misbehave; runs COMMAND
and ends with its exit code (77, "skipped", when nginx or scepserver is not installed; 1 where CASEBOOK_TESTS_ALL says that
every test is to run).  COMMAND finds in its environment:

    SRV_PKI       the folder of mkpki.sh: root.pem is what --ca wants, pub/ is served by SRV_PUB
    SRV_RUN       a folder that is removed at the end; access.log is nginx's
    SRV_PUB       http://127.0.0.1:PORT where CRLs, AIA certificates (/pub/) and OCSP (/ocsp) are served
    SRV_<NAME>    the port of each server, upper case: SRV_NDES, SRV_TLS, SRV_S503, SRV_REFUSED ...
    SRV_URL_<NAME>  the same as a URL: http://127.0.0.1:PORT/certsrv/mscep/mscep.dll (https: localhost)

The names are the keys of SITES and TLS_SITES in nginx_conf.py, of PEERS in rawpeers.py, and `double`.
With --only, nginx serves only these (the raw peers cost nothing and are always there).
The challenge of the real SCEP server is "secret-challenge"; the double refuses every request it cannot open.
"""
import base64
import ctypes
import http.server
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
import nginx_conf  # noqa: E402
import rawpeers  # noqa: E402

PATH = "/certsrv/mscep/mscep.dll"
PAGES = os.path.join(os.path.dirname(HERE), "probe", "scep", "pages")
CHALLENGE = "secret-challenge"


def die_with_parent():
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG


def listener():
    s = socket.create_server(("127.0.0.1", 0), backlog=128)
    s.set_inheritable(True)
    return s


class Double(http.server.BaseHTTPRequestHandler):
    """PKIOperation by tests/lib/scep_double, CRLs and AIA files below /pub/, OCSP by openssl(1)."""
    protocol_version = "HTTP/1.1"
    server_version = "Microsoft-IIS/10.0"
    sys_version = ""
    timeout = 10

    def log_message(self, *args):
        pass

    def answer(self, code, kind, body):
        time.sleep(float(os.environ.get("SRV_DELAY", "0")))  # for benchmarks
        self.send_response(code)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        url = urllib.parse.urlsplit(self.path)
        if url.path.startswith("/pub/"):
            name = os.path.join(self.server.pki, "pub", os.path.basename(url.path))
            if not os.path.exists(name):
                return self.answer(404, "text/html", b"<html>no such file</html>")
            with open(name, "rb") as f:
                return self.answer(200, "application/octet-stream", f.read())
        message = urllib.parse.parse_qs(url.query).get("message", [""])[0]
        try:
            body = base64.b64decode(message, validate=True)
        except ValueError:
            return self.answer(500, "text/html", b"<html>the message is not base64</html>")
        return self.scep(body)

    def do_POST(self):
        body = self.rfile.read(min(int(self.headers.get("Content-Length") or 0), 1 << 20))
        return self.ocsp(body) if self.path.startswith("/ocsp") else self.scep(body)

    def ocsp(self, body):
        pki = self.server.pki
        with tempfile.TemporaryDirectory(dir=self.server.run) as d:
            with open(d + "/req", "wb") as f:
                f.write(body)
            subprocess.run(["openssl", "ocsp", "-index", pki + "/ocsp-index.txt", "-CA", pki + "/inter.pem", "-rsigner",
                            pki + "/ocsp.pem", "-rkey", pki + "/ocsp.key", "-reqin", d + "/req", "-respout", d + "/res",
                            "-ndays", "1"], check=False, capture_output=True, timeout=60)
            with open(d + "/res", "rb") as f:
                self.answer(200, "application/ocsp-response", f.read())

    def scep(self, body):
        if not self.server.double:
            return self.answer(500, "text/html", b"<html>the double is not built</html>")
        mode = urllib.parse.parse_qs(urllib.parse.urlsplit(self.path).query).get("mode", [""])[0]
        r = subprocess.run([self.server.double, self.server.pki, mode], input=body, capture_output=True, timeout=60)
        if r.returncode:
            return self.answer(500, "text/html", b"<html>" + r.stderr[:200] + b"</html>")
        return self.answer(200, "application/x-pki-message", r.stdout)


def start_scepserver(run, procs):
    """scepserver listens on all addresses, so it gets a network of its own with a UNIX socket as its door."""
    depot = os.path.join(run, "depot")
    subprocess.run(["scepserver", "ca", "-init", "-depot", depot, "-keySize", "2048"], check=True, capture_output=True)
    door = os.path.join(run, "scep.sock")
    cmd = [sys.executable, os.path.join(HERE, "netbox.py"), door, depot, CHALLENGE]
    isolate = ["unshare", "-n"] if os.geteuid() == 0 else ["unshare", "-rn"]
    if subprocess.run(isolate + ["true"], capture_output=True, check=False).returncode:
        isolate = []  # no namespaces here: then it is seen on all addresses for as long as the test runs
    log = open(os.path.join(run, "scepserver.log"), "wb")
    procs.append(subprocess.Popen(isolate + cmd, stdout=log, stderr=log, preexec_fn=die_with_parent))
    return door


def start_nginx(run, pki, door, double, names, procs):
    socks = {name: listener() for name in names}
    ports = {name: s.getsockname()[1] for name, s in socks.items()}
    for src, dst in (("ndes-general.html", "general.html"),):  # NDES sends UTF-16 with a BOM whatever its META says
        with open(os.path.join(PAGES, src), encoding="utf-8") as f, open(os.path.join(run, dst), "wb") as g:
            g.write(b"\xff\xfe" + f.read().encode("utf-16-le"))
    name = os.path.join(run, "nginx.conf")
    with open(name, "w", encoding="utf-8") as f:
        f.write(nginx_conf.conf(ports, run, PAGES, pki, "unix:" + door, double))
    # nginx takes over listening sockets named in NGINX: no port is free for a moment between us and it.
    env = dict(os.environ, NGINX="".join(f"{s.fileno()};" for s in socks.values()))
    procs.append(subprocess.Popen(["nginx", "-p", "/usr/share/nginx", "-c", name, "-e", run + "/nginx-error.log"], env=env,
                                  pass_fds=[s.fileno() for s in socks.values()], stderr=subprocess.DEVNULL,
                                  preexec_fn=die_with_parent))
    return ports


def wait_for(test, what, seconds=60):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if test():
            return
        time.sleep(0.02)
    sys.exit(f"servers.py: {what} did not come up; see its log in the run folder")


def answers(port):
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=2) as c:
            c.sendall(b"GET / HTTP/1.0\r\n\r\n")
            return c.recv(1) != b""
    except OSError:
        return False


def start_double(run, pki, double):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Double)
    server.pki, server.run, server.double = pki, run, double
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.server_address[1]


def environment(run, pki, ports):
    env = dict(os.environ, SRV_RUN=run, SRV_PKI=pki, SRV_PUB=f"http://127.0.0.1:{ports['double']}")
    for k in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        env.pop(k, None)
    for name, port in ports.items():
        tls = name.startswith("tls")
        env["SRV_" + name.upper()] = str(port)
        env["SRV_URL_" + name.upper()] = (f"https://localhost:{port}" if tls else f"http://127.0.0.1:{port}") + PATH
    return env


def main():
    argv = sys.argv[1:]
    if "--" not in argv or argv[-1] == "--":
        sys.exit(__doc__)
    options, command = argv[:argv.index("--")], argv[argv.index("--") + 1:]
    names = list(nginx_conf.SITES) + list(nginx_conf.TLS_SITES)
    if "--only" in options:
        only = options[options.index("--only") + 1].split(",")
        names = [n for n in names if n in only]
    for tool in ("nginx", "scepserver", "openssl"):
        if not shutil.which(tool):
            print(f"servers.py: {tool} is not installed: skipped", file=sys.stderr)
            sys.exit(1 if os.environ.get("CASEBOOK_TESTS_ALL") else 77)
    # Not every server's configuration can name a folder with a blank in it, and pki(1) numbers its files at the first dot.
    plain = re.fullmatch(r"[A-Za-z0-9_/-]+", tempfile.gettempdir())
    run = tempfile.mkdtemp(prefix="casebook-srv-", dir=None if plain else "/tmp")
    pki, procs = os.path.join(run, "pki"), []
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        ports = {"double": start_double(run, pki, os.environ.get("SCEP_DOUBLE"))}
        door = start_scepserver(run, procs)
        subprocess.run([os.path.join(HERE, "mkpki.sh"), pki, f"http://127.0.0.1:{ports['double']}"], check=True)
        ports.update(start_nginx(run, pki, door, ports["double"], names, procs))
        ports.update(rawpeers.start(pki))
        wait_for(lambda: os.path.exists(door), "scepserver")
        first = next((n for n in names if n in nginx_conf.SITES and n != "hang"), None)
        if first:
            wait_for(lambda: answers(ports[first]), "nginx")
        if "-v" in options:
            print("\n".join(f"{k}={v}" for k, v in sorted(ports.items())), file=sys.stderr)
        code = subprocess.run(command, env=environment(run, pki, ports), check=False).returncode
        sys.exit(code if code >= 0 else 128 - code)
    finally:
        for p in procs:
            p.terminate()
        for p in procs:
            p.wait(10)
        os.environ.get("SRV_KEEP") or shutil.rmtree(run, ignore_errors=True)


main()
