#!/usr/bin/env python3
"""What must hold for any evidence, tried on every scenario: what is added, moved in time, renamed, cut, split or put beside it.

    properties.py [P1 ... P9] [--only WORD] [--sample N] [--seed N] [--open FILE [--write-open] [--listed]] [-v]

  P1 pieces   evidence one piece at a time, in random order: a fault that goes, goes as contradicted, excluded with its reason, explained by
              another cause, or seen but not of the time, server or device in question; the end does not depend on the order
  P2 shifted  all logs 60 days older, the time in question as it was: no finding rests on a log
  P3 renamed  the computer of one source is another server, then a device, while another source is NDES: nothing of it convicts
  P4 cut      a log cut to the lines that some finding cites: nothing is excluded because the rest is not there
  P5 noise    six kinds of things that do not matter (noise.py): no row changes its state
  P6 sides    in every run: no row without its reason, no finding whose row is not supported, a contradiction names both sides
  P7 parts    a log in two parts says what the whole one says
  P9 path     in every run: a fix that the path came to is of a cause whose row is supported, and the first finding is its
  (P8, what collect-ndes.cmd writes, has a test of its own.)

--sample takes N scenarios by seed for each property (0: all), --listed those that the open list names.  --open as in run.py.  Breaches and
steps are counted and printed, with -v as they are found.
"""
import argparse
import concurrent.futures
import os
import random
import re
import shutil
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
import noise  # noqa: E402
import scenario  # noqa: E402
import template  # noqa: E402

import yaml  # noqa: E402

SNAPSHOT = re.compile(r"(?i)cert hash\(sha1\)|zertifikathash|hach\. cert|lockedout|<configuration>|service_name:|^apppool \"|windows registry editor|\[privilege rights\]|net user|"
                      r"requestfiltering|sslflags|windows installer installed|verbose logging started", re.M)
BARE = ("not measured", "what was measured neither", "nothing", "only a person")


def fixes():
    with open(os.path.join(HERE, "..", "..", "flows", "intune-scep-ndes.yaml"), encoding="utf-8") as f:
        flow = yaml.safe_load(f)
    faults = {c for c, d in flow["causes"].items() if d.get("severity", "fault") == "fault"}
    return {name: s["fix"] for name, s in flow["steps"].items() if isinstance(s, dict) and s.get("fix") in faults}


class Run:
    def __init__(self, out, code, err):
        self.ok, self.code, self.err = out is not None, code, err
        out = out or {"findings": [], "differential": [], "path": [], "verdict": "none"}
        self.out, self.rows = out, {r["cause"]: r for r in out["differential"]}
        self.faults = [f for f in out["findings"] if f["severity"] == "fault"]
        self.names = [f["id"] for f in self.faults]

    def states(self):
        return {c: r["state"] for c, r in self.rows.items()}

    def cites(self, finding, paths):
        return any(e.get("file") in paths for e in finding["evidence"])


class Trial:
    """One scenario under one property: plays() are counted and every run is held to P6 and P9."""

    def __init__(self, s, top, seed):
        self.s, self.top, self.steps, self.breaches = s, top, 0, []
        self.random = random.Random(f"{seed}:{s.name}")

    def breach(self, prop, text):
        self.breaches.append((prop, self.s.name, text))

    def lay(self, now=None, change=None, extra=None):
        return scenario.Play(self.s, tempfile.mkdtemp(dir=self.top), now, change, extra)

    def run(self, play, **how):
        self.steps += 1
        r = Run(*play.said(play.command(os.path.join(play.folder, f"{self.steps}.db"), **how)))
        if not r.ok:
            self.breach("P6", f"no JSON, exit {r.code}: {r.err.strip()[:160]}")
        self.always(r)
        return r

    def once(self, **how):
        play = self.lay(**how)
        try:
            return play, self.run(play)
        finally:
            play.close()

    def always(self, r):
        for f in r.faults:
            row = r.rows.get(f["id"], {"state": "none"})
            by_person = any(p["by"] in ("person", "answers") for p in r.out["path"])
            if row["state"] != "supported" and not by_person:
                self.breach("P6", f"{f['id']} is a finding and its row is {row['state']}")
        for c, row in r.rows.items():
            if row["state"] in ("excluded", "contradicted", "supported") and not row.get("by"):
                self.breach("P6", f"{c} is {row['state']} by nothing")
            if row["state"] == "contradicted":
                sides = [x for x in r.out.get("contradictions", []) if x["cause"] == c]
                if not sides or not sides[0].get("for") or not sides[0].get("against"):
                    self.breach("P6", f"{c} is contradicted without both sides")
        ends = [FIXES[p["step"]] for p in r.out["path"] if p["step"] in FIXES]
        for c in ends:
            if r.rows.get(c, {}).get("state") not in ("supported", None) and not any(p["by"] in ("person", "answers") for p in r.out["path"]):
                self.breach("P9", f"the path leads to {c}, its row is {r.rows[c]['state']}")
        if ends and r.names and ends[0] not in r.names:
            self.breach("P9", f"the path's first cause is {ends[0]}, the findings are {' '.join(r.names)}")


