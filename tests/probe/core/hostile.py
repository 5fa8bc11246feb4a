#!/usr/bin/env python3
"""Every live probe against every peer that misbehaves, in HTTP and in TLS: one clear outcome, in bounded time and memory."""
import concurrent.futures
import os
import pathlib
import resource
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "lib"))
import dns_server  # noqa: E402
import rawpeers  # noqa: E402
from probe_check import Checker  # noqa: E402

SANITIZED = bool(os.environ.get("SANITIZED"))
# Every third pair, and every sixth of a sanitized helper, which takes its time to start; over all targets each probe has its turn.
# tests/long.sh tries every pair.
TIMEOUT, AT_ONCE, EVERY = ("5", 8, 6) if SANITIZED else ("2", 12, int(os.environ.get("HOSTILE_EVERY", "3")))
MOST_MB = 256  # of any process: a body is cut at 1 MB, a certificate store is 0.2 MB
E = os.environ
PATH = "/certsrv/mscep/mscep.dll"
c = Checker()


def targets():
    """(name, url, environment)"""
    for name in list(rawpeers.PEERS) + ["refused", "no_accept"]:
        port = E["SRV_" + name.upper()]
        yield name, f"http://127.0.0.1:{port}{PATH}", {}
        yield "tls to " + name, f"https://127.0.0.1:{port}{PATH}", {}
    for name in ("tls_client_required", "tls_reset_later", "tls_silent"):
        yield name, E["SRV_URL_" + name.upper()], {}
    env = {"CASEBOOK_RESOLVER": dns_server.start()}
    for host in ("silent.test", "garbage.test", "fail.test", "loop.test", "nothere.test"):
        yield host, f"https://{host}{PATH}", env


def one(row):
    probe, name, url, env = row
    rc, e = c.run(probe, "url=" + url, "--ca=" + E["SRV_PKI"] + "/root.pem", "--timeout=" + TIMEOUT, "--allow-external",
                  "--allow-side-effects", env=env)
    assert e["outcome"] in ("measured", "unreached", "timeout"), f"outcome {e['outcome']}: {e['why']}"
    assert rc in (0, 3, 4), f"exit code {rc}"
    assert e["why"] is None or len(e["why"]) > 10, e["why"]


def guarded(row):
    try:
        one(row)
    except Exception as error:  # whatever it is, it is a line of the result
        c.fail(f"{row[0]} against {row[1]}", str(error).splitlines()[0] if str(error) else repr(error))


probes = [p["id"] for p in c.probes.values() if p["kind"] == "live" and any(a["key"] == "url" for a in p["params"])]
rows = [(p, *t) for k, t in enumerate(targets()) for i, p in enumerate(probes) if (i + k) % EVERY == 0]
with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
    list(pool.map(guarded, rows))
c.done = len(rows)
most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
print(f"{len(probes)} probes, {len(rows)} pairs, largest process {most} MB")
if not SANITIZED and most > MOST_MB:
    c.fail("memory", f"{most} MB")
c.end()
