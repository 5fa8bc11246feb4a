#!/usr/bin/env python3
"""What single keys do on the pages of a small flow, driven without a clock: each key is sent when the screen stands still."""
import base64
import json
import os
import re
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "lib"))
from keyed import Keyed  # noqa: E402


class Served:
    """server.py, whose /status answers what stands in a file."""

    def __init__(self, folder):
        self.status, port = os.path.join(folder, "status"), os.path.join(folder, "port")
        self.answers(503)
        os.mkfifo(port + ".new")
        self.p = subprocess.Popen([sys.executable, os.path.join(HERE, "server.py"), port, self.status])
        with open(port + ".new", encoding="ascii") as f:
            self.url = f"http://127.0.0.1:{f.read()}/status"

    def answers(self, status):
        with open(self.status, "w", encoding="ascii") as f:
            f.write(str(status))

    def end(self):
        self.p.terminate()
        self.p.wait()


class Walk(Keyed):
    def __init__(self, folder, url, flow="walk.yaml", size="80x24", args=()):
        self.db = os.path.join(folder, f"{len(os.listdir(folder))}.db")
        self.flow = flow
        super().__init__(["run", os.path.join(HERE, flow), "--set", f"server_url={url}", "--set", "platform=android", "--db", self.db, *args], size)

    def press(self, *names):
        for name in names:
            self.key(name)

    def see(self, *texts):
        shown = " ".join(self.text().split())  # wherever a line ends
        for t in texts:
            assert " ".join(t.split()) in shown, f"no '{t}' in:\n{self.text()}"

    def gone(self, *texts):
        for t in texts:
            assert t not in self.text(), f"'{t}' in:\n{self.text()}"


def undo_names_what_it_takes(folder, served):
    w = Walk(folder, served.url)
    w.see("The application pool is not started", "☐")
    w.press("Space")
    w.see("☑")
    w.press("text:u")
    w.see("Taken back: the tick at \"IIS Manager")
    w.gone("☑")
    w.press("Ctrl-R")
    w.see("Again: the tick at", "☑")
    w.press("Ctrl-R")
    w.see("Ctrl-R: nothing was taken back")
    w.press("text:u", "text:u")
    w.see("Taken back: Server URL: 503 Service Unavailable", "What does the server answer?")
    w.press("Ctrl-R")
    w.see("Again: Server URL: 503", "The application pool is not started")
    w.end()


def a_key_that_means_nothing_says_so(folder, served):
    w = Walk(folder, served.url)
    w.press("text:z")
    w.see("z means nothing here")
    w.press("text:d")
    w.see("d: delete the chosen case", "Start screen")
    w.press("text:o")
    w.see("o: there are no other answers here")
    w.press("text:r")
    w.see("There is no check that could run here")
    w.press("text:9")
    w.see("9: there is no such line here; the last is 5")
    w.end()


def rights(folder, has):
    """An export of secedit."""
    path = os.path.join(folder, "rights-has.inf" if has else "rights-lacks.inf")
    sid = ",*S-1-5-32-568" if has else ""
    with open(path, "w", encoding="ascii") as f:
        f.write("[Unicode]\r\nUnicode=yes\r\n[Version]\r\nsignature=\"$CHICAGO$\"\r\nRevision=1\r\n[Privilege Rights]\r\n"
                f"SeImpersonatePrivilege = *S-1-5-19,*S-1-5-20{sid}\r\n")
    return path


def records(w, *kinds):
    done = subprocess.run([os.environ["CASEBOOK"], "case", "show", "1", "--json", "--db", w.db], capture_output=True, text=True, check=True)
    return [r for r in json.loads(done.stdout)["records"] if r["kind"] in kinds]


def casebook(w, *args):
    return subprocess.run([os.environ["CASEBOOK"], *args, "--db", w.db], capture_output=True, text=True, check=False)


def report(w, form):
    done = casebook(w, "report", "1", "-f", form, "--flow", os.path.join(HERE, w.flow))
    assert done.returncode == 0, done.stderr
    return done.stdout


