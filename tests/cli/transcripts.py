#!/usr/bin/env python3
"""What the commands print, whole: each .txt in said/ is a transcript of a shell, its commands behind "$ " and what they
answer below them, "[N]" where one ends with another exit code than 0. They run one after the other in a home of their own, beside
the files of files/. `transcripts.py --update` writes what is printed now."""
import glob
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
SOURCE = os.path.dirname(os.path.dirname(HERE))
CASEBOOK = os.path.abspath(os.environ["CASEBOOK"])
# What differs between two runs or two machines, by what stands for it.
CHANGES = (
    (r"\b01[0-9A-HJKMNP-TV-Z]{24}\b", "<case id>"),
    (r"\b[0-9a-f]{64}\b", "<SHA-256>"),
    (r"\b20\d\d-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?Z?", "<time>"),
    (r"\b\d+ \w+ 20\d\d \d\d:\d\d:\d\d", "<time>"),
    (r"(head|SHA-256) [0-9a-f]{16}\b", r"\1 <hash>"),
    (r"\b\d+ ms\b|\bms: \d+", "<n> ms"),
    (r"( (?:from|on)|  ) " + re.escape(socket.gethostname()) + r"\b", r"\1 <here>"),
)


def home():
    top = tempfile.mkdtemp()
    work = os.path.join(top, "work")
    shutil.copytree(os.path.join(HERE, "files"), work)
    return top, work


def answer(command, top, work):
    env = {k: v for k, v in os.environ.items() if not k.startswith(("CASEBOOK_CONFIG", "XDG_", "SOURCE_DATE"))}
    env.update(HOME=top, XDG_DATA_HOME=top + "/data", XDG_CONFIG_HOME=top + "/config", LC_ALL="C.UTF-8", TERM="dumb", COLUMNS="100",
               TZ="UTC", PATH=os.path.dirname(CASEBOOK) + ":" + env["PATH"])
    r = subprocess.run(["bash", "-c", command], cwd=work, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                       stderr=subprocess.STDOUT, timeout=120, check=False)
    text = r.stdout.decode("utf-8", "backslashreplace").replace(work + "/", "").replace(top, "~")
    for pattern, word in CHANGES:
        text = re.sub(pattern, word, text)
    text = "".join(line.rstrip() + "\n" for line in text.splitlines())
    return text + (f"[{r.returncode}]\n" if r.returncode != 0 else "")


def played(transcript):
    """The transcript as the program of today writes it."""
    top, work = home()
    out = []
    try:
        for line in transcript.splitlines():
            if line.startswith("# ") and len(out) < 2:
                out.append(line + "\n")
            elif line.startswith("$ "):
                out.append(("" if not out or out[-1].startswith("# ") else "\n") + line + "\n" + answer(line[2:], top, work))
    finally:
        shutil.rmtree(top, True)
    return "".join(out)


def main():
    update, named = "--update" in sys.argv, [a for a in sys.argv[1:] if a != "--update"]
    files = sorted(glob.glob(os.path.join(HERE, "said", "*.txt")))
    bad = 0
    for path in files:
        name = os.path.basename(path)[:-4]
        if named and name not in named:
            continue
        with open(path, encoding="utf-8") as f:
            want = f.read()
        now = played(want)
        if now == want:
            continue
        if update:
            with open(path, "w", encoding="utf-8") as f:
                f.write(now)
            continue
        bad += 1
        with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as f:
            f.write(now)
            f.flush()
            subprocess.run(["diff", "-u", path, f.name], check=False)
    if len(files) < 8:
        sys.exit("transcripts are missing")
    sys.exit(f"{bad} transcripts differ; transcripts.py --update takes what is printed now" if bad else 0)


main()
