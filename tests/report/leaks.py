#!/usr/bin/env python3
"""The hunt for leaks from end to end: files of every kind full of planted secrets, recognised and read by casebook itself, then every
byte of the database, of every report at every level that leaves the house, and of every part of a bundle is searched for every
secret in every form.  What must never be stored at all (challenge, PKIOperation, credentials) is searched for at level full too."""
import base64, html, io, os, pathlib, sqlite3, subprocess, sys, tempfile, urllib.parse, zipfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "e2e"))
from evidence import CERT, event_xml, events, host_config, iis, iis_line, ndes_event, omadm, services, setup  # noqa: E402

CASEBOOK = os.environ["CASEBOOK"]
B64 = lambda s: base64.b64encode(s.encode()).decode()  # noqa: E731
CHALLENGE = "Chal7Lenge9Qx4vWz2Kp8Rt"
PKI = "MIAGCSqGSIb3DQEHAqCAMIACAQExQwertyPlantedMessage77aaBBccDDeeFFggHH"
# Stored never: not in the database, not at level full.
NEVER = {
    "challenge": CHALLENGE, "message of a PKIOperation": "QwertyPlantedMessage77aaBBccDDeeFFggHH",
    "Authorization": "Zm9vOnBsYW50ZWRiYXNpYzc3", "bearer": "eyJwbGFudGVkIjo3N30xyz77Token", "cookie": "PlantedCookie77Value",
    "EncryptedPassword": "A1B2C3D4PLANTED77E5F60718293A4B5C6D7E8F9", "pool password": "PlantedPool77Secret==",
}
# Every word of the table of secrets (engine/probe/file/file_redact.c) on a line of its own: one that goes to the end of its line would
# hide the rest.
WORDS = ("CertificateRequestToken", "challengePassword", "Challenge", "EncryptedPassword", "password", "pwd", "Authorization", "Set-Cookie",
         "Cookie", "access_token", "client_secret")
NEVER.update({word: f"Planted{i:02}Word77{word[::-1]}" for i, word in enumerate(WORDS)})
# Replaced below full.
NAMES = {
    "host": "ndes77", "internal domain": "tailspin", "other host": "pcolga77", "person": "olga.petrowa", "address": "10.99.1.77",
    "address 6": "fd00:77::9", "SID": "S-1-5-21-777888999-888777666-999666555-1107", "tenant": "77777777-1111-4222-8333-444444444444",
    "device id": "88888888-1111-4222-8333-444444444477", "service account": "svc_tailspin", "hardware address": "AA:BB:CC:77:88:99",
}
UPN, HOST = "olga.petrowa@tailspin.example.com", "ndes77.tailspin.example.com"
URL = f"https://{HOST}/certsrv/mscep/mscep.dll"
SYNCML = f"&lt;CertificateRequestToken&gt;{CHALLENGE}&lt;/CertificateRequestToken&gt;&lt;Challenge&gt;{CHALLENGE}&lt;/Challenge&gt;"
QUERY = f"operation=PKIOperation&message={PKI}"
LOOSE = (f"user {UPN} TAILSPIN\\svc_tailspin on pcolga77.tailspin.example.com ({NAMES['address']}, {NAMES['address 6']}, "
         f"{NAMES['hardware address']}) {NAMES['SID']} TenantId={NAMES['tenant']} DeviceId={NAMES['device id']} "
         f"q={urllib.parse.quote(UPN, safe='')} e={B64(UPN)} h={html.escape(UPN).replace('@', '&#64;')}")
SECRETS = (f"challenge={CHALLENGE} challengePassword: {CHALLENGE} Authorization: Basic {NEVER['Authorization']} "
           f"Authorization: Bearer {NEVER['bearer']} Cookie: sid={NEVER['cookie']} EncryptedPassword={NEVER['EncryptedPassword']} "
           f"password=\"[enc:IISWASOnlyCngProvider:{NEVER['pool password']}:enc]\"")
DEVICE = "Microsoft-Windows-DeviceManagement-Enterprise-Diagnostics-Provider"