def went(r, cause):
    """By which name a fault went, None when it just went."""
    row = r.rows.get(cause, {"state": "none", "by": ""})
    by = row.get("by") or ""
    if row["state"] == "contradicted" or (row["state"] == "excluded" and by):
        return row["state"]
    if row["state"] in ("supported", "untested") and (row.get("explained_by") or "explained by" in by):
        return "explained"
    if row["state"] == "untested" and (row.get("seen") or "seen" in by):
        return "elsewhere"
    return None


def pieces(t):
    play = t.lay()
    try:
        parts = [("file", n) for n in sorted(play.files)] + [("input", k) for k in sorted(t.s.inputs) if k != "server_url"] + ([("live", "")] if play.url or "server_url" in t.s.inputs else [])
        if len(parts) < 2:
            return

        def with_parts(have):
            files = [n for k, n in have if k == "file"]
            inputs = {n: t.s.inputs[n] for k, n in have if k == "input"}
            live = ("live", "") in have
            if live and "server_url" in t.s.inputs:
                inputs["server_url"] = t.s.inputs["server_url"]
            return t.run(play, files=files, live=live, inputs=inputs)

        order = parts[:]
        t.random.shuffle(order)
        before = None
        for i in range(1, len(order) + 1):
            now = with_parts(order[:i])
            for c in before.names if before else []:
                if c not in now.names and went(now, c) is None:
                    t.breach("P1", f"{c} goes without a name when {order[i - 1][1] or 'the server'} is added: {now.rows.get(c, {}).get('state')} by {now.rows.get(c, {}).get('by')}")
            before = now
        other = parts[:]
        t.random.shuffle(other)
        end = with_parts(other)
        if end.states() != before.states() or set(end.names) != set(before.names):
            t.breach("P1", f"the end depends on the order: {differ(before, end)}")
    finally:
        play.close()


def differ(a, b):
    sa, sb = a.states(), b.states()
    rows = [f"{c} {sa.get(c)} > {sb.get(c)}" for c in sorted(set(sa) | set(sb)) if sa.get(c) != sb.get(c)]
    faults = [f"faults {' '.join(a.names) or '-'} > {' '.join(b.names) or '-'}"] if set(a.names) != set(b.names) else []
    # A check that came to no end says more than the rows that lack it.
    unread = [f"{which} {f['path']}: {f['outcome']}, {f['why']}" for which, r in (("before", a), ("after", b)) for f in r.out.get("files", []) if f["outcome"] != "measured"]
    return "; ".join(unread + faults + rows)[:400]


def shifted(t):
    if "attempt" not in t.s.inputs:
        return
    logs = []

    def older(now):
        return template.moment(now, "-60d")

    play = t.lay()
    try:
        for name, path in play.files.items():
            source = os.path.join(t.s.evidence, name)
            with open(source, "rb") as f:
                text = f.read().decode("utf-8", "replace")
            if template.PLACE.search(text) and not SNAPSHOT.search(text):
                with open(path, "wb") as f:
                    f.write(template.encode(template.expand(text, older(play.now)), t.s.bytes.get(name, "") if t.s.bytes else ""))
                logs.append(path)
        if not logs:
            return
        r = t.run(play)
        for f in r.faults:
            if r.cites(f, logs):
                t.breach("P2", f"{f['id']} rests on a log of 60 days before")
    finally:
        play.close()


