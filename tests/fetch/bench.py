#!/usr/bin/env python3
"""A whole collection from a slow server: commands that take 0.2 to 3 seconds, a line with 50 ms of delay, an IIS log of 1 GB. It takes at
most 1.3 times its longest command on a machine with nothing else to do, which is printed; less than 64 MiB of the log are read, which is asserted.

    bench.py [MEGABYTES]     of the log; prints what it took
"""
import datetime as dt, os, pathlib, socket, sys, tempfile, threading, time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
import collect  # noqa: E402
import scenario  # noqa: E402
import server  # noqa: E402

DELAY, LONGEST, SHORTEST, DAYS = 0.05, 3.0, 0.2, 300
MOST = 64 << 20


class Line:
    """Passes bytes on, each 50 ms after it came, whichever way; not slower than that."""
    def __init__(self, port):
        self.to, self.door = port, socket.create_server(("127.0.0.1", 0))
        self.port = self.door.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                a = self.door.accept()[0]
            except OSError:
                return
            b = socket.create_connection(("127.0.0.1", self.to))
            for s in (a, b):
                s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for x, y in ((a, b), (b, a)):
                waiting, more = [], threading.Condition()
                threading.Thread(target=self.take, args=(x, waiting, more), daemon=True).start()
                threading.Thread(target=self.give, args=(y, waiting, more), daemon=True).start()

    def take(self, s, waiting, more):
        data = b"."
        while data:
            try:
                data = s.recv(1 << 18)
            except OSError:
                data = b""
            with more:
                waiting.append((time.monotonic() + DELAY / 2, data))
                more.notify()

    def give(self, s, waiting, more):
        while True:
            with more:
                more.wait_for(lambda: waiting)
                at, data = waiting.pop(0)
            time.sleep(max(0, at - time.monotonic()))
            try:
                if not data:
                    s.shutdown(socket.SHUT_WR)
                    return
                s.sendall(data)
            except OSError:
                return


def write_log(path, megabytes):
    now = dt.datetime.now(dt.timezone.utc)
    line = " 10.0.0.5 GET /certsrv/mscep/mscep.dll operation=GetCACaps 443 - 10.1.1.1 a-device/1.0 200 0 0 15\r\n"
    each = megabytes * (1 << 20) // DAYS // (len(line) + 19)
    with open(path, "w", newline="") as f:
        f.write("#Software: Microsoft Internet Information Services 10.0\r\n#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username "
                "c-ip cs(User-Agent) sc-status sc-substatus sc-win32-status time-taken\r\n")
        for day in range(DAYS, 0, -1):
            date = (now - dt.timedelta(days=day)).strftime("%Y-%m-%d")
            f.write("".join(f"{date} {i * 86400 // each // 3600:02}:{i * 86400 // each // 60 % 60:02}:{i * 86400 // each % 60:02}{line}" for i in range(each)))
    return path.stat().st_size


def main():
    megabytes = int(sys.argv[1]) if len(sys.argv) > 1 else 1024
    with tempfile.TemporaryDirectory(prefix="collect-") as t:
        top = pathlib.Path(t)
        os.chmod(top, 0o755)
        s = server.Server(top / "server")
        if not s.start():
            return server.missing()
        p = scenario.Play(scenario.Scenario(str(collect.MADE / "whole-folder-dying")), str(top / "case"))
        try:
            collect.fill(s, pathlib.Path(p.base), dt.datetime.now(dt.timezone.utc))
            logs = s.disk / "inetpub/logs/LogFiles/W3SVC1"
            for one in logs.glob("*"):
                one.unlink()
            size = write_log(logs / "u_ex_all.log", megabytes)
            for i, (words, answer) in enumerate(s.data["answers"].items()):
                answer["seconds"] = LONGEST if "-urlfetch" in words else SHORTEST + i % 5 * 0.1
            s.save()
            line = Line(s.port)
            (s.folder / "known").write_text((s.folder / "known").read_text().replace(str(s.port), str(line.port)))
            s.port = line.port
            began = time.monotonic()
            r = collect.casebook(s, "collect", s.url(), home=top / "home")
            took = time.monotonic() - began
            collect.check(r.returncode == 0, f"exit {r.returncode}: {r.stderr[-400:]}")
            print(f"collected in {took:.2f} s, {took / LONGEST:.2f} times its longest command; {s.given() / (1 << 20):.1f} MiB of files read, "
                  f"the log has {size / (1 << 20):.0f} MiB")
            collect.check(s.given() < MOST, f"{s.given()} bytes were read")
        finally:
            s.stop()
            p.close()
    return 1 if collect.bad else 0


if __name__ == "__main__":
    sys.exit(main())
