#!/usr/bin/env python3
"""Long texts without a line break pass the gate in time that grows with their length: harmless ones stay as they are, and of what is said
again and again, each time with a value to the end, no value stays.  Were it to grow with the square, this would not end in time.

    long.py FILTER
"""
import subprocess
import sys

SIZE = 256 * 1024
SECRET = "Gk7wQ2vTz9pLr4"
HARMLESS = ["alpha beta gamma, ", '{"a":1,"bc":"deux"},', "the pki said so, ", "://a.test/x "]
REPEATED = ["pwd=", "pwd=[", "pwd>", "pwd=x ", "pwd=${", "cookie: ", "[enc:a:", "eyJ.", "curl ", "net use ", "-----BEGIN PRIVATE KEY", "pwd=&amp;",
            "password of a: b1=", 'pwd=\\"', "?a=b&", "psexec -p ", "psexec -p \"", "echo a | kinit ", "net use * x ", "setx a_pw b ", "reg add /v password /d ",
            "networkcredential('", "a:b@c:1", "it: <b><b>"]


def main():
    texts = [(p * (SIZE // len(p) + 1))[:SIZE] for p in HARMLESS]
    texts += [(p * (SIZE // len(p) + 1))[:SIZE] + f"\npassword={SECRET}" for p in REPEATED]
    done = subprocess.run([sys.argv[1]], input="\0".join(texts).encode(), capture_output=True, check=True)
    out = done.stdout.decode().split("\0")[:-1]
    assert len(out) == len(texts), (len(out), len(texts))
    for pattern, text, clean in zip(HARMLESS, texts, out):
        assert clean == text, f"{pattern!r} was changed: {clean[:200]!r}"
    for pattern, clean in zip(REPEATED, out[len(HARMLESS):]):
        assert SECRET not in clean and "<removed, " in clean, f"the secret behind {pattern!r} came through"
    print(f"{len(texts)} texts of {SIZE // 1024} KB passed")


if __name__ == "__main__":
    main()
