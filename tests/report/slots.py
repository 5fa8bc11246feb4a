"""Every form of a case fills the same slots: the table of the Markdown is compared with what ticket, JSON, HTML, text, the text of a run, the
wizard's end page and the list of cases say.  A form may cut a long slot short, after START characters at the earliest."""
import html, json, re, shutil, subprocess

START = 50
CANNOT_CUT = ("HTML", "end page")
# What a form leaves out: the first look has no room for all, a ticket drops what is missed least; after a fix that is who was hit before.
NOT_IN = {"ticket": {"Known", "Unknown", "Excluded", "What it decides", "Not ticked", "As told", "Confidence", "Not read"},
          "text": {"Known", "Unknown", "As told", "Now", "Not ticked", "What it decides", "Confidence", "Not read"},
          "HTML": set(), "end page": {"Confidence", "Not read"}}
NOT_IN["run"] = NOT_IN["text"]


def flat(text):
    return re.sub(r"\s+", " ", re.sub(r"[`*\\]", "", html.unescape(text))).strip()


def of_markdown(md):
    """(title, {slot: text}, [proof])"""
    head = md.split("\n## ")[0]
    slots = {name: flat(text) for name, text in re.findall(r"^- \*\*(.+?):\*\* (.+)$", head, re.M)}
    proofs = re.search(r"^## What (?:proves|proved|contradicts).*?$(.*?)(?=^## |\*\*Found besides)", md, re.M | re.S)
    return flat(head.splitlines()[0][2:]), slots, [flat(p) for p in re.findall(r"^- (.+?\.) \(", proofs[1], re.M)] if proofs else []


def missing(form, said, title, slots, proofs):
    said = flat(said)
    if title.split(": ")[0].replace(", not decided", "").replace("Unclear whether", "whether") not in said:
        yield f"the title {title!r}"
    for name, text in slots.items():
        if name in NOT_IN[form] or "Before" in slots and name in ("Excluded", "Since", "Affected") and form not in CANNOT_CUT or text == "nothing: decided" and form == "ticket":
            continue
        text = text.rstrip(".")
        start = START // 2 if name == "Excluded" else START  # a list ends between two of its names
        if text not in said and (form in CANNOT_CUT or text[:start] not in said):
            yield f"{name}: {text}"
    for text in proofs[:2]:
        if text.rstrip(".")[:START] not in said:
            yield f"the proof {text}"


def compare(casebook, name, number, db, by_hand, run_text):
    """[what differs]; `by_hand` ends the case in a copy of the store."""
    there = f"{db}.copy"
    shutil.copy(db, there)
    page = subprocess.run([casebook, "resume", str(number), "--db", there, "--plain"], input=by_hand.encode() + b"m\nq\n", capture_output=True, timeout=120).stdout.decode()

    def report(form, store=there):
        return subprocess.run([casebook, "report", str(number), "--db", store, "--redact", "full", "-f", form], capture_output=True, check=True, timeout=60).stdout.decode()
    title, slots, proofs = of_markdown(report("md"))
    ticket = report("ticket")
    assert len(slots) >= 5, (name, slots)
    wrong = [] if json.loads(report("json"))["summary"] == ticket else [f"{name}: the summary of the JSON is not the ticket"]
    forms = {"ticket": ticket, "text": report("txt").split("\nWhat ")[0], "HTML": re.sub(r"<[^>]*>", " ", report("html")), "end page": page[page.rindex("\nStep "):]}
    for form, said in forms.items():
        wrong += [f"{name}: {form} lacks {what}" for what in missing(form, said, title, slots, proofs)]
    listed = [line for line in subprocess.run([casebook, "case", "list", "--db", there], capture_output=True, check=True).stdout.decode().splitlines() if line.startswith(f"#{number} ")]
    shown = title.split(": ")[-1] if ", not decided" in title else title
    if len(listed) != 1 or shown not in flat(listed[0]):
        wrong.append(f"{name}: the list of cases says {listed}, not {title}")
    if run_text is not None:
        title, slots, proofs = of_markdown(report("md", db))
        wrong += [f"{name}: the text of the run lacks {what}" for what in missing("run", run_text, title, slots, proofs)]
    return wrong