def files():
    """One of each kind of the field, with all of it in the places where the field has it."""
    lines = [iis_line("10:00:00", "operation=GetCACaps&message=ca", "200 0 0"), iis_line("10:00:01", QUERY, "500 0 1346"),
             iis_line("10:00:02", urllib.parse.quote(QUERY, safe="=&"), "500 0 1346"),
             iis_line("10:00:03", f"operation=GetCACert&user={UPN}&challenge={CHALLENGE}", "200 0 0")]
    yield "u_ex261122.log", iis(*lines).replace("10.5.14.22", NAMES["address"])
    yield "httperr1.log", ("#Software: Microsoft HTTP API 2.0\n#Version: 1.0\n#Date: 2026-11-22 09:00:00\n#Fields: date time c-ip c-port s-ip "
                           "s-port cs-version cs-method cs-uri sc-status s-siteid s-reason s-queuename\n2026-11-22 10:00:00 "
                           f"{NAMES['address']} 4711 10.0.0.5 443 HTTP/1.1 GET /certsrv/mscep/mscep.dll?{QUERY} 414 1 URL_Length SCEP\n")
    yield "events.xml", events(ndes_event(2, f"0x80070057 {SECRETS}"), event_xml("Application", 31, "Application", [("Info", LOOSE), ("Raw", SYNCML)]),
                               event_xml("Application Error", 1000, "Application", [("", v) for v in ("w3wp.exe", LOOSE, SECRETS, QUERY)]))
    # A log of its own for each word: of one log only the newest lines are kept.
    for i, word in enumerate(WORDS):
        yield f"words{i}.xml", events(ndes_event(2, f"0x80070057 {word}={NEVER[word]}", ))
    yield "device.xml", events(event_xml(DEVICE, 36, DEVICE + "/Admin", [("", f"SCEP: {URL} {SYNCML}"), ("", LOOSE), ("", SECRETS)], level=2))
    yield "OMADM.log", omadm((CERT, "There are 1 requests"), ("org.jscep.transport.UrlConnectionGetTransport", f"Sending PKIOperation to {URL}?{QUERY}"),
                             ("org.jscep.transport.UrlConnectionGetTransport", f"Received '500 Server Error' when sending PKIOperation to {URL}?{QUERY}"),
                             (CERT, LOOSE), (CERT, SECRETS), (CERT, SYNCML), (CERT, html.unescape(SYNCML)))
    yield "SetupMsi.log", setup(1603) + f"Property(S): USERNAME = {UPN}\nProperty(S): PASSWORD = {NEVER['EncryptedPassword']}\n{SECRETS}\n"
    yield "applicationHost.config", host_config(windows="true").replace(
        "<configuration>", "<configuration><!-- " + LOOSE.replace("--", "") + f" --><x><processModel userName=\"TAILSPIN\\svc_tailspin\" "
        f"password=\"[enc:IISWASOnlyCngProvider:{NEVER['pool password']}:enc]\"/></x>", 1)
    yield "sc.txt", services(PFXCertificateConnectorSvc="running") + LOOSE + "\n"
    yield "mscep.reg", ("Windows Registry Editor Version 5.00\r\n\r\n[HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Cryptography\\MSCEP]\r\n"
                        f"\"Owner\"=\"{UPN}\"\r\n\"EncryptedPassword\"=\"{NEVER['EncryptedPassword']}\"\r\n"
                        "[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\HTTP\\Parameters]\r\n\"MaxFieldLength\"=dword:00004000\r\n")


