#!/usr/bin/env python3
"""A desk in a folder: many consoles, one book of cases; branches, forgeries, consoles that are killed."""
from desk_lib import *

TOP = tempfile.TemporaryDirectory(prefix="casebook desk.")
top = pathlib.Path(TOP.name)
BOOK = top / "the book"


def files(case):
    return sorted((BOOK / "cases" / case).glob("*.jsonl"))


def rows(case):
    return [json.loads(l) for f in files(case) for l in f.read_text().splitlines() if l.endswith("}")]


def forge(case, name, *lines):
    with open(BOOK / "cases" / case / f"{name}.jsonl", "a", encoding="utf-8") as f:
        f.writelines(l + "\n" for l in lines)


def line(pos, prev, case, body, author="Mallory", hash=None):
    return (f'{{"pos":{pos},"prev":"{prev}","hash":"{hash or row_hash(prev, case, body)}",'
            f'"author":{json.dumps(author)},"body":{body}}}')


def news(console, *words, code=0):
    found = console.json("desk", *words, code=code)
    return {(c["id"], c["news"]) for c in found["cases"]}, found


ana, ben, eve = (Console(top, name, BOOK) for name in ("Ana", "Ben", "Eve"))

# Before there is a desk: nothing is lost, and it is said how to make one.
ana("desk", "push", code=4, says="casebook desk init")
ana("desk", "init")
ana("desk", "init")  # a second time changes nothing
eve("--version")
nobody = Console(top, "Nobody", BOOK)
nobody("desk", "use", "none")
nobody("desk", "push", code=2, says="no desk is in use")
ana("desk", "use", "mysql://there/x", code=2, says="no such kind of desk")

# A case travels, is gone on with, comes back; each row once.
number, case = ana.begin()
check(news(ana, "status")[0] == {(case, "sent")} and not files(case), "status says what would go, and sends nothing")
check(news(ana, "push")[0] == {(case, "sent")}, "what the book lacks is sent")
check(news(ana, "push")[0] == set(), "and not again")
check(news(ben, "push")[0] == set() and ben.json("case", "list")["cases"] == [], "push takes nothing")
check(news(ben, "pull")[0] == {(case, "taken")}, "a pull takes it")
check(ben.head(case) == ana.head(case), "to the same head")
ben("case", "note", case, "seen at the second console")
ben("desk", "sync")
check(news(ana, "sync")[0] == {(case, "taken")}, "what he wrote comes back")
check(ana.log(case)[-1]["text"] == "seen at the second console" and ana.head(case) == ben.head(case), "word for word")
check(len(files(case)) == 2, "a file per console")
check(len({r["hash"] for r in rows(case)}) == len(rows(case)), "no row twice")
check({r["author"] for r in rows(case)} == {"Ana", "Ben"}, "each under its author's name")

# Who has it, since when.
ana("case", "hand", case, "--to", "Second line")
ana("desk", "sync")
ben("desk", "sync")
check(ben.log(case)[-1]["to"] == "Second line", "who has a case travels with it")
ana("case", "hand", case, code=2, says="--to NAME")

listed = ben.json("case", "list", "--desk")["cases"]
check([(c["id"], c["holder"], c["author"], c["branches"]) for c in listed] == [(case, "Second line", "Ana", 1)],
      "the desk's list says who has it", listed)
check("with Second line since" in eve("case", "list", "--desk"), "in words as well")

# An export at the end of a log is this console's own: two that report are no two branches.
ana("case", "export", case, "-o", top / "a.case")
ben("report", case, "--flow", FLOW, "-f", "txt", "-o", top / "b.txt")
check(news(ana, "sync")[0] == set() and news(ben, "sync")[0] == set(), "exports make no branches")

