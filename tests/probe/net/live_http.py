#!/usr/bin/env python3
"""http.get, tcp.connect and clock.skew against real servers and against peers that misbehave."""
import os
import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "lib"))
import forward_proxy  # noqa: E402
from probe_check import ANY, Checker  # noqa: E402

E = os.environ
c = Checker()
root = "--ca=" + E["SRV_PKI"] + "/root.pem"


def url(name):
    return "url=" + E["SRV_URL_" + name]


def seen_from(place):
    return lambda e: e["vantage"]["network"] == place


def get(name, *args, **want):
    c.later("http.get " + name, "http.get", url(name), root, *args, **want)


# Answers, whatever they mean.
get("NDES", facts={"status": 403, "error": "none", "server": "Microsoft-IIS/10.0", "body": "html", "http_version": "1.1",
                   "ip": "127.0.0.1", "cut": False, "title": lambda t: t.startswith("403")})
get("TLS", facts={"status": 403, "error": "none", "tls_ms": lambda v: v is not None})
get("GENERAL", facts={"status": 200, "charset": "utf-16le", "words": lambda w: "Network Device Enrollment Service" in w})
get("GENERAL_UTF8", facts={"status": 200, "charset": "utf-8", "words": lambda w: "Network Device Enrollment Service" in w})
get("S404", facts={"status": 404, "error": "none"})
get("S503", code=3, facts={"status": 503, "server": "Microsoft-HTTPAPI/2.0", "title": "Service Unavailable"})
get("S500", code=3, facts={"status": 500})
get("S401", facts={"status": 401, "headers": lambda h: "Negotiate" in h["WWW-Authenticate"]})
get("LOGIN302", facts={"status": 302, "location_host": "login.microsoftonline.com"})
get("LOOP302", facts={"status": 302})
get("REDIRECT_FILE", facts={"status": 302, "location": "file:///etc/passwd", "location_host": None})
get("REDIRECT_AWAY", facts={"status": 302, "location_host": "away.contoso.test"})
get("CONTROL_BYTES", facts={"status": 200, "server": lambda s: "\ufffd" in s, "title": lambda s: "\ufffd" in s})

# Bounded in bytes.
get("ENDLESS_BODY", facts={"status": 200, "length": 1 << 20, "cut": True, "error": "none"})
get("HUGE_CERTIFICATE", facts={"status": 200, "length": 1 << 20, "cut": True, "body": "binary"})
get("GZIP_BOMB", facts={"status": 200, "body": "binary", "length": lambda n: n < 1 << 20})
get("ENDLESS_HEADERS", code=3, facts={"status": 200, "error": "protocol"})
get("MANY_HEADERS", facts={"status": 302, "error": "none", "server": "the-200th", "location": None, "headers": lambda h: "Via" not in h})
get("LONG_HEADERS", code=3, facts={"status": 200, "error": "protocol"})
get("ENOUGH_HEADERS", facts={"status": 200, "error": "none", "server": "long", "length": 2})
get("HALF_BODY", code=3, facts={"status": 200, "error": "protocol", "curl": 18, "cut": True, "length": 14})

# Bounded in time.  What a busy machine takes to start the check comes off what the sentence names, so there is room
# to connect, and any time that is not more than was given is right.
get("DRIP", "--timeout=4", outcome="timeout", code=3, why=re.compile(r"not complete within (4\.0|[0-3]\.\d) s"), facts={"error": "timeout"})
get("SILENT", "--timeout=4", outcome="timeout", code=3, why=re.compile(r"no answer came within (4\.0|[0-3]\.\d) s"),
    facts={"error": "timeout", "status": None, "curl": 28, "connect_ms": lambda v: v is not None})
get("TLS_SILENT", "--timeout=4", outcome="timeout", code=3, facts={"error": "timeout", "tls_ms": lambda v: v is not None})
get("NO_ACCEPT", "--timeout=4", outcome="unreached", code=3, why="no TCP connection", facts={"error": "connect"})
c.later("http.get TLS to a silent peer", "http.get", "url=https://127.0.0.1:" + E["SRV_SILENT"] + "/", "--timeout=4",
         outcome="timeout", code=3, why="the TLS handshake did not end",
         facts={"error": "timeout", "connect_ms": lambda v: v is not None, "tls_ms": None})

# No answer at all.
get("REFUSED", outcome="unreached", code=3, facts={"error": "connect", "status": None, "curl": 7})
for name in ("CLOSES", "RESET", "SSH", "ALERT"):
    get(name, outcome="unreached", code=3, facts={"error": "protocol", "status": None})
get("RESET_AT_ONCE", outcome="unreached", code=3, facts={"error": lambda e: e in ("connect", "protocol")})
for name in ("RESET_AFTER_HELLO", "CLOSE_AFTER_HELLO", "ALERT", "PLAIN_HTTP"):
    c.later("http.get TLS to " + name, "http.get", "url=https://127.0.0.1:" + E["SRV_" + name] + "/", "--timeout=5",
             outcome="unreached", code=3, facts={"error": "tls", "status": None, "connect_ms": lambda v: v is not None})