def several_causes_are_said_before_any_fix(folder, served):
    w = Walk(folder, served.url, "two.yaml", args=("--set", f"rights={rights(folder, False)}"))
    w.see("Two causes fit. Begin with the first.", "▸ 1  The application pool is not started", "seen now, live",
          "2  IIS_IUSRS lacks the right", "from a file", "3  Look at all causes")
    w.press("Enter")
    w.see("The application pool is not started", "☐", "Check again")
    w.gone("Two causes fit")
    w.press("text:t")
    w.see("first: The application")
    w.press("Esc", "text:u")
    w.see("Taken back: User right: first Application pool", "Two causes fit")
    w.press("Down", "Enter")
    w.see("IIS_IUSRS lacks the right", "give the right", "☐")
    w.press("text:<")
    w.end()
    assert not records(w, "answer")[-1]["answer"].startswith("fixed")


def pools(folder, state):
    """A list of appcmd."""
    path = os.path.join(folder, f"pools-{state}.txt")
    with open(path, "w", encoding="ascii") as f:
        f.write(f'APPPOOL "DefaultAppPool" (MgdVersion:v4.0,MgdMode:Integrated,state:Started)\r\n'
                f'APPPOOL "SCEP" (MgdVersion:v4.0,MgdMode:Integrated,state:{state})\r\n')
    return path


def disputed(folder, served, *files, size="80x24"):
    url = ("--set", f"server_url={served.url}")
    sets = [w for f in files for w in ("--set", f)]
    return Keyed(["run", os.path.join(HERE, "dispute.yaml"), *url, *sets, "--db", os.path.join(folder, "dispute.db")], size)


def shown(w):
    return " ".join(w.text().split())


def a_live_dispute_is_settled_by_asking_again(folder, served):
    w = disputed(folder, served)
    for text in ("The application pool is not started? The sources disagree.", "✗ Yes", "503", "live, ", ", from ", "✓ No", "▸ 1 Ask again: HTTP GET",
                 "2 Go on with both"):
        assert text in shown(w), f"no '{text}' in:\n{w.text()}"
    assert "http.get" not in w.text(), w.text()
    served.answers(403)
    w.key("Enter")
    assert "What does the server answer?" in shown(w) and "answered 403" in shown(w), w.text()
    w.end()


def a_dispute_of_files_is_settled_by_one_more(folder, served):
    served.answers(403)
    w = disputed(folder, served, f"pools={pools(folder, 'Started')}", f"rights={rights(folder, False)}")
    assert "IIS_IUSRS lacks the right to impersonate? The sources disagree." in shown(w), w.text()
    for text in ("✗ Yes", "rights-lacks.inf line 7; read ", "✓ No", "pools-Started.txt line 2; read ", "it may be older",
                 "One new file settles it: User rights", "secedit /export", "2 Look at the evidence"):
        assert text in shown(w), f"no '{text}' in:\n{w.text()}"
    w.key("Enter")
    w.key("Enter")
    assert "pick Go on with both" == w.now["marked"], w.now["marked"]
    w.key(f"paste:{rights(folder, True)}")
    w.key("Enter")
    assert "The sources disagree" not in shown(w), w.text()
    w.end()


def the_command_that_settles_is_seen_on_a_small_screen(folder, served):
    served.answers(403)
    w = disputed(folder, served, f"pools={pools(folder, 'Started')}", f"rights={rights(folder, False)}", size="60x20")
    for text in ("The sources disagree.", "✗ Yes", "✓ No", "secedit /export /areas USER_RIGHTS /cfg C:\\casebook\\user-rights.inf", "▸ User rights"):
        assert text in shown(w), f"no '{text}' in:\n{w.text()}"
    w.end()


def a_fix_that_nothing_shows_gives_way_to_what_was_seen(folder, served):
    served.answers(403)
    w = disputed(folder, served, f"rights={rights(folder, False)}")
    assert "give the right" in w.text(), w.text()
    for key in ("text:<", "text:o", "text:2", "text:1"):
        w.key(key)
    for text in ("What was seen fits another cause", 'Nothing seen so far shows "The application pool is not started"',
                 "▸ 1 IIS_IUSRS lacks the right to impersonate", "from a file", "2 Go on: The application pool is not started"):
        assert text in shown(w), f"no '{text}' in:\n{w.text()}"
    w.key("Enter")
    assert "give the right" in w.text(), w.text()
    w.end()


