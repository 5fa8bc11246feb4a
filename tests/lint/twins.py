"""Product code that stands twice: six lines or more in a row, the same to the letter but for indents, blanks and comments."""
import re

RUN = 6
FOLDERS = ("include", "engine", "ui", "flows")


def lines_of(text):
    """(line number, code) of each line that says something; includes are no code."""
    def blank(m):
        return m.group(0) if m.group(0)[0] in "\"'" else re.sub(r"[^\n]", " ", m.group(0))
    text = re.sub(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', blank, text, flags=re.S)
    for number, line in enumerate(text.splitlines(), 1):
        code = " ".join(line.split())
        if code and not code.startswith("#include"):
            yield number, code


def twins(root):
    """(path, line, sentence) for each place that repeats an earlier one; a run that goes on is named once."""
    seen = {}
    for folder in FOLDERS:
        for path in sorted((root / folder).rglob("*.[ch]")):
            rel, lines, told = path.relative_to(root), list(lines_of(path.read_text(errors="replace"))), 0
            for i in range(len(lines) - RUN + 1):
                key = tuple(code for _, code in lines[i:i + RUN])
                if key not in seen:
                    seen[key] = (rel, lines[i][0], i)
                elif i >= told and not (seen[key][0] == rel and seen[key][2] + RUN > i):
                    other, number, _ = seen[key]
                    n = RUN
                    while i + n < len(lines) and seen.get(tuple(code for _, code in lines[i + n - RUN + 1:i + n + 1]), (None,))[0] == other:
                        n += 1
                    told = i + n
                    yield rel, lines[i][0], f"{n} lines stand in {other}:{number} as well: one piece of code can serve both"
