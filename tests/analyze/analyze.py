#!/usr/bin/env python3
"""casebook analyze, as a person runs it: recognition, exit codes, JSON held against its schema, standard input,
archives, damage."""
import gzip, io, json, os, pathlib, subprocess, sys, tempfile, zipfile
import jsonschema

BIN, ROOT = os.environ["CASEBOOK"], pathlib.Path(os.environ["SOURCE_DIR"])
SCHEMA = json.loads((ROOT / "assets/analyze.schema.json").read_text())
HEAD = ("#Software: Microsoft Internet Information Services 10.0\r\n#Version: 1.0\r\n#Date: 2026-11-22 00:00:00\r\n#Fields: date time s-ip "
        "cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) sc-status sc-substatus sc-win32-status time-taken\r\n")
AGENT = "profiled/1.0+CFNetwork/1494.0.7+Darwin/23.4.0"


def line(time, query, status):
    return f"2026-11-22 {time} 10.0.0.5 GET /certsrv/mscep/mscep.dll {query} 443 - 10.1.1.1 {AGENT} - {status} 15\r\n"


GOOD = HEAD + line("10:00:00", "operation=GetCACert&message=x", "200 0 0") + line("10:00:01", "operation=PKIOperation&message=MII", "200 0 0")
BAD = HEAD + line("10:00:00", "operation=GetCACert&message=x", "500 0 1346")
HTTPERR = ("#Software: Microsoft HTTP API 2.0\r\n#Fields: date time c-ip c-port s-ip s-port cs-version cs-method cs-uri sc-status s-siteid s-reason "
           "s-queuename\r\n2026-11-22 10:00:00 10.1.1.1 1 10.0.0.5 443 HTTP/1.1 GET /certsrv/mscep/mscep.dll 503 1 Disabled SCEP\r\n")
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00\xff\xdb"


def run(*args, stdin=None):
    return subprocess.run([BIN, "analyze", *map(str, args)], capture_output=True, input=stdin, timeout=60)


def read(*args, stdin=None):
    made = run(*args, "--json", stdin=stdin)
    out = json.loads(made.stdout)
    jsonschema.validate(out, SCHEMA)
    return made.returncode, out


def check(what, got, want):
    if got != want:
        sys.exit(f"{what}: {got!r}, expected {want!r}")


