#!/usr/bin/env python3
"""The judge, the templates, the replayed front and the noise, each tried with something it must notice."""
import datetime as dt
import os
import socket
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import judge  # noqa: E402
import noise  # noqa: E402
import replay  # noqa: E402
import template  # noqa: E402

NOW = dt.datetime(2026, 3, 5, 1, 30, 0, tzinfo=dt.timezone.utc)
FAILED = []


def same(name, got, want):
    if got != want:
        FAILED.append(name)
        print(f"not ok {name}: {got!r}, not {want!r}")


def said(verdict, *faults, **more):
    rows = [{"cause": f, "state": "supported", "by": "x"} for f in faults]
    return {"verdict": verdict, "findings": [{"id": f, "severity": "fault"} for f in faults], "differential": rows, "needs": [], **more}


def judging():
    fault, healthy, open_ = {"verdict": "fault", "causes": ["a"]}, {"verdict": "healthy"}, {"verdict": "inconclusive"}
    for name, wanted, out, code, kind in (
            ("the cause", fault, said("fault", "a"), 3, "right"), ("one too many", fault, said("fault", "a", "b"), 3, "wrong"), ("another", fault, said("fault", "b"), 3, "wrong"),
            ("none", fault, said("inconclusive"), 4, "silent"), ("healthy though refused", fault, said("healthy"), 0, "wrong"), ("fault though healthy", healthy, said("fault", "a"), 3, "wrong"),
            ("silent though healthy", healthy, said("inconclusive"), 4, "silent"), ("healthy", healthy, said("healthy"), 0, "right"), ("claim too many", open_, said("fault", "a"), 3, "wrong"),
            ("healthy too soon", open_, said("healthy"), 0, "wrong"), ("half of two", {"verdict": "fault", "causes": ["a", "b"]}, said("fault", "a"), 3, "silent"),
            ("one of several", {"verdict": "fault", "causes": ["a|c"]}, said("fault", "c"), 3, "right"), ("may", {**fault, "may": ["b"]}, said("fault", "a", "b"), 3, "right"),
            ("later", {"verdict": "refused-later", "causes": ["a"]}, said("fault", "a"), 3, "loose"), ("exit", fault, said("fault", "a"), 0, "loose"), ("no JSON", fault, None, 2, "silent"),
            ("confidence", {**fault, "confidence": {"most": "low"}}, said("fault", "a", confidence="high"), 3, "loose"),
            ("state", {**fault, "states": {"b": "excluded"}}, said("fault", "a"), 3, "loose"), ("need", {**open_, "get": ["iis"]}, said("inconclusive"), 4, "loose")):
        same(name, judge.judge(wanted, out, code)[0], kind)
    warned = said("inconclusive")
    warned["findings"].append({"id": "w", "severity": "warning"})
    same("a warning that must not be", judge.judge({**open_, "not": ["w"]}, warned, 4)[0], "wrong")


def templates():
    for text, want in (("{{-2h iis}}", "2026-03-04 23:30:00"), ("{{-2h30m+5s iso}}", "2026-03-04T23:00:05Z"), ("{{now de +120}}", "05.03.2026 03:30:00"), ("{{-1h us}}", "3/5/2026 12:30:00 AM"),
                       ("{{now us-m}}", "2/28/2026 1:30 AM"), ("u_ex{{-2h yymmdd}}.log", "u_ex260304.log")):
        same(text, template.expand(text, NOW), want)
    for bad in ("{{-2x iis}}", "{{-2h what}}"):
        try:
            template.expand(bad, NOW)
            same(bad, "taken", "refused")
        except ValueError:
            pass
    same("encoding", template.encode("é\n", "cp850 crlf"), b"\x82\r\n")
    same("mark", template.encode("a", "bom utf-16-le"), b"\xff\xfea\x00")


def ask(port, line):
    with socket.create_connection(("127.0.0.1", port), timeout=5) as c:
        c.sendall(line.encode() + b" HTTP/1.1\r\nHost: x\r\n\r\n")
        out = b""
        try:
            while more := c.recv(4096):
                out += more
        except ConnectionResetError:
            pass
        return out.split(b"\r\n")[0].decode(), out.partition(b"\r\n\r\n")[2].decode()


def fronts():
    with tempfile.TemporaryDirectory() as d:
        for name, text in (("caps.1", "HTTP/1.1 200 OK\n\none"), ("caps.2", "HTTP/1.1 200 OK\n\ntwo"), ("cacert", ""), ("long", "HTTP/1.1 414 Long\nPlay-Longer: 100\n\nlong"), ("any", "HTTP/1.1 503 No\n\nno")):
            with open(os.path.join(d, name + ".http"), "w", encoding="utf-8") as f:
                f.write(text)
        front = replay.Front(d, d)
        same("in turn", [ask(front.port, "GET /x?operation=GetCACaps")[1] for _ in range(3)], ["one", "two", "one"])
        same("cut", ask(front.port, "GET /x?operation=GetCACert")[0], "")
        same("long", ask(front.port, "GET /x?operation=PKIOperation&message=" + "A" * 200)[0], "HTTP/1.1 414 Long")
        same("else", ask(front.port, "GET /x"), ("HTTP/1.1 503 No", "no"))
        front.close()


def noises():
    log = "#Fields: date time cs-method cs-uri-stem cs-uri-query c-ip cs(User-Agent) sc-status\n2026-03-05 00:00:00 GET / - 1.2.3.4 x 200\n2026-03-05 02:00:00 GET / - 1.2.3.4 x 200\n"
    times = [line[:19] for line in noise.into_iis(log, NOW, False).splitlines()[1:]]
    same("noise keeps the order", times, sorted(times))
    same("noise adds lines", len(times), 7)
    same("noise only into IIS logs", noise.into_iis("Event[0]:\n", NOW, False), None)
    same("six kinds", len([k for k in noise.KINDS if any(noise.added(k, NOW))]), 6)


judging()
templates()
fronts()
noises()
print("failed: " + ", ".join(FAILED) if FAILED else "all noticed")
sys.exit(1 if FAILED else 0)
