"""ad.pki against the Public Key Services of tests/lib/samba_pki.py: first as they are, then with one thing missing."""
import os
import subprocess

HOST = os.environ["AD_HOST"]
BASE = "CN=Public Key Services,CN=Services,CN=Configuration,DC=casebook,DC=test"
THREE = ["CEPEncryption", "EnrollmentAgentOffline", "IPSECIntermediateOffline"]


def change(dn, text):
    """In the partition's own file: nothing is held to the schema there."""
    path = os.environ["AD_RUN"] + "/private/sam.ldb.d/CN=CONFIGURATION,DC=CASEBOOK,DC=TEST.ldb"
    subprocess.run(["ldbmodify", "-H", path], input=f"dn: {dn},{BASE}\n{text}\n", text=True, check=True, stdout=subprocess.DEVNULL)


def pki(c, what, *args, code=0, **want):
    c.later("pki " + what, "ad.pki", "host=" + HOST, *args, code=code, **want)


def starts(*names):
    return lambda v: sorted(s.split(" (")[0] for s in v) == sorted(names)


def as_it_is(c):
    pki(c, "alone", facts={
        "services": ["ca1.casebook.test\\CASEBOOK-CA"], "templates": starts(*THREE), "missing": [], "unpublished": [],
        "published": lambda v: len(v) == 1 and v[0].startswith("CASEBOOK-CA: ") and "Machine" in v[0] and "Intune, SCEP" in v[0],
        "enrollers": lambda v: sorted(v) == ["CEPEncryption: not asker, Authenticated Users", "EnrollmentAgentOffline: Enterprise Admins, Domain Admins",
                                             "IPSECIntermediateOffline: Domain Admins, NDES Enrollers"],
        "enrol_denied": None, "in_ntauth": True, "not_in_ntauth": [], "in_root": True, "crls_overdue": ["OLD"], "usable": None, "error": "none",
        "crls": lambda v: len(v) == 3 and "BROKEN (unreadable)" in v and sum("(next 20" in s for s in v) == 2})
    pki(c, "by group", "account=svc-good", "template=IPSECIntermediateOffline", facts={"enrol_denied": ["EnrollmentAgentOffline"], "usable": True})
    pki(c, "not of the group", "account=svc-dup", "template=ipsecintermediateoffline", code=3,
        facts={"enrol_denied": lambda v: sorted(v) == ["EnrollmentAgentOffline", "IPSECIntermediateOffline"], "usable": False})
    pki(c, "denied first", "account=CASEBOOK\\asker", "template=Intune, SCEP",
        facts={"enrol_denied": lambda v: sorted(v) == THREE, "usable": True, "templates": lambda v: "Intune, SCEP (version 4, revision 4.1)" in v})
    pki(c, "another right", "account=svc-dup", "template=Intune, SCEP", code=3, facts={"enrol_denied": lambda v: "Intune, SCEP" in v, "usable": False})
    pki(c, "all", "account=Administrator", facts={"enrol_denied": [], "usable": None})
    pki(c, "not issued", "template=Unissued", code=3, facts={"unpublished": ["Unissued"], "missing": [], "usable": False})
    for name in ("Nothere", "*", "x)(cn=*", "CEP*", "\\2a", "a,CN=b", "\u00fc" * 100):
        pki(c, "no template " + name, "template=" + name, code=3, facts={"missing": [name], "templates": starts(*THREE), "usable": False})
    pki(c, "long", "template=" + "x" * 256, outcome="unreadable", code=4, why="short name", facts={"services": None})
    pki(c, "nobody", "account=nobody", outcome="unreadable", code=4, why="shows no account nobody", facts={"services": None})
    pki(c, "no ticket", outcome="unreached", code=4, why="kinit", env={"KRB5CCNAME": "FILE:/nowhere/ticket"},
        facts={"services": None, "missing": None, "in_ntauth": None, "error": "ticket"})


def without(c):
    """One row after the other: each takes something away."""
    def row(what, code=0, **facts):
        c.expect("pki " + what, "ad.pki", "host=" + HOST, code=code, facts={"error": "none", **facts})
    stray = os.environ["AD_RUN"] + "/pki/STRAY-ROOT.der"
    change("CN=NTAuthCertificates", f"changetype: modify\nreplace: cACertificate\ncACertificate:< file://{stray}\n")
    row("not in NTAuth", in_ntauth=False, not_in_ntauth=["CASEBOOK-CA"], in_root=True)
    change("CN=NTAuthCertificates", "changetype: modify\nreplace: cACertificate\ncACertificate: no certificate\n")
    row("damaged NTAuth", in_ntauth=None, not_in_ntauth=None)
    change("CN=NTAuthCertificates", "changetype: delete\n")
    row("no NTAuth", in_ntauth=False, in_root=True)
    change("CN=CASEBOOK-ROOT,CN=Certification Authorities", f"changetype: modify\nreplace: cACertificate\ncACertificate:< file://{stray}\n")
    row("root unseen", in_root=None)
    root = os.environ["AD_RUN"] + "/pki/CASEBOOK-ROOT.der"
    change("CN=CASEBOOK-CA,CN=AIA", f"changetype: modify\nadd: cACertificate\ncACertificate:< file://{root}\n")
    row("root elsewhere", in_root=False)
    change("CN=CEPEncryption,CN=Certificate Templates", "changetype: delete\n")
    row("template gone", missing=["CEPEncryption"], unpublished=[], templates=starts(*THREE[1:]))
    many = "".join(f"certificateTemplates: T{n}{'x' * 200}\n" for n in range(3000))
    change("CN=CASEBOOK-CA,CN=Enrollment Services", "changetype: modify\nreplace: certificateTemplates\n" + many + "-\nreplace: dNSHostName\ndNSHostName: " + "h" * 9000 + "\n")
    row("huge", services=["?\\CASEBOOK-CA"], unpublished=lambda v: sorted(v) == THREE[1:], published=lambda v: len(v[0]) <= 65536)
    change("CN=OLD,CN=ca1,CN=CDP", "changetype: modify\nreplace: certificateRevocationList\ncertificateRevocationList: " + "c" * (5 << 20) + "\n")
    row("huge CRL", crls=None, crls_overdue=None, missing=["CEPEncryption"])
    change("CN=CASEBOOK-CA,CN=Enrollment Services", "changetype: delete\n")
    row("no authority", code=3, services=[], in_ntauth=None, in_root=None, usable=False)
