"""TCP peers that no real server would be: silent, half-hearted, endless, resetting, lying.  Loopback, ephemeral ports.

start() gives {name: port}.  Each connection gets a thread; every one of them ends by itself after LIFE seconds.
"""
import gzip
import os
import socket
import ssl
import struct
import threading
import time

LIFE = 30


def _read_head(c):
    data = b""
    while b"\r\n\r\n" not in data and len(data) < 200000:
        part = c.recv(65536)
        if not part:
            break
        data += part
    return data


def _reset(c):
    c.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    c.close()


def silent(c):
    time.sleep(LIFE)


def closes(c):
    _read_head(c)


def reset(c):
    _read_head(c)
    _reset(c)


def reset_at_once(c):
    _reset(c)


def reset_after_hello(c):  # the first flight of TLS is read, then the connection is torn down
    c.recv(65536)
    _reset(c)


def close_after_hello(c):
    c.recv(65536)


def alert(c):  # a fatal handshake_failure alert, as a picky server would send it
    c.recv(65536)
    c.sendall(bytes([21, 3, 3, 0, 2, 2, 40]))


def reset_in_flight(c):  # in the midst of what should be the server's half of the handshake
    c.recv(65536)
    c.sendall(b"\x16\x03\x03\x40\x00\x02\x00\x3f\xfc\x03\x03" + b"\x5a" * 900)
    time.sleep(0.05)
    _reset(c)


def plain_http(c):  # speaks HTTP on a port that TLS was expected on
    c.recv(65536)
    c.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")


def ssh(c):
    c.sendall(b"SSH-2.0-OpenSSH_9.2\r\n")
    _read_head(c)


def half_body(c):
    _read_head(c)
    c.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 400\r\n\r\nRenewal\r\nSHA-1")


def drip(c):  # one byte a second
    _read_head(c)
    for b in b"HTTP/1.1 200 OK\r\nContent-Length: 60\r\n\r\n" + b"x" * 60:
        c.sendall(bytes([b]))
        time.sleep(1)


def _forever(c, chunk):
    end = time.monotonic() + LIFE
    while time.monotonic() < end:
        c.sendall(chunk)


def endless_body(c):
    _read_head(c)
    c.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/x-x509-ca-ra-cert\r\n\r\n")
    _forever(c, b"\x30" * 65536)


def endless_headers(c):
    _read_head(c)
    c.sendall(b"HTTP/1.1 200 OK\r\n")
    _forever(c, b"X-Filler: " + b"a" * 1000 + b"\r\n")


def many_headers(c):  # 300 short ones, few bytes: the 200th and the 201st are of those that are shown
    _read_head(c)
    head = [b"X-F: %d" % i for i in range(199)] + [b"Server: the-200th", b"Location: http://the-201st.test/"]
    head += [b"X-F: %d" % i for i in range(97)] + [b"Via: the-299th", b"Content-Length: 0", b"Connection: close"]
    c.sendall(b"HTTP/1.1 302 Found\r\n" + b"\r\n".join(head) + b"\r\n\r\n")


def long_headers(c):  # ten long ones, 80 KB: no library refuses them
    _read_head(c)
    head = b"".join(b"X-Long-%d: " % i + b"a" * 8000 + b"\r\n" for i in range(10))
    c.sendall(b"HTTP/1.1 200 OK\r\nServer: long\r\n" + head + b"Content-Length: 2\r\nConnection: close\r\n\r\nOK")


def enough_headers(c):  # seven long ones, 56 KB, are within what is read
    _read_head(c)
    head = b"".join(b"X-Long-%d: " % i + b"a" * 8000 + b"\r\n" for i in range(7))
    c.sendall(b"HTTP/1.1 200 OK\r\nServer: long\r\n" + head + b"Content-Length: 2\r\nConnection: close\r\n\r\nOK")


def huge_certificate(c):  # announces a 100 MB certificate in DER and begins to send it
    _read_head(c)
    n = 100 << 20
    c.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/x-x509-ca-cert\r\nContent-Length: %d\r\n\r\n" % n)
    c.sendall(b"\x30\x84" + struct.pack(">I", n - 6))
    for _ in range(n >> 16):
        c.sendall(b"\x04" * 65536)


_bomb = gzip.compress(b"\0" * (32 << 20), 9)


def gzip_bomb(c):
    _read_head(c)
    c.sendall(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(_bomb) + _bomb)


