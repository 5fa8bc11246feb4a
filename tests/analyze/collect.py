#!/usr/bin/env python3
"""assets/collect-ndes.cmd: every file that it makes is one that casebook reads, as a folder and as a zip; nothing in it changes the
server or takes a secret. Each file is made here in the shape that the command gives it on a server."""
import datetime, io, json, os, pathlib, re, subprocess, sys, tempfile, zipfile

BIN, ROOT, BUILD = os.environ["CASEBOOK"], pathlib.Path(os.environ["SOURCE_DIR"]), pathlib.Path(os.environ["BUILD_DIR"])
SCRIPT = (ROOT / "assets/collect-ndes.cmd").read_bytes()
MSCEP = "HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Cryptography\\MSCEP"
REG = "Windows Registry Editor Version 5.00\n\n"


def fail(words):
    sys.exit(f"collect-ndes.cmd: {words}")


def reg(key, *lines):
    return b"\xff\xfe" + (REG + f"[{key}]\n" + "".join(f"{line}\n" for line in lines)).replace("\n", "\r\n").encode("utf-16-le")


def asked(*rows):
    return "".join(f"\n{key}\n    {name}    {kind}    {value}\n\n" for key, name, kind, value in rows)


def section(inside):
    return f"<system.webServer>\n  <security>\n{inside}  </security>\n</system.webServer>\n"


def sst(folder):
    der = folder / "ra.der"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", os.devnull, "-subj", "/CN=RA", "-days", "300",
                    "-outform", "DER", "-out", der], check=True, capture_output=True)
    data = der.read_bytes()
    head = b"".join(n.to_bytes(4, "little") for n in (32, 1, len(data)))
    return b"\0\0\0\0CERT" + head + data + bytes(12)


def events(folder):
    subprocess.run([BUILD / "tests/probe/windows/evtx_make", folder], check=True)
    return (folder / "made-7.evtx").read_bytes()


def made_files(tools):
    """name in the folder -> (the check that reads it, content)"""
    evtx = ("windows.events", events(tools))
    day = datetime.date(2026, 11, 22)
    return {
        "iis/u_ex261122.log": ("iis.log", "#Software: Microsoft Internet Information Services 10.0\n#Fields: date time s-ip cs-method cs-uri-stem "
                               "cs-uri-query s-port cs-username c-ip cs(User-Agent) sc-status sc-substatus sc-win32-status time-taken\n"
                               f"{day} 10:00:00 10.0.0.5 GET /certsrv/mscep/mscep.dll operation=GetCACaps 443 - 10.1.1.1 profiled/1.0 503 0 0 1\n"),
        "httperr/httperr1.log": ("httperr.log", "#Software: Microsoft HTTP API 2.0\n#Fields: date time c-ip c-port s-ip s-port cs-version cs-method "
                                 f"cs-uri streamid sc-status s-siteid s-reason s-queuename\n{day} 10:00:00 10.1.1.1 1 10.0.0.5 443 HTTP/1.1 GET "
                                 "/certsrv/mscep/mscep.dll - 503 1 Disabled SCEP\n"),
        "Application.evtx": evtx, "System.evtx": evtx, "CAPI2.evtx": evtx, "Connector-Admin.evtx": evtx, "Connector-Operational.evtx": evtx,
        "http.reg": ("registry.export", reg("HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\HTTP\\Parameters",
                                            '"MaxFieldLength"=dword:0000fffe', '"MaxRequestBytes"=dword:0000fffe')),
        "mscep-modules.reg": ("registry.export", reg(MSCEP + "\\Modules\\NDESPolicy", '"NDESCertThumbprint"="' + "ab" * 20 + '"')),
        "mscep-cainfo.reg": ("registry.export", reg(MSCEP + "\\CAInfo", '"Configuration"="CA01\\\\Contoso"')),
        "mscep.txt": ("registry.export", asked(*((MSCEP, f"{t}Template", "REG_SZ", "ScepUser") for t in ("Signature", "Encryption", "GeneralPurpose")),
                                               (MSCEP + "\\EnforcePassword", "EnforcePassword", "REG_DWORD", "0x1"))
                      + "\nHKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\MicrosoftIntune\\PFXCertificateConnector\n"),
        "user-rights.inf": ("user.rights", b"\xff\xfe" + ("[Unicode]\r\nUnicode=yes\r\n[Privilege Rights]\r\nSeImpersonatePrivilege = "
                                                          "*S-1-5-19,*S-1-5-32-568\r\n").encode("utf-16-le")),
        "apppools.txt": ("apppool.state", 'APPPOOL "SCEP" (MgdVersion:v4.0,MgdMode:Integrated,state:Stopped)\n'),
        "request-filtering.xml": ("iis.config", section('    <requestFiltering>\n      <requestLimits maxUrl="65534" maxQueryString="65534" />\n'
                                                        "    </requestFiltering>\n")),
        "ssl-settings.xml": ("iis.config", section('    <access sslFlags="Ssl" />\n')),
        "crs-windows-authentication.xml": ("iis.config", section('    <authentication>\n      <windowsAuthentication enabled="false" />\n'
                                                                 "    </authentication>\n")),
        "services.txt": ("service.state", "\nSERVICE_NAME: W3SVC\nDISPLAY_NAME: World Wide Web Publishing Service\n        TYPE               : 20  "
                         "WIN32_SHARE_PROCESS  \n        STATE              : 4  RUNNING \n"),
        "root-store.txt": ("certificate.store", 'Root "Trusted Root Certification Authorities"\n================ Certificate 0 ================\n'
                           "Serial Number: 01\nIssuer: CN=Root\nSubject: CN=Root\nCert Hash(sha1): " + "ab" * 20 + "\n"),
        "my-store.sst": ("certificate.store", sst(tools)),
        "setup/SetupMsi.log": ("setup.msi", b"\xff\xfe" + ("=== Verbose logging started: 11/22/2026  14:00:00  Build type: SHIP UNICODE 5.00 ===\r\n"
                               "MSI (c) (10:20) [12:00:00:000]: MainEngineThread is returning 0\r\n").encode("utf-16-le")),
        "about.txt": ("collection.about", "casebook collection\ncomputer: NDES01.CONTOSO.EXAMPLE\ntime: 2026-11-22T11:00:00Z\n"
                      "zone: W. Europe Standard Time\nrole: ndes\n"),
        "account.txt": ("account.state", "User name                    svc_ndes\nAccount active               Yes\nPassword expires             Never\n"),
    }


