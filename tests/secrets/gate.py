#!/usr/bin/env python3
"""The gate for secrets, as a filter: generated secrets in every place and encoding come out nowhere, what stands beside them stays,
and lines without a secret stay as they are.  Prints both figures.

    gate.py FILTER [--rounds N] [--seed N] [--show N]
"""
import argparse
import collections
import pathlib
import subprocess
import sys

import plant

HERE = pathlib.Path(__file__).resolve().parent


def through(program, texts):
    done = subprocess.run([program], input="\0".join(texts).encode(), capture_output=True, timeout=600, check=True)
    return done.stdout.decode(errors="replace").split("\0")[:-1]


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("filter")
    ap.add_argument("--rounds", type=int, default=1)
    ap.add_argument("--seed", default="1")
    ap.add_argument("--show", type=int, default=10)
    a = ap.parse_args()
    cases = list(plant.cases(a.seed, a.rounds))
    out = through(a.filter, [c[3] for c in cases])
    assert len(out) == len(cases), (len(out), len(cases))
    again = through(a.filter, out)
    leaks, lost, unstable = collections.Counter(), 0, 0
    for (place, kind, name, text, planted, keep), clean, twice in zip(cases, out, again):
        if any(f in clean for v in planted for f in plant.forms(v)) or (name != "plain" and clean == text):
            leaks[place, name] += 1
            if sum(leaks.values()) <= a.show:
                print(f"LEAK {kind} ({name}): {place}\n   {text[:200]!r}\n   {clean[:200]!r}")
        if keep and name in ("plain", "JSON") and keep not in clean.replace('\\"', '"'):
            lost += 1
            if lost <= a.show:
                print(f"SWALLOWED {kind}: {keep!r}\n   {text[:200]!r}\n   {clean[:200]!r}")
        if twice != clean:
            unstable += 1
            if unstable <= 3:
                print(f"NOT STABLE {kind} ({name}): {clean[:200]!r}\n   {twice[:200]!r}")
    lines = [line for line in (HERE / "harmless.txt").read_text().split("\n") if line and not line.startswith("#")]
    touched = [(x, y) for x, y in zip(lines, through(a.filter, lines)) if x != y]
    for x, y in touched:
        print(f"TOUCHED {x!r}\n   {y!r}")
    print(f"{len(cases)} secrets in {len(plant.PLACES)} places and {len(plant.ENCODINGS)} encodings: {sum(leaks.values())} came through, "
          f"{lost} results swallowed, {unstable} not stable; {len(touched)} of {len(lines)} harmless lines touched")
    return 1 if leaks or lost or touched or unstable else 0


if __name__ == "__main__":
    sys.exit(main())
