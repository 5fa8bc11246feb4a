"""netbox.py DOOR DEPOT CHALLENGE: scepserver inside the network namespace that this is started in, reached through the
UNIX socket DOOR.  Started by servers.py."""
import ctypes
import fcntl
import os
import signal
import socket
import struct
import subprocess
import sys
import threading
import time


def loopback_up():
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        fcntl.ioctl(s, 0x8914, struct.pack("16sh", b"lo", 0x1 | 0x40))  # SIOCSIFFLAGS, IFF_UP | IFF_RUNNING
    except OSError:
        pass  # not in a namespace of ours: lo is up already
    s.close()


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as s:
        return s.getsockname()[1]


def pump(a, b):
    try:
        while data := a.recv(65536):
            b.sendall(data)
        b.shutdown(socket.SHUT_WR)
    except OSError:
        pass


def serve(door, port):
    while True:
        a, _ = door.accept()
        try:
            b = socket.create_connection(("127.0.0.1", port), timeout=10)
        except OSError:
            a.close()
            continue
        for x, y in ((a, b), (b, a)):
            threading.Thread(target=pump, args=(x, y), daemon=True).start()


def up(port):
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
        return True
    except OSError:
        return False


def main():
    path, depot, challenge = sys.argv[1:]
    loopback_up()
    port = free_port()
    proc = subprocess.Popen(["scepserver", "-depot", depot, "-port", str(port), "-challenge", challenge, "-allowrenew", "0"],
                            preexec_fn=lambda: ctypes.CDLL(None).prctl(1, signal.SIGTERM))
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        while not up(port) and proc.poll() is None:
            time.sleep(0.02)
        door = socket.socket(socket.AF_UNIX)
        door.bind(path)
        os.chmod(path, 0o666)
        door.listen(64)
        threading.Thread(target=serve, args=(door, port), daemon=True).start()
        proc.wait()
    finally:
        proc.terminate()


main()
