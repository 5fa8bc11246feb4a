#!/usr/bin/env python3
"""markdown.py FILE.md...: what GitHub's own parser makes of a report is headings, lists, tables and text, nothing that a case
brought along: no link, no image, no HTML, no heading that the report did not write."""
import html.parser, pathlib, subprocess, sys

TAGS = set("h1 h2 h3 p strong code pre ul ol li table thead tbody tr th td blockquote details summary hr".split())
HEADINGS = {"What was not looked at"}


class Reader(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.bad, self.headings, self.level = [], [], None

    def handle_starttag(self, tag, attrs):
        if tag not in TAGS or any(k != "class" or v != "language-text" for k, v in attrs):
            self.bad.append(f"<{tag} {attrs}>")
        if tag in ("h1", "h2", "h3"):
            self.level = tag
            self.headings.append([tag, ""])

    def handle_endtag(self, tag):
        if tag == self.level:
            self.level = None

    def handle_data(self, data):
        if self.level:
            self.headings[-1][1] += data

    def handle_comment(self, data):
        self.bad.append(f"<!--{data[:40]}")


status = 0
for name in sys.argv[1:]:
    made = subprocess.run(["cmark-gfm", "--unsafe", "-e", "table", "-e", "autolink", "-e", "strikethrough", "-e", "tasklist", name],
                          capture_output=True, text=True, check=True).stdout
    reader = Reader()
    reader.feed(made)
    summary = [line for line in pathlib.Path(name).read_text().split("\n## ", 1)[0].splitlines() if line.strip()]
    if len(summary) > 20:
        reader.bad.append(f"a summary of {len(summary)} lines, not twenty at most")
    ones = [text for tag, text in reader.headings if tag == "h1"]
    twos = {text for tag, text in reader.headings if tag == "h2"}
    if len(ones) != 1:
        reader.bad.append(f"{len(ones)} first headings")
    reader.bad += [f"no heading '{h}'" for h in sorted(HEADINGS - twos)]
    reader.bad += [f"heading '{h}' from the case" for h in sorted(twos) if h.strip() in ("h", "")]
    for line in reader.bad[:20]:
        print(f"{name}: {line}")
    status |= bool(reader.bad)
print("ok" if status == 0 else "not ok")
sys.exit(status)
