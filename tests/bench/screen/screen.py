#!/usr/bin/env python3
"""First frame, cost of a key and idleness of the wizard, against the least that a curses program can do.

Interleaved runs, so that what else the machine does hits both alike.  Figures are medians; "best" is the
fastest run, which says most on a busy machine.  Finds the programs through CASEBOOK and BENCH_BIN.
"""
import json, os, pathlib, shutil, statistics, subprocess, sys, tempfile

CASEBOOK, BIN = os.environ["CASEBOOK"], pathlib.Path(os.environ["BENCH_BIN"])
ROUNDS = int(sys.argv[1]) if len(sys.argv) > 1 else 21
KEYS = "dd" + "du" * 40


def run(size, keys, *command):
    out = subprocess.run([BIN / "pty_time", size, keys, *command], capture_output=True, text=True, check=True)
    return json.loads(out.stdout)


def rows(home):
    """A store with some cases, made by the program itself."""
    flow = pathlib.Path(os.environ["SOURCE_DIR"]) / "tests/term/walk.yaml"
    for i in range(6):
        subprocess.run([CASEBOOK, "run", flow, "--auto", "--no-network", "--set", f"server_url=http://host{i}.example/"],
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def main():
    home = tempfile.mkdtemp(prefix="casebook-bench-")
    os.environ["XDG_DATA_HOME"] = home
    os.environ.setdefault("LC_ALL", "C.UTF-8")
    rows(home)
    kinds = {
        "floor": [BIN / "screen_floor"],
        "start": [CASEBOOK],
        "step": [CASEBOOK, "resume", "1", "--no-network", "--flow", os.environ["SOURCE_DIR"] + "/tests/term/walk.yaml"],
    }
    try:
        for size in ("80x24", "100x30", "200x60"):
            got = {k: [] for k in kinds}
            for i in range(ROUNDS):
                for k, command in kinds.items():
                    got[k].append(run(size, KEYS if i % 7 == 0 else "-", *command))
            print(size)
            for k, list_ in got.items():
                keyed = [r for r in list_ if "key_bytes" in r]
                def med(key, of=list_):
                    return statistics.median(r[key] for r in of)
                def best(key, of=list_):
                    return min(r[key] for r in of)
                print(f"  {k:6} first byte {med('first_byte_ms'):6.2f} (best {best('first_byte_ms'):5.2f})  "
                      f"first frame {med('first_frame_ms'):6.2f} (best {best('first_frame_ms'):5.2f})  "
                      f"quiet {med('quiet_ms'):6.2f} (best {best('quiet_ms'):5.2f}) ms  CPU {med('cpu_ms'):5.2f} "
                      f"(best {best('cpu_ms'):5.2f}) ms  RSS {med('rss_kib') / 1024:.1f} MiB")
                print(f"         a key: {med('key_bytes', keyed):.0f} bytes (most {max(r['key_bytes_max'] for r in keyed):.0f}), "
                      f"{med('key_ms', keyed):.2f} ms (p99 {med('key_ms_p99', keyed):.2f}), CPU {best('key_cpu_us', keyed):.0f} us; "
                      f"idle wake-ups {max(r['idle_wakeups'] for r in list_)}")
    finally:
        shutil.rmtree(home, ignore_errors=True)


main()