def names_in_script():
    text = SCRIPT.decode()
    logs = set(re.findall(r"for %%L in \(([^)]*)\) do wevtutil", text)[0].split())
    for name in re.findall(r'(?:%OUT%|\$env:OUT)\\([A-Za-z%][\w%.\\*-]*)', text):
        name = name.replace("\\", "/")
        if name == "%%L.evtx":
            yield from (f"{log}.evtx" for log in logs)
        elif not name.endswith("*.log"):
            yield name


def harmless():
    text = SCRIPT.decode("ascii")
    if text.count("\n") != text.count("\r\n"):
        fail("Windows' own tools want CR LF")
    for line in text.splitlines():
        if re.match(r"(rem|echo)\b", line):
            continue
        for word in ("exportpfx", "privatekey", "encryptedpassword", "reg add", "reg delete", "appcmd% set", "appcmd% add", "sc config", "sc stop",
                     "net stop", "iisreset", "del ", "/mir", "/move", "/purge", "wmic"):
            if word in line.lower():
                fail(f"{word!r} changes something, takes a secret, or is gone from newer servers: {line}")
        if re.search(r"reg (export|query) %MSCEP% (?!/v )", line):
            fail(f"the whole key holds the password that NDES keeps: {line}")


def analyzed(path):
    out = json.loads(subprocess.run([BIN, "analyze", path, "--json"], capture_output=True, timeout=60).stdout)
    return {f["path"].split("!")[-1].removeprefix(f"{path}/"): f for f in out["files"]}


def parts(path, kind):
    out = json.loads(subprocess.run([BIN, "probe", kind, f"file={path}", "--json"], capture_output=True, timeout=60).stdout)
    return [p.get("about", p) for p in out.get("parts", [])]


def said_beside(folder, archive):
    """Every file of the collection is of that computer and that time; one that says otherwise itself is not."""
    want = ("NDES01.CONTOSO.EXAMPLE", "ndes", 1795345200000)
    for path in (f"{folder}/user-rights.inf", f"{folder}/setup/SetupMsi.log", f"{archive}!user-rights.inf", f"{archive}!setup/SetupMsi.log"):
        got = parts(path, "user.rights" if "rights" in path else "setup.msi")
        if [(p.get("computer"), p.get("role"), p.get("as_of_ms")) for p in got] != [want]:
            fail(f"{path}: {got}")
    (folder / "phone").mkdir()
    (folder / "phone" / "OMADM.log").write_text("2026-11-22T10:16:08.2500000 VERB com.microsoft.omadm 1 There are 1 requests\n")
    for p in parts(f"{folder}/phone/OMADM.log", "android.omadm"):
        if p.get("computer") == want[0]:
            fail(f"{p}: taken for the server's")


def main(tools, folder):
    files = made_files(tools)
    for name in names_in_script():
        if name not in files and not any(f.startswith(name + "/") for f in files):
            fail(f"makes {name}, of which this test has no sample")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as z:
        for name, (_, data) in files.items():
            data = data if isinstance(data, bytes) else data.replace("\n", "\r\n").encode()
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_bytes(data)
            z.writestr(name, data)
    archive = tools / "ndes.zip"
    archive.write_bytes(packed.getvalue())
    for path in (folder, archive):
        seen = analyzed(path)
        for name, (kind, _) in files.items():
            if (seen[name]["kind"], seen[name]["outcome"]) != (kind, "measured"):
                fail(f"{path.name}: {name} is {seen[name]['kind']}, {seen[name]['outcome']}: {seen[name]['why']}")
        facts = seen["mscep.txt"]["facts"]
        if (facts["general_template"], facts["templates_default"], facts["enforce_password"], facts["connector"]) != ("ScepUser", False, 1, "current"):
            fail(f"mscep.txt: {facts}")
        done = subprocess.run([BIN, "run", "--auto", "--json", "--no-network", "--db", tools / f"{path.name}.db", "--evidence", path, "--set",
                               "server_url=https://ndes.example/certsrv/mscep/mscep.dll"], capture_output=True, timeout=120)
        if path == archive:
            said_beside(folder, archive)
        found = [f["id"] for f in json.loads(done.stdout)["findings"]]
        if done.returncode != 3 or found != ["app-pool-stopped"]:
            fail(f"run --evidence {path.name}: exit code {done.returncode}, {found}")


harmless()
with tempfile.TemporaryDirectory() as tools, tempfile.TemporaryDirectory() as folder:
    main(pathlib.Path(tools), pathlib.Path(folder))
