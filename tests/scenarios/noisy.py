#!/usr/bin/env python3
"""Six kinds of noise put into every scenario: no false claim may appear.

    noisy.py [SET...] [--kind KIND] [--only WORD] [-v]

SET as in run.py (made, cases).  A claim is false when it names a fault that is neither true nor supported without the noise (what explains it may be cut off), or says `healthy`
where neither is so.  Run under tests/lib/servers.py; CASEBOOK names the program.  A measurement of minutes: tests/long.sh runs it whole.
"""
import argparse
import concurrent.futures
import os
import shutil
import sys
import tempfile

import yaml

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "e2e")]
import judge  # noqa: E402
import noise  # noqa: E402
import scenario  # noqa: E402
from template import FORMATS, moment  # noqa: E402

FIELDS = "date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) sc-status sc-substatus sc-win32-status time-taken"
PHONE = "Dalvik/2.1.0+(Linux;+U;+Android+14;+Pixel+8+Build/UP1A.231005.007)"


def old_events(t):
    """Of another machine, a quarter of a year ago: everything that can go wrong."""
    at, ms = FORMATS["xml"](moment(t, "-90d")), "Microsoft-Windows-"
    pool = "<EventData><Data Name='AppPoolID'>SCEP</Data></EventData>"
    crash = "<EventData><Data>w3wp.exe</Data><Data>10.0.20348.1</Data><Data>x</Data><Data>mscep.dll</Data><Data>1</Data><Data>x</Data><Data>c0000005</Data></EventData>"
    code = "<EventData><Data>0x80070057</Data></EventData>"
    rows = [("Application Error", 1000, "Application", crash), (ms + "WAS", 5002, "System", pool), (ms + "WAS", 5057, "System", pool),
            (ms + "NetworkDeviceEnrollmentService", 2, "Application", code), (ms + "NetworkDeviceEnrollmentService", 10, "Application", code)]
    return {"noise/old.xml": "<Events>" + "".join(noise.event(p, n, at, "NDES-OLD.contoso.example", c, b) for p, n, c, b in rows) + "</Events>"}


def healthy_others(t):
    """Another phone that got through hours before, in a log of its own."""
    rows = []
    for s, method, op in ((0, "GET", "GetCACaps&message=ca"), (1, "GET", "GetCACert&message=ca"), (3, "POST", "PKIOperation")):
        at = FORMATS["iis"](moment(t, f"-7h+{s}s"))
        rows.append(f"{at} 10.20.0.31 {method} /certsrv/mscep/mscep.dll operation={op} 443 - 10.5.99.7 {PHONE} 200 0 0 31")
    return {"noise/u_ex_other.log": "#Software: Microsoft Internet Information Services 10.0\n#Version: 1.0\n#Date: " + rows[0][:19] + f"\n#Fields: {FIELDS}\n" + "\n".join(rows) + "\n"}


def foreign(t):
    """What other tools and languages write, of no concern."""
    french = ("CA \"Autorités de certification intermédiaires\"\n================ Certificat 0 ================\nNuméro de série : 61\nÉmetteur: CN=Contoso Root CA, O=Contoso\n"
              f" NotBefore : {FORMATS['fr-m'](moment(t, '-900d'))}\n NotAfter : {FORMATS['fr-m'](moment(t, '+900d'))}\nObjet: CN=Contoso Issuing CA 1, DC=contoso, DC=example\n"
              "Certificat non-racine\nHach. cert. (sha1): 00000000000000000029c6f4214e7ba8d53816c7\n\nCertUtil: -store La commande s’est terminée correctement.\n")
    german = ("Protokollname: System\nQuelle:        Service Control Manager\nDatum:         " + FORMATS["de"](moment(t, "-3h")) + "\nEreignis-ID:   7036\nAufgabenkategorie:Keine\n"
              "Ebene:         Informationen\nSchlüsselwörter:Klassisch\nBenutzer:      Nicht zutreffend\nComputer:      NDES01.contoso.example\nBeschreibung:\nDienst \"Druckwarteschlange\" befindet sich jetzt im Status \"Beendet\".\n")
    return {"noise/zwischen.txt": french, "noise/system-de.txt": german, "noise/読んでください.txt": "これは証明書とは関係のないメモです。\n"}


