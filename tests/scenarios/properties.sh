#!/bin/bash
# The properties of properties.py over the scenarios, against the servers of tests/lib/servers.py and the list of those that do not hold yet.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
exec python3 "$here/../lib/servers.py" -- python3 "$here/properties.py" --open "$here/open-properties.txt" "$@"
