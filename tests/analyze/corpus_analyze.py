#!/usr/bin/env python3
"""Real files from the field, where $CASEBOOK_CORPUS points to some, and in any case the small ones that the fuzz targets
begin with: each is read or refused with a reason that says what it is or where it ends; nothing crashes, hangs or grows."""
import json, os, pathlib, resource, subprocess, sys, time

SEEDS = pathlib.Path(os.environ["SOURCE_DIR"]) / "tests/fuzz/seeds"
MOST_MB, MOST_S = 256, 60
bad = []
kinds = {}


def analyze(given, root):
    began = time.monotonic()
    made = subprocess.run([os.environ["CASEBOOK"], "analyze", given, "--json"], capture_output=True, timeout=300)
    took = time.monotonic() - began
    name = given.relative_to(root)
    if made.returncode not in (0, 3, 4):
        bad.append(f"{name}: exit code {made.returncode}: {made.stderr.decode(errors='replace')[:300]}")
        return
    files = json.loads(made.stdout)["files"]
    seen = {pathlib.Path(f["path"].split("!")[0]) for f in files}
    bad.extend(f"{name}: {p.name} is not in the list" for p in ([given] if given.is_file() else given.rglob("*"))
               if p.is_file() and p not in seen)
    for f in files:
        name = pathlib.Path(f["path"]).relative_to(root)
        kinds.setdefault(f["kind"], []).append(str(name))
        if f["outcome"] not in ("measured", "unreadable"):
            bad.append(f"{name}: {f['outcome']}: {f['why']}")
        if f["outcome"] == "unreadable" and not f["why"]:
            bad.append(f"{name}: refused without a reason")
        if f["outcome"] == "measured" and f["sha256"] is None and "!" not in f["path"]:
            bad.append(f"{name}: no checksum")
    if took > MOST_S:
        bad.append(f"{name}: took {took:.0f} s")


# Seeds are small: a folder of them at once. Real files one by one, each with its time.
for folder in sorted(p for p in SEEDS.iterdir() if p.is_dir()):
    analyze(folder, SEEDS)
corpus = pathlib.Path(os.environ.get("CASEBOOK_CORPUS") or "/nonexistent")
for path in sorted(p for p in corpus.rglob("*") if p.is_file()):
    analyze(path, corpus)
grown = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
if grown > MOST_MB and "asan" not in os.environ.get("BUILD_DIR", ""):
    bad.append(f"{grown:.0f} MB of memory")
for kind, names in sorted(kinds.items(), key=lambda row: str(row[0])):
    print(kind, len(names), *(names if kind is None else []))
# What is in the corpus by its folders must be known for what it is.
for folder, kind in (("iis", "iis.log"), ("iislog", "iis.log"), ("httperr", "httperr.log"), ("rights", "user.rights"),
                     ("registry", "registry.export"), ("setup", "setup.msi")):
    wrong = [n for k, names in kinds.items() for n in names if n.startswith(folder + "/") and k != kind]
    if wrong:
        bad.append(f"not known as {kind}: {', '.join(wrong)}")
sys.exit("\n".join(bad) or 0)
