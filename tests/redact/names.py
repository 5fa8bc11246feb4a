#!/usr/bin/env python3
"""What redaction finds of the marked names of names_corpus.py and names_fresh.py, and what it takes besides: prints recall and precision.

    names.py FILTER open|held [--corpus old|fresh] [--lines N] [--seed N] [--show N] [--recall PERCENT] [--precision PERCENT]
"""
import argparse
import collections
import re
import subprocess
import sys
import urllib.parse

import names_corpus as corpus
import names_fresh as fresh

TOKEN = re.compile(r"(?:\(encoded text withheld\)|[A-Z]{2,9}-\d+)")


def spans(plain, out):
    """Where in the plain line the tokens stand: what lies between the pieces that stayed."""
    tokens = [m for m in TOKEN.finditer(out) if m.group() not in plain]
    pattern, at = "", 0
    for m in tokens:
        pattern += re.escape(out[at:m.start()]) + "(.+?)"
        at = m.end()
    m = re.fullmatch(pattern + re.escape(out[at:]), plain, re.S)
    return [m.span(i + 1) for i in range(len(tokens))] if m else None


def unmark(line):
    plain, marks, at = "", [], None
    for c in line:
        if c == corpus.OPEN:
            at = len(plain)
        elif c == corpus.SHUT:
            marks.append((at, len(plain)))
        else:
            plain += c
    return plain, marks


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("filter")
    ap.add_argument("which", choices=["open", "held"])
    ap.add_argument("--corpus", choices=["old", "fresh"], default="old")
    ap.add_argument("--lines", type=int, default=3000)
    ap.add_argument("--seed", default="1")
    ap.add_argument("--show", type=int, default=20)
    ap.add_argument("--recall", type=float, default=0)
    ap.add_argument("--precision", type=float, default=0)
    a = ap.parse_args()
    source = fresh if a.corpus == "fresh" else corpus
    lines = list(source.lines(a.which, a.seed, a.lines))
    plain = [unmark(line) for _, line in lines]
    out = subprocess.run([a.filter], input="".join(p + "\n" for p, _ in plain).encode(), capture_output=True, timeout=300, check=True)
    got = out.stdout.decode().split("\n")[:-1]
    assert len(got) == len(lines)
    names = found = tokens = right = 0
    missed, extra = collections.Counter(), collections.Counter()
    for (family, marked), (text, marks), clean in zip(lines, plain, got):
        where = spans(text, clean)
        if where is None:  # a word that held a name is written decoded
            text, marks = unmark(urllib.parse.unquote(marked))
            where = spans(text, clean)
        if where is None:
            where = [] if text == clean else [(0, 0)]
        hidden = {i for s, e in where for i in range(s, e)}
        inside = {i for s, e in marks for i in range(s, e)}
        for s, e in marks:
            ok = all(i in hidden for i in range(s, e) if text[i].isalnum())
            names, found = names + 1, found + ok
            if not ok:
                missed[family] += 1
                if missed[family] <= 2 and sum(missed.values()) < 400:
                    print(f"MISSED {family}: {text[s:e]!r}\n   {clean[:220]}") if a.show else None
        for s, e in where:
            ok = any(i in inside for i in range(s, e)) and all(i in inside for i in range(s, e) if text[i].isalnum())
            tokens, right = tokens + 1, right + ok
            if not ok:
                extra[family] += 1
                if extra[family] <= 1 and a.show:
                    print(f"TOO MUCH {family}: {text[s:e]!r}\n   {clean[:220]}")
    recall, precision = 100 * found / names, 100 * right / max(tokens, 1)
    print(f"{a.which}: {names} names in {len(lines)} lines of {len(set(f for f, _ in lines))} families, {len(source.LANGS)} languages, "
          f"{len(source.endings(a.which))} endings: recall {recall:.2f} %, precision {precision:.2f} %")
    print("missed by family:", dict(missed.most_common()))
    print("too much by family:", dict(extra.most_common()))
    return 0 if recall >= a.recall and precision >= a.precision else 1


if __name__ == "__main__":
    sys.exit(main())
