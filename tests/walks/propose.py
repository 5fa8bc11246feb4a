#!/usr/bin/python3
"""Proposes walks for a flow, for its author to read and keep.

Usage: propose.py CASEBOOK FLOW.yaml FOLDER [SEED]

For each answer of each question it looks for facts that lead there and are taken, for each test of each condition
for facts that just miss it, for each fix the three things that can be said, and for each condition of a cause the
facts that meet and just miss it.  What comes of each is asked of casebook itself (`flow test --show`).  Those that
show a branch, or notice a change of the flow that no other walk notices (`flow test --mutate`), are written to FOLDER;
walks that are there already stay as they are and count.  What a walk expects is what the flow does today: whether
that is right, only a person can say.
"""
import collections
import itertools
import os
import random
import re
import subprocess
import sys
import tempfile

import yaml

YES, NO, UNKNOWN = "yes", "no", "unknown"


class Core(yaml.SafeLoader):
    """Every scalar is text, as for the loader."""


Core.yaml_implicit_resolvers = {}


def as_list(x):
    return x if isinstance(x, list) else [x]


def truth(word):
    return word in ("true", "yes")


class Flow:
    def __init__(self, casebook, path):
        with open(path, encoding="utf-8") as f:
            self.doc = yaml.load(f, Core)
        self.casebook = casebook
        self.path = path
        self.id = self.doc["flow"]
        self.steps = self.doc["steps"]
        self.causes = self.doc.get("causes", {})
        self.inputs = self.doc.get("inputs", {})
        raw = subprocess.run([casebook, "probes", "--json"], check=True, capture_output=True, text=True).stdout
        self.probes = {p["id"]: {f["key"]: f for f in p["facts"]} for p in yaml.safe_load(raw)["probes"]}
        self.kinds = {p["id"]: p["kind"] for p in yaml.safe_load(raw)["probes"]}
        self.numbers = {}  # subject -> the numbers that the flow compares it with
        self.words = {}
        self.known_ways = {}
        for cond in self.conditions():
            for clause in as_list(cond):
                for subject, test in clause.items():
                    self.note(subject, test)

    def conditions(self):
        for step in self.steps.values():
            for check in step.get("checks", []):
                if "when" in check:
                    yield check["when"]
            for answer in step.get("answers", {}).values():
                if "when" in answer:
                    yield answer["when"]
        for cause in self.causes.values():
            for key in ("supported", "unless", "excluded"):
                if key in cause:
                    yield cause[key]

    def note(self, subject, test):
        values = []
        if isinstance(test, dict):
            for op, v in test.items():
                if op not in ("known", "empty"):
                    values += as_list(v)
        else:
            values = as_list(test)
        self.words.setdefault(subject, set()).update(values)

    def fact(self, subject):
        """(probe, key, definition), or None for inputs and answers."""
        parts = subject.split(".")
        for i in range(len(parts) - 1, 0, -1):
            probe = ".".join(parts[:i])
            if probe in self.probes:
                key = ".".join(parts[i:])
                return probe, key, self.probes[probe][key]
        return None

    def values(self, subject):
        """What a subject may be, unknown included."""
        mentioned = sorted(self.words.get(subject, ()))
        if subject.startswith("input."):
            spec = self.inputs[subject[6:]]
            if spec["type"] == "choice":
                return [None] + list(spec["choices"])
            return [None, self.sample_input(subject[6:])] + mentioned
        if subject.startswith("answer."):
            return [None]
        definition = self.fact(subject)[2]
        kind = definition["type"]
        if kind == "bool":
            return [None, "true", "false"]
        if kind == "int":
            out = {0, 1}
            for word in mentioned:
                out |= {int(word) - 1, int(word), int(word) + 1}
            # Days and offsets go below nothing, counts do not.
            signed = any(word in subject for word in ("days", "skew", "offset"))
            return [None] + sorted(n for n in out if n >= 0 or signed)
        if kind == "time":
            return [None, "2026-01-01T00:00:00Z"] + mentioned
        if kind in ("list", "map"):
            sets = [[]] + [[w] for w in mentioned] + [["else"]] + ([mentioned] if len(mentioned) > 1 else [])
            return [None] + [("list", tuple(s)) if kind == "list" else ("map", tuple(s)) for s in sets]
        return [None] + (definition["values"] or mentioned + ["something else"])

    def sample_input(self, key):
        spec = self.inputs[key]
        if spec["type"] == "url":
            return "https://server.example.org/" + ("certsrv/mscep/" + spec["ends_with"] if "ends_with" in spec else "")
        if spec["type"] == "host":
            return "server.example.org"
        if spec["type"] == "time":
            return "2026-01-01T00:00:00Z"
        if spec["type"] == "choice":
            return next(iter(spec["choices"]))
        return key.replace("_", "-") + (".txt" if spec["type"] == "file" else "")

    # ---- conditions, as engine/flow/eval.c has them ----

    def one(self, subject, op, arg, world):
        value = world.get(subject)
        if op == "known":
            return YES if (value is not None) == truth(arg) else NO
        if value is None:
            return UNKNOWN
        if isinstance(value, tuple):
            if op == "empty":
                return YES if (not value[1]) == truth(arg) else NO
            has = any(w in value[1] for w in as_list(arg))
            return YES if has == (op == "has") else NO
        kind = self.fact(subject)[2]["type"] if self.fact(subject) else "str"
        if kind == "bool":
            same = any(truth(w) == truth(value) for w in as_list(arg))
        elif kind == "int":
            if op in ("lt", "le", "gt", "ge"):
                a, b = int(value), int(arg)
                return YES if {"lt": a < b, "le": a <= b, "gt": a > b, "ge": a >= b}[op] else NO
            same = any(int(w) == int(value) for w in as_list(arg))
        elif op in ("lt", "le", "gt", "ge"):
            return YES if {"lt": value < arg, "le": value <= arg, "gt": value > arg, "ge": value >= arg}[op] else NO
        else:
            same = str(value) in as_list(arg)
        return YES if same == (op != "not") else NO

    def tests(self, clause):
        for subject, test in clause.items():
            if isinstance(test, dict):
                for op, arg in test.items():
                    yield subject, op, arg
            else:
                yield subject, "is", test

    def holds(self, cond, world):
        any_unknown = False
        for clause in as_list(cond):
            results = [self.one(*t, world) for t in self.tests(clause)]
            if NO in results:
                continue
            if UNKNOWN not in results:
                return YES
            any_unknown = True
        return UNKNOWN if any_unknown else NO

    def is_about(self, probe, key):
        return key == "file" or (key in ("url", "host") and self.kinds[probe] == "live")

    def seen(self, world):
        """The world without what a check cannot measure because its input is not given."""
        gone = {s[6:] for s, v in world.items() if s.startswith("input.") and v is None}
        if not gone:
            return world
        lost = {c["probe"] for step in self.steps.values() for c in step.get("checks", [])
                if any(isinstance(v, str) and v[:1] == "$" and v[1:] in gone and self.is_about(c["probe"], k)
                       for k, v in c.items())}
        return {s: None if v is not None and not s.startswith(("input.", "answer.")) and self.fact(s)[0] in lost else v
                for s, v in world.items()}

    def proposed(self, step, world):
        world = self.seen(world)
        for name, answer in self.steps[step].get("answers", {}).items():
            if "when" not in answer:
                continue
            is_so = self.holds(answer["when"], world)
            if is_so == YES:
                return name
            if is_so == UNKNOWN:
                return None
        return None

    def subjects(self, step):
        out = []
        for answer in self.steps[step].get("answers", {}).values():
            for clause in as_list(answer.get("when", [])):
                out += [s for s in clause if s not in out and not s.startswith("answer.")]
        return out

    # ---- the way to a step ----

    def edges(self, step):
        body = self.steps[step]
        if "answers" in body:
            for name, answer in body["answers"].items():
                yield name, answer["go"]
        elif "go" in body:
            yield ("not-fixed" if "fix" in body else None), body["go"]

    def ways(self, goal, most=40):
        """The shortest few lists of (step, edge) that lead from the start to a step."""
        if (goal, most) in self.known_ways:
            return self.known_ways[goal, most]
        found = self.known_ways[goal, most] = []
        queue = collections.deque([[(self.doc["start"], None)]])
        while queue and len(found) < most:
            way = queue.popleft()
            at = way[-1][0]
            if at == goal:
                found.append([(s, e) for s, e in zip([w[0] for w in way], [w[1] for w in way[1:]])])
                continue
            if len(way) > 12 or len(queue) > 8000 or "fix" in self.steps[at]:
                continue  # what lies behind a fix is walked phase by phase
            seen = {w[0] for w in way}
            for edge, to in self.edges(at):
                if to not in seen:
                    queue.append(way + [(to, edge)])
        return found