def renamed(t):
    own = noise.event("Microsoft-Windows-NetworkDeviceEnrollmentService", 1, "{}", "NDES01.contoso.example", "Application", "<EventData/>", 4)
    play = t.lay()
    names = []
    for name, path in play.files.items():
        with open(path, "rb") as f:
            text = f.read().decode("utf-8", "replace")
        if "<Computer>NDES01" in text and not re.search(r"NetworkDeviceEnrollment|CertificateConnectors|pool SCEP|>SCEP<", text):
            names.append(name)
    play.close()
    if not names:
        return
    victim = t.random.choice(names)
    for to, more in (("APP07.contoso.example", ""), ("PC-0417", noise.event("Microsoft-Windows-DeviceManagement-Enterprise-Diagnostics-Provider", 209, "{}", "PC-0417",
                                                                           "Microsoft-Windows-DeviceManagement-Enterprise-Diagnostics-Provider/Admin", "<EventData/>", 4))):
        def change(rel, text, to=to):
            return text.replace("NDES01.contoso.example", to) if rel == template.expand(victim, NOW) else text
        at = template.FORMATS["xml"](template.moment(NOW, "-3h"))
        play, r = t.once(now=NOW, change=change, extra={"own-ndes.xml": ("<Events>" + own.format(at) + more.replace("{}", at) + "</Events>").encode()})
        for f in r.faults:
            if r.cites(f, [play.files[victim]]):
                t.breach("P3", f"{f['id']} rests on {victim}, which is of {to}")


NOW = None
FIXES = {}


def cut(t):
    play = t.lay()
    try:
        r = t.run(play)
        cited = {}
        for f in r.out["findings"]:
            for e in f["evidence"]:
                if e.get("file") and e.get("line"):
                    cited.setdefault(e["file"], set()).add(e["line"])
        for path, lines in sorted(cited.items()):
            if not os.path.isfile(path):  # of several files that are read as one
                continue
            with open(path, "rb") as f:
                raw = f.read()
            text = raw.split(b"\n")
            heads = [x for x in text if x.startswith(b"#")] if path.endswith(".log") else []
            if not heads and not path.lower().endswith("omadm.log"):
                continue
            with open(path, "wb") as f:
                f.write(b"\n".join(heads + [text[n - 1] for n in sorted(lines) if n <= len(text) and not text[n - 1].startswith(b"#")]) + b"\n")
            c = t.run(play)
            with open(path, "wb") as f:
                f.write(raw)
            probe = "iis.log" if b"cs-uri-stem" in raw else "httperr.log" if b"s-queuename" in raw else "android.omadm"
            for cause, row in c.rows.items():
                by = row.get("by") or ""
                if row["state"] == "excluded" and re.search(re.escape(probe) + r"\.\w+ (= (0|false|none)\b|is (0|no|false|none)\b)", by):
                    t.breach("P4", f"{cause} is excluded by what {os.path.basename(path)}, cut to {len(lines)} lines, does not hold: {by[:120]}")
    finally:
        play.close()


def noisy(t):
    _, base = t.once(now=NOW)
    when = template.moment(NOW, "-2h+1m30s")

    def differs(kinds):
        changes, files = [], {}
        for kind in kinds:
            change, more = noise.added(kind, when)
            changes += [change] if change else []
            files.update(more)

        def change_all(rel, text):
            for change in changes:
                text = change(rel, text)
            return text
        _, r = t.once(now=NOW, change=change_all, extra=files)
        same = r.states() == base.states() and set(r.names) == set(base.names)
        return None if same else differ(base, r)

    together = differs(noise.KINDS)  # all at once; one by one only to tell which it was
    alone = {kind: differs([kind]) for kind in noise.KINDS} if together else {}
    for kind, what in alone.items():
        if what:
            t.breach("P5", f"{kind}: {what}")
    if together and not any(alone.values()):
        t.breach("P5", f"only together: {together}")


def parts(t):
    play = t.lay()
    try:
        whole = t.run(play)
        for name, path in sorted(play.files.items()):
            with open(path, "rb") as f:
                raw = f.read()
            lines = raw.split(b"\n")
            head = [x for x in lines if x.startswith(b"#")]
            body = [x for x in lines if x and not x.startswith(b"#")]
            if not head or len(body) < 4 or b"#Fields" not in raw or (t.s.slots and name in t.s.slots.values()):
                continue
            k = t.random.randrange(1, len(body) - 1)
            second = os.path.join(os.path.dirname(path), "part2-" + os.path.basename(path))
            for p, some in ((path, body[:k]), (second, body[k:])):
                with open(p, "wb") as f:
                    f.write(b"\n".join(head + some) + b"\n")
            play.files["part2"] = second
            r = t.run(play)
            os.remove(play.files.pop("part2"))
            with open(path, "wb") as f:
                f.write(raw)
            if r.states() != whole.states() or set(r.names) != set(whole.names):
                t.breach("P7", f"{name} cut after {k} of {len(body)} lines: {differ(whole, r)}")
    finally:
        play.close()


