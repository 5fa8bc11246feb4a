#!/bin/bash
# Every scenario of scenarios.py against the servers of tests/lib/servers.py: alone, and with Enter pressed again and again.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
[ $# = 0 ] || exec python3 "$here/../lib/servers.py" -- python3 "$here/scenarios.py" "$@"
exec python3 "$here/../lib/servers.py" -- sh -ec "python3 '$here/scenarios.py'; python3 '$here/enter.py'"