class Walk:
    """World (facts and inputs) and what a person says."""

    def __init__(self, name, about):
        self.name = name
        self.about = about
        self.world = {}
        self.answers = {}
        self.insist = {}
        self.then = []  # (say, world changes)

    def copy(self, name, about):
        w = Walk(name, about)
        w.world = dict(self.world)
        w.answers = dict(self.answers)
        w.insist = dict(self.insist)
        w.then = list(self.then)
        return w


class Finder:
    def __init__(self, flow, seed):
        self.flow = flow
        self.dice = random.Random(seed)

    def extend(self, world, step, want, tries=40, clause=None):
        """Facts added to world so that the step's checks propose `want`; None when it was not found."""
        flow = self.flow
        answer = flow.steps[step]["answers"].get(want, {})
        if "when" not in answer:
            return None
        for _ in range(tries):
            trial = {s: None for s in flow.subjects(step)}
            trial.update(world)
            target = clause if clause is not None else self.dice.choice(as_list(answer["when"]))
            self.aim(trial, target, world)
            if self.repair(trial, step, want, set(world) | set(target)):
                return self.prune(world, trial, lambda t: flow.proposed(step, t) == want)
        return None

    def repair(self, trial, step, want, fixed):
        """Makes the answers above `want` fail, one test at a time."""
        flow = self.flow
        for _ in range(60):
            if flow.proposed(step, trial) == want:
                return True
            seen = flow.seen(trial)
            above = [a for n, a in itertools.takewhile(lambda x: x[0] != want, flow.steps[step]["answers"].items())
                     if "when" in a and flow.holds(a["when"], seen) != NO]
            if not above:
                return False  # it does not hold itself
            clauses = [c for c in as_list(above[0]["when"]) if flow.holds(c, seen) != NO]
            tests = [t for t in flow.tests(self.dice.choice(clauses)) if t[0] not in fixed and not t[0].startswith("answer.")]
            if not tests:
                return False
            subject, op, arg = self.dice.choice(tests)
            bad = [v for v in flow.values(subject) if flow.one(subject, op, arg, {subject: v}) == NO]
            if not bad:
                return False
            trial[subject] = self.dice.choice(bad)
        return False

    def aim(self, trial, clause, fixed):
        """Sets the subjects of a clause so that it holds, where they are free."""
        for subject in clause:
            if subject in fixed or subject.startswith("answer."):
                continue
            good = [v for v in self.flow.values(subject)
                    if all(self.flow.one(s, op, arg, {subject: v}) == YES
                           for s, op, arg in self.flow.tests({subject: clause[subject]}))]
            if good:
                trial[subject] = self.dice.choice(good)

    def prune(self, base, trial, still):
        """The same with as little measured as will do."""
        for s in sorted(k for k in trial if k not in base):
            value = trial[s]
            if value is None:
                continue
            trial[s] = None
            if not still(trial):
                trial[s] = value
        return trial

    def lead(self, walk, way):
        """Facts and answers so that the walk takes this way; False when it cannot."""
        for step, edge in way:
            if "answers" not in self.flow.steps[step]:
                if "fix" in self.flow.steps[step]:
                    return False  # ways through a fix are walked phase by phase
                continue
            answer = self.flow.steps[step]["answers"][edge]
            if "when" in answer:
                world = self.extend(walk.world, step, edge)
                if world is None:
                    return False
                walk.world = world
            elif self.flow.proposed(step, walk.world) is None:
                walk.answers[step] = edge
            else:
                walk.insist[step] = edge
        return True

    def walks_to(self, step, name, about, clause=None, whole=False):
        """Walks to a step, by one way after the other; what a clause says of inputs (or all of it) is so from the start."""
        start = {}
        self.aim(start, {s: t for s, t in (clause or {}).items() if whole or s.startswith("input.")}, {})
        for s in clause or {}:
            if s.startswith("input.") and s not in start:
                start[s] = None
        for way in self.flow.ways(step, 600 if whole else 40):
            walk = Walk(name, about)
            walk.world = dict(start)
            if self.lead(walk, way):
                yield walk

    def to(self, step, name, about):
        return next(self.walks_to(step, name, about), None)

    def to_answer(self, step, want, name, about, clause=None):
        """A walk to a step, and the world in which its checks propose an answer; (None, None) if there is none."""
        for whole in (False, True):
            for walk in self.walks_to(step, name, about, clause, whole):
                world = self.extend(walk.world, step, want, clause=clause)
                if world is not None:
                    return walk, world
        return None, None


