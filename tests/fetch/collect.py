#!/usr/bin/env python3
"""casebook collect against OpenSSH's sshd with the shell of a Windows server (windows.py): every command word for word from the table, both
shells, logs by ranges, temporary files deleted, and each way in which a server can refuse."""
import base64, datetime as dt, json, os, pathlib, re, select, signal, subprocess, sys, tempfile

import jsonschema

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "scenarios"), str(HERE.parent / "e2e")]
import scenario  # noqa: E402
import server  # noqa: E402

CASEBOOK = os.environ["CASEBOOK"]
MADE = HERE.parent / "scenarios/made"
# what a row is called among the files of a scenario, where that is another name
OTHER = {"http.txt": "http.reg", "mscep-cainfo.txt": "mscep-cainfo.reg", "mscep-modules.txt": "mscep-modules.reg"}
PLACES = {"WINDIR": "C:\\Windows", "SYSTEMDRIVE": "C:", "TEMP": "C:\\Users\\admin\\AppData\\Local\\Temp", "SITE": "Default Web Site",
          "SITEID": "1", "CA": "CA01.contoso.example\\Contoso Issuing CA 1", "SAM": "svc_ndes", "MS": "604800000"}
APPS = b'<?xml version="1.0" encoding="UTF-8"?>\r\n<appcmd>\r\n    <APP APP.NAME="Default Web Site/CertSrv/mscep" path="/CertSrv/mscep" ' \
       b'SITE.NAME="Default Web Site" />\r\n</appcmd>\r\n'
POOL = b"SpecificUser\r\nCONTOSO\\svc_ndes\r\ntrue\r\nfalse\r\ntrue\r\ntrue\r\n5\r\n"
CA = b"\r\nHKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Cryptography\\MSCEP\\CAInfo\r\n    Configuration    REG_SZ    CA01.contoso.example\\Contoso Issuing CA 1\r\n\r\n"
bad = []


def check(ok, words):
    if not ok:
        bad.append(words)
        print("not so:", words, flush=True)


def casebook(s, *args, home, **more):
    env = dict(os.environ, CASEBOOK_SSH=str(s.folder / "ssh"), XDG_DATA_HOME=str(home), XDG_CONFIG_HOME=str(home), LC_ALL="C.UTF-8")
    home.mkdir(exist_ok=True)
    return subprocess.run([CASEBOOK, *map(str, args)], env=env, cwd=home, capture_output=True, text=True, stdin=subprocess.DEVNULL, **more)


def about(now):
    return ("casebook-about=1\r\ncomputer=NDES01\r\nfqdn=NDES01.contoso.example\r\nutc=%s\r\nzone=W. Europe Standard Time\r\noffset_min=60\r\n"
            "oemcp=850\r\nmscep=True\r\n" % now.strftime("%Y-%m-%dT%H:%M:%SZ")).encode()


def fill(s, base, now):
    """The server answers with the files of a scenario; what it has not is not there."""
    shell = s.data["shell"]
    own = {"places": b"C:\\Windows\r\nC:\r\n" + PLACES["TEMP"].encode() + b"\r\n", "about": about(now), "iis-apps": APPS, "apppool-scep": POOL,
           "mscep-ca": CA}
    for row in server.table():
        if row["form"] == "log":
            continue
        words = server.words_for(row, shell, PLACES)
        path = base / OTHER.get(row["file"], row["file"])
        if row["form"] == "temp":
            like = re.escape(server.words_for(row, shell, dict(PLACES, TN="@"))).replace("@", r"([\w.-]+)", 1).replace("@", r"\1")
            if row["id"] == "user-rights" and path.exists():
                s.data.update(makes=like, made=base64.b64encode(path.read_bytes()).decode())
            else:
                s.data.setdefault("fails", []).append(like)
        elif row["id"] in own:
            s.answer(words, own[row["id"]])
        elif path.exists() and path.is_file():
            s.answer(words, path.read_bytes())
        else:
            s.answer(words, code=15007 if row["file"].endswith(".xml") else 1)
    for name, there in (("iis", "inetpub/logs/LogFiles/W3SVC1"), ("httperr", "Windows/System32/LogFiles/HTTPERR")):
        (s.disk / there).mkdir(parents=True, exist_ok=True)
        for path in sorted((base / name).glob("*")) if (base / name).exists() else []:
            (s.disk / there / path.name).write_bytes(path.read_bytes())
    s.save()
    subprocess.run(["chmod", "-R", "a+rwX", s.disk, s.folder / "server.json"], check=True)


