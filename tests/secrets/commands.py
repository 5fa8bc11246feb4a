#!/usr/bin/env python3
"""Command lines, prompts and headers of commands.txt: the secret goes, in whatever quotes and lines the command stands; the words beside it
and the neighbour without a secret stay.  Each tool of the table has a row.

    commands.py FILTER SECRET_TOOLS.c
"""
import base64
import pathlib
import re
import sys

from gate import through

HERE = pathlib.Path(__file__).resolve().parent
VALUES = ["Tr0ub4dor", "Kirsche!12", "fliederbusch", "Q%x9#Lm", "884213779", "Winter_Haus$7"]
PHRASE = "Flieder Haus 77"  # only where quotes stand around it
QUOTED = re.compile(r"""["'][^"'{ ]*\{v\}["']""")
# A command as it stands in a script, a log or a ticket.
FRAMES = ["{}", "C:\\temp> {}", "2026-11-30 09:12:44 ran: {}", "tried it again. {}", "first\r\n{}\r\nthird", "$ {}"]


def rows():
    for line in (HERE / "commands.txt").read_text().split("\n"):
        if line and not line.startswith("#"):
            text, mark, neighbour = line.partition(" ## ")
            assert mark and ("{v}" in text or "{e}" in text), line
            yield text.replace("{{", "{").replace("}}", "}"), neighbour


def fill(text, value):
    inner = f"$p = ConvertTo-SecureString '{value}' -AsPlainText -Force".encode("utf-16-le")
    return text.replace("{v}", value).replace("{e}", base64.b64encode(inner).decode())


def main():
    table = list(rows())
    tools = re.findall(r'^ +\{"([^"]+)", "', pathlib.Path(sys.argv[2]).read_text(), re.M)
    words = {w.removesuffix(".exe").removesuffix(".com") for text, _ in table for w in re.split(r"[^a-z0-9.-]+", text.lower())}
    wrong = [f"NO ROW for {t}" for t in tools if t not in words]
    assert len(tools) > 60, len(tools)
    texts, kept = [], []
    for text, neighbour in table:
        for value in VALUES + [PHRASE] * bool(QUOTED.search(text)):
            # What starts a line stays so; a prompt of one is none within another sentence.
            for frame in FRAMES:
                texts.append((value, text, frame.format("\0").replace("\0", fill(text, value))))
        kept += [frame.format("\0").replace("\0", neighbour) for frame in FRAMES]
    for (value, text, full), clean in zip(texts, through(sys.argv[1], [t[2] for t in texts])):
        gone = value not in clean and clean != full
        # The tool and what stands first of its line are no secret.
        if not gone:
            wrong.append(f"LEAK of {value!r} by {text!r} in {full!r}: {clean!r}")
        elif text.split()[0] not in clean and "{v}" not in text.split()[0]:
            wrong.append(f"SWALLOWED in {full!r}: {clean!r}")
    wrong += [f"TOUCHED {full!r}: {clean!r}" for full, clean in zip(kept, through(sys.argv[1], kept)) if full != clean]
    first = {w.partition(" by ")[2].partition(" in ")[0] or w: w for w in wrong}  # one of each row
    print("\n".join(list(first.values())[:40]))
    print(f"{len(table)} rows, {len(texts)} secrets, {len(tools)} tools: {len(wrong)} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
