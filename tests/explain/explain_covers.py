#!/usr/bin/env python3
"""Every code that the project's own flows, readers, scenarios and cases hold is one that the table knows.

Codes are taken out here by their outer form, not by the program's own reader of texts, so that a form that
it does not see is missed as well.  Fuzz seeds are no codes.
"""
import json, os, pathlib, re, subprocess, sys

ROOT, CASEBOOK = pathlib.Path(os.environ["SOURCE_DIR"]), os.environ["CASEBOOK"]
PROVIDERS = {  # how a record names its source -> the dialect of its events
    "NetworkDeviceEnrollmentService": "ndes", "DeviceManagement-Enterprise-Diagnostics-Provider": "device",
    "CertificateServicesClient-CertEnroll": "certenroll", "CertificateServicesClient-AutoEnrollment": "autoenroll",
    "Intune-CertificateConnectors": "connector", "Microsoft Intune Connector": "connector", "CertificationAuthority": "ca",
    "Microsoft-Windows-WAS": "was", "IIS-W3SVC-WP": "w3wp", "HttpEvent": "http", "HttpService": "http", "Schannel": "schannel",
    "Microsoft-Windows-CAPI2": "capi2", "Security-Kerberos": "kerberos", "Service Control Manager": "scm", "Security-Auditing": "security",
    "Application Error": "app", "Windows Error Reporting": "app", ".NET Runtime": "app", "MsiInstaller": "app", "ASP.NET": "app",
}
NOT_A_CODE = {  # numbers of that shape that are none, and where they stand
    "0x80000000", "0x80000001", "0x80000002", "0x80000005",  # registry roots, bits
    "0xC0A80000",  # a network address
}
table, seen, bad = set(), {}, []


def know(dialect, code, where):
    seen.setdefault((dialect, str(code)), where)


def provider(text):
    found = [(text.rfind(word), kind) for word, kind in PROVIDERS.items() if word in text]
    return max(found)[1] if found else None


def xml_events(text, where):
    for record in re.findall(r"<Event[ >].*?</Event>", text, re.S):
        name = re.search(r"<Provider Name=['\"]([^'\"]+)", record)
        number = re.search(r"<EventID[^>]*>(\d+)<", record)
        kind = provider(name.group(1)) if name else None
        if number and kind:
            know("event:" + kind, number.group(1), where)


def text_events(text, where):
    for name, number in re.findall(r"^(?:Source|Quelle|Origine|Origen|Fuente) ?: +(.+?)\s*$.*?^(?:Event ID|Ereignis-ID|ID evento|Id\. de evento) ?: +(\d+)",
                                   text, re.S | re.M):
        kind = provider(name)
        if kind:
            know("event:" + kind, number, where)
    for name, number in re.findall(r"^[^\n]*?,([\w.: -]+),(\d{1,5}),", text, re.M):
        kind = provider(name)
        if kind:
            know("event:" + kind, number, where)


def iis_lines(text, where):
    columns = None
    for line in text.splitlines():
        if line.startswith("#Fields:"):
            columns = line.split()[1:]
        elif columns and not line.startswith("#") and "sc-status" in columns:
            row = dict(zip(columns, line.split()))
            status, win32 = row.get("sc-status", "-"), row.get("sc-win32-status", "0")
            if status.isdigit() and len(row) == len(columns):
                know("http", status, where)
                if row.get("sc-substatus", "0").isdigit() and row.get("sc-substatus", "0") != "0":
                    know("iis", f"{status}.{row['sc-substatus']}", where)
                if win32.isdigit() and 0 < int(win32) < 65536:
                    know("win32", win32, where)
        if columns and "s-reason" in columns and not line.startswith("#"):
            row = dict(zip(columns, line.split()))
            if row.get("s-reason", "-") != "-":
                know("httperr", row["s-reason"], where)


