#!/usr/bin/env python3
"""assets/collect-ndes.cmd: every file that it makes is one that casebook reads, as a folder and as a zip; nothing in it changes the
server or takes a secret. Each file is made here in the shape that the command gives it on a server."""
import datetime, io, json, os, pathlib, re, subprocess, sys, tempfile, zipfile

BIN, ROOT, BUILD = os.environ["CASEBOOK"], pathlib.Path(os.environ["SOURCE_DIR"]), pathlib.Path(os.environ["BUILD_DIR"])
sys.path.insert(0, str(ROOT / "assets"))
sys.dont_write_bytecode = True
import collect_ndes  # noqa: E402
SCRIPT = (ROOT / "assets/collect-ndes.cmd").read_bytes()
HTTP = "HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\HTTP\\Parameters"
MSCEP = "HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Cryptography\\MSCEP"
PASTES = ROOT / "tests/probe/pastes/inputs"


def fail(words):
    sys.exit(f"collect-ndes.cmd: {words}")


def asked(*rows):
    return "".join(f"\n{key}\n    {name}    {kind}    {value}\n\n" for key, name, kind, value in rows)


def section(inside):
    return f"<system.webServer>\n  <security>\n{inside}  </security>\n</system.webServer>\n"


def certificate(folder, form):
    made = folder / f"ra.{form}"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", os.devnull, "-subj", "/CN=RA", "-days", "300",
                    "-outform", form, "-out", made], check=True, capture_output=True)
    return made.read_bytes()


def marked(folder):
    mark = b"# store=LocalMachine\\%s computer=NDES01 utc=2026-11-22T11:00:00Z count=%d\r\n"
    return mark % (b"My", 1) + b"# sha1=00 key=True\r\n" + certificate(folder, "PEM") + mark % (b"Root", 0) + mark % (b"CA", 0)


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
        "Old-Connector.evtx": evtx, "AppProxy-Admin.evtx": evtx,
        "http.txt": ("registry.export", asked((HTTP, "MaxFieldLength", "REG_DWORD", "0xfffe"), (HTTP, "MaxRequestBytes", "REG_DWORD", "0xfffe"))),
        "mscep-modules.txt": ("registry.export", asked((MSCEP + "\\Modules\\NDESPolicy", "NDESCertThumbprint", "REG_SZ", "ab" * 20))),
        "mscep-cainfo.txt": ("registry.export", asked((MSCEP + "\\CAInfo", "Configuration", "REG_SZ", "CA01\\Contoso"))),
        "mscep.txt": ("registry.export", asked(*((MSCEP, f"{t}Template", "REG_SZ", "ScepUser") for t in ("Signature", "Encryption", "GeneralPurpose")),
                                               (MSCEP + "\\EnforcePassword", "EnforcePassword", "REG_DWORD", "0x1"))),
        "connector.txt": ("registry.export", "\nHKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\MicrosoftIntune\\PFXCertificateConnector\n"),
        "sslcert.txt": ("http.bindings", "\nSSL Certificate bindings:\n-------------------------\n\n    IP:port                      : 0.0.0.0:443\n"
                        "    Certificate Hash             : " + "ab" * 20 + "\n    Application ID               : {4dc3e181-e14b-4a21-b022-59fc669b0914}\n"
                        "    Certificate Store Name       : My\n    Negotiate Client Certificate : Disabled\n"),
        "winhttp.txt": ("winhttp.proxy", "\nCurrent WinHTTP proxy settings:\n\n    Direct access (no proxy server).\n\n"),
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
        "my-store.txt": ("certificate.store", 'My "Personal"\n================ Certificate 0 ================\n'
                         "Serial Number: 01\nIssuer: CN=Root\nSubject: CN=ndes01\nCert Hash(sha1): " + "ab" * 20 + "\n"),
        "certs.pem": ("certificate.store", marked(tools)),
        "ca.cer": ("certificate.store", certificate(tools, "DER")),
        "applicationHost.config": ("iis.config", "<configuration><system.applicationHost><applicationPools><add name=\"SCEP\" /></applicationPools><sites>"
                                   "<site name=\"Default Web Site\" id=\"1\"><application path=\"/CertSrv/mscep\" applicationPool=\"SCEP\" /></site></sites>"
                                   "</system.applicationHost></configuration>"),
        "mscep-anonymousauthentication.xml": ("iis.config", section('    <authentication>\n      <anonymousAuthentication enabled="true" />\n'
                                                                    "    </authentication>\n")),
        "ra-verify.txt": ("certutil.output", (PASTES / "certutil-verify-good.txt").read_bytes()),
        "ca-ping.txt": ("certutil.output", "Connecting to CA01\\Contoso ...\nServer \"Contoso\" ICertRequest2 interface is alive (15ms)\n"
                        "CertUtil: -ping command completed successfully.\n"),
        "ca-info.txt": ("certutil.output", (PASTES / "certutil-cainfo.txt").read_bytes()),
        "spn.txt": ("spn.list", (PASTES / "setspn.txt").read_bytes()),
        "old-connector/NDESPlugin.log": ("policy.log", (PASTES / "ndesplugin-cut.txt").read_bytes()),
        "setup/SetupMsi.log": ("setup.msi", b"\xff\xfe" + ("=== Verbose logging started: 11/22/2026  14:00:00  Build type: SHIP UNICODE 5.00 ===\r\n"
                               "MSI (c) (10:20) [12:00:00:000]: MainEngineThread is returning 0\r\n").encode("utf-16-le")),
        "about.txt": ("collection.about", "casebook collection\nadmin=yes\nspan_days=7\ncomputer=NDES01\nrole=ndes\ncasebook-about=1\n"
                      "computer=NDES01\nfqdn=NDES01.CONTOSO.EXAMPLE\nutc=2026-11-22T11:00:00Z\nzone=W. Europe Standard Time\nmscep=True\n"
                      "powershell=0\nlocal=22.11.2026 12:00:01,10\nfile=apppools.txt rc=0 bytes=74 at=12:00:02,00\n"),
        "account.ldif": ("account.state", "# computer=NDES01 utc=2026-11-22T11:00:00Z\nsamaccountname: svc_ndes\nuseraccountcontrol: 66048\n"
                         "msds-user-account-control-computed: 0\naccountexpires: 9223372036854775807\nserviceprincipalname: HTTP/ndes01\n"),
        "account.txt": ("account.state", "User name                    svc_ndes\nAccount active               Yes\nPassword expires             Never\n"),
    }