def files_of(folder):
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(pathlib.Path(folder).rglob("*")) if p.is_file()}


def whole(top, shell):
    """All files of the server arrive byte for byte, and say what they say as files."""
    s = server.Server(top / shell, shell)
    if shell == "powershell":
        s.data["greeting"] = "Welcome to CONTOSO\r\nLoading profile #exit=3\r\n"
    if not s.start():
        return None
    p = scenario.Play(scenario.Scenario(str(MADE / "whole-folder-dying")), str(top / (shell + "-case")))
    base = pathlib.Path(p.base)
    fill(s, base, dt.datetime.now(dt.timezone.utc))
    try:
        r = casebook(s, "collect", s.url(), home=top / (shell + "-home"))
        check(r.returncode == 0, f"{shell}: exit {r.returncode}: {r.stderr[-600:]}")
        check(s.refused() == [], f"{shell}: commands that no table has: {s.refused()}")
        folder = top / (shell + "-home") / r.stdout.strip().splitlines()[-1]
        got = files_of(folder)
        wanted = {OTHER.get(n, n): n for n in got}
        for name, data in files_of(base).items():
            if name != "mscep-cainfo.reg" and any(row["file"] == wanted.get(name, name) or name.startswith(row["file"] + "/") for row in server.table()):
                mine = got.get(wanted.get(name, name))
                check(mine == data, f"{shell}: {name} is not the file of the server ({mine is None and 'not there' or 'other bytes'})")
        check("computer: NDES01.contoso.example\n" in got["about.txt"].decode() and "role: ndes\n" in got["about.txt"].decode(),
              f"{shell}: about.txt is {got['about.txt'].decode()[:200]}")
        check(list((s.disk / s.temp).iterdir()) == [], f"{shell}: the temporary files are still there")
        if shell == "cmd":
            by = [json.loads(casebook(s, "run", "--auto", "--json", "--no-network", "--evidence", f, home=top / f"{shell}-{i}").stdout)
                  for i, f in enumerate((folder, base))]
            by = [([f["id"] for f in b["findings"]], b["verdict"]) for b in by]
            check(by[0] == by[1] and by[0][0], f"{shell}: over SSH {by[0]}, by files {by[1]}")
    finally:
        p.close()
    return s


def refusals(s, top):
    """Each goes its own way, and the rest goes on."""
    shell, table = s.data["shell"], {row["id"]: row for row in server.table()}

    def words(name):
        return server.words_for(table[name], shell, PLACES)

    s.answer(words("services"), err="Access is denied.\r\n", code=5)
    s.answer(words("my-store"), b"half of a st", cut=True)
    s.answer(words("ca-ping"), b"CertUtil: -ping command FAILED: 0x80070005\r\n", code=-2147024891)
    s.answer(words("certs"), err="powershell is not recognized\r\n", code=9009)
    s.answer(words("root-store"), b"x" * 1000000, times=12)
    s.data["keeps"] = True
    s.save()
    r = casebook(s, "collect", s.url(), home=top / "refusals")
    told = {line.split()[0]: line for line in r.stderr.splitlines() if line.startswith("  ") and line.split()}
    folder = top / "refusals" / r.stdout.strip().splitlines()[-1]
    check(r.returncode == 4, f"some missing is exit 4, not {r.returncode}")
    for name, what in (("services.txt", "refused"), ("my-store.txt", "cut"), ("ca-ping.txt", "cannot be asked this way"),
                       ("certs.pem", "no such program"), ("root-store.txt", "cut at its most bytes"), ("user-rights.inf", "delete it by hand")):
        check(what in told.get(name, ""), f"{name}: {told.get(name)!r}, not {what}")
    check(not (folder / "ca-ping.txt").exists() and not (folder / "services.txt").exists(), "what a refusal printed is kept as evidence")
    check((folder / "apppools.txt").exists(), "the rest did not go on")
    check((folder / "root-store.txt").stat().st_size == int(table["root-store"]["kib"]) * 1024, "the cut is not at the row's size")


