#!/bin/bash
# Tests that take minutes of processor time, in the build that CTest made: long.sh [BUILD_DIR]
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
build=$(cd "${1:-$here/../build/dev}" && pwd)
export CASEBOOK=$build/ui/casebook CASEBOOK_PROBE=$build/engine/probe/casebook-probe SCEP_DOUBLE=$build/tests/probe/scep_double
failed=""

stage() { # name, command...
	echo "== $1"
	shift
	"$@" || failed="$failed $1"
}

stage "properties of the diagnosis over every scenario" "$here/scenarios/properties.sh" --sample 0
[ -z "$failed" ] || { echo "== Failed:$failed"; exit 1; }
echo "== All passed."
