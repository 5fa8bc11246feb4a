"""Small evidence files in the shape of the field's own, made for one scenario each."""
import os

FIELDS = "#Software: Microsoft Internet Information Services 10.0\n#Version: 1.0\n#Date: 2026-11-22 09:00:00\n#Fields: date time " \
         "s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) sc-status sc-substatus sc-win32-status time-taken\n"
ANDROID = "Dalvik/2.1.0+(Linux;+U;+Android+14;+Pixel+8+Build/AP1A)"
PLUGIN = "NDES_Plugin"
ATTEMPT = "2026-11-22T10:00:00Z"


def iis_line(time, query, status, agent=ANDROID, stem="/certsrv/mscep/mscep.dll", method="GET"):
    return f"2026-11-22 {time} 10.0.0.5 {method} {stem} {query} 443 - 10.5.14.22 {agent} - {status} 31\n"


def iis(*lines):
    around = [iis_line("09:00:00", "-", "200 0 0", "Mozilla/5.0", "/"), iis_line("11:00:00", "-", "200 0 0", "Mozilla/5.0", "/")]
    return FIELDS + around[0] + "".join(lines) + around[1]


def enrolment(status="200 0 0", upto=3):
    steps = ["operation=GetCACaps&message=ca", "operation=GetCACert&message=ca", "operation=PKIOperation&message=MIAGCSqGSIb3DQEHAqCA"]
    return [iis_line(f"10:00:0{i}", q, "200 0 0" if i + 1 < upto else status) for i, q in enumerate(steps[:upto])]


def event_xml(provider, event, channel, data=(), level=2, user_data=None):
    body = user_data or "<EventData>" + "".join(f"<Data Name='{k}'>{v}</Data>" if k else f"<Data>{v}</Data>" for k, v in data) + "</EventData>"
    return (f"<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='{provider}'/><EventID>{event}</EventID>"
            f"<Level>{level}</Level><TimeCreated SystemTime='2026-11-22T10:00:00Z'/><Channel>{channel}</Channel></System>{body}</Event>")


def events(*items):
    return "<Events>" + "".join(items) + "</Events>"


QUIET = [event_xml("EventLog", 6005, "System", level=4), event_xml("ESENT", 326, "Application", level=4)]
CRASH = event_xml("Application Error", 1000, "Application",
                  [("", v) for v in ("w3wp.exe", "10.0.17763.1", "cfdb13d8", "ntdll.dll", "10.0.17763.5", "3b1ad7e2", "c0000005")])
POOL_DISABLED = event_xml("Microsoft-Windows-WAS", 5002, "System", [("AppPoolID", "SCEP")])
POOL_IDENTITY = event_xml("Microsoft-Windows-WAS", 5057, "System", [("AppPoolID", "SCEP")])
CAPI2 = "Microsoft-Windows-CAPI2/Operational"


def capi2(event, result, url="", subject="CN=ndes01.contoso.example"):
    return event_xml("Microsoft-Windows-CAPI2", event, CAPI2, user_data=f"<UserData><Capi><Certificate subjectName='{subject}'/><URL>{url}</URL>"
                     f"<EventAuxInfo ProcessName='w3wp.exe'/><Result value='{result}'>error</Result></Capi></UserData>")


def connector(event):
    return event_xml("Microsoft-Intune-CertificateConnectors", event, "Microsoft-Intune-CertificateConnectors/Operational", level=4)


def ndes_event(event, code):
    return event_xml("Microsoft-Windows-NetworkDeviceEnrollmentService", event, "Application", [("ErrorCode", code)])


DEVICE = "Microsoft-Windows-DeviceManagement-Enterprise-Diagnostics-Provider"


def device_event(event, *data, time="10:00:00"):
    return event_xml(DEVICE, event, DEVICE + "/Admin", data, level=4).replace("10:00:00Z", time + "Z")


def pools(state):
    return f'APPPOOL "DefaultAppPool" (MgdVersion:v4.0,MgdMode:Integrated,state:Started)\r\nAPPPOOL "SCEP" (MgdVersion:v4.0,MgdMode:Integrated,state:{state})\r\n'


def setup(status):
    end = "Installation completed successfully." if status == 0 else "Installation failed."
    return ("=== Verbose logging started: 11/22/2026  9:00:00 ===\r\n"
            f"MSI (s) (A4:10) [09:01:00:000]: Product: Microsoft Intune Connector -- {end}\r\n"
            "MSI (s) (A4:10) [09:01:00:001]: Windows Installer installed the product. Product Name: Microsoft Intune Connector. Product Version: "
            f"6.2109.51.0. Product Language: 1033. Manufacturer: Microsoft Corporation. Installation success or error status: {status}.\r\n")


