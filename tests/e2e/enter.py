#!/usr/bin/env python3
"""Pressing only Enter, in every scenario of scenarios.py: the way ends within 40 keys, and the record claims nothing that neither a
check nor a file saw.

    enter.py [NAME...] [-v]     all, or those named; -v prints each page and its marked line
"""
import concurrent.futures
import json
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "lib")]
import scenarios  # noqa: E402
from keyed import Keyed  # noqa: E402

MOST = 40


def command(name, s, folder):
    """As --auto is called, but a person sits there; nothing that a person would have to know is given."""
    cmd = scenarios.command(name, dict(s, answers={}), folder)[1:]
    return [a for a in cmd if a not in ("--auto", "--json")]


def wrong_claims(records, blank):
    """Records that say something nobody saw."""
    taken_back = {r["record"] for r in records if r["kind"] == "retract"}
    for r in records:
        if r["pos"] in taken_back:
            continue
        said = f"record {r['pos']}: "
        if r["kind"] == "answer":
            said += f"{r['step']} = {r['answer']}"
            # "instead:CAUSE" turns to what was seen; it says nothing of its own.
            claims = r["answer"] != "escalate" and not r["answer"].startswith("instead:") and f"{r['step']} {r['answer']}" not in blank
            if r["by"] == "person" and claims:
                yield said + ", by nobody but Enter"
            if r["by"] in ("probe", "file") and not r["evidence"] and claims:
                yield said + f" by a {r['by']} that saw nothing"
        if r["kind"] == "tick":
            yield said + "a step of a fix was ticked"
        if r["kind"] == "about" and r["role"] != "unknown" and r["by"] == "person":
            yield said + "whose a computer is was said"


def wrong_findings(report):
    """Faults that rest on what nobody saw."""
    for f in report["findings"]:
        if f["severity"] == "fault" and (f["by_person"] or not f["evidence"]):
            yield f"finding {f['id']}: {f['because']}"
    if report["verdict"] in ("fault", "refused-later") and not any(f["severity"] == "fault" for f in report["findings"]):
        yield f"verdict {report['verdict']} without a finding"


def casebook(folder, *args):
    done = subprocess.run([os.environ["CASEBOOK"], *args, "--db", os.path.join(folder, "cases.db")], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def check(name, s, verbose):
    with tempfile.TemporaryDirectory() as folder:
        k = Keyed(command(name, s, folder))
        pages, blank = [], set()
        while k.now and not k.now["ended"] and len(pages) <= MOST:
            pages.append(f"{k.now['step']} {k.now['page']}: {k.now['marked']}")
            blank |= set(k.now["blank"])
            k.key("Enter")
        wrong = []
        if k.now is None:
            wrong.append("the program ended")
        elif not k.now["ended"]:
            wrong.append(f"does not end within {MOST} keys:\n" + k.text())
        code, said = k.end()
        if code != 0:
            wrong.append(f"exit {code}: {said}")
        wrong += wrong_claims(casebook(folder, "case", "show", "1", "--json")["records"], blank)
        wrong += wrong_findings(casebook(folder, "report", "1", "-f", "json"))
        return wrong, pages if verbose or wrong else [], len(pages)


def main():
    args = [a for a in sys.argv[1:] if a != "-v"]
    names = args or list(scenarios.SCENARIOS)
    failed = most = 0
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        runs = {n: pool.submit(check, n, scenarios.SCENARIOS[n], "-v" in sys.argv) for n in names}
        for name, run in runs.items():
            wrong, pages, keys = run.result()
            failed += bool(wrong)
            most = max(most, keys)
            print(("not ok " if wrong else "ok ") + f"{name}: {keys} keys" + "".join("\n    " + w for w in wrong + pages), flush=True)
    print(f"{len(names) - failed} passed, {failed} failed, at most {most} keys")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
