#!/bin/bash
# examples.py while the servers that its scenarios need are up.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
exec python3 "$here/../lib/servers.py" --only s500,s503,ndes_ra -- python3 "$here/examples.py" "$@"
