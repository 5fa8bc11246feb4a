#!/usr/bin/env python3
"""A web server for the screen tests: /403 answers 403 and so on; /status answers what stands in a file,
/hang answers nothing until the client goes.  Usage: server.py PORT_FILE STATUS_FILE"""
import http.server, os, sys, threading

port_file, status_file = sys.argv[1:]


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        name = self.path.strip("/").split("/")[0].split("?")[0]
        if name == "hang":
            self.connection.recv(1)
            self.close_connection = True
            return
        if name == "status":
            name = open(status_file).read().strip()
        body = b"<html><body>answer</body></html>"
        self.send_response(int(name) if name.isdigit() else 404)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_HEAD = do_GET

    def log_message(self, *args):
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True


server = Server(("127.0.0.1", 0), Handler)
with open(port_file + ".new", "w") as f:
    f.write(str(server.server_address[1]))
os.rename(port_file + ".new", port_file)
server.serve_forever()