def the_lines_around_a_fact_are_shown(folder, served):
    served.answers(403)
    path = rights(folder, False)
    w = disputed(folder, served, f"rights={path}")
    w.key("text:f")
    while not any("▸" in row and "User rights" in row for row in w.now["rows"]):
        w.key("Up")
    w.key("Enter")
    assert "lines around" in w.text(), w.text()
    w.key("Enter")
    for text in ("rights-lacks.inf line 7 mark 1 of 1", "6 [Privilege Rights]", "▸ 7 SeImpersonatePrivilege = *S-1-5-19,*S-1-5-20", "1 [Unicode]"):
        assert text in shown(w), f"no '{text}' in:\n{w.text()}"
    w.key("Esc")
    with open(path, "a+", encoding="ascii") as f:
        text = f.seek(0) or f.read()
        f.truncate(0)
        f.write(text.replace("SeImp", "SeOther = 1\r\nSeImp"))
    w.key("Enter")
    assert "The file has changed since it was read; then it said: SeImp" in shown(w), w.text()
    w.key("Esc")
    os.unlink(path)
    w.key("Enter")
    assert "No such file" in shown(w) or "not exist" in shown(w), w.text()
    w.key("Esc")
    w.key("Esc")
    w.key("Esc")
    assert "give the right" in w.text(), w.text()
    w.end()


def a_missing_file_is_put_off(folder, served):
    served.answers(403)
    w = Walk(folder, served.url)
    w.see("Does IIS_IUSRS have the right", "3 I cannot tell")
    w.press("text:3")
    w.see("Nothing was found")
    put = records(w, "put-off")
    assert [(r["step"], r["wanted"], r["by"]) for r in put] == [("rights", "rights", "person")], put
    assert [r["step"] for r in records(w, "answer")] == ["answer"]
    w.press("text:t")
    w.see("put off")
    w.press("Esc", "text:u")
    w.see("Taken back: User rights was put off", "Does IIS_IUSRS have the right")
    w.press("Ctrl-R")
    w.see("Nothing was found")
    w.end()
    v = casebook(w, "case", "verify", "1")
    assert v.returncode == 0, v.stdout + v.stderr
    assert [s["put_off"] for s in json.loads(report(w, "json"))["path"] if "put_off" in s] == ["rights"]
    assert "its file is not there yet" in report(w, "html")
    again = Keyed(["resume", "1", "--flow", os.path.join(HERE, "walk.yaml"), "--db", w.db])
    assert "Nothing was found" in again.text(), again.text()
    again.end()


def going_back_is_shown_before_it_is_done(folder, served):
    w = Walk(folder, served.url, "two.yaml", args=("--set", f"rights={rights(folder, True)}"))
    w.see("The application pool is not started")
    w.press("text:t", "Up")
    w.see("▸ 3   User rights", "It has", "files  ", "Asking 3 again keeps 1 to 2.")
    w.press("Up")
    w.see("▸ 2   Server URL", "Asking 2 again keeps 1.", "With the same answer 3 stays as it is",
          "another answer than \"503 Service Unavailable\" turns it", "grey")
    w.press("Enter", "text:o", "text:3", "Down", "text:1")
    w.see("Nothing was found")
    w.press("text:t")
    w.see("Kept, not counted now", "User rights", "It has")
    w.end()


def copied(w):
    """What the program sent to the terminal's clipboard (OSC 52)."""
    found = w.wait_printed(rb"\033\]52;c;([A-Za-z0-9+/=]*)\a")
    assert found, w.printed[-200:]
    return base64.b64decode(found.group(1)).decode()


def a_trip_is_copied_and_written(folder, served):
    os.chdir(folder)
    w = Keyed(
        ["run", "intune-scep-ndes", "--set", "server_url=https://127.0.0.1:1/certsrv/mscep/mscep.dll", "--no-network", "--db",
         os.path.join(folder, "trip.db")], "80x24")
    w.key("Enter")
    assert w.now["marked"] == "field iis_log" and "more lines" not in w.text(), w.text()
    w.key("text:y")
    text = copied(w)
    assert text.startswith("mkdir C:\\casebook 2>nul & ") and "\n" not in text, text
    assert text.count("mkdir") == 1, text
    assert "Sent to the clipboard" in w.text(), w.text()
    w.key("text:y")
    assert "To copy" in w.text() and " ".join(text.split()) in " ".join(w.text().split()), w.text()
    w.key("Esc")
    w.key("text:w")
    assert "Written: " in w.text(), w.text()
    script = [f for f in os.listdir(folder) if f.endswith(".cmd")]
    assert script == ["get-1.cmd"], script
    with open(os.path.join(folder, script[0]), encoding="utf-8", newline="") as f:
        lines = f.read().split("\r\n")
    assert lines[0] == "@echo off" and "NDES server" in lines[1] and "C:\\casebook" in lines[-2], lines
    assert not re.search(r"[^%]%[A-Za-z]( |\))", lines[-3]), lines[-3]
    w.key("text:w")
    assert "get-1-2.cmd" in w.text(), w.text()
    w.end()


