#!/bin/bash
# examples.py; where its situations are run, while the servers that they need are up.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
case ${1:-} in
--live | --record) exec python3 "$here/../lib/servers.py" --only s500,s503,ndes_ra -- python3 "$here/examples.py" "$@" ;;
esac
exec python3 "$here/examples.py" "$@"
