#!/bin/bash
# Every scenario of scenarios.py against the servers of tests/lib/servers.py.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
exec python3 "$here/../lib/servers.py" -- python3 "$here/scenarios.py" "$@"