def names_in_script():
    for name in re.findall(r'call :(?:done|folder) ([\w.-]+)\r', SCRIPT.decode()):
        yield name
    yield from ("old-connector", "setup", "about.txt")


def made_from_the_table():
    subprocess.run([sys.executable, ROOT / "assets/collect_ndes.py"], check=True)


def as_the_table_says(files):
    """The check that a row names reads what its command gives."""
    for row in collect_ndes.table().values():
        for name in (row["file"], row["file"].replace(".xml", ".evtx")):
            if name in files and files[name][0] not in row["probes"].split(","):
                fail(f"{name} is for {files[name][0]}, and the table says {row['probes']}")


def harmless():
    text = SCRIPT.decode("ascii")
    if text.count("\n") != text.count("\r\n"):
        fail("Windows' own tools want CR LF")
    for line in text.splitlines():
        if re.match(r"(rem|echo)\b", line):
            continue
        for word in ("exportpfx", ".privatekey", "encryptedpassword", "reg add", "reg delete", "appcmd% set", "appcmd% add", "sc config", "sc stop",
                     "net stop", "iisreset", "/mir", "/move", "/purge", "wmic"):
            if word in line.lower():
                fail(f"{word!r} changes something, takes a secret, or is gone from newer servers: {line}")
        if re.search(r"(reg export|Cryptography\\\\MSCEP (?!/v )|MicrosoftIntune /s)", line):
            fail(f"the whole key holds a password: {line}")
        where = re.findall(r'(?<!2)>>?"?([^" ]+)', re.sub(r'"/q:[^"]*"|-Command ".*?" >', ">", line)) + re.findall(r'\bdel "([^"]+)"', line)
        if [w for w in where if w.strip("&1") and not w.startswith(("%OUT%\\", "%ABOUT%", "%MISSING%", "nul"))]:
            fail(f"writes somewhere else than into its folder: {where}: {line}")


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
    as_the_table_says(files)
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
        if (facts["general_template"], facts["templates_default"], facts["enforce_password"]) != ("ScepUser", False, 1):
            fail(f"mscep.txt: {facts}")
        if seen["connector.txt"]["facts"]["connector"] != "current":
            fail(f"connector.txt: {seen['connector.txt']['facts']}")
        done = subprocess.run([BIN, "run", "--auto", "--json", "--no-network", "--db", tools / f"{path.name}.db", "--evidence", path, "--set",
                               "server_url=https://ndes.example/certsrv/mscep/mscep.dll"], capture_output=True, timeout=120)
        if path == archive:
            said_beside(folder, archive)
        found = [f["id"] for f in json.loads(done.stdout)["findings"]]
        if done.returncode != 3 or found != ["app-pool-stopped"]:
            fail(f"run --evidence {path.name}: exit code {done.returncode}, {found}")


made_from_the_table()
harmless()
with tempfile.TemporaryDirectory() as tools, tempfile.TemporaryDirectory() as folder:
    main(pathlib.Path(tools), pathlib.Path(folder))
