"""The certification authorities of the domain of samba_dc.py: Public Key Services as Windows lays it out.

CASEBOOK-CA issues the templates of NDES and is trusted in every container; its root is CASEBOOK-ROOT.
"""
import datetime
import pathlib
import subprocess

import ldb
from samba.dcerpc import security
from samba.ndr import ndr_pack

BASE = "CN=Public Key Services,CN=Services,CN=Configuration,DC=casebook,DC=test"
ENROLL = "0e10c968-78fb-11d2-90d4-00c04f79dc55"
AUTOENROLL = "a05b8cc2-17bc-4802-a710-e7c15ab866a2"


def openssl(*args):
    subprocess.run(["openssl", *args], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def authority(d, name, by=None):
    """Makes NAME.key and NAME.der in d, signed by another of d or by itself."""
    signer = ["-CA", str(d / (by + ".pem")), "-CAkey", str(d / (by + ".key"))] if by else []
    openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "3650", "-subj", f"/DC=test/DC=casebook/CN={name}",
            "-addext", "keyUsage=critical,keyCertSign,cRLSign", "-keyout", str(d / (name + ".key")), "-out", str(d / (name + ".pem")), *signer)
    openssl("x509", "-in", str(d / (name + ".pem")), "-outform", "DER", "-out", str(d / (name + ".der")))
    return (d / (name + ".der")).read_bytes()


def crl(d, name, due):
    """A CRL of one authority whose next one is due so many days from now."""
    now = datetime.datetime.now(datetime.timezone.utc)
    (d / "index").write_text("")
    (d / "ca.cnf").write_text(f"[ca]\ndefault_ca=c\n[c]\ndatabase={d}/index\ndefault_md=sha256\n")
    when = [(now + datetime.timedelta(days=n)).strftime("%Y%m%d%H%M%SZ") for n in (due - 7, due)]
    openssl("ca", "-config", str(d / "ca.cnf"), "-gencrl", "-cert", str(d / (name + ".pem")), "-keyfile", str(d / (name + ".key")),
            "-crl_lastupdate", when[0], "-crl_nextupdate", when[1], "-out", str(d / "out.crl"))
    openssl("crl", "-in", str(d / "out.crl"), "-outform", "DER", "-out", str(d / "out.crl.der"))
    return (d / "out.crl.der").read_bytes()


def child(db, name, of):
    """A DN whose first name is escaped as needed."""
    dn = ldb.Dn(db, f"{of},{BASE}")
    dn.add_child(ldb.Dn(db, "CN=X"))
    dn.set_component(0, "CN", name)
    return dn


def template(db, sid, name, sddl, version="1"):
    db.add({"dn": child(db, name, "CN=Certificate Templates"), "objectClass": "pKICertificateTemplate", "revision": "4",
            "msPKI-Template-Schema-Version": version, "msPKI-Template-Minor-Revision": "1",
            "nTSecurityDescriptor": ndr_pack(security.descriptor.from_sddl("O:DAG:DAD:PAI" + sddl, sid))})


def make(folder, db, sids):
    """sids: name of an account or group: its SID as text."""
    d = pathlib.Path(folder) / "pki"
    d.mkdir()
    domain = security.dom_sid(db.get_domain_sid())
    root, ca = authority(d, "CASEBOOK-ROOT"), authority(d, "CASEBOOK-CA", "CASEBOOK-ROOT")
    authority(d, "STRAY-ROOT")
    allow = "(OA;;CR;" + ENROLL + ";;{})"
    deny = "(OD;;CR;" + ENROLL + ";;{})"
    read = "(A;;RPLCLORC;;;AU)"
    enrollers, asker, dup = sids["NDES Enrollers"], sids["asker"], sids["svc-dup"]
    # By a group; by nobody's leave but the administrators', full control being one; denied before it is allowed.
    template(db, domain, "IPSECIntermediateOffline", read + allow.format("DA") + allow.format(enrollers))
    template(db, domain, "EnrollmentAgentOffline", read + "(A;;GA;;;EA)" + allow.format("DA"))
    template(db, domain, "CEPEncryption", read + deny.format(asker) + allow.format("AU"))
    template(db, domain, "Intune, SCEP", read + allow.format(asker) + f"(OA;;CR;{AUTOENROLL};;{dup})", version="4")
    template(db, domain, "Unissued", read + allow.format("WD"))
    db.add({"dn": f"CN=CASEBOOK-CA,CN=Enrollment Services,{BASE}", "objectClass": "pKIEnrollmentService", "dNSHostName": "ca1.casebook.test",
            "cACertificate": ca, "certificateTemplates": ["Machine", "IPSECIntermediateOffline", "EnrollmentAgentOffline", "CEPEncryption", "Intune, SCEP"]})
    for where, der in (("CN=NTAuthCertificates", ca), ("CN=CASEBOOK-CA,CN=AIA", ca), ("CN=CASEBOOK-ROOT,CN=Certification Authorities", root)):
        db.add({"dn": f"{where},{BASE}", "objectClass": "certificationAuthority", "cACertificate": der,
                "authorityRevocationList": b"\0", "certificateRevocationList": b"\0"})
    db.add({"dn": f"CN=ca1,CN=CDP,{BASE}", "objectClass": "container"})
    for name, value in (("CASEBOOK-CA", crl(d, "CASEBOOK-CA", 7)), ("CASEBOOK-CA+", b"\0"), ("OLD", crl(d, "CASEBOOK-ROOT", -1)), ("BROKEN", b"0\x82")):
        db.add({"dn": child(db, name, "CN=ca1,CN=CDP"), "objectClass": "cRLDistributionPoint", "certificateRevocationList": value})
