#!/usr/bin/env python3
"""The reports of assets/examples: eight situations and the sizes that their reports must keep. Each case was recorded once, so that the same
program writes the same bytes on every machine at any time.

    examples.py                     writes the reports of the recorded cases and compares them with what is there, byte for byte but for the
                                    hash of the flow and the heads
    examples.py --update            puts them there anew, to be read before a commit
    examples.py --live              runs the eight situations against the servers of tests/lib/servers.py and compares what is told with
                                    the examples, but for times, numbers and hashes
    examples.py --record [NAME...]  records anew the cases named, else those that are told in another way now; then as --update
"""
import collections, datetime, hashlib, json, os, pathlib, re, shutil, socket, subprocess, sys, tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(ROOT / "tests" / "e2e"), str(ROOT / "tests" / "report")]
from evidence import ATTEMPT, connector, enrolment, event_xml, events, httperr, iis, pools, rights  # noqa: E402
from front import Fixed, Front  # noqa: E402
import slots  # noqa: E402
from scenarios import CASEBOOK, command  # noqa: E402

EXAMPLES = ROOT / "assets" / "examples"
RECORDED = ROOT / "tests" / "report" / "recorded"
NAMES = ("two-source-fault", "one-source-fault", "refused-later", "fixed", "contradiction", "one-thing-to-get", "gateway", "old-evidence")
CONSOLE = "HELPDESK-04"  # in place of the machine that recorded
FORMS = ("html", "md", "txt", "json", "ticket")
END_BY = {"refused-later": "", "fixed": "1\n", "contradiction": "1\n2\n", "one-thing-to-get": "1\n"}  # else: "Hand over"
differ = []  # forms of one case that do not say the same
GATEWAY = "<html><head><title>403 Forbidden</title></head><body><center><h1>403 Forbidden</h1></center><hr><center>Microsoft-Azure-Application-Gateway/v2</center></body></html>"


def denied(record):
    """The CA's own event about the request that the connector reports as refused."""
    return event_xml("Microsoft-Windows-CertificationAuthority", 53, "Application", [("", v) for v in (
        str(record), "The permissions on the certificate template do not allow the current user to enroll for this type of certificate. 0x80094012 (-2146877422 CERTSRV_E_TEMPLATE_DENIED)", "CN=LAPTOP-7FA12")])


# Eight situations that a report must tell apart, each with what its first line begins with.
def eight():
    env = lambda name: os.environ["SRV_URL_" + name]  # noqa: E731
    now = {"attempt": ATTEMPT}
    yield "two-source-fault", "FAULT FOUND, confidence high", dict(url=env("S503"), sets=now, files={
        "httperr1.log": httperr("Disabled") + httperr("Disabled").splitlines(True)[-1].replace("10:00:00", "10:02:41"), "pools.txt": pools("Stopped")})
    yield "one-source-fault", "FAULT FOUND, confidence medium", dict(url=env("S500"), sets={}, files={"rights.inf": rights("*S-1-5-19")})
    yield "refused-later", "STEP 2 PASSED, REFUSED LATER", dict(url=env("NDES_RA"), sets=now, files={
        "connector.xml": events(connector(4003), connector(4004), connector(4007)), "ca-application.xml": events(denied(1682)), "u_ex261122.log": iis(*enrolment())})
    yield "fixed", "FIXED", dict(front=Front(env("S503"), env("NDES_RA")), sets=now, by_hand="1\n2\nq\n", files={
        "httperr1.log": httperr("Disabled"), "pools.txt": pools("Stopped")})
    yield "contradiction", "NOT DECIDED, two sources contradict each other", dict(url=env("S503"), sets={}, files={"pools.txt": pools("Started")})
    yield "one-thing-to-get", "NOT DECIDED, one thing to get", dict(url=env("NDES_RA"), sets=now, files={})
    yield "gateway", "FAULT FOUND", dict(url=Fixed(403, {"Server": "Microsoft-Azure-Application-Gateway/v2", "Content-Type": "text/html"}, GATEWAY).url, sets={}, files={})
    yield "old-evidence", "FAULT FOUND", dict(url=env("S500"), sets={}, files={"u_ex261122.log": iis(*enrolment("500 0 1346", 2))})


