#!/usr/bin/env python3
"""Nothing that was given is lost in silence: deep folders, thousands of files, names of any bytes, links, archives of 30,000 members,
limits that are reached. What is not read is said, in analyze and in run, and the exit code is 4."""
import io, json, os, pathlib, subprocess, sys, tarfile, tempfile, zipfile
import jsonschema

BIN, ROOT = os.environ["CASEBOOK"], pathlib.Path(os.environ["SOURCE_DIR"])
ANALYZE = json.loads((ROOT / "assets/analyze.schema.json").read_text())
RUN = json.loads((ROOT / "assets/run.schema.json").read_text())
HEAD = "#Fields: date time cs-method cs-uri-stem cs-uri-query c-ip cs(User-Agent) sc-status sc-substatus sc-win32-status\n"


def log(status, operation="GetCACaps"):
    return HEAD + f"2026-11-22 10:52:17 GET /certsrv/mscep/mscep.dll operation={operation} 10.0.0.9 profiled/1.0 {status} 0 0\n"


def check(what, got, want):
    if got != want:
        sys.exit(f"{what}: {got!r}, expected {want!r}")


def analyze(*paths):
    made = subprocess.run([BIN, "analyze", "--json", *paths], capture_output=True, timeout=600)
    out = json.loads(made.stdout)
    jsonschema.validate(out, ANALYZE)
    return made.returncode, out["files"]


def run(folder, *paths):
    made = subprocess.run([BIN, "run", "--auto", "--json", "--no-network", "--db", str(folder / "cases.db"),
                           *(x for p in paths for x in ("--evidence", p))], capture_output=True, timeout=600)
    out = json.loads(made.stdout)
    jsonschema.validate(out, RUN)
    return made.returncode, out, made.stderr.decode()


def deep(at):
    folder = at / "deep" / "/".join(f"d{i}" for i in range(20))
    folder.mkdir(parents=True)
    (folder / "u.log").write_text(log("500"))
    code, files = analyze(at / "deep")
    check("deep", (code, len(files), files[0]["facts"]["last_status"]), (3, 1, 500))
    for i in range(60):
        folder = folder / "e"
    folder.mkdir(parents=True)
    (folder / "lost.log").write_text(log("500"))
    code, files = analyze(at / "deep")
    check("too deep", [f["why"] for f in files if f["kind"] is None], ["1 file was left out: 1 below too many folders"])
    code, out, said = run(at, at / "deep")
    check("too deep, run", (code, out["verdict"]), (4, "inconclusive"))
    check("too deep, run: files", [(f["kind"], f["outcome"]) for f in out["files"] if f["kind"] is None], [(None, "unreadable")])
    check("too deep, run: said", "was left out" in said, True)


def many(at):
    """More than one part of a list holds; the newest comes last and is read."""
    (at / "many").mkdir()
    for i in range(1700):
        (at / "many" / f"note{i:05}.bin").write_bytes(b"\0\1\2\3\4\5" * 20)
    (at / "many" / "u_ex261122.log").write_text(log("500"))
    code, files = analyze(at / "many")
    check("many", (len(files), files[-1]["kind"], code), (1701, "iis.log", 3))
    check("many: checksums", sum(f["sha256"] is None for f in files), 0)
    code, out, _ = run(at, at / "many")
    check("many, run", (len(out["files"]), sum(f["kind"] == "iis.log" for f in out["files"])), (1701, 1))


def names(at):
    folder = os.fsencode(at / "names")
    os.mkdir(folder)
    odd = [b"\xe9t\xe9.log", b"\xe8t\xe8.log", b"new\nline.log", b"esc\x1b[31m.log", b"a\\x41.log", "r\u202eevil.log".encode(), b"plain.log"]
    for name in odd:
        with open(os.path.join(folder, name), "w") as f:
            f.write(log("500"))
    code, files = analyze(at / "names")
    check("names", (code, [f["kind"] for f in files], len({f["path"] for f in files})), (3, ["iis.log"] * len(odd), len(odd)))
    for f in files:  # what was printed can be given back
        _, again = analyze(f["path"])
        check("again", (again[0]["path"], again[0]["sha256"]), (f["path"], f["sha256"]))
    code, files = analyze(os.path.join(folder, odd[0]))
    check("bytes", (code, files[0]["kind"]), (3, "iis.log"))
    code, out, _ = run(at, os.path.join(folder, odd[0]))
    check("bytes, run", [f["kind"] for f in out["files"]], ["iis.log"])


