#!/usr/bin/env python3
"""Holds the house rules: who may include whom, which outside library belongs where, banned calls,
lengths of functions and files, headers that compile alone, rows that have their test.

Usage: lint.py SOURCE_DIR          prints file:line: sentence for each breach; exit 1 when there is one
       lint.py --self-test         breaks each rule once in a made-up tree and expects the complaint
"""
import pathlib, re, subprocess, sys, tempfile

from twins import twins

HERE = pathlib.Path(__file__).resolve().parent
OUTSIDE = {  # the first path component or whole header -> its name in layers.txt
    "curl": r"curl/", "ldap": r"(open)?ldap\.h", "sasl": r"sasl/", "openssl": r"openssl/", "libxml": r"libxml/", "archive": r"archive(_entry)?\.h", "zlib": r"zlib\.h",
    "sqlite3": r"sqlite3\.h", "libfyaml": r"libfyaml\.h", "cjson": r"cjson/cJSON\.h", "nettle": r"nettle/",
    "netdb": r"netdb\.h", "netinet": r"netinet/", "arpa": r"arpa/", "resolv": r"resolv\.h", "pthread": r"pthread\.h",
    "sys/socket": r"sys/socket\.h", "sys/wait": r"sys/wait\.h", "spawn": r"spawn\.h", "seccomp": r"(linux/)?seccomp\.h", "poll": r"poll\.h",
    "microhttpd": r"microhttpd\.h", "curses": r"(n?curses|term|ncursesw/.*)\.h",
}
BANNED = ("strcpy strcat sprintf vsprintf gets strtok system popen alloca atoi atol atoll asctime ctime gmtime "
          "localtime tmpnam tempnam mktemp rand srand sleep").split()
CLOCKS = ("time", "gettimeofday", "clock_gettime", "clock_now_ms")
MAX_FILE, MAX_FUNCTION, P90_FUNCTION, MAX_FOLDER = 600, 120, 45, 30
FLAT = "include/casebook"  # one list of public headers, however long


def layers():
    """room -> (rooms whose public headers it may use, those whose private ones it may see, outside headers)."""
    table = {}
    for line in (HERE / "layers.txt").read_text().splitlines():
        if line.strip() and not line.startswith("#"):
            name, uses, libs = (part.split() for part in line.split(":"))
            table[name[0]] = ({use.rstrip("+") for use in uses} - {"-"}, {use[:-1] for use in uses if use.endswith("+")},
                              set(libs) - {"-"})
    return table


def owners():
    rows = (HERE / "owners.txt").read_text().splitlines()
    return dict(row.split() for row in rows if row.strip() and not row.startswith("#"))


def room_of(path):
    """engine/probe/iis/pat.c is of probe/iis, engine/flow/eval.c of flow, ui/term/frame.c of ui/term."""
    folder = path.parent.as_posix()
    return folder[len("engine/"):] if folder.startswith("engine/") else folder


def module_of(path):
    return room_of(path).split("/")[0]


def private_headers(root):
    """Name of a private header -> the rooms that have one of that name."""
    found = {}
    for folder in ("engine", "ui"):
        for path in (root / folder).rglob("*.h"):
            found.setdefault(path.name, set()).add(room_of(path.relative_to(root)))
    return found


def includes(rel, text, table, own, private):
    module = room_of(rel)
    if module not in table:
        if rel.parts[0] in ("engine", "ui"):
            yield rel, 1, f"the room {module} has no row in tests/lint/layers.txt"
        return
    uses, seen, libs = table[module]
    for number, line in enumerate(text.splitlines(), 1):
        found = re.match(r'\s*#\s*include\s*[<"]([^>"]+)[>"]', line)
        if not found:
            continue
        header = found.group(1)
        if header.startswith("casebook/"):
            if header.endswith(".def"):
                continue
            owner = own.get(header[9:-2])
            if owner is None:
                yield rel, number, f"{header} has no owner in tests/lint/owners.txt"
            elif owner != module and owner not in uses:
                yield rel, number, f"{module} may not include {header}: it belongs to {owner} (tests/lint/layers.txt)"
            continue
        if "/" in header and re.match(r"(\.\./|engine/|ui/)", header):
            yield rel, number, f"{header}: a private header of another folder"
        rooms = private.get(header, set())
        if rooms and module not in rooms and not rooms & seen:
            yield rel, number, f"{module} may not include {header} of {sorted(rooms)[0]} (tests/lint/layers.txt)"
        for name, pattern in OUTSIDE.items():
            if re.fullmatch(pattern + (".*" if pattern.endswith("/") else ""), header):
                if name == "curses":
                    if rel.name != "display_curses.c" or module != "ui/term":
                        yield rel, number, f"<{header}> belongs to ui/term/display_curses.c"
                elif name not in libs:
                    yield rel, number, f"{module} may not use <{header}> (tests/lint/layers.txt)"


