#!/usr/bin/env python3
"""Makes collect-ndes.cmd from collectors.tsv and collect-ndes.in, whose lines that begin with @ stand for rows of the table:

    @ask ID      its command, word for word, into its file; one that makes a file in %TEMP% makes it in the folder
    @try ID      the same without its line in about.txt
    @about ID    its command, behind what about.txt holds already
    @learn ID F  its command, into F, from which lines below take a value
    @quiet ID    its command, of which nothing is kept
    @events ID   the event log of its command as .evtx, of the days asked for
    @hand ID     the lines below do what the row does by SFTP
    @left ID WHY the row is not for a person at the server

Every row of the core must stand there. collect_ndes.py FILE writes it; without FILE it compares what is checked in, byte for byte.
"""
import pathlib, re, sys

HERE = pathlib.Path(__file__).resolve().parent
COLUMNS = "id group place probes file form writes seconds kib admin sure why discloses text powershell".split()
NAMES = {"SITE": "%CB_SITE%", "CA": "%CB_CA%", "SAM": "%CB_SAM%"}
REST = " 2>nul <nul"


def table():
    lines = [line for line in (HERE / "collectors.tsv").read_text("ascii").splitlines() if line and not line.startswith("#")]
    return {row["id"]: row for row in (dict(zip(COLUMNS, line.split("\t"), strict=True)) for line in lines)}


def words(row):
    """The row's commands as a window of cmd.exe is given them."""
    text = row["text"]
    for name, value in NAMES.items():
        text = text.replace("{%s}" % name, value)
    if re.search(r"{(?!TN})[A-Z]+}", text):
        sys.exit(f"{row['id']}: nothing fills {text}")
    if row["form"] == "ps":
        return [f'powershell -NoProfile -NonInteractive -Command "{text}"']
    return [one.strip() for one in text.split("&")]


def ask(row, file):
    if row["form"] == "temp":
        made, = (one.replace('%TEMP%\\{TN}', f"%OUT%\\{file}") for one in words(row))
        return [f"{made} >nul{REST}", f"call :done {file}"] + ([f'del "%OUT%\\{file}.log" 2>nul'] if "{TN}.log" in row["text"] else [])
    return [f'{one} >{">" if i else ""}"%OUT%\\{file}"{REST}' for i, one in enumerate(words(row))] + [f"call :done {file}"]


def events(row):
    log = re.match(r'wevtutil qe (?:"([^"]+)"|(\S+)) ', row["text"])
    file = row["file"].removesuffix(".xml") + ".evtx"
    return [f'wevtutil epl "{log.group(1) or log.group(2)}" "%OUT%\\{file}" "/q:*[System[TimeCreated[timediff(@SystemTime)<=%SPAN%000]]]" /ow:true >nul{REST}',
            f"call :done {file}"]


def lines():
    rows, used = table(), set()
    for line in (HERE / "collect-ndes.in").read_text("ascii").splitlines():
        how, _, rest = line.partition(" ")
        if not line.startswith("@") or how == "@echo":
            yield line
            continue
        row = rows[rest.split(" ")[0]]
        used.add(row["id"])
        if how == "@ask":
            yield from ask(row, row["file"])
        elif how == "@try":
            yield from ask(row, row["file"])[:-1]
        elif how == "@learn":
            yield from ask(row, rest.split(" ")[1])[:-1]
        elif how == "@about":
            yield f'{words(row)[0]} >>"%ABOUT%"{REST}'
        elif how == "@quiet":
            yield from (f"{one} >nul 2>&1 <nul" for one in words(row))
        elif how == "@events":
            yield from events(row)
        elif how not in ("@hand", "@left"):
            sys.exit(f"collect-ndes.in: {how}?")
    missing = [name for name, row in rows.items() if row["group"] == "core" and name not in used]
    if missing:
        sys.exit(f"collect-ndes.in: nothing for {', '.join(missing)}")


def main(to):
    made = "".join(line + "\r\n" for line in lines()).encode("ascii")
    if to:
        pathlib.Path(to).write_bytes(made)
    elif (HERE / "collect-ndes.cmd").read_bytes() != made:
        sys.exit("assets/collect-ndes.cmd is not what the table makes: assets/collect_ndes.py assets/collect-ndes.cmd")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else None))
