#!/usr/bin/python3
"""The domain of samba_dc.py: samba_domain.py FOLDER makes it there, before Samba starts.

What a running directory refuses to write (when somebody was locked out, how old a password is, a service principal name
twice) is written with ldbmodify into the partition's own file.
"""
import logging
import os
import pathlib
import subprocess
import sys
import time

import ldb
import samba.param
from samba import provision
from samba.auth import system_session
from samba.dcerpc import security
from samba.ndr import ndr_unpack
from samba.samdb import SamDB

import samba_pki

REALM = "CASEBOOK.TEST"
BASE = "DC=casebook,DC=test"
YEAR = 365 * 86400
PASSWORD = "Strong-pass1"


def filetime(seconds):
    return str(int((seconds + 11644473600) * 10000000))


def configure(d):
    for name in ("etc", "private", "state", "cache", "lock", "ncalrpc", "bind", "w", "ntp", "sysvol"):
        (d / name).mkdir()
    (d / "etc/smb.conf").write_text(f"""[global]
realm = {REALM}
workgroup = CASEBOOK
netbios name = DC1
server role = active directory domain controller
server services = ldap, kdc
interfaces = 127.0.0.1/8
bind interfaces only = yes
private dir = {d}/private
state directory = {d}/state
cache directory = {d}/cache
lock directory = {d}/lock
pid directory = {d}
ncalrpc dir = {d}/ncalrpc
binddns dir = {d}/bind
winbindd socket directory = {d}/w
ntp signd socket directory = {d}/ntp
ldap server require strong auth = yes
[sysvol]
path = {d}/sysvol
[netlogon]
path = {d}/sysvol/casebook.test/scripts
""")
    lp = samba.param.LoadParm()
    lp.load(str(d / "etc/smb.conf"))
    return lp


def make(d, lp):
    logging.disable(logging.CRITICAL)
    provision.provision(logging.getLogger("domain"), system_session(), smbconf=str(d / "etc/smb.conf"), realm=REALM, domain="CASEBOOK",
                        hostname="dc1", hostip="127.0.0.1", adminpass="Admin-pass1", lp=lp, batch_mode=True, dns_backend="NONE",
                        serverrole="active directory domain controller", skip_sysvolacl=True,
                        dom_for_fun_level=provision.DS_DOMAIN_FUNCTION_2008_R2)


def users(db):
    db.newuser("asker", "Asker-pass1")
    for name in ("svc-good", "svc-off", "svc-locked", "svc-old", "svc-over", "svc-stays", "svc-must", "svc-dup", "svc-other", "svc(1)&x"):
        db.newuser(name, PASSWORD)
    db.newgroup("NDES Enrollers")
    db.add_remove_group_members("NDES Enrollers", ["svc-good"])

    # What Samba's samba_spnupdate adds once it runs.
    m = ldb.Message(ldb.Dn(db, f"CN=DC1,OU=Domain Controllers,{BASE}"))
    m["servicePrincipalName"] = ldb.MessageElement("ldap/dc1.casebook.test", ldb.FLAG_MOD_ADD, "servicePrincipalName")
    db.modify(m)

    def change(name, attribute, *values):
        m = ldb.Message(ldb.Dn(db, f"CN={name},CN=Users,{BASE}"))
        m[attribute] = ldb.MessageElement(list(values), ldb.FLAG_MOD_REPLACE, attribute)
        db.modify(m)
    change("svc-good", "servicePrincipalName", "HTTP/ndes.casebook.test", "HTTP/ndes")
    change("svc-dup", "servicePrincipalName", "HTTP/twice.casebook.test", "HTTP/once.casebook.test")
    change("svc-off", "userAccountControl", "514")
    change("svc-stays", "userAccountControl", "66048")
    change("svc-over", "accountExpires", filetime(time.time() - YEAR))
    change("svc-good", "accountExpires", filetime(4102444800))
    change("svc-must", "pwdLastSet", "0")
    db.add({"dn": f"CN=svc-gmsa,CN=Managed Service Accounts,{BASE}", "objectClass": "msDS-GroupManagedServiceAccount",
            "sAMAccountName": "svc-gmsa$", "userAccountControl": "4096", "msDS-ManagedPasswordInterval": "30"})


def behind_its_back(d):
    now = time.time()
    ldif = "".join(f"dn: CN={name},CN=Users,{BASE}\nchangetype: modify\n{how}: {key}\n{key}: {value}\n\n" for name, how, key, value in (
        ("svc-locked", "replace", "lockoutTime", filetime(now - 60)),
        ("svc-old", "replace", "pwdLastSet", filetime(now - YEAR)),
        ("svc-other", "add", "servicePrincipalName", "http/Twice.casebook.test")))
    subprocess.run(["ldbmodify", "-H", str(d / f"private/sam.ldb.d/{BASE.upper()}.ldb")], input=ldif, text=True, check=True,
                   stdout=subprocess.DEVNULL)


def main():
    d = pathlib.Path(sys.argv[1])
    lp = configure(d)
    make(d, lp)
    db = SamDB(url=str(d / "private/sam.ldb"), session_info=system_session(), lp=lp)
    # A lock stays for half an hour by the policy.
    m = ldb.Message(ldb.Dn(db, BASE))
    m["lockoutDuration"] = ldb.MessageElement("-18000000000", ldb.FLAG_MOD_REPLACE, "lockoutDuration")
    db.modify(m)
    users(db)
    sids = {}
    for name in ("NDES Enrollers", "asker", "svc-dup"):
        found = db.search(BASE, expression=f"(sAMAccountName={name})", attrs=["objectSid"])
        sids[name] = str(ndr_unpack(security.dom_sid, found[0]["objectSid"][0]))
    samba_pki.make(d, db, sids)
    behind_its_back(d)


main()
