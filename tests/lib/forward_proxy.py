"""A forward proxy for the tests: CONNECT and plain requests, or a refusal with 407.  Loopback, ephemeral port.

start(refuse=False) gives (port, seen): `seen` collects the first line of every request.
"""
import select
import socket
import threading


def pump(a, b):
    pair = [a, b]
    while True:
        for s in select.select(pair, [], [], 30)[0] or [None]:
            data = s.recv(65536) if s else b""
            if not data:
                return
            pair[1 - pair.index(s)].sendall(data)


def one(c, seen, refuse):
    head = b""
    while b"\r\n\r\n" not in head:
        part = c.recv(65536)
        if not part:
            return
        head += part
    line = head.split(b"\r\n", 1)[0].decode("latin1")
    seen.append(line)
    if refuse:
        c.sendall(b"HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Negotiate\r\n"
                  b"Content-Length: 0\r\nConnection: close\r\n\r\n")
        return
    verb, where, _ = line.split(" ")
    if verb == "CONNECT":
        host, port = where.rsplit(":", 1)
        with socket.create_connection((host, int(port)), timeout=10) as s:
            c.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            pump(c, s)
        return
    rest = where.split("://", 1)[1]
    host, path = rest.split("/", 1)
    name, port = host.rsplit(":", 1)
    with socket.create_connection((name, int(port)), timeout=10) as s:
        s.sendall(head.replace(where.encode(), b"/" + path.encode(), 1))
        pump(c, s)


def serve(sock, seen, refuse):
    def guarded(c):
        with c:
            try:
                one(c, seen, refuse)
            except (OSError, ValueError):
                pass
    while True:
        c, _ = sock.accept()
        threading.Thread(target=guarded, args=(c,), daemon=True).start()


def start(refuse=False):
    sock, seen = socket.create_server(("127.0.0.1", 0)), []
    threading.Thread(target=serve, args=(sock, seen, refuse), daemon=True).start()
    return sock.getsockname()[1], seen
