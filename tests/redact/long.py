#!/usr/bin/env python3
"""Long texts in which each value holds the next one are redacted in time that grows with their length, and the names in them go.  Were it
to grow with the square, this would not end in time.

    long.py FILTER
"""
import subprocess
import sys

SIZE = 64 * 1024
NAME = "svcqx7"
REPEATED = ["1.1.1.1.", "S-1-", "user:", "dns=", "ca=", "message=", "certenroll/", "a.crl", "/home/x", "http://a@"]


def main():
    texts = [f"CONTOSO\\{NAME} " + (p * (SIZE // len(p))) + f" {NAME}" for p in REPEATED]
    done = subprocess.run([sys.argv[1]], input="\n".join(texts).encode() + b"\n", capture_output=True, check=True)
    out = done.stdout.decode().split("\n")[:-1]
    assert len(out) == len(texts), (len(out), len(texts))
    for pattern, text in zip(REPEATED, out):
        assert NAME not in text and text.startswith("DOMAIN-1\\ACCOUNT-1 "), f"before {pattern!r}: {text[:80]}"
    print(f"{len(texts)} texts of {SIZE // 1024} KB passed")


if __name__ == "__main__":
    main()