def strip(text):
    """Comments and literals blanked, line structure kept."""
    def blank(m):
        return re.sub(r"[^\n]", " ", m.group(0))
    return re.sub(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', blank, text, flags=re.S)


def calls(rel, code):
    may_clock = module_of(rel) in ("ui", "probe", "helper", "drive", "fetch") or rel.as_posix() == "engine/practice/main.c" or rel.as_posix() == "engine/base/clock.c" or rel.parts[0] == "tests"
    for number, line in enumerate(code.splitlines(), 1):
        for name in BANNED:
            if re.search(rf"(?<![\w.>]){name}\s*\(", line):
                yield rel, number, f"{name}() is banned"
        for name in CLOCKS:
            if not may_clock and rel.suffix == ".c" and re.search(rf"(?<![\w.>]){name}\s*\(", line):
                yield rel, number, f"{name}(): the time is an argument here"
        if module_of(rel) not in ("ui", "tests", "probe", "base") and rel.as_posix() != "engine/practice/main.c" and re.search(r"(?<!\w)(printf|puts|putchar|fprintf|perror|exit)\s*\(", line):
            yield rel, number, "only ui/ prints or ends the program"


def sql(rel, text):
    if module_of(rel) in ("store", "tests"):
        return
    for number, line in enumerate(text.splitlines(), 1):
        if re.search(r'"\s*(SELECT .* FROM|INSERT INTO|UPDATE .* SET|DELETE FROM|CREATE TABLE|PRAGMA)\b', line):
            yield rel, number, "SQL belongs to engine/store"


def functions(code):
    """(name, first line, lines of body) of every function definition at the left margin."""
    lines = code.splitlines()
    start = None
    for number, line in enumerate(lines, 1):
        if line == "{":
            start = number
        elif line == "}" and start is not None:
            head = " ".join(lines[max(0, start - 5):start - 1])
            names = re.findall(r"(\w+)\s*\([^()]*(?:\([^()]*\)[^()]*)*\)\s*$", head)
            yield (names[-1] if names else "?", start, number - start - 1)
            start = None


def sizes(rel, text, code, lengths):
    count = text.count("\n")
    if count > MAX_FILE:
        yield rel, count, f"{count} lines; a file has at most {MAX_FILE}"
    for name, line, n in functions(code):
        if rel.parts[0] != "tests":
            lengths.append((n, f"{rel}:{line}: {name}"))
        if n > MAX_FUNCTION:
            yield rel, line, f"{name}() has {n} lines; a function has at most {MAX_FUNCTION}"


def headers(root):
    for header in sorted((root / "include/casebook").glob("*.h")):
        rel = header.relative_to(root)
        guard = f"CASEBOOK_{header.stem.upper()}_H"
        if guard not in header.read_text():
            yield rel, 1, f"the guard is {guard}"
        made = subprocess.run(["cc", "-std=c11", "-D_POSIX_C_SOURCE=200809L", "-Wall", "-Wextra", "-Werror", f"-I{root}/include",
                               "-fsyntax-only", "-xc", "-"], input=f'#include "{header}"\n', text=True, capture_output=True)
        if made.returncode:
            yield rel, 1, "does not compile alone: " + made.stderr.splitlines()[0]


def rows(root):
    """Every probe row has a test that names its id."""
    table = root / "engine/probe/probes.def"
    tests = "\n".join(p.read_text(errors="replace") for p in (root / "tests").rglob("*")
                      if p.is_file() and p.suffix in (".c", ".sh", ".py", ".yaml") and "fuzz" not in p.parts)
    for number, (room, row) in enumerate(re.findall(r"^ROW\((\w+), *(\w+)\)", table.read_text(), re.M) if table.exists() else [], 1):
        source = root / f"engine/probe/{room}/probe_{row}.c"
        ident = re.search(r'\.id\s*=\s*"([^"]+)"', source.read_text()) if source.exists() else None
        if ident and ident.group(1) not in tests:
            yield table.relative_to(root), number, f"probe {ident.group(1)} has no test that names it"


def folders(root):
    for top in ("engine", "ui", "flows", "include", "tests"):
        for folder in sorted(p for p in [root / top, *(root / top).rglob("*")] if p.is_dir()):
            n = sum(1 for p in folder.iterdir() if p.suffix in (".c", ".h"))
            if n > MAX_FOLDER and folder.relative_to(root).as_posix() != FLAT:
                yield folder.relative_to(root), 0, f"{n} .c and .h; a folder has at most {MAX_FOLDER}: make rooms of it"


def drawn(root):
    """The table of ARCHITECTURE.md says what layers.txt says."""
    page = root / "ARCHITECTURE.md"
    found = re.findall(r"^\| ([a-z/]+) \| [^|]+ \| ([a-z/ –]+) \| [^|]+ \|$", page.read_text(), re.M) if page.exists() else []
    shown = {room: set(uses.split()) - {"–"} for room, uses in found}
    for room, (uses, _, _) in layers().items():
        if shown.get(room) != uses:
            yield pathlib.Path("ARCHITECTURE.md"), 1, f"the row of {room} is not that of tests/lint/layers.txt"


def fuzzed(root):
    """Every check of a file has a row in tests/fuzz and seeds."""
    table, cmake = root / "engine/probe/probes.def", root / "tests/fuzz/CMakeLists.txt"
    said = cmake.read_text() if cmake.exists() else ""
    for number, (room, row) in enumerate(re.findall(r"^ROW\((\w+), *(\w+)\)", table.read_text(), re.M) if table.exists() else [], 1):
        source = root / f"engine/probe/{room}/probe_{row}.c"
        text = source.read_text() if source.exists() else ""
        ident = re.search(r'\.id\s*=\s*"([^"]+)"', text)
        if not ident or "PROBE_FILE" not in text:
            continue
        fuzz = re.search(rf"(\w+):{re.escape(ident.group(1))}\b", said)
        name = fuzz.group(1) if fuzz else {"iis.log": "iislog", "file.recognise": "recognise"}.get(ident.group(1))
        if name is None:
            yield table.relative_to(root), number, f"probe {ident.group(1)} has no row in tests/fuzz/CMakeLists.txt"
        elif not any((root / "tests/fuzz/seeds" / name).glob("*")):
            yield table.relative_to(root), number, f"probe {ident.group(1)} has no seeds in tests/fuzz/seeds/{name}"


def registered(root):
    """Every folder of tests is built, and builds something: a test that nobody runs is none."""
    top = root / "tests/CMakeLists.txt"
    listed = set(re.findall(r"[a-z0-9]+", top.read_text())) if top.exists() else set()
    for cmake in sorted(root.glob("tests/*/CMakeLists.txt")):
        if cmake.parent.name not in listed:
            yield cmake.relative_to(root), 1, f"tests/CMakeLists.txt does not name {cmake.parent.name}"
        if not re.search(r"^\s*[a-z_]+\(", cmake.read_text(), re.M):
            yield cmake.relative_to(root), 1, "nothing is built or run here"


def environment(root):
    """Every variable that the programs read is named in the manual page or in HACKING.md."""
    named = "".join(path.read_text() for path in (root / "ui/cli/doc/doc.c", root / "HACKING.md") if path.exists())
    for folder in ("engine", "ui"):
        for path in sorted((root / folder).rglob("*.c")):
            for found in re.finditer(r'"((?:CASEBOOK|XDG|SOURCE_DATE|TMP|NO_C)[A-Z_]*)"', path.read_text(errors="replace")):
                if found.group(1) not in named and found.group(1) != "CASEBOOK_VERSION":
                    yield path.relative_to(root), 1, f"the variable {found.group(1)} is named neither in ui/cli/doc/doc.c nor in HACKING.md"


def lint(root):
    table, own, private, lengths, out = layers(), owners(), private_headers(root), [], []
    for folder in ("include", "engine", "ui", "flows", "tests"):
        for path in sorted((root / folder).rglob("*.[ch]")):
            rel, text = path.relative_to(root), path.read_bytes().decode(errors="replace")
            code = strip(text)
            out += includes(rel, text, table, own, private)
            out += calls(rel, code)
            out += sql(rel, text)
            out += sizes(rel, text, code, lengths)
            if "\r" in text or not text.endswith("\n"):
                out.append((rel, 1, "line ends are LF and the last line has one"))
    out += headers(root)
    out += rows(root)
    out += registered(root)
    out += environment(root)
    out += folders(root)
    out += twins(root)
    out += drawn(root)
    out += fuzzed(root)
    if lengths:
        lengths.sort(reverse=True)
        share = sum(n <= P90_FUNCTION for n, _ in lengths) / len(lengths)
        print(f"{len(lengths)} functions, {share:.1%} of at most {P90_FUNCTION} lines, longest {lengths[0][0]} ({lengths[0][1]})")
        if share < 0.9:
            out.append((pathlib.Path("engine"), 0, f"only {share:.1%} of the functions have at most {P90_FUNCTION} lines; 90 % must"))
    return out


def self_test():
    """A made-up tree with one breach of each kind; every one must be found."""
    bad = {
        "engine/flow/a.c": ('#include <casebook/store.h>\n#include <curl/curl.h>\n#include <curses.h>\nvoid f(char *p)\n{\n\tstrcpy(p, p);\n'
                            '\ttime(0);\n\tprintf("x");\n\tq("SELECT a FROM b");\n}\n'),
        "engine/case/b.c": "void g(void)\n{\n" + "\t;\n" * 130 + "}\n" + "\n" * 600,
        "include/casebook/bad.h": "struct x { undefined_type y; };\n",
        "engine/probe/probes.def": "ROW(iis, ghost)\nROW(file, spectre)\n", "engine/probe/iis/probe_ghost.c": '.id = "ghost.probe",\n',
        "engine/probe/net/tls_secret.h": "", "engine/probe/iis/c.c": '#include "tls_secret.h"\n', "engine/attic/d.c": 'getenv("CASEBOOK_SECRET_DOOR")',
        "tests/x.c": "int x;\r\n",
        "engine/wire/e.c": "".join(f"int a{i};\n" for i in range(6)), "engine/wire/f.c": "".join(f"int a{i};\n" for i in range(6)),
        **{f"engine/store/s{i}.c": "\n" for i in range(31)},
        "engine/probe/file/probe_spectre.c": '.id = "spectre.log", .kind = PROBE_FILE,\n',
        "tests/CMakeLists.txt": "foreach(area lib)\n", "tests/lib/CMakeLists.txt": "# nothing\n", "tests/lost/CMakeLists.txt": "add_test(x)\n",
        "ARCHITECTURE.md": "| base | all | model | – |\n",
    }
    expect = ["may not include casebook/store.h", "may not use <curl/curl.h>", "belongs to ui/term/display_curses.c", "strcpy() is banned",
              "time(): the time is an argument", "only ui/ prints", "at most 120", "at most 600", "the guard is CASEBOOK_BAD_H",
              "does not compile alone", "probe ghost.probe has no test", "line ends are LF",
              "SQL belongs to engine/store", "probe/iis may not include tls_secret.h", "the room attic has no row", "CASEBOOK_SECRET_DOOR is named neither",
              "6 lines stand in engine/wire/e.c", "a folder has at most 30", "the row of base is not", "spectre.log has no row in tests/fuzz",
              "does not name lost", "nothing is built or run here"]
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        for name, text in bad.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_bytes(text.encode())
        said = "\n".join(sentence for _, _, sentence in lint(root))
    missing = [e for e in expect if e not in said]
    for e in missing:
        print(f"the lint does not notice: {e}")
    return 1 if missing else 0


if __name__ == "__main__":
    if sys.argv[1] == "--self-test":
        sys.exit(self_test())
    breaches = lint(pathlib.Path(sys.argv[1]).resolve())
    for rel, line, sentence in breaches:
        print(f"{rel}:{line}: {sentence}")
    sys.exit(1 if breaches else 0)