def without_sftp(s, top):
    """What only SFTP brings is missing and says why; what commands print is there."""
    s.data["no_sftp"] = True
    s.save()
    r = casebook(s, "collect", s.url(), home=top / "no-sftp")
    s.data["no_sftp"] = False
    s.save()
    folder = top / "no-sftp" / r.stdout.strip().splitlines()[-1]
    check(r.returncode == 4, f"no SFTP is exit {r.returncode}")
    check("no files can be read there by SFTP" in r.stderr, f"no SFTP: {r.stderr[-600:]!r}")
    check((folder / "apppools.txt").exists(), "the rest did not go on without SFTP")
    check(not any(path.is_file() for path in (folder / "iis").rglob("*")) if (folder / "iis").exists() else True, "logs without SFTP")


def not_reached(s, top):
    home = top / "away"
    ssh_conf = s.folder / "ssh.conf"
    kept = ssh_conf.read_text()
    cases = {}
    s.know(s.folder / "other.pub")
    cases["changed"] = casebook(s, "collect", s.url(), home=home)
    (s.folder / "known").write_text("")
    cases["unknown"] = casebook(s, "collect", s.url(), home=home)
    s.know(s.folder / "host.pub")
    ssh_conf.write_text(kept.replace("/key\n", "/other\n"))
    cases["login"] = casebook(s, "collect", s.url(), home=home)
    ssh_conf.write_text(kept)
    cases["nobody"] = casebook(s, "collect", "ssh://admin@127.0.0.1:1", home=home)
    for name, words in (("changed", "host key is not the one"), ("unknown", "not known here"), ("login", "login was refused"), ("nobody", "nothing listens")):
        r = cases[name]
        check(r.returncode == 1 and words in r.stderr and r.stdout == "", f"{name}: exit {r.returncode}, {r.stderr[-300:]!r}")
    s.data["shell"] = "sh"
    s.save()
    r = casebook(s, "collect", s.url(), home=home)
    check(r.returncode == 1 and "no Windows server" in r.stderr, f"a POSIX shell: {r.returncode} {r.stderr[-200:]!r}")
    check(not list(home.glob("casebook-*")), "a folder is left where nothing was fetched")


