#!/usr/bin/env python3
"""t_every_string.c plants hostile text in every string of a case and of a flow. Here: each `char *` of their structs has its ONE()
there, or a KEPT() where other text is not possible. A new member of a header asks for its line."""
import os, pathlib, re, sys

ROOT = pathlib.Path(os.environ["SOURCE_DIR"])
HEADERS = ("value", "about", "evidence", "fact", "casefile", "flow", "probe")
STRUCTS = ("value", "member", "about", "evidence", "evpart", "evrow", "fact", "pin", "record", "rec_input", "rec_answer", "rec_note", "rec_tick",
           "rec_about", "rec_put_off", "rec_hand", "rec_export", "case_mark", "casefile", "input_def", "input_choice", "node", "answer_def", "cause", "fix_item", "flow")


def members():
    """(struct, member) for each string of the structs above."""
    found = set()
    for header in HEADERS:
        text = re.sub(r"/\*.*?\*/", "", (ROOT / f"include/casebook/{header}.h").read_text(), flags=re.S)
        for struct, body in re.findall(r"^struct (\w+) \{\n(.*?)^\};", text, flags=re.S | re.M):
            if struct in STRUCTS:
                found |= {(struct, "")}
                for names in re.findall(r"\bchar ((?:\*\w+(?:, )?)+);", body):
                    found |= {(struct, name) for name in re.findall(r"\*(\w+)", names)}
    for struct in STRUCTS:
        if (struct, "") not in found:
            sys.exit(f"struct {struct} is in none of {HEADERS}")
    return {pair for pair in found if pair[1]}


def planted():
    text, found = (ROOT / "tests/report/t_every_string.c").read_text(), set()
    for function in re.findall(r"^static void \w+\(struct walk \*w, .*?^\}", text, flags=re.S | re.M):
        types = dict((name, struct) for struct, name in re.findall(r"struct (\w+) \*(\w+)", function))
        for name, path in re.findall(r"\b(?:ONE\(w|KEPT\(w), (\w+), ([\w.]+)\)", function):
            parts = path.split(".")
            found.add(("rec_" + parts[1] if parts[0] == "u" else types[name], parts[-1]))
        if "&v->u.s," in function:
            found.add(("value", "s"))
        if "&m->key" in function:
            found.add(("member", "key"))
    return found


missing, gone = members() - planted(), planted() - members()
for struct, member in sorted(missing):
    print(f"struct {struct}: no hostile text for {member}: add ONE(w, ..., {member}) to t_every_string.c, or KEPT() when it cannot be other text")
for struct, member in sorted(gone):
    print(f"t_every_string.c: struct {struct} has no string {member}")
print(f"{len(members())} strings")
sys.exit(1 if missing or gone else 0)
