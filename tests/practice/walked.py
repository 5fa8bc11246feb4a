"""A practice case walked as a newcomer would: the folder that people sent where a file is asked for, else Enter, to the end; at the
screen and line by line."""
import os
import re
import select
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from keyed import Keyed  # noqa: E402

MOST = 60  # keys, lines
LONGEST = 120  # seconds for the next page on a busy machine


def at_screen(name, env):
    """What was printed behind the screen, and how many keys it took."""
    helper = os.path.join(os.environ["BUILD_DIR"], "engine", "practice", "casebook-practice")
    k = Keyed(["practice", name], env=dict(env, CASEBOOK_PRACTICE=helper), typed=b"\n")
    keys, given = 0, set()
    while k.now and not k.now["ended"] and keys < MOST:
        gives = bool(k.now["wants"]) and k.now["step"] not in given
        given.add(k.now["step"])
        if gives:
            k.key("paste:.")
        k.key("Enter")
        keys += 1 + gives
    last = k.text()
    _, said = k.end()
    return k.printed.decode(errors="replace").replace("\r\n", "\n") + said, keys, last


def page_of(p, shown):
    """Reads until it asks; all that was printed so far."""
    while not re.search(r"(\? for help|\].*): $", shown) and select.select([p.stdout], [], [], LONGEST)[0]:
        more = os.read(p.stdout.fileno(), 65536)
        if not more:
            break
        shown += more.decode(errors="replace")
    return shown


def by_line(name, env):
    with subprocess.Popen([os.environ["CASEBOOK"], "practice", name, "--plain"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          env=env) as p:
        told, lines, given, page = "", 0, set(), ""
        while lines < MOST:
            page = page_of(p, "")
            told += page
            if p.poll() is not None or "Close the case" in page or not page:
                break
            asks = re.search(r"^  ([a-z])  .*: \(not given yet\)$", page, re.M)
            title = (re.search(r"^Step .*$", page, re.M) or [""])[0]
            numbers = re.findall(r"^  (\d+)  ", page, re.M)
            line = ""
            if asks and title not in given:
                line = "."
                given.add(title)
            elif "Enter for" not in page and "Answer 1-" in page:
                line = numbers[-1] if numbers else "3"
            p.stdin.write((line + "\n").encode())
            p.stdin.flush()
            lines += 1
        p.stdin.close()
        told += p.stdout.read().decode(errors="replace")
        return told, lines, page