def long_log(s, top):
    """Of a log of many days only the last three travel."""
    now = dt.datetime.now(dt.timezone.utc)
    folder = s.disk / "inetpub/logs/LogFiles/W3SVC1"
    for old in folder.glob("*"):
        old.unlink()
    head = "#Software: Microsoft Internet Information Services 10.0\r\n#Fields: date time cs-method cs-uri-stem sc-status\r\n"
    lines = 200000
    with open(folder / "u_ex260101.log", "w", newline="") as f:
        f.write(head)
        for i in range(lines):
            t = now - dt.timedelta(seconds=(lines - i) * 6)  # 14 days
            f.write(t.strftime("%Y-%m-%d %H:%M:%S") + " GET /certsrv/mscep/mscep.dll 200 with a tail that makes the line longer\r\n")
    size = (folder / "u_ex260101.log").stat().st_size
    before = s.given()
    r = casebook(s, "collect", s.url(), home=top / "long")
    got = (top / "long" / r.stdout.strip().splitlines()[-1] / "iis/u_ex260101.log").read_text().splitlines()
    since = (now - dt.timedelta(days=3)).strftime("%Y-%m-%d %H:%M:%S")
    within = [line for line in got[2:] if line[:19] >= since]
    check(got[0].startswith("#Software") and got[1].startswith("#Fields"), f"the log's head is {got[:2]}")
    check(len(within) >= 3 * 86400 // 6 - 2, f"{len(within)} lines of the span, {3 * 86400 // 6} were written")
    check(len(got) - len(within) < 2000, f"{len(got) - len(within)} lines before the span")
    check(s.given() - before < size / 3, f"{s.given() - before} of {size} bytes travelled")


def as_json(r):
    out = json.loads(r.stdout)
    jsonschema.Draft202012Validator(json.loads((HERE.parent.parent / "assets/collect.schema.json").read_text())).validate(out)
    return out


def for_case(s, top):
    """A case gets what it lacks, and no more is asked than that."""
    home = top / "case"
    r = casebook(s, "run", "--auto", "--no-network", "--set", "server_url=https://ndes01.contoso.example/certsrv/mscep/mscep.dll", home=home)
    listed = casebook(s, "collect", "1", s.url(), "--list", home=home)
    everything = casebook(s, "collect", s.url(), "--list", home=home)
    check(listed.returncode == 0 and 0 < listed.stdout.count("\n  cmd:") <= everything.stdout.count("\n  cmd:"), "a case's list is as long as the whole")
    wanted = as_json(casebook(s, "collect", "1", s.url(), "--list", "--json", home=home))
    check(wanted["folder"] is None and {one["outcome"] for one in wanted["items"]} == {None}, "a list says what came of it")
    check([one["cmd"] for one in wanted["items"] if not one["by_sftp"]] == [line[15:] for line in listed.stdout.splitlines() if line.startswith("  cmd: ")],
          "the list for programs is another one than that for people")
    r = casebook(s, "collect", "1", s.url(), "--json", home=home)
    check(r.returncode in (0, 4), f"collect 1: {r.returncode} {r.stderr[-300:]}")
    came = as_json(r)
    check(os.path.isdir(came["folder"]) and {one["id"] for one in came["items"] if one["outcome"]} == {one["id"] for one in wanted["items"]},
          "not every item says what came of it")
    check(s.refused() == [], f"commands that no table has: {s.refused()}")
    after = casebook(s, "collect", "1", s.url(), "--list", home=home)
    check(after.stdout.count("\n  cmd:") < listed.stdout.count("\n  cmd:"), "what was fetched is asked for again")
    shown = casebook(s, "case", "show", "1", home=home).stdout
    check("collected/casebook-127.0.0.1-" in shown, "what was fetched is no evidence of the case")
    ran = casebook(s, "run", "--auto", "--json", "--no-network", "--collect", s.url(), home=top / "run")
    check(ran.returncode in (0, 3, 4) and "collected/casebook-127.0.0.1-" in ran.stdout, f"run --collect: {ran.returncode} {ran.stderr[-300:]}")


def interrupted(s, top):
    """Ctrl-C: nothing stays, neither here nor there."""
    run, home = top / "sockets", top / "stopped"
    run.mkdir()
    home.mkdir()
    s.data["holds"] = True
    s.save()
    holding, go = s.pipe("holding"), s.pipe("go")
    env = dict(os.environ, CASEBOOK_SSH=str(s.folder / "ssh"), XDG_DATA_HOME=str(home), XDG_RUNTIME_DIR=str(run), LC_ALL="C.UTF-8")
    p = subprocess.Popen([CASEBOOK, "collect", s.url()], env=env, cwd=home, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                         text=True, start_new_session=True)
    ended = os.pidfd_open(p.pid)
    told = select.select([holding, ended], [], [], 60)[0]
    check(holding in told and len(list(run.glob("*"))) == 1, "the command that makes a file was never started")
    os.killpg(p.pid, signal.SIGINT)
    os.write(go, b".")
    out, err = p.communicate(timeout=60)
    check(p.returncode == 130 and "stopped" in err, f"Ctrl-C: exit {p.returncode}, {err[-300:]!r}")
    check(list(run.glob("*")) == [], f"Ctrl-C leaves {list(run.glob('*'))}")
    check(list((s.disk / s.temp).iterdir()) == [], f"Ctrl-C leaves {list((s.disk / s.temp).iterdir())} on the server")
    left = subprocess.run(["ps", "-o", "stat,args", "-s", str(p.pid)], capture_output=True, text=True).stdout.splitlines()[1:]
    left = [one for one in left if not one.startswith("Z")]  # ended, and of nobody here
    check(left == [], f"Ctrl-C leaves {left}")
    s.data.pop("holds")
    s.save()
    for fd in (holding, go, ended):
        os.close(fd)


def addresses(s, top):
    for url, words in (("ssh://u:secret99@h", "password"), ("ssh://-oProxyCommand=x", "host"), ("ssh://h/path", "path"), ("ssh://h:99999", "port"),
                       ("https://h", "ssh://"), ("ssh://", "names no host"), ("ssh://a b@h;id", "host"), ("ssh://$(id)@h", "user"), ("ssh://u@h\x1b[2J", "host")):
        r = casebook(s, "collect", url, "--list", home=top / "urls")
        check(r.returncode == 2 and words in r.stderr and "secret99" not in r.stderr and "\x1b" not in r.stderr, f"{url!r}: {r.returncode} {r.stderr!r}")


def main():
    with tempfile.TemporaryDirectory(prefix="collect-") as t:
        top = pathlib.Path(t)
        os.chmod(top, 0o755)
        s = whole(top, "cmd")
        if s is None:
            return server.missing()
        other = None
        try:
            long_log(s, top)
            for_case(s, top)
            addresses(s, top)
            interrupted(s, top)
            refusals(s, top)
            without_sftp(s, top)
            not_reached(s, top)
            other = whole(top, "powershell")
        finally:
            s.stop()
            if other is not None:
                other.stop()
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