def half(raw):
    return raw[:len(raw) * 7 // 10]


KINDS = ("old-other-machine", "other-sites", "healthy-others", "truncated", "foreign", "duplicated")


def with_noise(kind, s, folder):
    p = scenario.Play(s, folder)
    t = moment(p.now, "-2h")
    extra = {"old-other-machine": lambda: old_events(p.now), "other-sites": lambda: noise.files_of("other-sites", t), "healthy-others": lambda: healthy_others(p.now),
             "foreign": lambda: foreign(p.now)}.get(kind, dict)()
    if kind == "truncated":
        for path in p.files.values():
            with open(path, "rb") as f:
                raw = f.read()
            with open(path, "wb") as f:
                f.write(half(raw))
    if kind == "duplicated" and os.path.isdir(p.base):
        shutil.copytree(p.base, os.path.join(p.base, "again"))
    for name, raw in extra.items():
        path = os.path.join(p.base, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as f:
            f.write(raw if isinstance(raw, bytes) else raw.encode())
        p.files[name] = path
    return p


with open(os.path.join(HERE, "..", "..", "flows", "intune-scep-ndes.yaml"), encoding="utf-8") as f:
    EXPLAINED_BY = {c: set(row.get("yields", ())) for c, row in yaml.safe_load(f)["causes"].items()}


def claims(p):
    try:
        out, _, err = p.run()
    finally:
        p.close()
    if out is None:
        raise ValueError(err.strip()[:200])
    faults = {f["id"] for f in out["findings"] if f["severity"] == "fault"}
    return faults, faults | {r["cause"] for r in out["differential"] if r["state"] == "supported"}, out["verdict"]


def one(s, kinds, folder):
    _, base, verdict = claims(scenario.Play(s, os.path.join(folder, "base")))
    w = s.wanted
    allowed = base | {x for c in judge.as_list(w.get("causes")) for x in c.split("|")} | set(judge.as_list(w.get("may")))
    # What explains it was cut off: the effect of a true cause is no false claim.
    allowed |= {c for c, yields in EXPLAINED_BY.items() if yields & allowed}
    verdicts = {verdict, *judge.as_list(w["verdict"])}
    bad = []
    for kind in kinds:
        faults, _, now = claims(with_noise(kind, s, os.path.join(folder, kind)))
        bad += [(kind, f"names {f}") for f in sorted(faults - allowed)]
        # Another phone that got through is the news where nothing else is known.
        if kind == "healthy-others" and now == "healthy" and verdicts == {"inconclusive"} and not base:
            continue
        if now in ("healthy", "fixed") and not verdicts & {"healthy", "fixed"}:
            bad.append((kind, f"says {now}, not {'/'.join(sorted(verdicts))}"))
    return bad


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("sets", nargs="*", default=["made", "cases"])
    ap.add_argument("--kind", action="append", choices=KINDS)
    ap.add_argument("--only", default="")
    ap.add_argument("-v", action="store_true")
    ap.add_argument("-j", type=int, default=2)
    a = ap.parse_args()
    all_of = [s for x in a.sets for s in (scenario.read_cases(os.path.join(HERE, "cases")) if x == "cases" else scenario.all_in(os.path.join(HERE, x))) if a.only in s.name]
    kinds, count = a.kind or KINDS, dict.fromkeys(KINDS, 0)
    with tempfile.TemporaryDirectory(prefix="noisy-") as top, concurrent.futures.ThreadPoolExecutor(a.j) as pool:
        def run(s):
            folder = os.path.join(top, s.name)
            for k in ("base", *kinds):
                os.makedirs(os.path.join(folder, k))
            try:
                return one(s, kinds, folder)
            except (OSError, ValueError) as e:
                return [("base", f"not played: {e!r}")]
            finally:
                shutil.rmtree(folder)
        for s, bad in zip(all_of, pool.map(run, all_of)):
            for kind, what in bad:
                count[kind] = count.get(kind, 0) + 1
                print(f"{s.name}: {kind}: {what}")
    print(f"{len(all_of)} scenarios, {len(kinds)} kinds of noise; false claims: " + ", ".join(f"{k} {count[k]}" for k in kinds))
    return 1 if any(count.values()) or not all_of else 0


if __name__ == "__main__":
    sys.exit(main())
