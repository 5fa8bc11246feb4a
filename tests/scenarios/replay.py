"""A front that answers with given bytes: what a balancer, a firewall or a proxy before NDES says, one file per kind of request.

The folder holds bare.http, caps.http, cacert.http, pki.http, post.http, long.http, root.http or any.http (for whatever has no file of its own);
NAME.1.http, NAME.2.http answer in turn, as two nodes do.  An empty file cuts the connection.  A file without Content-Length gets one.
Lines of the head that begin with "Play-" are for this program: Play-Body: a file of the PKI's folder, Play-Longer: bytes of the request
from which long.http answers.  With `behind` (a URL) requests without a file go on to that server.
"""
import glob
import http.client
import os
import socket
import struct
import threading
import urllib.parse


class Front:
    def __init__(self, folder, pki, behind=None):
        self.pki, self.behind, self.turn, self.lock = pki, behind, {}, threading.Lock()
        self.files = {}
        for path in sorted(glob.glob(os.path.join(folder, "*.http"))):
            with open(path, "rb") as f:
                self.files.setdefault(os.path.basename(path).split(".")[0], []).append(f.read())
        self.limit = 4000
        for raw in self.files.get("long", []):
            for line in raw.split(b"\n\n")[0].splitlines():
                if line.lower().startswith(b"play-longer:"):
                    self.limit = int(line.split(b":")[1])
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def close(self):
        self.listener.close()

    def serve(self):
        while True:
            try:
                c, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.talk, args=(c,), daemon=True).start()

    def kind(self, method, target):
        url = urllib.parse.urlsplit(target)
        operation = urllib.parse.parse_qs(url.query).get("operation", [""])[0].lower()
        if len(target) > self.limit and "long" in self.files:
            return "long"
        if method == "POST":
            return "post" if "post" in self.files else "pki"
        if url.path in ("", "/") and not operation:
            return "root"
        return {"getcacaps": "caps", "getcacert": "cacert", "pkioperation": "pki"}.get(operation, "bare")

    def answer(self, kind):
        of = self.files.get(kind) or self.files.get("any")
        if not of:
            return None
        with self.lock:
            n = self.turn[kind] = self.turn.get(kind, -1) + 1
        raw = of[n % len(of)]
        if not raw.strip():
            return b""
        head, _, body = raw.replace(b"\r\n\r\n", b"\n\n", 1).partition(b"\n\n")
        lines = []
        for line in head.replace(b"\r", b"").split(b"\n"):
            if line.lower().startswith(b"play-body:"):
                with open(os.path.join(self.pki, line.split(b":")[1].strip().decode()), "rb") as f:
                    body = f.read()
            elif line and not line.lower().startswith(b"play-"):
                lines.append(line)
        if not any(line.lower().startswith(b"content-length:") for line in lines):
            lines.append(b"Content-Length: %d" % len(body))
        if not any(line.lower().startswith(b"connection:") for line in lines):
            lines.append(b"Connection: close")
        return b"\r\n".join(lines) + b"\r\n\r\n" + body

    def pass_on(self, method, target, head, body):
        url = urllib.parse.urlsplit(self.behind)
        c = http.client.HTTPConnection(url.hostname, url.port, timeout=20)
        kind = next((v for k, v in head if k.lower() == "content-type"), None)
        c.request(method, target, body or None, {"Content-Type": kind} if kind else {})
        r = c.getresponse()
        data = r.read()
        names = [f"{k}: {v}" for k, v in r.getheaders() if k.lower() not in ("transfer-encoding", "content-length", "connection")]
        names += [f"Content-Length: {len(data)}", "Connection: close"]
        return f"HTTP/1.1 {r.status} {r.reason}\r\n".encode() + "\r\n".join(names).encode("latin-1") + b"\r\n\r\n" + (b"" if method == "HEAD" else data)

    def talk(self, c):
        with c:
            try:
                c.settimeout(20)
                f = c.makefile("rb")
                line = f.readline(200000).decode("latin-1").split()
                head = []
                while (h := f.readline(200000)) not in (b"\r\n", b"\n", b""):
                    k, _, v = h.decode("latin-1").partition(":")
                    head.append((k.strip(), v.strip()))
                body = f.read(min(int(dict((k.lower(), v) for k, v in head).get("content-length", "0")), 1 << 20))
                if len(line) < 2:
                    return
                out = self.answer(self.kind(line[0], line[1]))
                if out is None:
                    out = self.pass_on(line[0], line[1], head, body) if self.behind else b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                if out:
                    c.sendall(out)
                else:
                    c.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            except (OSError, ValueError, http.client.HTTPException):
                pass
