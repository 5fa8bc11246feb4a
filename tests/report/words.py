#!/usr/bin/env python3
"""The words that reports themselves consist of: a host that is called like one of them cannot be searched for.

    words.py SOURCE_DIR            exit 1 when assets/report-words.txt lacks a word of the sources
    words.py SOURCE_DIR --write    writes it anew
"""
import pathlib, re, sys

root = pathlib.Path(sys.argv[1])
sources = [*root.glob("engine/report/*.c"), root / "engine/model/evidence.c", root / "engine/model/casefile.c",
           root / "engine/model/value.c", *root.glob("engine/case/*.c"), root / "assets/report.css"]
words = set()
for path in sources:
    text = path.read_text()
    if path.name in ("names.c", "scan.c", "views.c"):  # lists of what is public: never printed
        continue
    pieces = re.findall(r'"((?:\\.|[^"\\\n])*)"', text) if path.suffix == ".c" else [text]
    for piece in pieces:
        piece = re.sub(r"\\x[0-9A-Fa-f]{2}|\\[a-z0\"'\\]", " ", re.sub(r"%[-+ #0-9.*]*(?:zu|llu|lld|[a-z])", " ", piece))
        words |= {w.lower() for w in re.findall(r"[A-Za-z0-9]+", piece) if len(w) >= 3 and re.search("[A-Za-z]", w)}
target = root / "assets/report-words.txt"
if "--write" in sys.argv:
    target.write_text("\n".join(sorted(words)) + "\n")
    sys.exit(0)
missing = sorted(words - set(target.read_text().split()))
for word in missing:
    print(f"assets/report-words.txt lacks '{word}'; run tests/report/words.py {root} --write")
sys.exit(bool(missing))