def services(**states):
    number = {"running": "4  RUNNING", "stopped": "1  STOPPED"}
    return "".join(f"\r\nSERVICE_NAME: {name}\r\nDISPLAY_NAME: {name}\r\n        TYPE               : 10  WIN32_OWN_PROCESS\r\n"
                   f"        STATE              : {number[state]}\r\n        WIN32_EXIT_CODE    : 0  (0x0)\r\n" for name, state in states.items())


def rights(*sids):
    return "[Unicode]\r\nUnicode=yes\r\n[Privilege Rights]\r\nSeImpersonatePrivilege = " + ",".join(sids) + "\r\n"


def account(enabled=True, locked=False, expired=False):
    return (f"DistinguishedName : CN=svc-ndes,DC=contoso,DC=example\r\nEnabled           : {enabled}\r\nLockedOut         : {locked}\r\n"
            f"PasswordExpired   : {expired}\r\nSamAccountName    : svc-ndes\r\n")


def host_config(limit=65534, windows=None):
    service = "" if windows is None else ("<location path='Default Web Site/CertificateRegistrationSvc'><system.webServer><security><authentication>"
                                          f"<windowsAuthentication enabled='{windows}'/><anonymousAuthentication enabled='true'/></authentication>"
                                          "</security></system.webServer></location>")
    return ("<configuration><system.applicationHost><applicationPools><add name='SCEP'/></applicationPools><sites><site name='Default Web Site' id='1'>"
            "<application path='/CertSrv/mscep' applicationPool='SCEP'/><application path='/CertificateRegistrationSvc'/></site></sites>"
            "</system.applicationHost><system.webServer/><location path='Default Web Site'><system.webServer><security><requestFiltering>"
            f"<requestLimits maxUrl='{limit}' maxQueryString='{limit}'/></requestFiltering></security></system.webServer></location>{service}</configuration>")


def registry(limit):
    return ("Windows Registry Editor Version 5.00\r\n\r\n[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\HTTP\\Parameters]\r\n"
            f'"MaxFieldLength"=dword:{limit:08x}\r\n"MaxRequestBytes"=dword:{limit:08x}\r\n')


def httperr(reason, status=503):
    return ("#Software: Microsoft HTTP API 2.0\r\n#Version: 1.0\r\n#Date: 2026-11-22 09:00:00\r\n#Fields: date time c-ip c-port s-ip s-port cs-version "
            "cs-method cs-uri sc-status s-siteid s-reason s-queuename\r\n"
            f"2026-11-22 10:00:00 10.5.14.22 50123 10.0.0.5 443 HTTP/1.1 GET /certsrv/mscep/mscep.dll?operation=GetCACaps {status} 1 {reason} SCEP\r\n")


def omadm(*messages):
    return "".join(f"2026-11-22T10:0{i}:00.2500000Z\tVERB\tEvent\t{cls}\t18327\t10\t{text}\n" for i, (cls, text) in enumerate(messages))


CERT = "com.microsoft.omadm.platforms.android.certmgr.CertificateEnrollmentManager"
SCEP = "https://ndes.contoso.example/certsrv/mscep/mscep.dll?operation=GetCACaps&message=ca"
ANDROID_GOOD = omadm((CERT, "There are 1 requests"), ("org.jscep.transport.UrlConnectionGetTransport", f"Sending GetCACaps(ca) to {SCEP}"),
                     ("org.jscep.transport.UrlConnectionGetTransport", f"Received '200 OK' when sending GetCACaps(ca) to {SCEP}"),
                     ("org.jscep.message.PkiMessageEncoder", "Signing pkiMessage using key belonging to [dn=CN=device; serial=1]"))


def root_store(intermediate):
    def cert(number, issuer, subject):
        return (f"================ Certificate {number} ================\r\nSerial Number: 0{number}\r\nIssuer: CN={issuer}\r\n NotBefore: 1/1/2020 1:00 AM\r\n"
                f" NotAfter: 1/1/2040 1:00 AM\r\nSubject: CN={subject}\r\nCert Hash(sha1): {number:040x}\r\n\r\n")
    certs = cert(0, "Contoso Root", "Contoso Root") + (cert(1, "Contoso Root", "Contoso Issuing CA") if intermediate else "")
    return 'Root "Trusted Root Certification Authorities"\r\n' + certs + "CertUtil: -store command completed successfully.\r\n"


def write(folder, files):
    """{name: text or bytes} into a folder; the names say nothing, the content does."""
    os.makedirs(folder, exist_ok=True)
    for name, content in files.items():
        with open(os.path.join(folder, name), "wb") as f:
            f.write(content if isinstance(content, bytes) else content.encode())
    return folder
