"""Servers for the examples: one in front of two others of tests/lib/servers.py, the second once it is `mended`, and one that answers
everything alike."""
import http.client, http.server, threading
from urllib.parse import urlsplit


class Front(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, before, after):
        super().__init__(("127.0.0.1", 0), Handler)
        self.before, self.after, self.mended = before, after, False
        self.url = f"http://127.0.0.1:{self.server_port}" + urlsplit(after).path
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def behind(self):
        return self.after if self.mended else self.before


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        pass

    def forward(self):
        to = urlsplit(self.server.behind())
        behind = http.client.HTTPConnection(to.netloc, timeout=20)
        behind.request(self.command, to.path + ("?" + urlsplit(self.path).query if "?" in self.path else ""))
        answer = behind.getresponse()
        body = answer.read()
        self.send_response_only(answer.status, answer.reason)
        for name, value in answer.getheaders():
            if name.lower() not in ("transfer-encoding", "connection", "content-length"):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_GET = do_HEAD = do_POST = forward


class Fixed(http.server.ThreadingHTTPServer):
    """One answer to everything: (status, headers, body)."""
    daemon_threads = True

    def __init__(self, status, headers, body):
        super().__init__(("127.0.0.1", 0), Same)
        self.answer = status, headers, body.encode()
        self.url = f"http://127.0.0.1:{self.server_port}/certsrv/mscep/mscep.dll"
        threading.Thread(target=self.serve_forever, daemon=True).start()


class Same(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        pass

    def say(self):
        status, headers, body = self.server.answer
        self.send_response_only(status)
        self.send_header("Date", self.date_time_string())
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_GET = do_HEAD = do_POST = say