def main(folder):
    def put(name, data):
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
        return path

    good, bad = put("good.txt", GOOD), put("bad.jpg", BAD)  # names mean nothing
    code, out = read(good)
    check("good: exit code", code, 0)
    check("good: kind", out["files"][0]["kind"], "iis.log")
    check("good: stage", out["files"][0]["facts"]["stage"], "pkioperation")
    check("good: unknown stays null", out["files"][0]["facts"]["covers_attempt"], None)

    code, out = read(bad)
    check("bad: exit code", code, 3)
    check("bad: cause", [f["id"] for f in out["files"][0]["findings"]], ["impersonation-right-missing"])
    rows = out["files"][0]["findings"][0]["evidence"]
    check("bad: place", {(r["probe"], r["line"], r["sha256"]) for r in rows if r["fact"] == "last_status"}, {("iis.log", 5, out["files"][0]["sha256"])})

    code, out = read(put("photo.log", JPEG))
    check("photo: exit code", code, 4)
    check("photo", (out["files"][0]["kind"], out["files"][0]["outcome"], out["files"][0]["why"]), (None, "unreadable", "is a JPEG image"))
    check("photo has a checksum", len(out["files"][0]["sha256"]), 64)

    utf16 = put("utf16.log", b"\xff\xfe" + BAD.encode("utf-16-le"))
    check("UTF-16", read(utf16)[1]["files"][0]["facts"]["by_status"], {"500.0.1346": 1})
    check("UTF-16 without BOM", read(put("utf16be.log", BAD.encode("utf-16-be")))[1]["files"][0]["facts"]["by_status"], {"500.0.1346": 1})

    packed = put("log.gz", gzip.compress(BAD.encode()))
    check("gzip", read(packed)[1]["files"][0]["facts"]["last_win32"], 1346)
    code, out = read(put("cut.gz", gzip.compress((GOOD * 400).encode())[:-700]))
    check("cut gzip: exit code", code, 4)
    check("cut gzip: outcome", out["files"][0]["outcome"], "unreadable")
    if "ends too early" not in out["files"][0]["why"] and "end too early" not in out["files"][0]["why"] or not out["files"][0]["facts"]["lines"]:
        sys.exit(f"cut gzip: {out['files'][0]['why']}, {out['files'][0]['facts']['lines']}")

    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED) as z:
        z.writestr("W3SVC1/u_ex261122.log", BAD)
        z.writestr("HTTPERR/httperr1.log", HTTPERR)
        z.writestr("photo.jpg", JPEG)
    code, out = read(put("evidence.zip", memory.getvalue()))
    check("zip: exit code", code, 3)
    check("zip: kinds", [(f["path"].split("!")[1], f["kind"]) for f in out["files"]],
          [("W3SVC1/u_ex261122.log", "iis.log"), ("HTTPERR/httperr1.log", "httperr.log"), ("photo.jpg", None)])

    # What IntuneCertificateConnectorDiagnostics gathers: its metadata tells of which machine the files beside it are.
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED) as z:
        z.writestr("metadata.txt", "\ufeffIntune Certificate Connector and NDES diagnostic bundle\r\nHost=NDES02\r\nUser=FABRIKAM\\adm\r\nCreated=2026-03-12T09:50:14.51+01:00\r\n")
        z.writestr("PrereqNetworkDiagnostic.log", (ROOT / "tests/probe/pastes/inputs/validation-module.txt").read_text())
        z.writestr("IIS/u_ex261122.log", BAD)
        z.writestr("gpresult.html", "<!DOCTYPE html><html><head><title>Group Policy Results</title></head><body>x</body></html>")
    put("machines/Intune-NDES-Diagnostics.zip", memory.getvalue())
    code, out = read(folder / "machines/Intune-NDES-Diagnostics.zip")
    check("bundle: exit code", code, 3)
    check("bundle", [(f["path"].split("!")[1], f["kind"], f["machine"]) for f in out["files"]],
          [("metadata.txt", "collection.about", "NDES02"), ("PrereqNetworkDiagnostic.log", "ndes.validation", "NDES02"),
           ("IIS/u_ex261122.log", "iis.log", "NDES02"), ("gpresult.html", None, None)])
    put("machines/about-other.log", (ROOT / "tests/probe/pastes/inputs/dsregcmd-unmanaged.txt").read_text())
    text = run(folder / "machines").stdout.decode()
    check("by machine", [line for line in text.splitlines() if line.startswith("== ")], ["== From NDES02", "== From PC-2231", "== Of no machine that is known"])

    # The last conversations, joined by client and time over all logs.
    told = put("told/u_ex260413.log", "#Fields: date time c-ip cs-method cs-uri-stem cs-uri-query cs(User-Agent) sc-status sc-substatus sc-win32-status time-taken\n" + "".join(
        f"2026-04-13 06:{minute}:{second} {client} GET /certsrv/mscep/mscep.dll operation={op} Dalvik/2.1.0 200 0 0 {took}\n"
        for minute, second, client, op, took in (("10", "12", "10.20.0.77", "GetCACaps", 31), ("10", "13", "10.20.0.78", "GetCACaps", 12),
                                                 ("10", "14", "10.20.0.77", "PKIOperation", 21047), ("10", "15", "10.20.0.78", "GetCACert", 15))))
    put("told/httperr1.log", "#Fields: date time c-ip c-port s-ip s-port cs-version cs-method cs-uri sc-status s-siteid s-reason s-queuename\n"
        "2026-04-13 06:10:16 10.20.0.78 5000 10.20.0.31 443 HTTP/1.1 GET /certsrv/mscep/mscep.dll?operation=PKIOperation&message=MII 400 - FieldLength -\n")
    text = run(folder / "told").stdout.decode()
    lines = text[text.index("The last conversations"):].splitlines()[1:6]
    check("told", lines, ["  2026-04-13T06:10:12Z  10.20.0.77      GetCACaps  200.0.0  31 ms", "  2026-04-13T06:10:13Z  10.20.0.78      GetCACaps  200.0.0  12 ms",
                          "  2026-04-13T06:10:14Z  10.20.0.77      PKIOperation  200.0.0  21.0 s, slow", "  2026-04-13T06:10:15Z  10.20.0.78      GetCACert  200.0.0  15 ms",
                          "  2026-04-13T06:10:16Z  10.20.0.78      refused by HTTP.sys  400 FieldLength"])
    # The newest are told, however many older lines another log has.
    put("told/httperr0.log", "#Fields: date time c-ip c-port s-ip s-port cs-version cs-method cs-uri sc-status s-siteid s-reason s-queuename\n" + "".join(
        f"2026-04-12 {n // 60:02}:{n % 60:02}:00 10.20.1.{n % 250} 5000 10.20.0.31 443 HTTP/1.1 GET /certsrv/mscep/mscep.dll?n={n} 503 - Disabled SCEP\n" for n in range(900)))
    text = run(folder / "told").stdout.decode()
    check("told the newest", [line in text for line in lines], [True] * len(lines))
    check("told alone", "stops after GetCACert: PKIOperation never comes" in run(told).stdout.decode(), True)

    # A device's log without a zone is told by its own clock when nothing else is; beside others its lines stand nowhere.
    jscep = "\tVERB\tEvent\torg.jscep.transport.UrlConnectionGetTransport\t18327\t10\t"
    url = "https://ndes.contoso.example/certsrv/mscep/mscep.dll?operation=GetCACaps&message=ca"
    phone = put("phone/OMADM.log", f"2026-05-05T07:02:09.5530000{jscep}Sending GetCACaps(ca) to {url}\n2026-05-05T07:02:10.0{jscep}Received '200 OK' when sending GetCACaps(ca)\n")
    text = run(phone).stdout.decode()
    check("told by its own clock", text[text.index("The last conversations"):].splitlines()[:3],
          ["The last conversations, by the device's own clock", "  2026-05-05T07:02:09                  device: asks for GetCACaps",
           "  2026-05-05T07:02:10                  device: got an answer to GetCACaps  200"])
    put("phone/u_ex260413.log", BAD)
    check("told beside others", "device: asks" in run(folder / "phone").stdout.decode(), False)
    # Two files that show a cause only together, judged as a case would: the registry names the certificate that the store shows to be over.
    put("together/policy.reg", "Windows Registry Editor Version 5.00\r\n\r\n[HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Cryptography\\MSCEP\\Modules\\NDESPolicy]\r\n"
        '"NDESCertThumbprint"="ab12cdef00112233445566778899aabbccddeeff"\r\n')
    store = ('my "Personal"\r\n================ Certificate 0 ================\r\nSerial Number: 1f000000117c\r\nIssuer: CN=Contoso Issuing CA\r\n'
             " NotBefore: 11/1/2023 9:00 AM\r\n NotAfter: 11/1/%d 9:00 AM\r\nSubject: CN=NDES01.contoso.com\r\nNon-root Certificate\r\n"
             "Cert Hash(sha1): ab12cdef00112233445566778899aabbccddeeff\r\nCertUtil: -store command completed successfully.\r\n")
    put("together/store.txt", store % 2024)
    check("together", "All files together\n  fault: The policy module's client certificate has expired" in run(folder / "together").stdout.decode(), True)
    put("together/store.txt", store % 2099)
    check("together, while it lasts", "All files together\n  no fault is shown\n" in run(folder / "together").stdout.decode(), True)

    said = run(ROOT / "tests/probe/pastes/inputs/mscep-debug.log").stdout.decode()
    check("an error of a tool's own list is explained once", said.count("hresult 0x80070005: Access denied."), 1)
    said = run(ROOT / "tests/probe/pastes/inputs/mdm-commands.txt").stdout.decode()
    check("each by its domain", ("mcscep 22013: " in said, "apple:MCInstallationErrorDomain 4001: " in said), (True, True))
    said = run(ROOT / "tests/probe/pastes/inputs/certrep-denied.pem")
    check("CertRep", (said.returncode, "0x80094012: The template does not let" in said.stdout.decode()), (3, True))

    # The longest request against every limit that the files name.
    query = "operation=PKIOperation&message=" + "M" * 18000
    put("lengths/u_ex260413.log", "#Fields: date time c-ip cs-method cs-uri-stem cs-uri-query cs(User-Agent) sc-status sc-substatus sc-win32-status time-taken\n"
        f"2026-04-13 06:10:12 10.20.0.77 GET /certsrv/mscep/mscep.dll {query} Dalvik/2.1.0 200 0 0 31\n")
    put("lengths/http.reg", "Windows Registry Editor Version 5.00\r\n\r\n[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\HTTP\\Parameters]\r\n\"MaxFieldLength\"=dword:0000fffe\r\n")
    put("lengths/applicationHost.config", "<configuration><system.webServer><security><requestFiltering><requestLimits maxUrl=\"65534\" maxQueryString=\"20000\"/>"
        "</requestFiltering></security></system.webServer></configuration>")
    code, out = read(folder / "lengths")
    check("lengths", sorted((row["limit"], row["bytes"], row["longest"], row["is"]) for row in out["lengths"]),
          [("HTTP.sys, MaxFieldLength", 65534, len(query), "enough"), ("HTTP.sys, MaxRequestBytes", 16384, len(query), "short"),
           ("request filtering, maxQueryString", 20000, len(query), "seen"), ("request filtering, maxUrl", 65534, len(query), "enough")])
    put("lengths/applicationHost.config", "<configuration><system.webServer><security><requestFiltering><requestLimits maxUrl=\"20\" maxQueryString=\"65534\"/>"
        "</requestFiltering></security></system.webServer></configuration>")
    check("lengths of the path", [(row["limit"], row["is"]) for row in read(folder / "lengths")[1]["lengths"] if "filtering" in row["limit"]],
          [("request filtering, maxQueryString", "enough"), ("request filtering, maxUrl", "short")])
    check("lengths in words", "HTTP.sys, MaxRequestBytes, 16384: too short for it" in run(folder / "lengths").stdout.decode(), True)

    # Which certificate is for what, whether a given one is it, and for whom a request's envelope is.
    for name in ("given.cer", "store.pem"):
        put("certs/" + name, (ROOT / "tests/analyze/ra.pem").read_text())
    put("certs/request.pem", (ROOT / "tests/analyze/request.pem").read_text())
    text = run(folder / "certs").stdout.decode()
    use = "devices encrypt to it, NDES decrypts with it"
    check("certificates", [use in line and "the same as in" in line for line in text.splitlines() if "CN=NDES02-MSCEP-RA: " in line and "envelope" not in line], [True, True])
    check("envelope", f"its envelope is for C=US, CN=NDES02-MSCEP-RA in {folder / 'certs/given.cer'}: {use}" in text, True)
    check("envelope for another", "which no file here holds" in run(folder / "certs/request.pem").stdout.decode(), True)

    code, out = read("-", stdin=BAD.encode())
    check("standard input", (code, out["files"][0]["path"], out["files"][0]["facts"]["last_status"]), (3, "-", 500))
    code, out = read(folder / "nowhere")
    check("nowhere", (code, out["files"][0]["kind"]), (4, None))
    put("empty/.keep", b"")
    # Each error and warning of a known source with its meaning, the codes in its text, and those that its words stand for.
    def event(provider, number, level, data="", minute=0):
        return (f"<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='{provider}'/>"
                f"<EventID>{number}</EventID><Level>{level}</Level><TimeCreated SystemTime='2026-04-13T06:{minute:02}:35.1Z'/>"
                f"<EventRecordID>{minute + 1}</EventRecordID><Channel>Application</Channel><Computer>NDES01</Computer></System>"
                f"<EventData><Data Name='ErrorMessage'>{data}</Data></EventData></Event>")

    ndes = "Microsoft-Windows-NetworkDeviceEnrollmentService"
    events = put("events.xml", "<Events>" + event(ndes, 1, 4) + event(ndes, 31, 2, "0x800706ba", 1) + event(ndes, 31, 2, "0x800706ba", 2) +
                 event("Schannel", 36888, 2, "", 3) + event("Schannel", 36880, 4, "", 4) + event("Microsoft-Windows-CertificationAuthority", 21, 3, "0x80094801", 5) +
                 event("Microsoft-Intune-CertificateConnectors", 4003, 4, "", 6) + event("Microsoft-Intune-CertificateConnectors", 4001, 2, "", 7) +
                 event("Some-Other-Source", 31, 2, "0x80094012", 8) + "</Events>")
    code, out = read(events)
    check("events: seen", [(s["dialect"], s["event"], s["code"], s["times"]) for s in out["files"][0]["seen"]],
          [("event:connector", "4001", None, 1), ("event:ca", "21", "0x80094801", 1), ("event:schannel", "36888", None, 1), ("event:ndes", "31", "0x800706BA", 2)])
    check("events: meanings", all(s["meaning"] or s["name"] for s in out["files"][0]["seen"]), True)
    said = run(events).stdout.decode()
    check("events: said", "event:ndes 31, 2 times: Request not submitted" in said and "0x800706BA RPC_S_SERVER_UNAVAILABLE:" in said, True)
    words = put("words.txt", "Log Name:      Microsoft-Windows-DeviceManagement-Enterprise-Diagnostics-Provider/Admin\nSource:        "
                "Microsoft-Windows-DeviceManagement-Enterprise-Diagnostics-Provider\nDate:          9/3/2026 9:14:04 AM\nEvent ID:      32\n"
                "Task Category: None\nLevel:         Error\nKeywords:      \nUser:          SYSTEM\nComputer:      PC-0417\nDescription:\n"
                "SCEP: Certificate enroll failed. Result: (The hash value is not correct.).\n")
    code, out = read(words)
    check("words stand for a code", [(s["event"], s["code"]) for s in out["files"][0]["seen"]], [("32", "0x80091007")])
    said = run(words).stdout.decode()
    check("exit code and words agree", (code == 3, "fault:" in said), (True, True))
    log = put("OMADM.log", "2026-05-05T07:02:09.5530000\tVERB\tEvent\torg.jscep.transport.UrlConnectionGetTransport\t18327\t10\tSending GetCACaps(ca) to "
              "https://ndes.contoso.example/certsrv/mscep/mscep.dll?operation=GetCACaps&message=ca\n")
    check("a decisive no is shown", "reached_ndes           no" in run(log).stdout.decode(), True)

    check("empty file", read(folder / "empty")[1]["files"][0]["why"], "is empty")
    check("no argument", run().returncode, 2)

    text = run(bad, good).stdout.decode()
    for word in ("IIS log (iis.log)", "impersonation-right-missing", "500.0.1346", "line 5", "All files together"):
        if word not in text:
            sys.exit(f"the text does not say {word!r}:\n{text}")
    if "\x1b" in text:
        sys.exit("the text controls the terminal")


with tempfile.TemporaryDirectory() as where:
    main(pathlib.Path(where))