def run(cmd, code=0):
    done = subprocess.run(cmd, capture_output=True, timeout=120)
    if done.returncode != code:
        sys.exit(f"{' '.join(cmd)}: exit {done.returncode}, not {code}\n{done.stderr.decode()}")
    return done.stdout


def live():
    """(name, what it begins with, number, text of its export) of each; what is read is named as a person in that folder would name it."""
    shutil.copy(os.environ["SRV_PKI"] + "/root.pem", ".")
    os.environ["SRV_PKI"] = "."
    for number, (name, first, s) in enumerate(eight(), 1):
        scenario = dict(server=None, files=s["files"], sets={"server_url": s["front"].url if "front" in s else s["url"], **s["sets"]}, answers={}, options=())
        done = subprocess.run([word for word in command(name, scenario, "") if word != "--json"], capture_output=True, timeout=120)
        if done.returncode not in (0, 3, 4):
            sys.exit(f"{name}: exit {done.returncode}\n{done.stderr.decode()}")
        if "by_hand" in s:  # "Check again" and "Wait for the device", as a person says it
            s["front"].mended = True
            subprocess.run([CASEBOOK, "resume", str(number), "--db", "cases.db", "--plain"], input=s["by_hand"].encode(), capture_output=True, timeout=120)
        differ.extend(slots.compare(CASEBOOK, name, number, "cases.db", END_BY.get(name, "3\n"), None if "by_hand" in s else done.stdout.decode()))
        yield name, first, number, run([CASEBOOK, "case", "export", str(number), "--db", "cases.db"]).decode()


def reports(name, number, db):
    """(file name, bytes) of each form"""
    for form in FORMS:
        data = run([CASEBOOK, "report", str(number), "--db", db, "-f", form])
        if form == "ticket":
            fits(name, data.decode())
        elif form == "md" and (data.count(b"\n") > 120 or len(data) > 8192):
            sys.exit(f"{name}.md has {data.count(bytes([10]))} lines and {len(data)} bytes, of 120 and 8,192")
        yield f"{name}.{form}", data


def of_recordings():
    """The same of the recorded cases, imported in their order, so that each has its number, as if begun with the flow as it is now."""
    flow = None
    for number, name in enumerate(NAMES, 1):
        text = (RECORDED / f"{name}.jsonl").read_text()
        flow = flow or json.loads(run([CASEBOOK, "report", str(RECORDED / f"{name}.jsonl"), "-f", "json"]))["flow"]["hash"]
        pathlib.Path("one.jsonl").write_text(chained(text.replace(json.loads(text.splitlines()[0])["flow_hash"], flow)))
        run([CASEBOOK, "case", "import", "one.jsonl", "--db", "recorded.db"])
        yield from reports(name, number, "recorded.db")


def chained(text):
    """An export whose hashes fit its text: each covers the one before it, the case's id and its own record."""
    lines = text.splitlines()
    head = json.loads(lines[0])
    opened = datetime.datetime.fromisoformat(head["opened"].replace("Z", "+00:00"))
    begun = {**{key: head[key] for key in ("id", "flow", "flow_hash")}, "opened_ms": round(opened.timestamp() * 1000), "host": head["host"], "tool": head["tool"]}
    last = hashlib.sha256(json.dumps(begun, separators=(",", ":"), ensure_ascii=False).encode()).hexdigest()
    records = []
    for line in lines[1:-1]:
        record = line[line.index('"record":') + 9:-1]
        last = hashlib.sha256((last + head["id"] + record).encode()).hexdigest()
        records.append(f'{{"hash":"{last}","record":{record}}}')
    first = lines[0].replace(head["head"], last)
    end = {"end": {"header": hashlib.sha256(first.encode()).hexdigest(), "records": len(records), "head": last, "faults": []}}
    return "\n".join([first, *records, json.dumps(end, separators=(",", ":"))]) + "\n"


def fits(name, ticket):
    """12 lines, 1,500 characters, a first line of 120 that stands alone: far below a ServiceNow note (4,000), a Jira comment (32,767) and GitHub's (65,536)."""
    lines = ticket.splitlines()
    if len(lines) > 12 or len(ticket) > 1500 or len(lines[0]) > 120:
        sys.exit(f"{name}.ticket: {len(lines)} lines, {len(ticket)} characters, the first line has {len(lines[0])}")


