"""A name server for the tests: one name per way in which a resolver can be answered, or not.  Loopback, ephemeral port.

start() gives "127.0.0.1:PORT", which CASEBOOK_RESOLVER takes.  UDP and TCP on the same port.
"""
import socket
import struct
import threading

A, CNAME, AAAA = 1, 5, 28
CHAIN = ["scep.contoso.test", "contoso-scep.msappproxy.net", "edge.cloudapp.test"]


def name(text):
    return b"".join(bytes([len(p)]) + p.encode() for p in text.rstrip(".").split(".") if p) + b"\0"


def record(owner, kind, data, ttl=300):
    return name(owner) + struct.pack(">HHIH", kind, 1, ttl, len(data)) + data


def v4(text):
    return socket.inet_pton(socket.AF_INET, text)


def v6(text):
    return socket.inet_pton(socket.AF_INET6, text)


def chain_records(kind):
    out = [record(a, CNAME, name(b)) for a, b in zip(CHAIN, CHAIN[1:])]
    if kind == A:
        out.append(record(CHAIN[-1], A, v4("127.0.0.1"), ttl=42))
    return out


def answers(q, kind):
    """(rcode, records) of a name; None: say nothing."""
    if q == "ok.test":
        return 0, [record(q, A, v4("127.0.0.1"))] if kind == A else [record(q, AAAA, v6("::1"))]
    if q == "four.test":
        return 0, [record(q, A, v4("127.0.0.1"), ttl=7)] if kind == A else []
    if q == "public.test":
        return 0, [record(q, A, v4("192.0.2.7"))] if kind == A else [record(q, AAAA, v6("2001:db8::7"))]
    if q == "mixed.test":
        return 0, [record(q, A, v4("172.31.255.254"))] if kind == A else [record(q, AAAA, v6("2001:db8::7"))]
    if q == "private.test":
        return 0, [record(q, A, v4("172.31.255.254"))] if kind == A else [record(q, AAAA, v6("fd00::1"))]
    if q == "ndes.contoso.test":  # the name in the certificates of mkpki.sh
        return 0, [record(q, A, v4("127.0.0.1"))] if kind == A else []
    if q == CHAIN[0]:
        return 0, chain_records(kind)
    if q == "loop.test":
        return 0, [record("loop.test", CNAME, name("pool.test")), record("pool.test", CNAME, name("loop.test"))]
    if q == "many.test":
        return 0, [record(q, A, v4(f"127.0.1.{i}")) for i in range(1, 201)] if kind == A else []
    if q == "empty.test":
        return 0, []
    if q == "fail.test":
        return 2, []
    if q == "refused.test":
        return 5, []
    if q == "silent.test":
        return None
    return 3, []


def question(data):
    labels, i = [], 12
    while data[i]:
        labels.append(data[i + 1:i + 1 + data[i]].decode("latin1"))
        i += 1 + data[i]
    return ".".join(labels).lower(), struct.unpack(">H", data[i + 1:i + 3])[0], data[12:i + 5]


def reply(data, room):
    q, kind, asked = question(data)
    if q == "garbage.test":
        return b"\xff" * 40
    if q == "otherid.test":
        data = bytes([data[0] ^ 0xFF]) + data[1:]
    found = answers("ok.test" if q == "otherid.test" else q, kind)
    if found is None:
        return None
    rcode, records = found
    body = asked + b"".join(records)
    cut = len(body) + 12 > room
    if cut:
        body, records = asked, []
    flags = 0x8180 | rcode | (0x0200 if cut else 0)
    return data[:2] + struct.pack(">HHHHH", flags, 1, len(records), 0, 0) + body


def serve_udp(sock):
    while True:
        data, who = sock.recvfrom(4096)
        try:
            out = reply(data, 512)
        except (IndexError, struct.error):
            continue
        if out is not None:
            sock.sendto(out, who)


def one_tcp(c):
    with c:
        try:
            while True:  # several questions come on one connection
                size = struct.unpack(">H", c.recv(2, socket.MSG_WAITALL))[0]
                out = reply(c.recv(size, socket.MSG_WAITALL), 65535)
                if out is not None:
                    c.sendall(struct.pack(">H", len(out)) + out)
        except (OSError, IndexError, struct.error):
            pass


def serve_tcp(sock):
    while True:
        c, _ = sock.accept()
        threading.Thread(target=one_tcp, args=(c,), daemon=True).start()


def start():
    while True:
        tcp = socket.create_server(("127.0.0.1", 0))
        udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            udp.bind(tcp.getsockname())
            break
        except OSError:
            tcp.close()
    threading.Thread(target=serve_udp, args=(udp,), daemon=True).start()
    threading.Thread(target=serve_tcp, args=(tcp,), daemon=True).start()
    return "127.0.0.1:%d" % tcp.getsockname()[1]
