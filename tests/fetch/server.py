"""OpenSSH's sshd on loopback as a Windows server would answer, and the person's ssh that reaches it.

sshd comes from CASEBOOK_SSHD (tests unpack Debian's package, which would start a service when installed) or the system; libnss-wrapper
gives it an account whose shell is windows.py.
"""
import base64, csv, json, os, pathlib, shutil, socket, subprocess, sys, threading

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
COLUMNS = ("id group place probes file form writes seconds kib admin sure why discloses text powershell").split()


def table():
    with open(ROOT / "assets/collectors.tsv", newline="") as f:
        rows = csv.reader((line for line in f if not line.startswith("#")), delimiter="\t", quoting=csv.QUOTE_NONE)
        return [dict(zip(COLUMNS, row, strict=True)) for row in rows]


def words_for(row, shell, places):
    """What reaches the server: made here from the table's own rules, not by the program."""
    def fill(text):
        for name, value in places.items():
            text = text.replace("{" + name + "}", value)
        return text
    if row["form"] == "ps":
        return fill(row["text"]) if shell == "powershell" else 'powershell -NoProfile -NonInteractive -Command "' + fill(row["text"]) + '"'
    if shell == "cmd":
        return fill(row["text"])
    return fill(row["powershell"]) if row["powershell"] != "-" else "cmd /d /c '" + fill(row["text"]).replace("'", "''") + "'"


def find(name):
    given = os.environ.get("CASEBOOK_SSHD_ROOT", "")
    for path in (given + name, name):
        if os.path.exists(path):
            return path
    return None


def missing():
    """How a test ends when start() found no sshd: skipped, unless nothing may be left out."""
    print("no sshd here")
    return 1 if os.environ.get("CASEBOOK_TESTS_ALL") else 77


class Server:
    def __init__(self, folder, shell="cmd"):
        self.folder = pathlib.Path(folder)
        self.disk = self.folder / "C"
        self.temp = "Users/admin/AppData/Local/Temp"
        self.data = {"shell": shell, "disk": str(self.disk), "temp": self.temp, "answers": {}}
        (self.disk / self.temp).mkdir(parents=True)
        self.uid = 65534 if os.geteuid() == 0 else os.geteuid()
        self.process = None

    def answer(self, words, out=b"", **more):
        self.data["answers"][words] = {"out": base64.b64encode(out).decode(), **more}

    def save(self):
        (self.folder / "server.json").write_text(json.dumps(self.data))

    def pipe(self, name):
        """Open at both ends as long as the test has it: neither side waits for the other to come."""
        path = self.folder / name
        os.mkfifo(path)
        os.chmod(path, 0o666)
        return os.open(path, os.O_RDWR | os.O_CLOEXEC)

    def start(self):
        f = self.folder
        sshd, sftp = find("/usr/sbin/sshd"), find("/usr/lib/openssh/sftp-server")
        if not sshd or not sftp:
            return False
        (f / "shell").symlink_to(HERE / "windows.py")
        for name in ("host", "key", "other"):
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", f / name], check=True)
        shutil.copy(f / "key.pub", f / "authorized")
        (f / "passwd").write_text(f"admin:x:{self.uid}:{os.getegid() if self.uid == os.geteuid() else 65534}::{f}:{f}/shell\n")
        with socket.create_server(("127.0.0.1", 0)) as door:
            self.port = door.getsockname()[1]
        (f / "sshd.conf").write_text(f"""Port {self.port}
ListenAddress 127.0.0.1
HostKey {f}/host
AuthorizedKeysFile {f}/authorized
StrictModes no
UsePAM no
PidFile none
PasswordAuthentication no
KbdInteractiveAuthentication no
MaxSessions 12
Subsystem sftp {sftp}
""")
        self.know(f / "host.pub")
        (f / "ssh.conf").write_text(f"IdentityFile {f}/key\nUserKnownHostsFile {f}/known\nGlobalKnownHostsFile none\nStrictHostKeyChecking yes\n"
                                    "BatchMode yes\nIdentitiesOnly yes\n")
        (f / "ssh").write_text(f'#!/bin/sh\nexec ssh -F "{f}/ssh.conf" "$@"\n')
        (f / "ssh").chmod(0o755)
        self.save()
        subprocess.run(["chmod", "-R", "a+rwX", f], check=True)
        for name in ("host", "key", "other"):
            os.chmod(f / name, 0o600)
        if os.geteuid() == 0:
            os.chown(f / "host", self.uid, -1)
        env = dict(os.environ, LD_PRELOAD="libnss_wrapper.so", NSS_WRAPPER_PASSWD=str(f / "passwd"), NSS_WRAPPER_GROUP="/etc/group")
        command = [sshd, "-D", "-e", "-f", str(f / "sshd.conf")]
        if os.geteuid() == 0:
            command = ["setpriv", f"--reuid={self.uid}", "--regid=65534", "--clear-groups", *command]
        self.process = subprocess.Popen(command, env=env, stderr=subprocess.PIPE)
        said = b""
        for line in self.process.stderr:
            said += line
            if b"Server listening" in line:
                threading.Thread(target=self.process.stderr.read, daemon=True).start()  # the rest is for nobody
                return True
        sys.exit("sshd did not start: " + said.decode(errors="replace"))

    def know(self, public):
        key = " ".join(pathlib.Path(public).read_text().split()[:2])
        (self.folder / "known").write_text(f"[127.0.0.1]:{self.port} {key}\n")

    def url(self, user="admin"):
        return f"ssh://{user}@127.0.0.1:{self.port}"

    def refused(self):
        path = self.folder / "refused"
        return path.read_text().splitlines() if path.exists() else []

    def given(self):
        return sum(int(p.read_text() or 0) for p in self.folder.glob("given-*"))

    def stop(self):
        if self.process is not None:
            self.process.terminate()
            self.process.wait()