def forms(value):
    """How one value may have been written."""
    yield "plain", value.encode()
    yield "percent-encoded", urllib.parse.quote(value, safe="").encode()
    yield "percent-encoded throughout", "".join(f"%{b:02x}" for b in value.encode()).encode()
    yield "HTML-escaped", "".join(f"&#{ord(c)};" for c in value).encode()
    yield "HTML-escaped, hexadecimal", "".join(f"&#x{ord(c):x};" for c in value).encode()
    for name in ("utf-16-le", "utf-16-be"):
        yield name, value.encode(name)
    for name in ("utf-8", "utf-16-le"):
        for before in range(3):  # what cannot be told from its neighbours is left away
            raw = base64.b64encode(b"\0" * before + value.encode(name)).rstrip(b"=")
            yield f"base64 of {name}", raw[-(-before * 8 // 6):-1]


def search(where, data, secrets):
    low = data.lower()
    found = 0
    for what, value in secrets.items():
        for form, needle in forms(value):
            hit = data.find(needle) if form.startswith("base64") else low.find(needle.lower())
            if hit >= 0:
                found += 1
                print(f"{where}: {what} ({form}): ...{data[max(0, hit - 60):hit + 60]!r}")
    return found


def run(*args, codes=(0,)):
    done = subprocess.run([CASEBOOK, *args], capture_output=True, timeout=120)
    if done.returncode not in codes:
        sys.exit(f"casebook {' '.join(args)}: exit {done.returncode}: {done.stderr.decode()}")
    return done.stdout


def main():
    folder = pathlib.Path(tempfile.mkdtemp())
    found = texts = size = 0
    (folder / "olga.petrowa").mkdir()
    planted = b""
    for name, text in files():
        encoding = "utf-16" if name in ("SetupMsi.log", "mscep.reg") else "utf-8"
        (folder / "olga.petrowa" / name).write_bytes(text.encode(encoding))
        planted += text.encode()
    # The hunt hunts: what was planted is seen where it was planted.
    for what in {**NEVER, **NAMES}:
        assert search_quietly(planted, {**NEVER, **NAMES}[what]), what
    db = ["--db", str(folder / "cases.db")]
    base = ["run", "--auto", "--json", "--no-network", *db, "--evidence", str(folder / "olga.petrowa")]
    # As each platform, so that each device log is read.
    for number, platform in enumerate(("windows", "android"), 1):
        run(*base, "--set", f"server_url={URL}", "--set", f"platform={platform}", "--set", "attempt=2026-11-22T10:00:00Z", codes=(0, 3, 4))
        run("case", "note", str(number), *db, LOOSE)
        reader = sqlite3.connect(folder / "cases.db")  # who still reads keeps the write-ahead log where it is
        reader.execute("SELECT count(*) FROM cases").fetchall()
    reads = run("report", "1", *db, "-f", "json", "--redact", "full") + run("report", "2", *db, "-f", "json", "--redact", "full")
    kinds = ("iis.log", "httperr.log", "windows.events", "setup.msi", "iis.config", "service.state", "registry.export", "android.omadm")
    for kind in kinds:
        if f'"{kind}"'.encode() not in reads:
            found += 1
            print(f"no file was read by {kind}")
    assert b"olga.petrowa" in reads.lower() and b"tailspin" in reads.lower(), "level full has the names"
    for word in WORDS:  # each was read, and taken out
        if f"{word}=<removed, ".lower() not in reads.decode().lower():
            found += 1
            print(f"no line with {word} was read")
    assert (folder / "cases.db-wal").stat().st_size > 10000, "the write-ahead log is searched too"
    for path in sorted(folder.glob("cases.db*")):
        found += search(path.name, path.read_bytes(), NEVER)
        size += path.stat().st_size
    reader.close()
    for number in ("1", "2"):
        found += search("export", run("case", "export", number, *db), NEVER)
        for level in ("full", "standard", "strict"):
            secrets = NEVER if level == "full" else {**NEVER, **NAMES}
            for form in ("html", "md", "txt", "json", "tree"):
                data = run("report", number, *db, "-f", form, "--redact", level)
                found, texts, size = found + search(f"case {number} {form} {level}", data, secrets), texts + 1, size + len(data)
            with zipfile.ZipFile(io.BytesIO(run("bundle", number, *db, "--redact", level, "-o", "-"))) as z:
                for part in z.namelist():
                    data = part.encode() + b"\n" + z.read(part)
                    found, texts, size = found + search(f"case {number} bundle {level} {part}", data, secrets), texts + 1, size + len(data)
    for level in ("full", "standard", "strict"):
        for form in ((), ("--all",), ("--json",)):
            data = run("diff", "1", "2", *db, "--redact", level, *form)
            secrets = NEVER if level == "full" else {**NEVER, **NAMES}
            found, texts, size = found + search(f"diff {level} {form}", data, secrets), texts + 1, size + len(data)
    for what, data in (("list", run("case", "list", *db)), ("analyze", run("analyze", str(folder / "olga.petrowa"), codes=(0, 1, 3, 4)))):
        found, texts, size = found + search(what, data, NEVER), texts + 1, size + len(data)
    subprocess.run(["rm", "-rf", str(folder)], check=True)
    print(f"{found} leaks of {len(NEVER) + len(NAMES)} secrets in {texts} texts, {len(kinds)} kinds of files, {size / 1e6:.1f} MB")
    return found != 0


def search_quietly(data, value):
    return value.lower().encode() in data.lower()


sys.exit(main())
