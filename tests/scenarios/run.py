#!/usr/bin/env python3
"""Plays scenarios through `casebook run --auto --json` and says how many were right, wrong or silent, and why.

    run.py [SET...] [--only WORD] [--folder PATH] [--cases PATH] [--open FILE [--write-open]] [-v] [-k] [--tsv FILE]

SET: made (tests/scenarios/made), cases (of the field), e2e (tests/e2e); all three by default.  --folder adds scenarios of a folder of
the same form; --cases, or SCENARIO_CASES in the environment, names another folder of field cases (skipped when it is not there).
--open lists those that are known not to be right: it is an error when another one is wrong or silent, and when one of them has become right,
so that the list can only shrink (--write-open writes it anew).  Run it under tests/lib/servers.py, which starts the fronts; CASEBOOK names the program.
"""
import argparse
import concurrent.futures
import os
import shutil
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "e2e")]
import judge  # noqa: E402
import scenario  # noqa: E402


def play_made(s, folder, keep):
    p = scenario.Play(s, folder)
    try:
        if keep:
            print(" ".join(p.command(os.path.join(folder, "cases.db"))), file=sys.stderr)
        out, code, err = p.run()
        kind, why = judge.judge(s.wanted, out, code)
        return kind, why + ([err.strip()[:300]] if out is None else []), out
    finally:
        p.close()


class Old:
    """A scenario of tests/e2e/scenarios.py."""

    def __init__(self, name, s, module):
        self.name, self.s, self.module = name, s, module
        self.data = {"kind": "e2e"}

    def play(self, folder, keep):
        cmd = self.module.command(self.name, self.s, folder)
        if keep:
            print(" ".join(cmd), file=sys.stderr)
        out, code, err = scenario.Play.said(None, cmd)
        faults = [f for f in self.s["findings"] if f not in NOTES]
        wanted = {"verdict": self.s["verdict"], "causes": faults, "may": [], "states": self.s["states"]}
        kind, why = judge.judge(wanted, out, code)
        return kind, why + ([err.strip()[:300]] if out is None else []), out


NOTES = {"reached-ndes", "clock-skew", "ra-certificate-expiring", "tls-certificate-expiring", "tls-root-unknown"}


def gather(a):
    sets = {}
    for name in a.sets or (["made", "cases", "e2e"] if not a.folder else []):
        if name == "made":
            sets[name] = scenario.all_in(os.path.join(HERE, "made"))
        elif name == "cases":
            folder = a.cases or os.environ.get("SCENARIO_CASES") or os.path.join(HERE, "cases")
            if os.path.isdir(folder):
                sets[name] = scenario.read_cases(folder)
            else:
                print(f"cases: {folder} is not there: skipped")
        elif name == "e2e":
            import scenarios as old
            sets[name] = [Old(n, s, old) for n, s in old.SCENARIOS.items()]
        else:
            sys.exit(f"run.py: no set {name}")
    for folder in a.folder:
        sets[os.path.basename(folder.rstrip("/"))] = scenario.all_in(folder)
    if a.only:
        sets = {k: [s for s in v if a.only in s.name or a.only == s.data["kind"]] for k, v in sets.items()}
    return sets


def measure(sets, jobs, keep):
    top = tempfile.mkdtemp(prefix="scenarios-")
    results = {}

    def one(item):
        name, s = item
        folder = os.path.join(top, name, s.name)
        os.makedirs(folder)
        try:
            return name, s, (s.play(folder, keep) if isinstance(s, Old) else play_made(s, folder, keep))
        except (OSError, ValueError, KeyError) as e:
            return name, s, ("broken", [f"not played: {e!r}"], None)

    items = [(name, s) for name, of in sets.items() for s in of]
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        for name, s, r in pool.map(one, items):
            results[f"{name}:{s.name}"] = (s, *r)
    if keep:
        print(f"kept in {top}", file=sys.stderr)
    else:
        shutil.rmtree(top)
    return results


def table(sets, results):
    print(f"{'':10}{'right':>7}{'loose':>7}{'wrong':>7}{'silent':>8}{'of':>5}")
    for name, of in sets.items():
        kinds = [results[f"{name}:{s.name}"][1] for s in of]
        print(f"{name:10}" + "".join(f"{kinds.count(k):>{8 if k == 'silent' else 7}}" for k in judge.CLASSES) + f"{len(of):>5}")


def against_open(path, results, write):
    with open(path, encoding="utf-8") as f:
        lines = f.read().splitlines()
    listed = {line.split()[0] for line in lines if line.strip() and not line.startswith("#")}
    bad = {n for n, r in results.items() if r[1] != "right"}
    new, gone = sorted(bad - listed), sorted((listed & set(results)) - bad)
    if write:
        keep = sorted((listed - set(results)) | bad)
        with open(path, "w", encoding="utf-8") as f:
            f.write("\n".join([line for line in lines if line.startswith("#")] + keep) + "\n")
        return 0
    for n in new:
        print(f"NEW  {n} is {results[n][1]} and not in {os.path.basename(path)}")
    for n in gone:
        print(f"GONE {n} is right now: take it out of {os.path.basename(path)}")
    return len(new) + len(gone)


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("sets", nargs="*", metavar="SET")
    ap.add_argument("--only", default="")
    ap.add_argument("--folder", action="append", default=[])
    ap.add_argument("--cases")
    ap.add_argument("--open")
    ap.add_argument("--write-open", action="store_true")
    ap.add_argument("--tsv")
    ap.add_argument("-v", action="store_true", help="say why for each that is not right")
    ap.add_argument("-k", action="store_true", help="keep the folder, print each command")
    ap.add_argument("-j", type=int, default=2)
    a = ap.parse_args()
    if "CASEBOOK" not in os.environ:
        sys.exit("run.py: CASEBOOK names the program")
    sets = gather(a)
    results = measure(sets, a.j, a.k)
    for n, (s, kind, why, out) in sorted(results.items()):
        if a.v and (kind != "right" or a.only):
            said = "" if out is None else f"  [{out['verdict']}: {' '.join(f['id'] for f in out['findings']) or '-'}]"
            print(f"{kind:7}{s.data['kind']:6} {n}{said}\n" + "".join(f"         {w}\n" for w in why), end="")
    if a.tsv:
        with open(a.tsv, "w", encoding="utf-8") as f:
            for n, (s, kind, why, out) in sorted(results.items()):
                named = " ".join(x["id"] for x in out["findings"]) if out else ""
                f.write("\t".join([n, s.data["kind"], kind, out["verdict"] if out else "-", named, (out or {}).get("confidence") or "-", " ".join("; ".join(why).split())]) + "\n")
    broken = [n for n, r in results.items() if r[1] == "broken"]
    for n in broken:
        print(f"BROKEN {n}: {results[n][2][0]}")
    table(sets, results)
    if broken:
        return 2
    return 1 if a.open and against_open(a.open, results, a.write_open) else 0


if __name__ == "__main__":
    sys.exit(main())
