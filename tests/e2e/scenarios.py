#!/usr/bin/env python3
"""Whole cases: a live server with one fault, files as the field sends them, answers where a person would give them;
`casebook run --auto --json` must come to the right finding, to no wrong one, and say of the other causes what the evidence warrants.

    scenarios.py [NAME...]      all, or those named; -k keeps the folder and prints each command
"""
import concurrent.futures, json, os, subprocess, sys, tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from evidence import *  # noqa: E402,F403

CASEBOOK = os.environ["CASEBOOK"]
S = {"attempt": ATTEMPT}
GOOD_LOG = {"u_ex261122.log": iis(*enrolment())}
OLD, CURRENT = {"connector": "old"}, {"connector": "current"}
ENTRA = {"reverse_proxy": "entra"}


def case(server, verdict, findings, files=None, sets=None, answers=None, options=(), states=None, needs=None):
    return dict(server=server, verdict=verdict, findings=findings, files=files or {}, sets=sets or {}, answers=answers or {},
                options=options, states=states or {}, needs=needs)


# Findings are compared whole: one too many is as wrong as one too few.
SCENARIOS = {
    "healthy": case("NDES_RA", "healthy", ["reached-ndes"], GOOD_LOG, S,
                    states={"app-pool-stopped": "excluded", "ra-certificate-expired": "excluded", "dns-failed": "excluded",
                            "connect-failed": "excluded", "connector-not-installed": "excluded", "crl-unreachable": "untested",
                            "request-not-reaching-iis": "excluded", "impersonation-right-missing": "untested"}),
    "healthy-tls": case("TLS_RA", "healthy", ["reached-ndes"], GOOD_LOG, S,
                        states={"tls-chain-incomplete": "excluded", "tls-certificate-expired": "excluded", "tls-name-mismatch": "excluded",
                                "tls12-refused": "excluded"}),
    "clock-skew": case("NDES_AHEAD", "healthy", ["clock-skew", "reached-ndes"], GOOD_LOG, S,
                       states={"app-pool-stopped": "excluded", "clock-skew": "supported"}),
    "received-by-connector": case("NDES_RA", "healthy", ["reached-ndes"], {"a": events(connector(4003), connector(4006))}),
    "nothing-given": case("NDES_RA", "inconclusive", [], needs=["proof"], states={"request-not-reaching-iis": "untested"}),
    "log-does-not-cover": case("NDES_RA", "inconclusive", [], {"log": iis()}, {"attempt": "2026-11-22T12:30:00Z"}, needs=["proof"],
                               states={"request-not-reaching-iis": "untested"}),
    "request-not-reaching-iis": case("NDES_RA", "fault", ["request-not-reaching-iis"], {"log": iis()}, S),
    "impersonation-right-missing": case("S500", "fault", ["impersonation-right-missing"],
                                        {"log": iis(*enrolment("500 0 1346", 2)), "rights.inf": rights("*S-1-5-19", "*S-1-5-32-544")}, S,
                                        states={"ra-certificate-expired": "untested", "service-account-locked": "untested"}),
    "impersonation-by-right-alone": case("S500", "fault", ["impersonation-right-missing"], {"x": rights("*S-1-5-19")}),
    "connector-not-installed": case("GENERAL", "fault", ["connector-not-installed"], {"SetupMsi.log": setup(1603)}, OLD,
                                    states={"server-restart-needed": "untested", "app-pool-stopped": "excluded"}),
    "server-restart-needed": case("GENERAL_UTF8", "fault", ["server-restart-needed"], {"SetupMsi.log": setup(0)}, OLD,
                                  states={"connector-not-installed": "excluded"}),
    "server-restart-current": case("GENERAL", "fault", ["server-restart-needed"], {"sc.txt": services(PFXCertificateConnectorSvc="running")}, CURRENT),
    "app-pool-stopped": case("S503", "fault", ["app-pool-stopped"], {"pools": pools("Stopped"), "ev.xml": events(*QUIET)}, S,
                             states={"app-pool-crashing": "untested", "connector-not-installed": "untested"}),
    "pool-stopped-by-httperr": case("S503", "fault", ["app-pool-stopped"], {"httperr1.log": httperr("Disabled")}, S),
    "pool-crashing-by-httperr": case("S503", "fault", ["app-pool-crashing"], {"httperr1.log": httperr("AppOffline")}, S),
    "long-url-by-httperr": case("NDES_RA", "fault", ["long-url-rejected"], {"httperr1.log": httperr("FieldLength", 400)}, S),
    "app-pool-crashing": case("S503", "fault", ["app-pool-crashing"], {"pools": pools("Stopped"), "ev.xml": events(CRASH, POOL_DISABLED, *QUIET)}, S,
                              states={"app-pool-stopped": "supported", "crl-unreachable": "untested"}),
    "intermediate-in-root-store": case("S503", "fault", ["intermediate-in-root-store"],
                                       {"ev.xml": events(CRASH, POOL_DISABLED, *QUIET),
                                        "log": iis(iis_line("10:00:00", "-", "403 16 2148204809", PLUGIN, "/CertificateRegistrationSvc/Certificate/VerifyRequest", "POST"))},
                                       {**OLD}),
    "intermediate-by-store": case("S503", "fault", ["intermediate-in-root-store"], {"ev.xml": events(CRASH, *QUIET), "certutil.txt": root_store(True)}, S,
                                  states={"app-pool-stopped": "untested"}),
    "root-store-clean": case("S503", "fault", ["app-pool-crashing"], {"ev.xml": events(CRASH, *QUIET), "certutil.txt": root_store(False)}, S,
                             states={"intermediate-in-root-store": "excluded"}),
    "crl-unreachable": case("S503", "fault", ["crl-unreachable"],
                            {"app.xml": events(CRASH, POOL_DISABLED, *QUIET), "capi2.xml": events(capi2(53, "80092013", "http://crl.contoso.example/ca.crl"))}, S,
                            states={"app-pool-stopped": "untested"}),
    "windows-authentication-enabled": case("S503", "fault", ["windows-authentication-enabled"],
                                           {"ev.xml": events(CRASH, *QUIET), "host.config": host_config(windows="true")}, OLD),
    "policy-certificate-expired": case("S503", "fault", ["policy-certificate-expired"],
                                       {"ev.xml": events(CRASH, *QUIET), "capi2.xml": events(capi2(11, "800B0101"))}, OLD,
                                       states={"crl-unreachable": "untested"}),
    "app-proxy-connector-stopped": case("GW504", "fault", ["app-proxy-connector-stopped"], {"sc.txt": services(WAPCSvc="stopped")}, ENTRA),
    "app-proxy-backend-unreachable": case("GW502", "fault", ["app-proxy-backend-unreachable"], {"sc.txt": services(WAPCSvc="running")}, ENTRA,
                                          states={"app-proxy-connector-stopped": "excluded"}),
    "app-proxy-url-wrong": case(None, "fault", ["app-proxy-url-wrong"], {}, {**ENTRA, "server_url": "https://ndes.invalid/certsrv/mscep/mscep.dll"}),
    "preauthentication": case("LOGIN302", "fault", ["preauthentication-not-passthrough"], {}, ENTRA),
    "long-url-rejected": case("LONG_FILTER", "fault", ["long-url-rejected"], {"host.config": host_config(4096)}, options=["--allow-side-effects"]),
    "long-url-by-registry": case("NDES_RA", "fault", ["long-url-rejected"], {"http.reg": registry(16384)}),
    "service-account-locked": case("S500", "fault", ["service-account-locked"], {"account": account(locked=True), "log": iis(*enrolment("500 0 1909", 2))}, S,
                                   states={"impersonation-right-missing": "untested"}),
    "service-account-503": case("S503", "fault", ["pool-identity-failed"], {"ev.xml": events(POOL_IDENTITY, *QUIET)}, S),
    "ra-certificate-expired": case("RA_EXPIRED", "fault", ["ra-certificate-expired", "reached-ndes"], GOOD_LOG, S),
    "ra-certificate-expiring": case("RA_SOON", "healthy", ["ra-certificate-expiring", "reached-ndes"], GOOD_LOG, S),
    "ra-wrong-issuer": case("RA_OTHER", "fault", ["ra-wrong-issuer", "reached-ndes"], GOOD_LOG, S),
    # Events of then beside a server that answers now: it was so until then.
    "ra-key-unreadable": case("NDES_RA", "inconclusive", [],
                              {"log": iis(*enrolment("500 0 0", 2)), "ev.xml": events(ndes_event(2, "0x80070057"), ndes_event(10, "0x80070057"), *QUIET)}, S,
                              states={"ra-certificate-expired": "excluded", "ra-wrong-issuer": "excluded", "ra-key-unreadable": "excluded"}),
    "device-log-silent": case("NDES_RA", "fault", ["device-log-silent"],
                              {"log": iis(), "device.xml": events(device_event(208, time="09:30:00"), device_event(209, time="10:30:00"))}, {**S, "platform": "windows"},
                              states={"ra-certificate-expired": "excluded"}),
    "device-silent-by-word": case("NDES_RA", "fault", ["device-log-silent"], {}, {"platform": "android"},
                                  answers={"device-android": "silent", "proof": "device-silent"}),
    "android-reached": case("NDES_RA", "inconclusive", [], {"OMADM.log": ANDROID_GOOD}, {"platform": "android"}, needs=["proof"],
                            states={"device-log-silent": "excluded", "request-not-reaching-iis": "excluded"}),
    "android-log-alone": case(None, "inconclusive", [], {"OMADM.log": ANDROID_GOOD}, {"platform": "android"},
                              states={"device-log-silent": "excluded", "request-not-reaching-iis": "excluded"}),
    "enrolment-stalled": case("NDES_RA", "fault", ["enrolment-stalled"], {"log": iis(*enrolment(upto=2))}, S),
    "ca-denied": case("NDES_RA", "refused-later", ["refused-by-ca", "reached-ndes"], {"ev.xml": events(connector(4003), connector(4007))}),
    "tls-chain-incomplete": case("TLS_NOINTER", "fault", ["tls-chain-incomplete"], states={"tls-certificate-expired": "excluded"}),
    "tls-certificate-expired": case("TLS_EXPIRED", "fault", ["tls-certificate-expired"], states={"tls-name-mismatch": "excluded"}),
    "tls-name-mismatch": case("TLS_WRONGHOST", "fault", ["tls-name-mismatch"]),
    "tls12-refused": case("TLS10", "fault", ["tls12-refused"]),
    "tls-self-signed": case("TLS_SELF", "fault", ["tls-self-signed", "tls-root-unknown"]),
    "dns-failed": case(None, "fault", ["dns-failed"], {}, {"server_url": "https://ndes.invalid/certsrv/mscep/mscep.dll"}),
    "connect-failed": case("REFUSED", "fault", ["connect-failed"], states={"dns-failed": "excluded"}),
    "not-ndes": case("PORTAL", "fault", ["not-ndes"]),
    "not-http": case("SSH", "fault", ["not-ndes"]),
    "scep-path-wrong": case("S404", "fault", ["scep-path-wrong"]),
    "no-answer": case("HANG", "fault", ["no-answer"], options=["--timeout", "4"]),
    "forbidden-by-iis": case("CAPS_403", "fault", ["forbidden-by-iis"], states={"app-pool-stopped": "excluded", "dns-failed": "excluded"}),
    "anonymous-authentication-off": case("S401", "fault", ["anonymous-authentication-off"],
                                         states={"dns-failed": "excluded", "request-not-reaching-iis": "untested"}),
    "tls-certificate-expiring": case("TLS_SOON", "fault", ["forbidden-by-iis", "tls-certificate-expiring"], states={"tls-certificate-expired": "excluded"}),
    "general-page-alone": case("GENERAL", "inconclusive", [], needs=["which-connector"]),
    "internal-error-alone": case("S500", "fault", ["ndes-internal-error"], needs=["internal-error"],
                                 states={"impersonation-right-missing": "untested", "service-account-locked": "untested"}),
}
EXIT = {"healthy": 0, "fixed": 0, "fault": 3, "refused-later": 3, "inconclusive": 4}