def links(at):
    folder = at / "links"
    (folder / "real").mkdir(parents=True)
    (folder / "real" / "u.log").write_text(log("500"))
    (folder / "latest.log").symlink_to("real/u.log")
    (folder / "round").symlink_to("../links")
    code, files = analyze(folder)
    check("links that stay inside", [(pathlib.Path(f["path"]).name, f["kind"]) for f in files], [("u.log", "iis.log")])
    (folder / "away").symlink_to(BIN)
    (folder / "lost").symlink_to("nowhere")
    code, files = analyze(folder)
    check("links out", (code, files[-1]["why"]), (3, "2 files were left out: 1 behind a link that leads out of the folder, "
                                                      "1 behind a link that leads nowhere"))
    (folder / "real" / "u.log").write_text(log("200", "PKIOperation"))
    code, files = analyze(folder)
    check("links out: not all was seen", code, 4)
    os.mkfifo(folder / "pipe")
    code, files = analyze(folder)
    check("pipe", [f["kind"] for f in files if f["path"].endswith("pipe")], [None])


def archives(at):
    with zipfile.ZipFile(at / "empty.zip", "w") as z:
        for i in range(6000):
            z.writestr(f"m{i:05}", "")
        z.writestr("z.log", log("500"))
    code, files = analyze(at / "empty.zip")
    check("thousands of members", (len(files), files[-1]["kind"], {f["why"] for f in files[:-1]}), (6001, "iis.log", {"is empty"}))
    inner = log("500").encode()
    for depth in range(6):  # archives in archives: each level holds sixteen of the one below
        b = io.BytesIO()
        with zipfile.ZipFile(b, "w", zipfile.ZIP_DEFLATED) as z:
            for i in range(16):
                z.writestr(f"{i}.zip" if depth else f"{i}.log", inner)
        inner = b.getvalue()
    (at / "bomb.zip").write_bytes(inner)
    code, files = analyze(at / "bomb.zip")
    check("bomb", (code in (3, 4), "too many archives" in files[-1]["why"], len(files) < 9000), (True, True, True))
    with tarfile.open(at / "links.tar", "w") as t:
        data = log("500").encode()
        info = tarfile.TarInfo("real.log")
        info.size = len(data)
        t.addfile(info, io.BytesIO(data))
        hard = tarfile.TarInfo("again.log")
        hard.type, hard.linkname = tarfile.LNKTYPE, "real.log"
        t.addfile(hard)
    code, files = analyze(at / "links.tar")
    check("links of an archive", [(f["path"].split("!")[1], f["kind"]) for f in files], [("real.log", "iis.log")])


def two_folders(at):
    """Logs of two servers, of the same names: none stands for the other's."""
    for folder, status in (("one", "200"), ("two", "500")):
        (at / folder).mkdir()
        for name in ("u_ex261121.log", "u_ex261122.log"):
            (at / folder / name).write_text(log(status))
    code, out, _ = run(at, at / "one", at / "two")
    check("two folders", sorted((pathlib.Path(f["path"]).parent.name, f["outcome"]) for f in out["files"]),
          [("one", "measured")] * 2 + [("two", "measured")] * 2)
    check("two folders: what the second says", {pathlib.Path(x["file"]).parent.name for x in out["seen"]}, {"two"})


def not_empty(at):
    """"Is empty" is said of what is, not of what cannot be read."""
    with zipfile.ZipFile(at / "hurt.zip", "w", zipfile.ZIP_DEFLATED) as z:
        z.writestr("u.log", log("500") * 50)
    data = bytearray((at / "hurt.zip").read_bytes())
    data[40:60] = b"\xff" * 20
    (at / "hurt.zip").write_bytes(data)
    code, files = analyze(at / "hurt.zip")
    check("damaged member", (code, len(files), "empty" in files[0]["why"], "damaged" in files[0]["why"]), (4, 1, False, True))
    info = tarfile.TarInfo("u.log")
    info.size = 1 << 40
    (at / "huge.tar").write_bytes(info.tobuf(tarfile.GNU_FORMAT) + log("500").encode())
    code, files = analyze(at / "huge.tar")
    check("impossible size", "empty" in (files[0]["why"] or ""), False)
    (at / "none").write_bytes(b"")
    code, files = analyze(at / "none")
    check("empty", (code, files[0]["why"]), (4, "is empty"))


with tempfile.TemporaryDirectory() as name:
    for part in (deep, many, names, links, archives, two_folders, not_empty):
        part(pathlib.Path(name))
