#!/bin/bash
# What collect-ndes.cmd writes, healthy and with single faults, against the servers of tests/lib/servers.py.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
exec python3 "$here/../lib/servers.py" -- python3 "$here/collected.py" "$@"
