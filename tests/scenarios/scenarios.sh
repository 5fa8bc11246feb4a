#!/bin/bash
# The scenarios named (made cases e2e), against the servers of tests/lib/servers.py and the list of those that are known not to be right.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
exec python3 "$here/../lib/servers.py" -- python3 "$here/run.py" --open "$here/open.txt" "$@"
