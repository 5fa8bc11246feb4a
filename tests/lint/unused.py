#!/usr/bin/env python3
"""What no program uses. Everything is compiled into sections of its own, and the linker leaves out of a program what it does not
reach (--gc-sections): a function or table that is in a library of the product and in none of its programs is named, also when
tests call it, but for the rows of doors.txt.

Usage: unused.py BUILD_DIR SOURCE_DIR     prints a sentence for each; exit 1 when there is one
       unused.py --self-test              builds a program with what nobody calls, and expects the complaint
"""
import pathlib, re, subprocess, sys, tempfile

HERE = pathlib.Path(__file__).resolve().parent
PROGRAMS = ("ui/casebook", "ui/casebook-doc", "engine/probe/casebook-probe", "engine/bundle/casebook-zip",
            "engine/practice/casebook-practice", "engine/fetch/casebook-fetch")
DESCRIBED = "libcb_probe_table.a"  # the checks compiled once more for their descriptions alone


def nm(path, *flags):
    """(member, kind, symbol) of an archive or a program."""
    said = subprocess.run(["nm", "--defined-only", *flags, str(path)], capture_output=True, text=True, check=True).stdout
    member = ""
    for line in said.splitlines():
        words = line.split()
        if line.endswith(":"):
            member = line[:-1]
        elif len(words) == 3:
            yield member, words[1], words[2]


def unused(libraries, programs):
    """(object, symbol) for each global symbol of the libraries that is in none of the programs."""
    used = {symbol for program in programs for _, _, symbol in nm(program)}
    for library in sorted(libraries):
        for member, kind, symbol in nm(library, "-g"):
            if kind in "TRDB" and symbol not in used:
                yield member, symbol


def doors():
    rows = (HERE / "doors.txt").read_text().splitlines()
    return {row.split()[0] for row in rows if row.strip() and not row.startswith("#")}


def self_test():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "a.c").write_text("int called(void) { return 1; }\nint forgotten(void) { return 2; }\nconst int table[] = {3};\n")
        (folder / "main.c").write_text("int called(void);\nint main(void) { return called(); }\n")
        cc = ["cc", "-ffunction-sections", "-fdata-sections"]
        for words in (cc + ["-c", "a.c"], ["ar", "rcs", "liba.a", "a.o"], cc + ["-Wl,--gc-sections", "-o", "main", "main.c", "liba.a"]):
            subprocess.run(words, cwd=folder, check=True)
        found = list(unused([folder / "liba.a"], [folder / "main"]))
    if found != [("a.o", "forgotten"), ("a.o", "table")]:
        print(f"the lint finds {found} where nobody uses forgotten() and table[]")
        return 1
    return 0


def main():
    build, source = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    libraries = [p for room in ("engine", "ui", "flows") for p in (build / room).rglob("lib*.a") if p.name != DESCRIBED]
    found = dict((symbol, member) for member, symbol in unused(libraries, [build / program for program in PROGRAMS]))
    tests = "\n".join(p.read_text(errors="replace") for p in sorted((source / "tests").rglob("*.[ch]")))
    for symbol, member in sorted(found.items()):
        if symbol not in doors():
            print(f"{member}: {symbol} is used by " + ("tests alone" if re.search(rf"\b{symbol}\b", tests) else "nothing"))
    for symbol in sorted(doors() - set(found)):
        print(f"tests/lint/doors.txt: {symbol} is no such door any more")
    print(f"{len(libraries)} libraries, {len(PROGRAMS)} programs, {len(found)} symbols that none of them uses")
    return 1 if set(found) != doors() else 0


if __name__ == "__main__":
    sys.exit(self_test() if sys.argv[1] == "--self-test" else main())