def gist(data):
    if data.startswith(b"{"):  # the order of checks that ran side by side is no difference
        case = json.loads(data)
        data = "\n".join([case["verdict"], case["confidence"]["level"], case["summary"], *(f["title"] for f in case["findings"])]).encode()
    return pieces_of(data.split(b"\nDetails: everything")[0] if data.count(b"\n======") > 1 else data)  # behind it the text form breaks hashes


def pieces_of(data):
    """Every piece of it without what differs from run to run; in no order, since checks end in any order."""
    text = re.sub(rb"\bhead (?:[0-9a-f]{4} ?)+|\b[0-9a-fA-F]{16,}\b|\b[0-9A-HJKMNP-TV-Z]{26}\b|-?\d+|ahead of|behind|\b(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\b", b"0", re.sub(rb"\.\d{3}Z", b"Z", re.sub(rb"\n {10}(?=[^\W\d])", b" ", data)))
    return collections.Counter(re.findall(rb"[^\n<>]*[^\n<>\s][^\n<>]*", re.sub(rb"<svg.*?</svg>", b"", text, flags=re.S)))


def told(path, now):
    """How many pieces of an example are told in another way now, each said."""
    there, here = gist(path.read_bytes()), gist(now)
    wrong = 0
    for sign, pieces in (("-", there - here), ("+", here - there)):
        for piece, times in sorted(pieces.items())[:10]:
            wrong += 1
            print(f"{path.name}: {sign} {piece.decode()[:160]}" + (f" ({times} times)" if times > 1 else ""))
    return wrong


def compare_live(record, named):
    """Of the cases as they run now: what is told in another way; with `record` those are put on record."""
    wrong = 0
    for name, first, number, text in live():
        files = list(reports(name, number, "cases.db"))
        ticket = dict(files)[f"{name}.ticket"].decode()
        if not ticket.startswith(first):
            sys.exit(f"{name}.ticket begins with {ticket.splitlines()[0]!r}, not with {first!r}")
        there = (RECORDED / f"{name}.jsonl").exists()
        differs = sum(told(EXAMPLES / file, data) for file, data in files) if there and not named else name in named or not there
        wrong += differs
        if record and differs:
            (RECORDED / f"{name}.jsonl").write_text(chained(text.replace(f'"{socket.gethostname()}"', f'"{CONSOLE}"')))
    for what in differ:
        print(what)
    return wrong


def same(there, now):
    """But for the hash of the flow and the heads that follow from it: a change to the flow that no report tells is no difference."""
    there, now = (re.sub(rb"\bhead (?:[0-9a-f]{4} ?)+|[0-9a-f]{16,}(?:\s+[0-9a-f]+\b)*", b"#", data) for data in (there, now))
    return there == now


def compare_recorded(update):
    files = list(of_recordings())
    there = {file: (EXAMPLES / file).read_bytes() if (EXAMPLES / file).exists() else b"" for file, _ in files}
    differ = [file for file, now in files if not same(there[file], now)]
    told_anew = {file.split(".")[0] for file in differ}
    for file, now in files:
        if update and file.split(".")[0] in told_anew:  # all forms of a case, so that their heads agree
            (EXAMPLES / file).write_bytes(now)
        elif file in differ:
            at = next((i for i, (a, b) in enumerate(zip(there[file], now)) if a != b), min(len(there[file]), len(now)))
            print(f"{file} differs from byte {at} on:\n  - {there[file][max(0, at - 60):at + 100]!r}\n  + {now[max(0, at - 60):at + 100]!r}")
    return 0 if update else len(differ)


mode, named = (sys.argv[1:2] or [""])[0], sys.argv[2:]
os.chdir(tempfile.mkdtemp())
wrong = compare_live(mode == "--record", named) if mode in ("--live", "--record") else 0
if mode != "--live":
    wrong = compare_recorded(mode in ("--update", "--record"))
subprocess.run(["rm", "-rf", os.getcwd()], check=True)
print(("run tests/report/examples.sh " + ("--record" if mode == "--live" else "--update") + " and read what it writes") if wrong else "the examples, as they are written now")
sys.exit(wrong != 0 or differ != [])