def plain(t):
    t.once()


PROPERTIES = {"P1": pieces, "P2": shifted, "P3": renamed, "P4": cut, "P5": noisy, "P7": parts}


def try_all(names, chosen, seed, jobs, loud):
    top = tempfile.mkdtemp(prefix="properties-")
    work = [(p, s) for p in names for s in chosen[p]]

    def one(item):
        prop, s = item
        folder = tempfile.mkdtemp(dir=top)
        t = Trial(s, folder, seed)
        try:
            PROPERTIES.get(prop, plain)(t)
        except (OSError, ValueError, KeyError) as e:
            t.breach(prop, f"not played: {e!r}")
        if os.isatty(2):
            print(f"{prop} {s.name}: {t.steps} steps, {len(t.breaches)} breaches", file=sys.stderr, flush=True)
        for b in t.breaches if loud else []:
            print("{0}:{1}: {2}".format(*b), flush=True)
        shutil.rmtree(folder, ignore_errors=True)
        return prop, t

    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        done = list(pool.map(one, work))
    shutil.rmtree(top, ignore_errors=True)
    return done


def main():
    global NOW
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("props", nargs="*")
    ap.add_argument("--only", default="")
    ap.add_argument("--sample", type=int, default=0)
    ap.add_argument("--seed", type=int, default=7)
    ap.add_argument("--folder", default=os.path.join(HERE, "made"))
    ap.add_argument("--open")
    ap.add_argument("--listed", action="store_true")
    ap.add_argument("--write-open", action="store_true")
    ap.add_argument("-v", action="store_true", help="print each breach, also those of the list")
    ap.add_argument("-j", type=int, default=2)
    a = ap.parse_args()
    import datetime as dt
    NOW = dt.datetime.now(dt.timezone.utc).replace(microsecond=0)
    FIXES.update(fixes())
    of = [s for s in scenario.all_in(a.folder) if a.only in s.name]
    listed = set()
    if a.open:
        with open(a.open, encoding="utf-8") as f:
            text = f.read().splitlines()
        listed = {x.split()[0] for x in text if x.strip() and not x.startswith("#")}
    names = [p for p in [*PROPERTIES, *(("P6", "P9") if a.listed else ())] if not a.props or p in a.props]
    chosen = {}
    for p in names:
        order = [s for s in of if not a.listed or f"{p}:{s.name}" in listed]
        random.Random(f"{a.seed}:{p}").shuffle(order)
        chosen[p] = order[:a.sample or None]
    done = try_all(names, chosen, a.seed, a.j, a.v)
    found, tried = {}, set()
    for prop, t in done:
        tried.add(f"{prop}:{t.s.name}")
        for p, name, why in t.breaches:
            found.setdefault(f"{p}:{name}", []).append(why)
    tried |= {f"{p}:{t.s.name}" for _, t in done for p in ("P6", "P9")}
    for n in sorted(found):
        if n not in listed and not a.v:
            for why in dict.fromkeys(found[n]):
                print(f"{n}: {why}")
    every = all(len(chosen[p]) == len(of) for p in names) and len(names) == len(PROPERTIES) and not a.only
    gone = sorted(n for n in (listed & tried) - set(found) if every or n.split(":")[0] not in ("P6", "P9"))
    for p in dict.fromkeys([*names, "P6", "P9"]):
        steps = sum(t.steps for q, t in done if q == p)
        print(f"{p}: {len(chosen.get(p, of)):4} scenarios {steps:5} steps {sum(1 for n in found if n.startswith(p + ':')):4} with a breach")
    print(f"all: {sum(t.steps for _, t in done)} steps")
    if a.open and a.write_open:
        keep = sorted((listed - tried) | set(found) | ({n for n in listed & tried if n not in gone}))
        with open(a.open, "w", encoding="utf-8") as f:
            why = {x.split()[0]: x for x in text if x.strip() and not x.startswith("#")}
            f.write("\n".join([x for x in text if x.startswith("#")] + [why.get(n, n) for n in keep]) + "\n")
        return 0
    if not a.open:
        return 1 if found else 0
    new = sorted(set(found) - listed)
    for n in gone:
        print(f"GONE {n} holds now: take it out of {os.path.basename(a.open)}")
    return 1 if new or gone else 0


if __name__ == "__main__":
    sys.exit(main())