# Certificates that do not hold.
for name, word in (("TLS_EXPIRED", "expired"), ("TLS_SELF", "certificate"), ("TLS_NOINTER", "issuer"), ("TLS_FUTURE", "not yet"),
                   ("TLS_WRONGHOST", "hostname")):
    get(name, outcome="unreached", code=3, why=word, facts={"error": "tls", "curl": 60, "status": None})
c.expect("the system's store", "http.get", url("TLS"), outcome="unreached", code=3, facts={"error": "tls", "curl": 60})

# tcp.connect
c.expect("tcp open", "tcp.connect", url("NDES"), facts={"connected": True, "error": "none", "tried": 1, "refused": False})
c.expect("tcp host and port", "tcp.connect", "host=localhost", "port=" + E["SRV_NDES"], facts={"connected": True})
c.expect("tcp refused", "tcp.connect", url("REFUSED"), outcome="unreached", code=3, facts={"error": "refused", "refused": True})
c.later("tcp full backlog", "tcp.connect", url("NO_ACCEPT"), "--timeout=4", outcome="unreached", code=3,
         facts={"error": "timeout", "connected": False, "addresses": lambda a: a[0]["error"] == "timeout"})

c.expect("tcp refused, but there is a proxy", "tcp.connect", url("REFUSED"), "--proxy=http://127.0.0.1:1", outcome="unreached", code=4,
         facts={"proxied": True, "connected": False})

# clock.skew
c.expect("clock", "clock.skew", url("NDES"), facts={"beyond": False, "skew_ms": lambda v: abs(v) < 60000,
                                                    "uncertainty_ms": lambda v: v >= 500})
c.expect("clock three hours ahead", "clock.skew", url("NDES_AHEAD"), code=3, facts={"beyond": True, "skew_ms": lambda v: -10900000 < v < -7200000})
c.expect("clock of a server with an expired certificate", "clock.skew", url("TLS_EXPIRED"), facts={"beyond": False})
c.expect("no date", "clock.skew", url("CONTROL_BYTES"), outcome="unreached", code=4, why="without a Date",
         facts={"skew_ms": None, "status": 200})
c.expect("clock of nobody", "clock.skew", url("REFUSED"), outcome="unreached", code=4, facts={"error": "connect"})

# Vantage.  Every check of a server says from where it looked, also when TLS stopped it, and none guesses.
for probe in ("http.get", "scep.url", "scep.caps", "scep.cacert", "tls.handshake", "tcp.connect", "clock.skew", "dns.resolve", "crl.fetch"):
    c.later("inside " + probe, probe, url("TLS_EXPIRED"), root, outcome=ANY, code=ANY, test=seen_from("inside"))
for probe, effect in (("scep.longurl", "NDES"), ("scep.pkioperation", "NDES")):
    c.later("inside " + probe, probe, url(effect), "--allow-side-effects", outcome=ANY, code=ANY, test=seen_from("inside"))
c.later("nobody there", "http.get", url("REFUSED"), outcome="unreached", code=3, test=seen_from(None))
c.later("silent in TLS", "tls.handshake", "url=https://127.0.0.1:" + E["SRV_SILENT"] + "/", "--timeout=4", outcome=ANY, code=ANY,
        test=seen_from("inside"))
port, seen = forward_proxy.start()
proxy = f"http://user:secret@127.0.0.1:{port}"
shown = f"http://127.0.0.1:{port}"
for name in ("NDES", "TLS"):
    e = c.expect("through a proxy " + name, "http.get", url(name), root, "--proxy=" + proxy, facts={"status": 403, "dns_ms": None},
                 test=lambda e: e["vantage"] == dict(e["vantage"], proxy=shown, network=None) and "secret" not in str(e) and f"--proxy {shown}" in e["by_hand"])
assert [s.split()[0] for s in seen] == ["GET", "CONNECT"], seen
by_env = {"http_proxy": shown, "https_proxy": shown}
c.expect("proxy of the environment", "http.get", url("NDES"), env=by_env, test=lambda e: e["vantage"]["proxy"] == shown)
c.expect("no_proxy", "http.get", url("NDES"), env=dict(by_env, no_proxy="127.0.0.0/8"), test=lambda e: e["vantage"]["proxy"] is None)
c.expect("--proxy= is direct", "http.get", url("NDES"), "--proxy=", env=by_env, test=lambda e: e["vantage"]["proxy"] is None)
closed, _ = forward_proxy.start(refuse=True)
c.expect("proxy wants a password", "http.get", url("TLS"), root, f"--proxy=http://127.0.0.1:{closed}", outcome="unreached", code=3,
         why="407", facts={"status": None})
c.expect("proxy wants a password for http", "http.get", url("NDES"), f"--proxy=http://127.0.0.1:{closed}", facts={"status": 407})
c.expect("dead proxy", "http.get", url("NDES"), "--proxy=http://127.0.0.1:" + E["SRV_REFUSED"], outcome="unreached", code=3,
         facts={"error": "connect"})
c.end()