# ---- a walk as YAML ----

def quoted(text):
    text = str(text)
    return text if re.fullmatch(r"-?[0-9]+|[A-Za-z0-9][A-Za-z0-9_./-]*", text) else '"' + text.replace('"', '\\"') + '"'


def value_text(value):
    if isinstance(value, tuple):
        if value[0] == "list":
            return "[" + ", ".join(quoted(v) for v in value[1]) + "]"
        return "{" + ", ".join(f"{quoted(v)}: 1" for v in value[1]) + "}"
    return quoted(value)


def facts_text(flow, world, indent):
    probes = {}
    for subject, value in world.items():
        fact = flow.fact(subject) if not subject.startswith(("input.", "answer.")) else None
        if fact and value is not None:
            probes.setdefault(fact[0], []).append(f"{fact[1]}: {value_text(value)}")
    lines = [f"{indent}  {p}: {{{', '.join(sorted(f))}}}\n" for p, f in sorted(probes.items())]
    return (f"{indent}facts:\n" + "".join(lines)) if lines else ""


def inputs_of(flow, walk):
    """What the checks with facts need, and what conditions say about inputs."""
    out = {}
    measured = set()
    for world in [walk.world] + [w for _, w in walk.then]:
        for s, v in world.items():
            if v is not None and not s.startswith(("input.", "answer.")):
                measured.add(flow.fact(s)[0])
    for step in flow.steps.values():
        for check in step.get("checks", []):
            if check["probe"] not in measured:
                continue
            for key, value in check.items():
                if key in ("url", "host", "file") and value.startswith("$"):
                    out[value[1:]] = flow.sample_input(value[1:])
    for s, v in walk.world.items():
        if s.startswith("input."):
            out.pop(s[6:], None)
            if v is not None:
                out[s[6:]] = v
    return out