def numbers(text, where):
    for code in re.findall(r"(?<![\w@])0x([8CcEe][0-9a-fA-F]{7})(?![0-9a-fA-F])", text):
        if "0x" + code.upper() not in {c.upper().replace("0X", "0x") for c in NOT_A_CODE}:
            know("number", "0x" + code.upper(), where)
    for code in re.findall(r"(?<![\w.])(-21[0-9]{8}|-20[0-9]{8}|214[78][0-9]{6})(?![\w.])", text):
        know("number", "0x%08X" % (int(code) & 0xFFFFFFFF), where)
    for code in re.findall(r"MCSCEPErrorDomain[^0-9\n]{0,20}(\d{5})", text):
        know("mcscep", code, where)
    for domain, code in re.findall(r"(NSURLErrorDomain|NSOSStatusErrorDomain)[^0-9\n-]{0,12}(-\d{3,5})", text):
        know("apple:" + domain, code, where)
    for domain, code in re.findall(r"Domain ?: (MC\w+ErrorDomain)\s+Code ?: (\d+)", text):
        know("mcscep" if domain == "MCSCEPErrorDomain" else "apple:" + domain, code, where)
    for name in re.findall(r"\b(?:\w+\.)+([A-Z]\w+Exception)\b", "" if where.endswith(".py") else text):
        know("java", name, where)
    for name in re.findall(r"\b((?:CERTSRV_E|CRYPT_E|NTE|CERT_E|TRUST_E|SEC_E|RPC_S|ERROR_WINHTTP)_[A-Z_]+)\b", text):
        know("name", name, where)
    for info in re.findall(r"failInfo=(bad\w+)", text):
        know("name", info, where)


def reader_rules(path, text):
    """Tables of event ids in the readers of event logs: {PROVIDER, id, ...}."""
    for word, number in re.findall(r'\{\s*"?([\w. -]+)"?,\s*(\d{1,5}),', text.replace("DEVICE_LOG", "DeviceManagement-Enterprise-Diagnostic")):
        kinds = {kind for name, kind in PROVIDERS.items() if word in name}
        if len(word) > 2 and len(kinds) == 1 and number != "0":
            know("event:" + kinds.pop(), number, path)


def walk():
    for folder in ("flows", "engine/probe", "tests/scenarios", "tests/e2e", "assets/examples", "ui", "engine/case", "engine/report"):
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in (".pyc", ".cer", ".evtx", ".png", ".zip", ".html") or not path.is_file():
                continue
            raw = path.read_bytes()
            text = raw.decode("utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8", "replace")
            where = str(path.relative_to(ROOT))
            numbers(text, where)
            if folder.startswith("tests"):
                xml_events(text, where)
                text_events(text, where)
                iis_lines(text, where)
            if folder == "engine/probe":
                reader_rules(where, text)


def listed():
    done = subprocess.run([CASEBOOK, "explain", "--json", "--list"], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)["codes"][0]["rows"]


rows = listed()
by = {(r["dialect"], r["code"].upper()) for r in rows}
names = {(r["name"] or "").upper() for r in rows}


def in_table(dialect, code):
    if dialect == "name":
        return code.upper() in names
    if dialect != "number":
        return (dialect, code.upper()) in by
    value, carried = int(code, 16), None
    if value >> 16 == 0x8007:
        carried = ("win32", str(value & 0xFFFF))
    if value >> 16 == 0x8019:
        carried = ("http", str(value & 0xFFFF))
    return any((d, code.upper()) in by for d in ("hresult", "ntstatus")) or carried in by


walk()
for (dialect, code), where in sorted(seen.items()):
    if not in_table(dialect, code):
        bad.append(f"{dialect} {code} ({where})")
if len(seen) < 120:
    bad.append(f"only {len(seen)} codes were found: the extraction is broken")
if not in_table("number", "0x80094012") or in_table("number", "0x8123ABCD"):
    bad.append("the look-up is broken")
print("\n".join("not in the table: " + b for b in bad) or f"good: {len(seen)} codes of the project's own are in the table")
sys.exit(bool(bad))
