#!/usr/bin/env -S python3 -SI
"""The shell of a Windows server, replayed: sshd starts it as `windows.py -c COMMAND`, as Windows' sshd starts cmd.exe and PowerShell.

server.json beside the link that names it says which shell it is, what each command prints (base64), with which code, and
where the disk C: lies here.  A command that is not there, byte for byte, is written to `refused` and fails.  `sftp-server` is the real one,
behind a relay that makes /C:/ a folder of this machine and counts the bytes of files that it gave.
"""
import base64, json, os, re, sys, time

HERE = os.path.dirname(os.path.abspath(sys.argv[0]))  # of the link, not of this file
CMD = re.compile(r"echo #begin& (.*) & call echo #exit=%\^ERRORLEVEL%", re.S)
PS = re.compile(r"'#begin';(.*);'#exit='\+\$LASTEXITCODE", re.S)


def put(data):
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def refuse(command):
    with open(os.path.join(HERE, "refused"), "a") as f:
        f.write(command + "\n")
    sys.exit(1)


def hold(server):
    """Tells the test by one pipe that it waits, and goes on when the test says so by the other."""
    if server.get("holds"):
        with open(os.path.join(HERE, "holding"), "w") as f:
            f.write(".")
        with open(os.path.join(HERE, "go"), buffering=0, mode="rb") as f:
            f.read(1)


def temp_file(command, server):
    """A command that makes or removes its one file in %TEMP%: 0, 1 or None when it is neither."""
    folder = os.path.join(server["disk"], server["temp"])
    if any(re.fullmatch(one, command) for one in server.get("fails", [])):
        return 1
    made = re.fullmatch(server.get("makes", "$^"), command)
    if made:
        hold(server)
        with open(os.path.join(folder, made.group(1)), "wb") as f:
            f.write(base64.b64decode(server["made"]))
        with open(os.path.join(folder, made.group(1) + ".log"), "w") as f:
            f.write("done\n")
        return 0
    gone = re.fullmatch(r'del /q "%TEMP%\\([\w.-]+)" "%TEMP%\\\1\.log" 2>nul& if exist "%TEMP%\\\1" echo #left', command) or \
        re.fullmatch(r"Remove-Item \$env:TEMP\\([\w.-]+),\$env:TEMP\\\1\.log -ErrorAction SilentlyContinue;if \(Test-Path \$env:TEMP\\\1\) "
                     r"\{'#left'\}", command)
    if not gone:
        return None
    for name in (gone.group(1), gone.group(1) + ".log"):
        if os.path.exists(os.path.join(folder, name)) and not server.get("keeps"):
            os.remove(os.path.join(folder, name))
    if os.path.exists(os.path.join(folder, gone.group(1))):
        put(b"#left\r\n")
    return 0


def shell(command):
    with open(os.path.join(HERE, "server.json")) as f:
        server = json.load(f)
    if command.endswith("sftp-server") and server.get("no_sftp"):
        return 127
    if command.endswith("sftp-server"):
        return relay(command, server)
    put(server.get("greeting", "").encode())
    if command == "echo casebook %ComSpec% $PSHOME":
        return put({"cmd": b"casebook C:\\Windows\\system32\\cmd.exe $PSHOME\r\n",
                    "powershell": b"casebook\r\n%ComSpec%\r\nC:\\Windows\\System32\\WindowsPowerShell\\v1.0\r\n",
                    "sh": b"casebook %ComSpec%\n"}[server["shell"]])
    inside = (PS if server["shell"] == "powershell" else CMD).fullmatch(command)
    if not inside:
        refuse(command)
    put(b"#begin\r\n")
    code = temp_file(inside.group(1), server)
    if code is None:
        answer = server["answers"].get(inside.group(1))
        if answer is None:
            refuse(inside.group(1))
        time.sleep(answer.get("seconds", 0))
        put(base64.b64decode(answer.get("out", "")) * answer.get("times", 1))
        sys.stderr.write(answer.get("err", ""))
        if answer.get("cut"):
            os._exit(1)
        code = answer.get("code", 0)
    put(f"#exit={code}\r\n".encode())


# ---- SFTP ----

def exactly(f, n):
    data = b""
    while len(data) < n:
        more = f.read(n - len(data))
        if not more:
            os._exit(0)
        data += more
    return data


def relay(command, server):
    import struct, subprocess, threading  # slow to load, and a server starts a shell for each command
    real = subprocess.Popen([command], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def ask():
        while True:
            n, = struct.unpack(">I", exactly(sys.stdin.buffer, 4))
            body = exactly(sys.stdin.buffer, n)
            if body[0] in (3, 11, 17, 7):  # OPEN, OPENDIR, STAT, LSTAT
                size, = struct.unpack(">I", body[5:9])
                path, rest = body[9:9 + size].decode(), body[9 + size:]
                if body[0] == 3 and struct.unpack(">I", rest[:4])[0] != 1:
                    refuse("open for writing: " + path)
                if not path.startswith("/C:/"):
                    refuse("path: " + path)
                path = (server["disk"] + path[3:]).encode()
                body = body[:5] + struct.pack(">I", len(path)) + path + rest
            elif body[0] not in (1, 4, 5, 8, 12):  # INIT, CLOSE, READ, FSTAT, READDIR
                refuse(f"packet {body[0]}")
            real.stdin.write(struct.pack(">I", len(body)) + body)
            real.stdin.flush()

    threading.Thread(target=ask, daemon=True).start()
    given = 0
    while True:
        n, = struct.unpack(">I", exactly(real.stdout, 4))
        body = exactly(real.stdout, n)
        if body[0] == 103:
            given += len(body) - 9
            with open(os.path.join(HERE, f"given-{os.getpid()}"), "w") as f:
                f.write(str(given))
        put(struct.pack(">I", n) + body)


if __name__ == "__main__":
    if len(sys.argv) == 3 and sys.argv[1] == "-c":
        shell(sys.argv[2])