def walk_text(flow, walk, expects):
    out = f"walk: {walk.name}\nabout: {quoted(walk.about)}\n"
    inputs = inputs_of(flow, walk)
    if inputs:
        out += "inputs:\n" + "".join(f"  {k}: {quoted(v)}\n" for k, v in sorted(inputs.items()))
    out += facts_text(flow, walk.world, "")
    for key, pairs in (("answers", walk.answers), ("insist", walk.insist)):
        if pairs:
            out += f"{key}: {{{', '.join(f'{k}: {quoted(v)}' for k, v in pairs.items())}}}\n"
    out += expects[0]
    if walk.then:
        out += "then:\n"
    for i, (say, world) in enumerate(walk.then):
        out += f"  - say: {say}\n" + facts_text(flow, world, "    ") + expects[i + 1]
    return out


PLACE = [("expect: {path: []}\n", "    expect: {path: []}\n")]
KEEP = ("verdict", "path", "findings", "supported", "excluded", "needs", "contradictions", "answered", "ran")


class Bench:
    """Runs casebook over folders of walks."""

    def __init__(self, flow, folder):
        self.flow = flow
        self.folder = folder

    def run(self, folder, *options):
        return subprocess.run([self.flow.casebook, "flow", "test", self.flow.path, "--walks", folder, *options],
                              capture_output=True, text=True).stdout

    def settle(self, walk):
        """The walk's text with what comes of it as its expectations; None when it cannot be walked so."""
        blank = ["expect: {}\n"] + ["    expect: {}\n"] * len(walk.then)
        with tempfile.TemporaryDirectory() as work:
            with open(os.path.join(work, "w.walk.yaml"), "w", encoding="utf-8") as f:
                f.write(walk_text(self.flow, walk, blank))
            said = self.run(work, "--show")
        if "none fails" not in said:
            if os.environ.get("PROPOSE_DEBUG"):
                print(walk.name, said, file=sys.stderr)
            return None
        body = said[said.index("\n") + 1:said.rindex(f"{self.flow.id}: 1 walks")]
        phases = re.split(r"(?m)^(?=\s*expect:)", body)[1:]
        # which checks ran is looked at where a check has a condition of its own
        some_when = any("when" in c for s in self.flow.steps.values() for c in s.get("checks", []))
        expects = []
        for phase in phases:
            lines = [l for l in phase.splitlines(True)
                     if not re.match(r"\s*contradictions: \[\]", l) and (some_when or not re.match(r"\s*ran:", l))]
            expects.append("".join(lines))
        if len(expects) != len(blank):
            return None
        return walk_text(self.flow, walk, expects)

    def survivors(self, folder):
        out = self.run(folder, "--mutate")
        if "score" not in out:
            return None
        return {l[len("not noticed: "):] for l in out.splitlines() if l.startswith("not noticed: ")}

    def survivors_of(self, text):
        with tempfile.TemporaryDirectory() as work:
            with open(os.path.join(work, "w.walk.yaml"), "w", encoding="utf-8") as f:
                f.write(text)
            return self.survivors(work)


