#!/usr/bin/env python3
"""Every fact that a flow measures is asked for by one of its causes, or declared informational with a reason.

    proofs.py CASEBOOK FLOWS-FOLDER INFORMS.TXT
"""
import glob
import json
import os
import subprocess
import sys

import yaml

KEYS = ("supported", "symptom", "excluded", "applies", "unless")


def informational(path):
    """{(check, fact)}, {check: whole}, problems"""
    facts, whole, wrong, reason = {}, set(), [], None
    with open(path, encoding="utf-8") as f:
        for number, line in enumerate(f, 1):
            line = line.strip()
            if not line or line.startswith("#"):
                continue
            if line.endswith(":"):
                reason = line
                continue
            check, *names = line.split()
            if reason is None:
                wrong.append(f"line {number}: a fact without a reason")
            for name in names:
                if name == "*":
                    whole.add(check)
                elif (check, name) in facts:
                    wrong.append(f"line {number}: {check} {name} stands in line {facts[check, name]} already")
                else:
                    facts[check, name] = number
    return facts, whole, wrong


def subjects(cond):
    for clause in cond if isinstance(cond, list) else [cond]:
        for subject in clause or {}:
            yield subject.split("@")[0]


def asked_by_causes(flow):
    return {s for c in flow.get("causes", {}).values() for k in KEYS if k in c for s in subjects(c[k])}


def run_by(flow):
    return {c["probe"] for s in flow["steps"].values() for c in s.get("checks", [])}


def compare(checks, flows, facts, whole):
    wrong, needed = [], set()
    for name, flow in flows.items():
        asked = asked_by_causes(flow)
        for check in sorted(run_by(flow)):
            for fact in checks[check]:
                if f"{check}.{fact}" in asked:
                    continue
                if (check, fact) in facts:
                    needed.add((check, fact))
                elif (f"{name}/{check}", fact) in facts:
                    needed.add((f"{name}/{check}", fact))
                else:
                    wrong.append(f"{name}: no cause asks for {check}.{fact}, which nothing declares informational")
    run = set().union(*(run_by(f) for f in flows.values()))
    for check in sorted(set(checks) - run - whole):
        wrong.append(f"no flow runs {check}; say why it is there")
    for check in sorted(whole & run):
        wrong.append(f"{check} is run by a flow: name its facts one by one")
    for (check, fact), line in sorted(facts.items(), key=lambda f: f[1]):
        plain = check.split("/")[-1]
        if plain not in checks or fact not in checks[plain]:
            wrong.append(f"line {line}: there is no {check}.{fact}")
        elif (check, fact) not in needed:
            wrong.append(f"line {line}: no flow measures {check}.{fact} in vain; it need not stand here")
    return wrong


def self_test():
    checks = {"a.b": ["x", "y", "z"], "c": ["w"]}
    flow = {"steps": {"s": {"checks": [{"probe": "a.b"}]}}, "causes": {"k": {"supported": [{"a.b.x@ever": "1"}]}}}
    assert compare(checks, {"f": flow}, {("a.b", "y"): 1, ("a.b", "z"): 2}, {"c"}) == []
    assert len(compare(checks, {"f": flow}, {("a.b", "y"): 1}, {"c"})) == 1  # z forgotten
    assert len(compare(checks, {"f": flow}, {("a.b", n): 1 for n in "xyz"}, {"c"})) == 1  # x asked for
    assert len(compare(checks, {"f": flow}, {("a.b", n): 1 for n in "yzv"}, {"c"})) == 1  # v is none
    assert compare(checks, {"f": flow}, {("a.b", "y"): 1, ("f/a.b", "z"): 2}, {"c"}) == []
    assert len(compare(checks, {"f": flow}, {("a.b", "y"): 1, ("g/a.b", "z"): 2}, {"c"})) == 2  # of another flow
    assert len(compare(checks, {"f": flow}, {("a.b", n): 1 for n in "yz"}, set())) == 1  # c unsaid


def main():
    casebook, folder, path = sys.argv[1:]
    self_test()
    raw = subprocess.run([casebook, "probes", "--json"], check=True, capture_output=True, text=True).stdout
    checks = {p["id"]: [f["key"] for f in p["facts"]] for p in json.loads(raw)["probes"]}
    flows = {}
    for name in sorted(glob.glob(os.path.join(folder, "*.yaml"))):
        with open(name, encoding="utf-8") as f:
            flows[os.path.basename(name)[:-len(".yaml")]] = yaml.load(f, yaml.BaseLoader)
    facts, whole, wrong = informational(path)
    wrong += compare(checks, flows, facts, whole)
    for line in wrong:
        print(line)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
