#!/usr/bin/env python3
"""The lines that a check prints to show the same by hand are run as they stand, in a shell, and must show it.  Those for
Windows, and of tools that are not installed here, are only looked at for being there.  Runs inside servers.py."""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "lib"))
import forward_proxy  # noqa: E402
from probe_check import ANY, Checker  # noqa: E402

E = os.environ
c = Checker()
root = "--ca=" + E["SRV_PKI"] + "/root.pem"
WINDOWS = r"certutil |Select-String |Test-NetConnection |Resolve-DnsName "


def said(line):
    with tempfile.TemporaryDirectory() as d:
        shutil.copy(E["SRV_PKI"] + "/root.pem", d)  # a line names files without their folder
        r = subprocess.run(["sh", "-c", line], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                           cwd=d, timeout=60, check=False)
    return r.returncode, r.stdout.decode(errors="replace")


def shows(probe, server, *wanted, args=()):
    """Each of wanted is a pattern that the line of its place must print; None: the line is not for here."""
    e = c.expect(f"{probe} {server}", probe, "url=" + E["SRV_URL_" + server], root, *args, outcome=ANY, code=ANY)
    lines = e["by_hand"].splitlines() if e else []
    if len(lines) != len(wanted):
        c.fail(f"{probe} {server}", f"{len(lines)} lines by hand: {lines}")
        return
    for line, want in zip(lines, wanted):
        tool = line.split()[0]
        if want is None or not shutil.which(tool):
            assert want is not None or re.match(WINDOWS, line) or tool == "openssl", line
            continue
        rc, text = said(line)
        if rc != 0 or not re.search(want, text):
            c.fail(f"{probe} {server}", f"{line!r} ends with {rc} and says {text[-300:]!r}")


TRUSTED = r"Verify return code: 0 \(ok\)"
shows("http.get", "TLS", "HTTP/1.1 403")
shows("scep.url", "NDES", "HTTP/1.1 403")
shows("scep.url", "TLS", "HTTP/1.1 403")
shows("scep.caps", "NDES", "(?s)HTTP/1.1 200.*POSTPKIOperation")
shows("scep.cacert", "NDES_RA", "(?s)(Certificate:.*){3}")
shows("scep.cacert", "CA_ONLY", "Certificate:")
shows("scep.cacert", "RA_BASE64", "(?s)(Certificate:.*){3}")
shows("scep.cacert", "HTML_CACERT", "(?i)<html")
shows("scep.longurl", "LONG_HTTPSYS", r"^4\d\d\n$", None, args=("--allow-side-effects",))
shows("tls.handshake", "TLS", TRUSTED, "Protocol *: TLSv1.2", "HTTP/1.1")
shows("tls.handshake", "TLS12", TRUSTED, "Protocol *: TLSv1.2", "HTTP/1.1")
shows("crl.fetch", "TLS", None, *["(?s)issuer=.*lastUpdate=.*nextUpdate="] * 3)
shows("clock.skew", "TLS", "(?s)UTC.*Date:")
shows("tcp.connect", "TLS", "succeeded|open", None)
shows("dns.resolve", "TLS", "", None)

# Through a proxy: the lines take the same way, and what the proxy is told shows it.
port, seen = forward_proxy.start()
proxy = f"--proxy=http://user:secret@127.0.0.1:{port}"
for probe, *wanted in (("http.get", "HTTP/1.1 403"), ("scep.url", "HTTP/1.1 403"), ("scep.caps", "HTTP/1.1 200"),
                       ("tls.handshake", TRUSTED, "Protocol *: TLSv1.2", "HTTP/1.1")):
    seen.clear()
    e = c.expect("proxied " + probe, probe, "url=" + E["SRV_URL_TLS"], root, proxy)
    for line, want in zip(e["by_hand"].splitlines(), wanted):
        seen.clear()
        rc, text = said(line)
        if rc != 0 or not re.search(want, text) or not seen or "secret" in line:
            c.fail("proxied " + probe, f"{line!r} ends with {rc}, the proxy saw {seen}: {text[-300:]!r}")
c.end()