class Keeper:
    """Keeps a walk when it notices something that no kept one does."""

    def __init__(self, bench, left):
        self.bench = bench
        self.left = left
        self.written = 0
        self.seen = set()
        self.kept = []  # (rank, file, what it does not notice)

    def consider(self, walk, rank):
        if self.left is not None and not self.left:
            return
        target = os.path.join(self.bench.folder, walk.name + ".walk.yaml")
        text = None if os.path.exists(target) else self.bench.settle(walk)
        if text is None or text.split("\n", 2)[2] in self.seen:
            return
        self.seen.add(text.split("\n", 2)[2])
        mine = self.bench.survivors_of(text)
        if mine is None or (self.left is not None and self.left <= mine):
            return
        self.left = mine if self.left is None else self.left & mine
        with open(target, "w", encoding="utf-8") as f:
            f.write(text)
        self.written += 1
        self.kept.append((rank, target, mine))
        print(f"{walk.name}: {len(self.left)} left", flush=True)

    def drop_what_others_notice(self):
        """Walks that later ones have made superfluous go; those that show a branch stay."""
        for item in [k for k in reversed(self.kept) if k[0] > 0]:
            others = [k[2] for k in self.kept if k is not item]
            if others and set.intersection(*others) <= self.left:
                os.remove(item[1])
                self.kept.remove(item)
                self.written -= 1


# ---- candidates ----

def near_misses(flow, finder, base, step, want):
    """Worlds where all tests of a clause but one hold."""
    answer = flow.steps[step]["answers"][want]
    for number, clause in enumerate(as_list(answer["when"])):
        tests = list(flow.tests(clause))
        for subject, op, arg in tests:
            if subject.startswith("answer.") or (subject in base.world and base.world[subject] is not None):
                continue
            for value in flow.values(subject):
                if flow.one(subject, op, arg, {subject: value}) == YES:
                    continue
                trial = dict(base.world)
                finder.aim(trial, {k: v for k, v in clause.items() if k != subject}, base.world)
                trial[subject] = value
                yield number, subject, value, trial


def answers_everywhere(flow, walk):
    """Where checks cannot tell, somebody gives the last answer that only a person gives."""
    for step, body in flow.steps.items():
        personal = [a for a, b in body.get("answers", {}).items() if "when" not in b]
        if personal and step not in walk.answers:
            walk.answers[step] = personal[-1]


def personal_candidates(flow, finder, step, want, answer):
    name = f"{step}--{want}"
    for base in itertools.islice(finder.walks_to(step, name, f"At {step}: {answer['label']}."), 8):
        if flow.proposed(step, base.world) is None:
            base.answers[step] = want
            yield 0, base
            break
    base = finder.to(step, name + "--insists", f"A person says at {step}: {answer['label']}.")
    if base is not None:
        base.insist[step] = want
        yield 2, base


def branch_candidates(flow, finder):
    for step, body in flow.steps.items():
        for want, answer in body.get("answers", {}).items():
            if "when" not in answer:
                yield from personal_candidates(flow, finder, step, want, answer)
                continue
            name = f"{step}--{want}"
            about = f"At {step}: {answer['label']}."
            base = None
            for number, clause in enumerate(as_list(answer["when"])):
                here, world = finder.to_answer(step, want, name, about, clause)
                if here is None:
                    continue
                base = base or here
                walk = here.copy(name if number == 0 else f"{name}--{number + 1}", about)
                walk.world = world
                yield 0, walk
            if base is None:
                continue
            count = itertools.count(1)
            for number, subject, value, world in near_misses(flow, finder, base, step, want):
                shown = "unknown" if value is None else value_text(value)
                walk = base.copy(f"{name}--miss-{next(count)}", f"Not quite {answer['label']}, for {subject} is {shown}.")
                walk.world = world
                answers_everywhere(flow, walk)
                yield 2, walk


