#!/usr/bin/env python3
"""A server that is another one later: passes each connection on to the port of 127.0.0.1 that a file names at that moment.

    switch.py PORT-FILE TARGET-FILE     writes its own port into the first
"""
import os
import socket
import sys
import threading


def pump(a, b):
    try:
        while data := a.recv(65536):
            b.sendall(data)
        b.shutdown(socket.SHUT_WR)
    except OSError:
        pass


def serve(client, target):
    with open(target) as f:
        server = socket.create_connection(("127.0.0.1", int(f.read())))
    back = threading.Thread(target=pump, args=(server, client), daemon=True)
    back.start()
    pump(client, server)
    back.join()
    client.close()
    server.close()


def main():
    listener = socket.create_server(("127.0.0.1", 0))
    with open(sys.argv[1] + ".new", "w") as f:
        f.write(str(listener.getsockname()[1]))
    os.rename(sys.argv[1] + ".new", sys.argv[1])
    while True:
        client, _ = listener.accept()
        threading.Thread(target=serve, args=(client, sys.argv[2]), daemon=True).start()


main()