def _redirect(to):
    def peer(c):
        _read_head(c)
        c.sendall(b"HTTP/1.1 302 Found\r\nLocation: " + to + b"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
    return peer


def _body(c, kind, body):
    _read_head(c)
    c.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: " + kind + b"\r\nContent-Length: %d\r\n\r\n" % len(body) + body)


def _nodes(answers):
    """A balancer: each connection goes to the next node, stays there and stays open.  The last node gets all the rest."""
    left = list(answers)

    def peer(c):
        answer = left.pop(0) if len(left) > 1 else left[0]
        while _read_head(c):
            c.sendall(answer)
    return peer


def _certificates(pki, name):
    with open(os.path.join(pki, name), "rb") as f:
        body = f.read()
    return b"HTTP/1.1 200 OK\r\nContent-Type: application/x-x509-ca-ra-cert\r\nContent-Length: %d\r\n\r\n" % len(body) + body


SIGNED_DATA = bytes.fromhex("06092a864886f70d010702")


def nested_ber(c):  # indefinite lengths, one within the other, 200,000 deep, without an end
    _body(c, b"application/x-x509-ca-ra-cert", b"\x30\x80" * 200000)


def broken_pkcs7(c):  # a signedData whose parts are longer than what holds them
    _body(c, b"application/x-x509-ca-ra-cert", b"\x30\x82\x10\x00" + SIGNED_DATA + b"\xa0\x82\x0f\xf0\x30\x84\xff\xff\xff\xf0"
          + b"\x02\x01\x01\x31\x00\xa0\x84\x7f\xff\xff\xff" + b"\x30\x82\x03\x00" * 900)


def broken_message(c):  # an answer to PKIOperation: long tags, lengths of lengths, an octet string in pieces that never end
    _body(c, b"application/x-pki-message", b"\x30\x80" + SIGNED_DATA + b"\xa0\x80\x30\x80\x02\x01\x01\x24\x80"
          + b"\x04\x82\xff\xff" * 500 + b"\x3f" + b"\xff" * 2000 + b"\x89" + b"\xff" * 9)


def control_bytes(c):  # terminal escapes in every place that is shown
    _read_head(c)
    body = b"<html><head><title>\x1b]0;owned\x07\xe2\x80\xae</title></head><body>\x1b[2J</body></html>"
    c.sendall(b"HTTP/1.1 200 OK\r\nServer: \x1b[31mred\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n" % len(body)
              + body)


def proxy(c):  # a forward proxy: CONNECT, and plain requests with an absolute address
    head = _read_head(c)
    words = head.split(b" ")
    if words[0] != b"CONNECT":
        host = words[1].split(b"/")[2]
        head = head.replace(words[1], b"/" + words[1].split(b"/", 3)[3], 1)
    else:
        host = words[1]
    name, _, port = host.decode().rpartition(":")
    with socket.create_connection((name.strip("[]"), int(port)), timeout=LIFE) as up:
        if words[0] == b"CONNECT":
            c.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        else:
            up.sendall(head)
        back = threading.Thread(target=_pump, args=(up, c), daemon=True)
        back.start()
        _pump(c, up)
        back.join(LIFE)


def _pump(a, b):
    try:
        while data := a.recv(65536):
            b.sendall(data)
        b.shutdown(socket.SHUT_WR)
    except OSError:
        pass


def proxy_refuses(c):
    _read_head(c)
    c.sendall(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")


PEERS = {f.__name__: f for f in (silent, closes, reset, reset_at_once, reset_after_hello, close_after_hello, alert,
                                 plain_http, ssh, half_body, drip, endless_body, endless_headers, many_headers, long_headers,
                                 enough_headers, huge_certificate,
                                 gzip_bomb, nested_ber, broken_pkcs7,
                                 broken_message, reset_in_flight, control_bytes, proxy, proxy_refuses)}
PEERS["redirect_file"] = _redirect(b"file:///etc/passwd")
PEERS["redirect_loop"] = _redirect(b"/certsrv/mscep/mscep.dll")
PEERS["redirect_away"] = _redirect(b"http://away.contoso.test/certsrv/mscep/mscep.dll")


def _serve(sock, peer):
    def one(c):
        try:
            c.settimeout(LIFE)
            peer(c)
            c.close()
        except (OSError, ssl.SSLError, ValueError, IndexError):  # the last two: what came was no request
            pass
    while True:
        c, _ = sock.accept()
        threading.Thread(target=one, args=(c,), daemon=True).start()


def _tls_peer(ctx, then):
    def peer(c):
        then(ctx.wrap_socket(c, server_side=True))
    return peer


def _picky(ctx):
    """Answers only a client that offers TLS 1.3 and older versions together; any other is left waiting."""
    def peer(c):
        if b"\x03\x04\x03\x03" in c.recv(65536, socket.MSG_PEEK):
            ctx.wrap_socket(c, server_side=True).recv(1)
        else:
            time.sleep(LIFE)
    return peer


def _start(peer):
    sock = socket.create_server(("127.0.0.1", 0), backlog=64)
    threading.Thread(target=_serve, args=(sock, peer), daemon=True).start()
    return sock.getsockname()[1]


def _refused():
    """A port that nothing listens on, kept bound so that nobody else takes it."""
    s = socket.socket()
    s.bind(("127.0.0.1", 0))
    _kept.append(s)
    return s.getsockname()[1]


def _no_accept():
    """Connects run into a full backlog and time out."""
    s = socket.create_server(("127.0.0.1", 0), backlog=0)
    _kept.append(s)
    for _ in range(3):
        c = socket.socket()
        c.setblocking(False)
        c.connect_ex(s.getsockname())
        _kept.append(c)
    return s.getsockname()[1]


_kept = []


def start(pki=None):
    ports = {name: _start(peer) for name, peer in PEERS.items()}
    ports["refused"] = _refused()
    ports["no_accept"] = _no_accept()
    if pki:
        ctx = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        ctx.load_cert_chain(os.path.join(pki, "valid.pem"), os.path.join(pki, "valid.key"))
        demand = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        demand.load_cert_chain(os.path.join(pki, "valid.pem"), os.path.join(pki, "valid.key"))
        demand.load_verify_locations(os.path.join(pki, "root.pem"))
        demand.verify_mode = ssl.CERT_REQUIRED
        ports["tls_picky"] = _start(_picky(ctx))
        ports["tls_client_required"] = _start(_tls_peer(demand, closes))
        ports["tls_reset_later"] = _start(_tls_peer(ctx, lambda c: _reset(c)))
        one, other = _certificates(pki, "getcacert-ra.p7b"), _certificates(pki, "getcacert-ra-other.p7b")
        down = b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n"
        ports["nodes_differ"] = _start(_nodes([one, one, one, other]))
        ports["nodes_down"] = _start(_nodes([one, down]))
        ports["tls_silent"] = _start(_tls_peer(ctx, silent))
    return ports
