#!/usr/bin/env python3
"""The key `C` of the wizard and `collect` of --plain: the server is asked in the middle of a case, what comes is its evidence, and the case
remembers from where. The screen is driven by keys; --plain runs on a terminal, where the list is shown and the question asked."""
import datetime as dt, json, os, pathlib, pty, re, subprocess, sys, tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "lib")]
import collect  # noqa: E402
import scenario  # noqa: E402
import server  # noqa: E402
from keyed import Keyed  # noqa: E402

check = collect.check
URL = "server_url=https://ndes01.contoso.example/certsrv/mscep/mscep.dll"


def records(env, home):
    return json.loads(subprocess.run([collect.CASEBOOK, "case", "show", "1", "--json"], env=env, cwd=home, capture_output=True, text=True).stdout)["records"]


def has_come(env, home, s, what):
    got = records(env, home)
    notes = [r["text"] for r in got if r["kind"] == "note"]
    check(notes == [f"Fetched from ssh://admin@127.0.0.1:{s.port}"], f"{what}: the notes are {notes}")
    read = {r["evidence"]["probe"] for r in got if r["kind"] == "evidence" and "collected/casebook-127.0.0.1-" in json.dumps(r)}
    check({"iis.log", "windows.events"} <= read, f"{what}: the case has {sorted(read)} of what was fetched")


def surroundings(s, home):
    home.mkdir()
    fetch = os.path.join(os.environ["BUILD_DIR"], "engine", "fetch", "casebook-fetch")  # casebook-keys has none beside it
    return dict(os.environ, CASEBOOK_FETCH=fetch, CASEBOOK_SSH=str(s.folder / "ssh"), XDG_DATA_HOME=str(home), XDG_CONFIG_HOME=str(home), LC_ALL="C.UTF-8")


def on_the_screen(s, home):
    env = surroundings(s, home)
    k = Keyed(["run", "--no-network", "--set", URL], env=env)
    for _ in range(12):
        if "fetch it" in k.text() or k.now["ended"]:
            break
        k.key("Enter")
    check("fetch it" in k.text(), "no page offers to fetch: " + k.text())
    k.key("text:C")
    check("collect" in k.text(), "C opens no line: " + k.text())
    k.key(f"text:admin@127.0.0.1:{s.port}")
    k.key("Enter")
    check("Read:" in k.text(), "what came is not told: " + k.text())
    k.key("text:C")
    check(f"collect admin@127.0.0.1:{s.port}" in k.text(), "C does not remember: " + k.text())
    k.key("Esc")
    k.key("text:C")
    k.key("text:9")  # a port that nobody has
    k.key("Enter")
    check("Nothing was fetched" in k.text(), "a server that is not there: " + k.text())
    code, said = k.end()
    check(code == 0 and "logged in on 127.0.0.1" in said and re.search(r"Application\.xml +got", said) is not None, f"exit {code}: {said[-600:]}")
    has_come(env, home, s, "the screen")


def line_by_line(s, home):
    """On a terminal: everything is shown word for word, then asked for once."""
    env = surroundings(s, home)
    ours, theirs = pty.openpty()
    p = subprocess.Popen([collect.CASEBOOK, "run", "--plain", "--no-network", "--set", URL], env=dict(env, TERM="dumb"), cwd=home, stdin=theirs,
                         stdout=theirs, stderr=theirs, start_new_session=True)
    os.close(theirs)
    seen = b""

    def until(words):
        nonlocal seen
        while words not in seen:
            try:
                more = os.read(ours, 65536)
            except OSError:
                more = b""
            if not more:
                check(False, f"--plain never said {words!r}: {seen[-500:]!r}")
                return
            seen += more
        seen = seen.split(words, 1)[1]

    until(b"? for help: ")
    os.write(ours, f"collect admin@127.0.0.1:{s.port}\n".encode())
    until(b"wevtutil qe Application")
    until(b"[y/N]")
    os.write(ours, b"y\n")
    until(b"Enter goes back")
    os.write(ours, b"\n")
    until(b"? for help: ")
    os.write(ours, b"q\n")
    while True:
        try:
            if not os.read(ours, 65536):
                break
        except OSError:
            break
    check(p.wait(60) == 0, f"--plain ends with {p.returncode}")
    has_come(env, home, s, "--plain")


def main():
    with tempfile.TemporaryDirectory(prefix="collect-") as t:
        top = pathlib.Path(t)
        os.chmod(top, 0o755)
        s = server.Server(top / "server", "cmd")
        if not s.start():
            return server.missing()
        p = scenario.Play(scenario.Scenario(str(collect.MADE / "whole-folder-dying")), str(top / "case"))
        try:
            collect.fill(s, pathlib.Path(p.base), dt.datetime.now(dt.timezone.utc))
            on_the_screen(s, top / "screen")
            line_by_line(s, top / "plain")
            check(s.refused() == [], f"commands that no table has: {s.refused()}")
        finally:
            s.stop()
            p.close()
    return 1 if collect.bad else 0


if __name__ == "__main__":
    sys.exit(main())
