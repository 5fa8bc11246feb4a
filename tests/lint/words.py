#!/usr/bin/env python3
"""engine/redact/report_words.txt: the words that a report itself consists of. A host that is called like one of them cannot be
searched for in a finished report, so redaction has to know them. The list is kept by hand of this script and compared here.

Usage: words.py SOURCE_DIR             says what is missing and what nobody says any more; exit 1 when there is any
       words.py SOURCE_DIR --update    writes the list
"""
import pathlib, re, sys

SAID = ("engine/brief/*.c", "engine/case/*.c", "engine/say/*.c", "engine/report/*.c", "engine/report/tree/*.c", "engine/report/fmt/*.c",
        "engine/redact/secrets.c", "engine/redact/views.c", "engine/redact/learn.c", "engine/redact/apply.c", "engine/redact/leak.c", "engine/model/evidence.c",
        "engine/model/casefile.c", "engine/model/value.c", "assets/report.css")
LIST = "engine/redact/report_words.txt"


def words_of(text, literals):
    if literals:  # a comment's examples are said by nobody
        text = re.sub(r'("(?:\\.|[^"\\\n])*")|/\*.*?\*/|//[^\n]*', lambda m: m.group(1) or " ", text, flags=re.S)
        found = re.findall(r'"[^"\n]*"', text)
        text = " ".join(re.sub(r"\\x[0-9A-Fa-f]{2}|\\[a-z]|%[-+ #0-9.*]*(?:zu|llu|lld|[a-z])", " ", one) for one in found)
    return {word for word in re.findall(r"[a-z0-9]+", text.lower()) if re.search(r"^..+[a-z]|^.*[a-z].*..|^.[a-z]..*$", word)}


def said(root):
    words = set()
    for pattern in SAID:
        files = sorted(root.glob(pattern))
        if not files:
            sys.exit(f"{pattern} of tests/lint/words.py names no file")
        for path in files:
            words |= words_of(path.read_text(errors="replace"), path.suffix == ".c")
    return words


def main():
    root = pathlib.Path(sys.argv[1]).resolve()
    now, path = said(root), root / LIST
    if sys.argv[2:] == ["--update"]:
        path.write_text("".join(f"{word}\n" for word in sorted(now)))
        return 0
    listed = set(path.read_text().split())
    for sentence, some in (("is said by reports and not in the list", now - listed), ("is in the list and said no more", listed - now)):
        for word in sorted(some):
            print(f"{LIST}: {word} {sentence}")
    if now != listed:
        print("tests/lint/words.py . --update  writes the list")
    return 1 if now != listed else 0


if __name__ == "__main__":
    sys.exit(main())
