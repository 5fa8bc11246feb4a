"""Things that lie beside a fault and must not matter: six kinds, each as files or lines added to a scenario's evidence."""
import re

from template import FORMATS, moment

NS = "http://schemas.microsoft.com/win/2004/08/events/event"
KINDS = ("visitors", "own-requests", "other-pools", "other-sites", "other-processes", "other-stores")


def event(provider, number, at, computer, channel, body, level=2):
    return (f"<Event xmlns='{NS}'><System><Provider Name='{provider}'/><EventID>{number}</EventID><Level>{level}</Level><TimeCreated SystemTime='{at}'/>"
            f"<EventRecordID>91{number}</EventRecordID><Channel>{channel}</Channel><Computer>{computer}</Computer></System>{body}</Event>\n")


def line_like(fields, values):
    return " ".join(values.get(f, "-") for f in fields)


def visitors(t, own):
    """Requests of people and machines that are no devices, as values of an IIS line."""
    edge = "Mozilla/5.0+(Windows+NT+10.0;+Win64;+x64)+AppleWebKit/537.36+(KHTML,+like+Gecko)+Chrome/142.0.0.0+Safari/537.36"
    shell = "Mozilla/5.0+(Windows+NT;+Windows+NT+10.0;+en-US)+WindowsPowerShell/5.1.20348.2849"
    rows = [("curl/8.4.0", "operation=GetCACaps&message=casebook", "200"), ("curl/8.4.0", "operation=GetCACert&message=casebook", "200")] if own else \
        [("Zabbix+6.4", "-", "403"), ("-", "-", "403"), (edge, "-", "403"), (shell, "operation=GetCACaps&message=test", "200"), ("ELB-HealthChecker/2.0", "-", "403")]
    for i, (agent, query, status) in enumerate(rows):
        at = moment(t, f"+{i * 7}s")
        yield at, {"date": FORMATS["date"](at), "time": FORMATS["time"](at), "s-ip": "10.20.0.31", "cs-method": "GET", "cs-uri-stem": "/certsrv/mscep/mscep.dll",
                   "cs-uri-query": query, "s-port": "443", "c-ip": "10.20.9.9", "cs(User-Agent)": agent, "sc-status": status, "sc-substatus": "0",
                   "sc-win32-status": "0", "time-taken": "3", "s-sitename": "W3SVC1", "s-computername": "NDES01", "cs-version": "HTTP/1.1", "sc-bytes": "100", "cs-bytes": "90"}


def into_iis(text, t, own):
    """The lines of visitors put into an IIS log where their time belongs; None when the text is none."""
    m = re.search(r"^#Fields: (.*\bcs-uri-stem\b.*)$", text, re.M)
    if not m:
        return None
    lines, fields = text.replace("\r\n", "\n").rstrip("\n").split("\n"), m.group(1).split()
    new = [line_like(fields, v) for _, v in visitors(t, own)]
    key = new[0][:19]
    place = next((i for i, x in enumerate(lines) if not x.startswith("#") and x[:19] > key), len(lines))
    return "\n".join(lines[:place] + new + lines[place:]) + "\n"


def files_of(kind, t):
    """{name: bytes} of a kind that comes as files of its own."""
    xml, iis = FORMATS["xml"](t), FORMATS["iis"](t)
    computer = "NDES01.contoso.example"
    if kind == "other-pools":
        pool = "<EventData><Data Name='AppPoolID'>Webshop</Data><Data Name='ProcessID'>17001</Data></EventData>"
        http = (f"#Software: Microsoft HTTP API 2.0\n#Version: 1.0\n#Date: {iis}\n#Fields: date time c-ip c-port s-ip s-port cs-version cs-method cs-uri sc-status "
                f"s-siteid s-reason s-queuename\n{iis} 10.77.1.9 50123 10.20.0.31 443 HTTP/1.1 GET /webshop/cart 503 2 AppOffline Webshop\n")
        return {"noise/was.xml": "<Events>" + event("Microsoft-Windows-WAS", 5011, xml, computer, "System", pool, 3) + event("Microsoft-Windows-WAS", 5002, xml, computer, "System", pool)
                + "</Events>", "noise/httperr90.log": http}
    if kind == "other-sites":
        return {"noise/W3SVC3/u_ex.log": f"#Software: Microsoft Internet Information Services 10.0\n#Version: 1.0\n#Date: {iis}\n#Fields: date time s-sitename s-ip cs-method cs-uri-stem "
                f"cs-uri-query s-port cs-username c-ip cs(User-Agent) sc-status sc-substatus sc-win32-status time-taken\n"
                f"{iis} W3SVC3 10.20.0.31 GET /webshop/cart - 8443 - 10.77.1.9 Mozilla/5.0 500 0 1346 31\n{iis} W3SVC3 10.20.0.31 GET /webshop/pay - 8443 - 10.77.1.9 Mozilla/5.0 404 15 0 3\n"}
    if kind == "other-processes":
        chain = ("<UserData><CertGetCertificateChain><Certificate fileRef='AA.cer' subjectName='CN=update.vendor.example'/><EventAuxInfo ProcessName='{}'/><Result value='{}'>x</Result>"
                 "</CertGetCertificateChain></UserData>")
        capi2 = "Microsoft-Windows-CAPI2/Operational"
        crash = "<EventData>" + "".join(f"<Data>{v}</Data>" for v in ("Teams.exe", "1.0", "9a1b2c3d", "ntdll.dll", "10.0", "3b1ad7e2", "c0000005")) + "</EventData>"
        return {"noise/capi2.xml": "<Events>" + event("Microsoft-Windows-CAPI2", 11, xml, computer, capi2, chain.format("chrome.exe", "80092013"))
                + event("Microsoft-Windows-CAPI2", 30, xml, computer, capi2, chain.format("MsMpEng.exe", "800B0101")) + event("Application Error", 1000, xml, computer, "Application", crash) + "</Events>"}
    if kind == "other-stores":
        old, new = FORMATS["de-m"](moment(t, "-900d")), FORMATS["de-m"](moment(t, "+1800d"))
        return {"noise/zwischen.txt": 'CA "Zwischenzertifizierungsstellen"\r\n================ Zertifikat 0 ================\r\nSeriennummer: 6100aa\r\n'
                f"Aussteller: CN=Fabrikam Root\r\n Nicht vor: {old}\r\n Nicht nach: {new}\r\nAntragsteller: CN=Fabrikam Issuing CA\r\nKein Stammzertifikat\r\n"
                f"Zertifikathash(sha1): {'5a' * 20}\r\n\r\nCertUtil: -store-Befehl wurde erfolgreich ausgeführt.\r\n"}
    return {}


def added(kind, t):
    """(change of texts or None, files) for one kind of noise near the time t."""
    if kind in ("visitors", "own-requests"):
        return (lambda rel, text: into_iis(text, t, kind == "own-requests") or text), {}
    return None, {k: v.encode() for k, v in files_of(kind, t).items()}
