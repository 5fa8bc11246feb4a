"""What a run said against what is wanted, as one word.

  right   the wanted causes and the wanted verdict
  loose   right, but confidence, the state of a single cause or the thing to get is not as wanted
  wrong   a cause is named as a fault that is not the true one, or `healthy` although something refused
  silent  inconclusive (or half of the causes) where the evidence suffices
"""
import json

VERDICTS = ("fault", "healthy", "refused-later", "fixed", "inconclusive")
EXITS = {"healthy": 0, "fixed": 0, "fault": 3, "refused-later": 3, "inconclusive": 4}
RANK = ["none", "low", "medium", "high"]
CLASSES = ("right", "loose", "wrong", "silent")


def as_list(v):
    return v if isinstance(v, list) else [] if v is None else [v]


def check_wanted(w, where):
    """A wanted block that cannot be met or that says nothing is a mistake of the author."""
    known = {"verdict", "causes", "may", "not", "notes", "confidence", "states", "get", "seen"}
    if set(w) - known:
        raise ValueError(f"{where}: wanted has {sorted(set(w) - known)}")
    if not w.get("verdict") or set(as_list(w["verdict"])) - set(VERDICTS):
        raise ValueError(f"{where}: verdict {w.get('verdict')}")
    if as_list(w["verdict"]) == ["fault"] and not w.get("causes"):
        raise ValueError(f"{where}: a fault without a cause")


def details(w, out):
    said = []
    rows = {r["cause"]: r["state"] for r in out.get("differential", [])}
    for cause, state in (w.get("states") or {}).items():
        if rows.get(cause) not in as_list(state):
            said.append(f"{cause} is {rows.get(cause)}, not {'/'.join(as_list(state))}")
    bounds, confidence = w.get("confidence") or {}, out.get("confidence") or "none"
    if "least" in bounds and RANK.index(confidence) < RANK.index(bounds["least"]):
        said.append(f"confidence {confidence}, at least {bounds['least']} is wanted")
    if "most" in bounds and RANK.index(confidence) > RANK.index(bounds["most"]):
        said.append(f"confidence {confidence}, at most {bounds['most']} is wanted")
    text = json.dumps(out.get("needs", [])[:3])
    if w.get("get") and not any(g in text for g in as_list(w["get"])):
        said.append(f"does not ask for {' or '.join(as_list(w['get']))}")
    text = json.dumps(out.get("seen", []), ensure_ascii=False)
    for word in as_list(w.get("seen")):
        if str(word).lower() not in text.lower():
            said.append(f"{word} is not among what was seen")
    notes = {f["id"] for f in out.get("findings", []) if f["severity"] != "fault"}
    for note in as_list(w.get("notes")):
        if note not in notes:
            said.append(f"{note} is not noted")
    return said


def judge(w, out, code):  # a cause a|b: one of them suffices
    """(class, [sentences]) for a wanted block, the JSON that was printed (None: none) and the exit code."""
    if out is None:
        return "silent", [f"no JSON, exit {code}"]
    verdicts, causes = as_list(w["verdict"]), as_list(w.get("causes"))
    verdict, faults = out["verdict"], [f["id"] for f in out["findings"] if f["severity"] == "fault"]
    allowed = {one for c in causes for one in c.split("|")} | set(as_list(w.get("may")))
    false = [f for f in faults if f not in allowed]
    false += [f["id"] for f in out["findings"] if f["id"] in as_list(w.get("not")) and f["id"] not in false]
    missing = [c for c in causes if not set(c.split("|")) & set(faults)]
    said = [f"names {f}" for f in false] + [f"does not name {c}" for c in missing]
    if verdict not in verdicts:
        said.append(f"verdict {verdict}, not {'/'.join(verdicts)}")
    if EXITS.get(verdict) != code:
        said.append(f"exit {code} with verdict {verdict}")
    if false or (verdict not in verdicts and verdict in ("healthy", "fixed")) or (verdict == "fault" and "healthy" in verdicts):
        return "wrong", said
    if missing or (verdict not in verdicts and verdict == "inconclusive"):
        return "silent", said
    said += details(w, out)
    return ("loose" if said else "right"), said
