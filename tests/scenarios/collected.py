#!/usr/bin/env python3
"""What collect-ndes.cmd writes, whole: on a healthy server it is healthy, and a single fault put into it is that fault and no other.

The folders are those of the scenarios whole-folder-* and the-whole-folder-of-a-quiet-day; here each also gets the files that only some
servers have: about.txt, the policy module's key, Windows authentication of the registration service, the set-up log of the old connector,
and the personal store as .sst.  Run under tests/lib/servers.py; CASEBOOK names the program.  collected.py [WORD]: only folders with it.
"""
import os
import struct
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "e2e")]
import judge  # noqa: E402
import scenario  # noqa: E402
import template  # noqa: E402

QUIET = "the-whole-folder-of-a-quiet-day"
THUMB = "5d41402abc4b2a76b9719d911017c592aabbccdd"
ABOUT = "casebook collection\ncomputer: NDES01.contoso.example\ntime: {{now iso}}\nzone: W. Europe Standard Time\nrole: ndes\n"
MODULES = "Windows Registry Editor Version 5.00\n\n[HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Cryptography\\MSCEP\\Modules\\NDESPolicy]\n\"NDESCertThumbprint\"=\"" + THUMB + "\"\n"
POLICY = """MY "Personal"
================ Certificate 0 ================
Serial Number: 61000004a1b2c3d4e5f607180000000099
Issuer: CN=Contoso Issuing CA 1, DC=contoso, DC=example
 NotBefore: {{-500d us-m}}
 NotAfter: {{%s us-m}}
Subject: CN=ndes01.contoso.example
Non-root Certificate
Cert Hash(sha1): """ + THUMB + "\n\nCertUtil: -store command completed successfully.\n"
CRS = ("<system.webServer>\n  <security>\n    <authentication>\n      <windowsAuthentication enabled=\"%s\">\n        <providers>\n          <add value=\"Negotiate\" />\n"
       "        </providers>\n      </windowsAuthentication>\n    </authentication>\n  </security>\n</system.webServer>\n")
SETUP = ("=== Verbose logging started: 3/14/2025  14:02:11  Build type: SHIP UNICODE 5.00.10011.00  Calling process: C:\\Windows\\system32\\msiexec.exe ===\n"
         "MSI (s) (1C:B4) [14:02:58:705]: Product: Microsoft Intune Connector -- Installation completed successfully.\n\n"
         "MSI (s) (1C:B4) [14:02:58:712]: Windows Installer installed the product. Product Name: Microsoft Intune Connector. Product Version: 6.2008.60.600. "
         "Product Language: 1033. Manufacturer: Microsoft Corporation. Installation success or error status: 0.\n\n=== Logging stopped: 3/14/2025  14:02:58 ===\n")


def sst(der):
    return struct.pack("<I", 0) + b"CERT" + struct.pack("<III", 32, 1, len(der)) + der + struct.pack("<III", 0, 0, 0)


def extras(now, policy_ends="+200d", windows="false"):
    with open(os.path.join(os.environ["SRV_PKI"], "inter.der"), "rb") as f:
        der = f.read()
    texts = {"about.txt": (ABOUT, "crlf"), "mscep-modules.reg": (MODULES, "utf-16 crlf"), "policy-store.txt": (POLICY % policy_ends, "crlf"),
             "crs-windows-authentication.xml": (CRS % windows, "crlf"), "setup/SetupMsi.log": (SETUP, "utf-16 crlf")}
    made = {n: template.encode(template.expand(t, now), how) for n, (t, how) in texts.items()}
    made["my-store.sst"] = sst(der)
    return made


# Faults of the kinds that no whole-folder scenario has: what changes in the extra files, and of which folder.
MORE = {
    "policy-certificate-ended": ("whole-folder-dying", {"policy_ends": "-9d"}, ["policy-certificate-expired"]),
    "windows-authentication-on": ("whole-folder-dying", {"windows": "true"}, ["windows-authentication-enabled"]),
    "ended-and-unused": (QUIET, {"policy_ends": "-9d"}, []),
    "on-and-harmless": (QUIET, {"windows": "true"}, []),
}


def play(name, s, change, causes, folder):
    s.data = dict(s.data, inputs=dict(s.inputs, connector="old")) if change else s.data
    p = scenario.Play(s, folder)
    for n, raw in extras(p.now, **change).items():
        path = os.path.join(p.base, n)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as f:
            f.write(raw)
    try:
        out, code, err = p.run()
    finally:
        p.close()
    if out is None:
        return [f"{name}: no JSON, exit {code}: {err.strip()[:200]}"]
    faults = {f["id"] for f in out["findings"] if f["severity"] == "fault"}
    may = {one for c in causes for one in c.split("|")} | set(judge.as_list(s.wanted.get("may")))
    bad = [f"names {f}" for f in sorted(faults - may)] + [f"does not name {c}" for c in causes if not set(c.split("|")) & faults]
    verdicts = judge.as_list(s.wanted["verdict"]) if not change else ["fault"] if causes else ["healthy"]
    if out["verdict"] not in verdicts:
        bad.append(f"verdict {out['verdict']}, not {'/'.join(verdicts)}")
    unread = [f["path"] for f in out["files"] if f["kind"] is None]
    bad += [f"{os.path.basename(f)} was not read" for f in unread]
    return [f"{name}: {'; '.join(bad)}"] if bad else []


def main():
    word = sys.argv[1] if len(sys.argv) > 1 else ""
    all_of = {s.name: s for s in scenario.all_in(os.path.join(HERE, "made"))}
    plays = [(n, s, {}, judge.as_list(s.wanted.get("causes"))) for n, s in all_of.items() if n.startswith("whole-folder") or n == QUIET]
    plays += [(n, scenario.Scenario(all_of[base].path), change, causes) for n, (base, change, causes) in MORE.items()]
    wrong, count = [], 0
    with tempfile.TemporaryDirectory(prefix="collected-") as top:
        for name, s, change, causes in plays:
            if word in name:
                count += 1
                wrong += play(name, s, change, causes, os.path.join(top, name))
    for line in wrong:
        print(line)
    print(f"{count} whole folders, {len(wrong)} of them not right")
    return 1 if wrong or not count else 0


if __name__ == "__main__":
    sys.exit(main())