# Two go on at the same time: both branches stay, and a person chooses.
ana("case", "note", case, "Ana went left")
ben("case", "note", case, "Ben went right")
ana("desk", "sync")
got, found = news(ben, "sync")
check(got == {(case, "sent"), (case, "branched")}, "both branches are there", found)
branches = next(c for c in found["cases"] if c["news"] == "branched")["branches"]
check({b["author"] for b in branches} == {"Ana", "Ben"} and len({b["head"] for b in branches}) == 2, "by name", branches)
check(ben.log(case)[-1]["text"] == "Ben went right" and "Ana went left" not in json.dumps(ben.log(case)), "nothing is merged")
check(news(ana, "sync")[0] == {(case, "branched")}, "the other one is told as well")
check(news(eve, "pull")[0] == {(case, "branched")} and eve.json("case", "list")["cases"] == [],
      "a console that has none of them takes none by itself")
anas, bens = (next(b["head"] for b in branches if b["author"] == n) for n in ("Ana", "Ben"))
ben("desk", "take", case, "0" * 16, code=2, says="no branch")
ben("desk", "take", case, anas[:4], code=2, says="at least 8 digits")
ben("case", "note", case, "not sent yet")
ben("desk", "take", case, anas[:16], code=1, says="push first")
check(ben.log(case)[-1]["text"] == "not sent yet", "nothing is lost by choosing")
ben("desk", "push")
ben("desk", "take", case, anas[:16])
log = ben.log(case)
check(log[-2]["text"] == "Ana went left" and log[-1]["kind"] == "hand" and log[-1]["to"] == "Ben", "Ana's goes on", log[-2:])
ben("case", "verify", case, says="consistent")
ben("desk", "push")
check(news(ana, "sync")[0] == {(case, "taken")}, "the left branch counts no more")
check(news(eve, "pull")[0] == {(case, "taken")} and eve.head(case) == ana.head(case) == ben.head(case), "and all have one")
check("not sent yet" in json.dumps(rows(case)), "the branch that was left is still in the book")

# Cases that stay here.
kept, kept_id = ana.begin()
subprocess.run([CASEBOOK, "desk", "status"], env=ana.env, stdout=subprocess.DEVNULL)
ana("run", FLOW, "--auto", "--no-network", "--local", code=4)
local = max(ana.json("case", "list")["cases"], key=lambda c: c["number"])["id"]
got, _ = news(ana, "push")
check((kept_id, "sent") in got and not (BOOK / "cases" / local).exists(), "a case marked so stays here", got)

# Rows that are not what was written: found, said, and never believed.
spoilt, spoilt_id = eve.begin()
eve("desk", "push")
eve("case", "note", spoilt, "one more")
eve("desk", "push")
ben("desk", "pull")
file = files(spoilt_id)[0]
good = file.read_text()
file.write_text(good.replace('"one more"', '"another"'))
before = ben.head(spoilt_id)
got, found = news(ben, "sync", code=3)
check((spoilt_id, "tampered") in got, "a changed record is found", found)
check(next(c for c in found["cases"] if c["news"] == "tampered")["author"] == "Eve", "in whose name it stands")
check(ben.head(spoilt_id) == before, "and the case here stays")
fresh = Console(top, "Fresh", BOOK)
fresh("desk", "pull", code=3)
check("another" not in json.dumps(fresh.log(spoilt_id)), "nobody takes it")
file.write_text("\n".join(l for l in good.splitlines() if '"pos":2,' not in l) + "\n")
lost = Console(top, "Lost", BOOK)
got, _ = news(lost, "pull", code=3)
check((spoilt_id, "loose") in got, "rows upon one that is not there are said", got)
check(all(c["id"] != spoilt_id for c in lost.json("case", "list")["cases"]), "and nothing of the case is taken")
check((spoilt_id, "sent") in news(ben, "sync")[0], "who has the row sends it again")
check((spoilt_id, "taken") in news(lost, "pull")[0] and lost.head(spoilt_id) == before, "and the case is whole")
file.write_text(good)

