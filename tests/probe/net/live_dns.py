#!/usr/bin/env python3
"""dns.resolve, and the other live probes below it, against a name server with every kind of answer."""
import pathlib
import socket
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "lib"))
import dns_server  # noqa: E402
from probe_check import Checker  # noqa: E402

c = Checker()
env = {"CASEBOOK_RESOLVER": dns_server.start()}


def look(host, *args, **want):
    c.later("dns.resolve " + host, "dns.resolve", "host=" + host, *args, env=env, **want)


look("ok.test", facts={"resolved": True, "error": "none", "ipv4": 1, "ipv6": 1, "cnames": [], "msappproxy": False,
                       "same_as_dns": True, "server": "127.0.0.1", "ttl": 300,
                       "addresses": lambda a: sorted(a) == ["127.0.0.1", "::1"]})
look("four.test", facts={"resolved": True, "ipv4": 1, "ipv6": 0, "ttl": 7})
look("scep.contoso.test", facts={"resolved": True, "cnames": ["contoso-scep.msappproxy.net", "edge.cloudapp.test"],
                                 "msappproxy": True, "ttl": 42})
look("many.test", facts={"resolved": True, "ipv4": lambda n: n >= 60})  # too long for UDP: asked again by TCP
look("public.test", facts={"inside": False, "addresses": lambda a: sorted(a) == ["192.0.2.7", "2001:db8::7"]},
     test=lambda e: e["vantage"]["network"] == "outside")
look("mixed.test", facts={"inside": False}, test=lambda e: e["vantage"]["network"] is None)
look("private.test", facts={"inside": True}, test=lambda e: e["vantage"]["network"] == "inside")
look("private.test", "--proxy=http://127.0.0.1:1", facts={"inside": True}, test=lambda e: e["vantage"]["network"] is None)
look("nothere.test", outcome="unreached", code=3, why="does not exist", facts={"resolved": False, "error": "nxdomain"})
look("empty.test", outcome="unreached", code=3, why="no address", facts={"error": "nodata"})
look("fail.test", outcome="unreached", code=3, why="SERVFAIL", facts={"error": "servfail"})
look("loop.test", outcome="unreached", code=3, facts={"resolved": False, "cnames": lambda v: len(v) <= 16})
look("refused.test", outcome="unreached", code=3, facts={"error": "other"})
look("garbage.test", "--timeout=2", outcome="timeout", code=3, facts={"error": "timeout"})
look("otherid.test", "--timeout=2", outcome="timeout", code=3, facts={"error": "timeout"})
look("silent.test", "--timeout=2", outcome="timeout", code=3, why="no name server answered", facts={"error": "timeout"})
look("127.0.0.1", facts={"resolved": True, "addresses": ["127.0.0.1"], "cnames": None})
look("::1", facts={"resolved": True, "ipv6": 1})
look("x.msappproxy.net", outcome="unreached", code=3, facts={"error": "nxdomain", "msappproxy": True})
look("notmsappproxy.net", outcome="unreached", code=3, facts={"msappproxy": False})

# A name server that is not there.
gone = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
gone.bind(("127.0.0.1", 0))
dead = {"CASEBOOK_RESOLVER": "127.0.0.1:%d" % gone.getsockname()[1]}
gone.close()
c.later("no name server", "dns.resolve", "host=ok.test", "--timeout=3", env=dead, outcome="timeout", code=3,
         facts={"error": "timeout", "resolved": False})

# The probes above it tell a name that fails from a server that fails, and end although the resolver hangs.
for probe in ("http.get", "clock.skew"):
    fault = 3 if probe == "http.get" else 4
    for host, why in (("nothere.test", "no address"), ("silent.test", "no name server answered in time")):
        c.later(f"{probe} {host}", probe, f"url=http://{host}/", "--timeout=2", env=env, outcome="unreached", code=fault, why=why,
                 facts={"error": "dns"})
c.later("tcp.connect nothere", "tcp.connect", "host=nothere.test", env=env, outcome="unreached", code=3, facts={"error": "dns"})
c.later("tcp.connect silent", "tcp.connect", "host=silent.test", "--timeout=2", env=env, outcome="unreached", code=3,
         why="no name server answered", facts={"error": "dns"})

listener = socket.create_server(("127.0.0.1", 0))
port = listener.getsockname()[1]
e = c.expect("tcp.connect tries each address", "tcp.connect", "host=ok.test", f"port={port}", env=env,
             facts={"connected": True, "tried": 2, "error": "none"})
if e:
    got = {a["address"]: a["connected"] for a in e["facts"]["addresses"]}
    if got != {"127.0.0.1": True, "::1": False}:
        c.fail("tcp.connect tries each address", str(got))
c.end()
