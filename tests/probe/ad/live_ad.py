#!/usr/bin/env python3
"""ad.account and ad.pki against Samba as a domain controller (tests/lib/samba_dc.py)."""
import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "lib"))
import ad_pki  # noqa: E402
from probe_check import Checker  # noqa: E402

c = Checker()
HOST = os.environ["AD_HOST"]


def account(name, code=0, host=HOST, env=None, **want):
    c.later(f"account {name}", "ad.account", "host=" + host, "account=" + name, code=code, env=env, **want)


GOOD = {"exists": True, "enabled": True, "locked": False, "password_expired": False, "account_expired": False, "usable": True,
        "gmsa": False, "password_never_expires": False, "duplicate_spn": [], "error": "none"}
account("svc-good", facts={**GOOD, "spn": lambda s: sorted(s) == ["HTTP/ndes", "HTTP/ndes.casebook.test"], "expires": "2100-01-01T00:00:00Z",
                           "password_expires": lambda t: t is not None, "domain": "DC=casebook,DC=test",
                           "controller": HOST, "skew_ms": lambda ms: abs(ms) < 60000, "domain_time": lambda t: t is not None})
for name in ("CASEBOOK\\svc-good", "casebook.test\\SVC-GOOD", "svc-good@casebook.test"):
    account(name, facts={"exists": True, "account": "svc-good", "usable": True})
account("svc-off", code=3, facts={"enabled": False, "usable": False, "locked": False, "expires": None})
account("svc-locked", code=3, facts={"enabled": True, "locked": True, "usable": False})
account("svc-old", code=3, facts={"password_expired": True, "locked": False, "usable": False})
account("svc-must", code=3, facts={"password_expired": True, "usable": False})
account("svc-over", code=3, facts={"account_expired": True, "password_expired": False, "usable": False})
account("svc-stays", facts={"password_never_expires": True, "password_expires": None, "usable": True, "spn": []})
account("svc-dup", code=3, facts={"usable": True, "duplicate_spn": lambda v: [s.lower() for s in v] == ["http/twice.casebook.test (also svc-other)"]})
account("svc-gmsa$", facts={"gmsa": True, "exists": True, "enabled": True})
account("svc(1)&x", facts={"exists": True, "usable": True})

# What would select others, were it not escaped; names of no account; other domains.
for name in ("svc-*", "*", "x)(objectClass=*", "svc-good)(|(cn=*", "\\2a", "nobody", "\u00fc\u00df"):
    if "\\" not in name:
        account(name, code=3, facts={"exists": False, "usable": None, "enabled": None, "spn": None})
account("OTHER\\svc-good", outcome="unreadable", code=4, why="name one of the domain of", facts={"exists": None})
account("svc-good@other.test", outcome="unreadable", code=4, why="another domain may have it", facts={"exists": None})
account("IIS APPPOOL\\SCEP", outcome="unreadable", code=4, why="no account of a domain", facts={"exists": None})

# Not signed in: nothing but the rootDSE was read.
UNKNOWN = {"exists": None, "enabled": None, "usable": None, "spn": None}
account("svc-good", outcome="unreached", code=4, why="kinit", env={"KRB5CCNAME": "FILE:/nowhere/ticket"},
        facts={**UNKNOWN, "error": "ticket", "domain_time": lambda t: t is not None})
account("svc-good", host="other.casebook.test", outcome="unreached", code=4, why=HOST, facts={**UNKNOWN, "error": "sign_in"})
account("svc-good", host="nothere.casebook.test", outcome="unreached", code=4, facts={**UNKNOWN, "error": "dns"})
c.later("refused", "ad.account", "host=" + HOST, "port=2", "account=x", outcome="unreached", code=4, facts={**UNKNOWN, "error": "refused"})
ad_pki.as_it_is(c)
c.settle()
ad_pki.without(c)
c.end()