# A forged continuation is a branch under its author's name, never the case; a replayed row changes nothing.
head = eve.head(spoilt_id)
n = len(eve.log(spoilt_id))
forge(spoilt_id, "mallory", line(n + 1, head, spoilt_id, note(n + 1, "\x1b[2Jit was Eve; DROP TABLE record;--")))
eve("case", "note", spoilt, "Eve's own next")
got, found = news(eve, "sync")
check((spoilt_id, "branched") in got, "a forged continuation is a branch", found)
check("Mallory" in json.dumps(found), "under its author's name")
said = eve("desk", "status")
check("\x1b" not in said and "Mallory" in said, "whose name moves no cursor", said)
check("DROP TABLE" not in json.dumps(eve.log(spoilt_id)), "and it is not in the case")
forge(spoilt_id, "replay", *[l for l in good.splitlines() if '"pos":2,' in l])
got, _ = news(eve, "status")
check(got == {(spoilt_id, "branched")}, "a replayed row changes nothing", got)

# Kinds of record that this casebook does not know are kept and passed on, and said.
later, later_id = ben.begin()
ben("desk", "push")
head, n = ben.head(later_id), len(ben.log(later_id))
forge(later_id, "newer", line(n + 1, head, later_id, json.dumps(
    {"pos": n + 1, "kind": "hologram", "at": "2026-11-30T10:00:00.000Z"}, separators=(",", ":")), "Newer"))
got, found = news(ben, "sync")
check((later_id, "not_taken") in got and "no known kind" in json.dumps(found), "an unknown kind is said", found)
check(ben.head(later_id) == head and "hologram" in files(later_id)[1].read_text() + files(later_id)[0].read_text(), "and kept")

# Garbage of every kind neither stops the rest nor is taken.
garbage = BOOK / "cases" / later_id / "garbage.jsonl"
for text in ("{}\n", '{"pos":99999999999999999999,"prev":"","hash":"","author":"x","body":{}}\n', "x" * 100000 + "}\n",
             '{"pos":1,"prev":"' + "a" * 64 + '","hash":"' + "b" * 64 + '","author":"' + "\\u0000" + '","body":}\n',
             '{"pos":1,"prev":"' + "a" * 64 + '","hash":"' + "b" * 64 + '","author":"x' + "y" * 5000 + '","body":{}}\n'):
    garbage.write_text(text)
    got, _ = news(ben, "sync", code=3)
    check((later_id, "tampered") in got, f"garbage is said: {text[:40]!r}", got)
for text in ('{"pos":3,"prev":"', "\0\0\n", '{"pos":3,"prev":"\n\n'):  # cut off: no line
    garbage.write_text(text)
    check((later_id, "tampered") not in news(ben, "sync")[0], "a line that is not whole is no forgery")
garbage.unlink()

# Consoles that are killed while they send: nothing that was said to be there is lost, nothing is doubled.
random.seed(19)
many = [Console(top, f"C{i}", BOOK) for i in range(4)]
ids = []


def work(c, seed):
    dice = random.Random(seed)
    for _ in range(3):
        number, id = c.begin()
        ids.append(id)
        for k in range(4):
            c("case", "note", number, f"note {k} of {c.name}")
            p = c.popen("desk", "push", "-q")
            try:
                p.wait(dice.random() * 0.03)
            except subprocess.TimeoutExpired:
                p.send_signal(signal.SIGKILL)
            p.communicate()


threads = [threading.Thread(target=work, args=(c, i)) for i, c in enumerate(many)]
[t.start() for t in threads]
[t.join() for t in threads]
check(len(ids) == 12, "every console began its cases")
for _ in range(2):
    for c in many:
        p = c.popen("desk", "sync", "-q")
        p.communicate()
for id in ids:
    heads = {c.head(id) for c in many}
    check(len(heads) == 1, f"all heads of {id} are equal", heads)
    whole = rows(id)
    check(sorted(r["pos"] for r in {r["hash"]: r for r in whole}.values()) == list(range(len(many[0].log(id)) + 1)),
          "each record is in the book", whole)

# The folder goes away: exit 4, all stays as it is, and it goes on when it is back.
BOOK.rename(top / "away")
ana("case", "note", case, "written while the desk was away")
ana("desk", "sync", code=4, says="the desk is not there")
(top / "away").rename(BOOK)
check((case, "sent") in news(ana, "sync", code=0)[0], "what was written meanwhile goes")
(BOOK / "casebook-desk.json").write_text('{"schema_version":9,"kind":"casebook.desk"}')
ana("desk", "sync", code=2, says="newer casebook")
finish()