def fix_candidates(flow, finder):
    for step, body in flow.steps.items():
        if "fix" not in body:
            continue
        cause = flow.causes[body["fix"]]
        base = finder.to(step, step, f"{cause['title']}.")
        if base is None:
            continue
        for say in ("fixed", "not-fixed"):
            walk = base.copy(f"{step}--{say}", f"{cause['title']}; {say.replace('-', ' ')}.")
            walk.then = [(say, {})]
            yield 0, walk
        verify = cause["verify"]
        for want in flow.steps[verify]["answers"]:
            world = finder.extend({}, verify, want)
            if world is None:
                continue
            world = {k: v for k, v in world.items() if not k.startswith("input.")}
            walk = base.copy(f"{step}--fixed--{want}", f"{cause['title']}; after the fix {verify} says {want}.")
            walk.then = [("fixed", world)]
            yield 1, walk


def cause_candidates(flow, finder):
    """Whatever the path, the differential says what the facts say."""
    ends = [s for s, b in flow.steps.items() if b.get("end") == "inconclusive"]
    ways = [w for e in ends for w in flow.ways(e, 12)]
    if not ways:
        return
    for cause, body in flow.causes.items():
        for key in ("supported", "unless", "excluded"):
            for number, clause in enumerate(as_list(body.get(key, []))):
                subjects = [s for s in clause]
                worlds = [(0, None, {})]
                tests = list(flow.tests(clause))
                for i, (subject, op, arg) in enumerate(tests):
                    for value in flow.values(subject):
                        if flow.one(subject, op, arg, {subject: value}) != YES:
                            worlds.append((i + 1, subject, {subject: value}))
                    for value in flow.values(subject):
                        if flow.one(subject, op, arg, {subject: value}) == YES:
                            worlds.append((0, subject, {subject: value}))
                for count, (miss, subject, fixed) in enumerate(worlds):
                    trial = dict(fixed)
                    finder.aim(trial, {k: v for k, v in clause.items() if k not in fixed}, fixed)
                    for way in ways[:1]:
                        shown = "met" if miss == 0 else f"missed by {subject}"
                        name = f"cause--{cause}--{key}-{number + 1}" + (f"--{count}" if count else "")
                        walk = Walk(name, f"{body['title']}: {key} {number + 1} {shown}.")
                        walk.world = {s: trial.get(s) for s in subjects if not s.startswith("answer.")}
                        walk.insist = {s: e for s, e in way if "answers" in flow.steps[s]}
                        for s in subjects:
                            if s.startswith("answer."):
                                walk.insist[s[7:]] = as_list(clause[s])[0]
                        yield (1 if count == 0 else 2), walk


def random_candidates(flow, finder, left):
    """For what is still not noticed: any facts at the step, or about the cause."""
    for line in sorted(left):
        at = re.match(r"(step|cause) '([^']+)'", line)
        if at is None:
            continue
        name = at[2]
        for count in range(24):
            if at[1] == "step":
                walk = finder.to(name, f"{name}--any-{count + 1}", f"At {name}, whatever is measured.")
                subjects = flow.subjects(name)
            else:
                walk = Walk(f"cause--{name}--any-{count + 1}", f"{flow.causes[name]['title']}, whatever is measured.")
                subjects = [s for key in ("supported", "unless", "excluded") for c in as_list(flow.causes[name].get(key, []))
                            for s in c if not s.startswith("answer.")]
            if walk is None:
                break
            for s in subjects:
                if walk.world.get(s) is None and s not in walk.world:
                    walk.world[s] = finder.dice.choice(flow.values(s))
            answers_everywhere(flow, walk)
            if at[1] == "step" and count % 3 == 2:
                walk.answers.pop(name, None)
            yield line, walk


def main():
    casebook, path, folder = sys.argv[1:4]
    seed = int(sys.argv[4]) if len(sys.argv) > 4 else 1
    flow = Flow(casebook, path)
    finder = Finder(flow, seed)
    bench = Bench(flow, folder)
    os.makedirs(folder, exist_ok=True)
    candidates = sorted(itertools.chain(branch_candidates(flow, finder), fix_candidates(flow, finder),
                                        cause_candidates(flow, finder)), key=lambda c: c[0])
    left = bench.survivors(folder) if any(f.endswith(".walk.yaml") for f in os.listdir(folder)) else None
    print(f"{len(candidates)} candidates; {'all' if left is None else len(left)} changes are not noticed yet", flush=True)
    keep = Keeper(bench, left)
    for rank, walk in candidates:
        keep.consider(walk, rank)
    for line, walk in random_candidates(flow, finder, keep.left):
        if line in keep.left:
            keep.consider(walk, 3)
    if left is None:
        keep.drop_what_others_notice()
    print(f"{keep.written} walks written; not noticed:")
    for line in sorted(keep.left):
        print("  " + line)


if __name__ == "__main__":
    main()