def steps_are_copied_as_a_message(folder, served):
    w = Walk(folder, served.url)
    w.see("The application pool is not started", "y copy")
    w.press("text:y")
    text = copied(w)
    assert "1. IIS Manager, Application Pools: Start." in text and "Server admin, the server:" in text, text
    w.end()


def an_export_shows_what_is_replaced(folder, served):
    w = Walk(folder, served.url)
    w.press("text:e")
    w.see("Names replaced: people", "places are replaced", "becomes")
    w.press("Tab")
    w.see("Names kept: nothing is replaced", "Nothing is replaced: names of people, hosts")
    w.press("Tab")
    w.see("Names strict")
    w.press("Esc")
    w.end()


def what_is_read_can_be_searched(folder, served):
    w = Walk(folder, served.url)
    w.press("text:?")
    w.see("This page", "This page says what is wrong")
    w.press("text:/", "text:ends the program", "Enter")
    w.see("\"ends the program\": line 1 of 1", "Ctrl-C")
    w.press("text:n")
    w.see("there is no further one")
    w.press("text:/", "text:no such words", "Enter")
    w.see("\"no such words\" does not stand here")
    w.press("Esc", "text:f", "Enter")
    w.see("What it shows", "answered 503")
    w.press("text:/", "text:STATUS", "Enter", "text:n", "text:N")
    w.see("\"STATUS\": line 1 of")
    w.end()


def a_command_by_its_word(folder, served):
    w = Walk(folder, served.url)
    w.press("text::", "text:expl")
    w.see("explain CODE")
    w.press("Tab", "text:0x80070057", "Enter")
    w.see("Codes", "0x80070057", "Next:")
    w.press("Esc", "text::", "text:casues", "Enter")
    w.see(":casues is no command. The nearest is :causes")
    w.press("text::", "text:note it is the pool", "Enter")
    w.see("Noted.")
    assert records(w, "note")[0]["text"] == "it is the pool"
    w.press("text::", "text:go 2", "Enter")
    w.see("What does the server answer?")
    w.press("text::", "text:go", "Enter")
    w.see(":go needs more")
    w.press("text:x")
    w.see("503")
    w.end()


def click(w, text):
    w.key(f"click:{next(i for i, row in enumerate(w.now['rows']) if text in row)}")


def a_click_marks_and_another_takes(folder, served):
    w = Walk(folder, served.url)
    w.see("▸ 1  ☐ IIS Manager")
    click(w, "Check again")
    assert w.now["marked"] == "pick Check again", w.now["marked"]
    click(w, "☐ IIS Manager")
    w.see("▸ 1  ☐ IIS Manager")
    click(w, "☐ IIS Manager")
    w.see("▸ 1  ☑ IIS Manager")
    click(w, "The application pool is not started")
    w.see("▸ 1  ☑ IIS Manager")
    click(w, "Hand over")
    click(w, "Hand over")
    w.see("Handed over")
    w.press("text:t")
    w.see("Trail")
    click(w, "Server URL")
    w.see("▸ 2   Server URL")
    w.press("Esc", "text:?", "WheelDown")
    assert "This page" not in w.now["rows"][2], w.text()
    w.press("WheelUp")
    w.see("This page")
    w.end()


TESTS = [a_click_marks_and_another_takes, a_live_dispute_is_settled_by_asking_again, a_dispute_of_files_is_settled_by_one_more, the_command_that_settles_is_seen_on_a_small_screen,
         a_fix_that_nothing_shows_gives_way_to_what_was_seen, the_lines_around_a_fact_are_shown,
         what_is_read_can_be_searched, a_command_by_its_word, a_trip_is_copied_and_written, steps_are_copied_as_a_message, an_export_shows_what_is_replaced, going_back_is_shown_before_it_is_done, several_causes_are_said_before_any_fix, a_missing_file_is_put_off, undo_names_what_it_takes, a_key_that_means_nothing_says_so]


def main():
    with tempfile.TemporaryDirectory() as folder:
        served = Served(folder)
        try:
            for test in TESTS:
                if sys.argv[1:] and test.__name__ not in sys.argv[1:]:
                    continue
                served.answers(503)
                test(folder, served)
                print("ok", test.__name__.replace("_", " "))
        finally:
            served.end()


main()
