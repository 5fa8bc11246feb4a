#!/usr/bin/env python3
"""agree_strongswan.py PROBE_TRY: strongSwan's `pki --scepca` and scep.cacert must name the same certificates, with the same
division into CA and RA, and agree on which RA certificates can be trusted.  Runs inside servers.py."""
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile


def by_pki(url):
    with tempfile.TemporaryDirectory(dir=os.environ["SRV_RUN"]) as d:
        r = subprocess.run(["pki", "--scepca", "--url", url, "--caout", d + "/ca", "--raout", d + "/ra"], text=True,
                           capture_output=True, timeout=60, check=False)
    found, now, trusted = {}, None, set()
    for line in (r.stdout + r.stderr).splitlines():
        if m := re.match(r'(?:Root |Sub )?(CA|RA) cert "', line):
            now = m.group(1)
        elif now and (m := re.match(r"\s+SHA256: ([0-9a-f:]+)", line)):
            last = m.group(1).replace(":", "")
            found[last], now = now, None
        elif re.match(r"RA cert is trusted, valid", line):
            trusted.add(last)
    return found, trusted


def by_probe(tool, url):
    r = subprocess.run([tool, "scep.cacert", "url=" + url], capture_output=True, text=True, timeout=60, check=True)
    facts = json.loads(r.stderr)["facts"]
    found = {c["sha256"]: "CA" if c["role"] == "ca" else "RA" for c in facts["certificates"]}
    good = facts.get("ra_issuer_ok") and not facts.get("ra_expired") and facts.get("chain_complete")
    return found, {h for h, role in found.items() if role == "RA"} if good else set()


def main():
    if not shutil.which("pki"):
        print("strongSwan's pki is not installed: skipped")
        sys.exit(1 if os.environ.get("CASEBOOK_TESTS_ALL") else 77)
    wrong = 0
    for name in ("NDES", "NDES_RA", "RA_SOON", "RA_EXPIRED", "RA_OTHER", "CA_ONLY"):
        url = os.environ["SRV_URL_" + name]
        pki, probe = by_pki(url), by_probe(sys.argv[1], url)
        print(name, "certificates:", len(pki[0]), "RA trusted:", len(pki[1]))
        if not pki[0] or pki != probe:
            print("  pki:  ", pki, "\n  probe:", probe)
            wrong += 1
    sys.exit(1 if wrong else 0)


main()