def command(name, s, folder):
    sets = dict(s["sets"])
    if s["server"]:
        sets.setdefault("server_url", os.environ["SRV_URL_" + s["server"]])
    cmd = [CASEBOOK, "run", "--auto", "--json", "--db", os.path.join(folder, "cases.db"), "--ca", os.environ["SRV_PKI"] + "/root.pem"]
    for key, value in sets.items():
        cmd += ["--set", f"{key}={value}"]
    if s["files"]:
        cmd += ["--evidence", write(os.path.join(folder, name), s["files"])]
    if s["answers"]:
        path = os.path.join(folder, name + ".answers.yaml")
        with open(path, "w") as f:
            f.writelines(f"{k}: {v}\n" for k, v in s["answers"].items())
        cmd += ["--answers", path]
    return cmd + list(s["options"])


def check(name, s, folder, keep):
    cmd = command(name, s, folder)
    if keep:
        print(" ".join(cmd))
    done = subprocess.run(cmd, capture_output=True, text=True, timeout=120)
    wrong = []
    try:
        out = json.loads(done.stdout)
    except ValueError:
        return [f"no JSON, exit {done.returncode}: {done.stderr.strip()[:400]}"]
    found = sorted(f["id"] for f in out["findings"])
    if out["verdict"] != s["verdict"]:
        wrong.append(f"verdict {out['verdict']}, not {s['verdict']}")
    if done.returncode != EXIT[s["verdict"]]:
        wrong.append(f"exit {done.returncode}")
    if found != sorted(s["findings"]):
        wrong.append(f"findings {found}, not {sorted(s['findings'])}")
    rows = {r["cause"]: r for r in out["differential"]}
    for cause, state in s["states"].items():
        if rows[cause]["state"] != state:
            wrong.append(f"{cause} is {rows[cause]['state']}, not {state}: {rows[cause]['by']}")
    for f in out["findings"]:
        if f["severity"] == "fault" and not f["evidence"] and not s["answers"]:
            wrong.append(f"{f['id']} cites no evidence")
    if s["needs"] is not None and not {n["step"] for n in out["needs"]} >= set(s["needs"]):
        wrong.append(f"needs {out['needs']}")
    if wrong:
        wrong.append("path " + " > ".join(f"{p['step']}={p['answer']}({p['by']})" for p in out["path"]))
    return wrong


def main():
    args = sys.argv[1:]
    keep = "-k" in args
    names = [a for a in args if a != "-k"] or list(SCENARIOS)
    failed = 0
    with tempfile.TemporaryDirectory() as folder, concurrent.futures.ThreadPoolExecutor(4) as pool:
        runs = {}
        for name in names:
            own = os.path.join(folder, name + ".d")
            os.mkdir(own)
            runs[name] = pool.submit(check, name, SCENARIOS[name], own, keep)
        for name, run in runs.items():
            wrong = run.result()
            failed += bool(wrong)
            print(("not ok " if wrong else "ok ") + name + "".join("\n    " + w for w in wrong), flush=True)
    print(f"{len(names) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
