#!/bin/bash
# Runs a script of this folder while the servers of tests/lib/servers.py are up.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
exec python3 "$here/../lib/servers.py" -- "$here/$1"
