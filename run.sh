#!/bin/bash
# Installs what casebook needs, builds it and starts it; arguments go to casebook.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/assets/packages.sh"
# shellcheck disable=SC2086
install_packages $build_packages
build=$here/build/release
log=$here/build/run.log
mkdir -p "$here/build"
if ! { [ -f "$build/CMakeCache.txt" ] || cmake -S "$here" --preset release -G Ninja; } >"$log" 2>&1 ||
	! cmake --build "$build" >>"$log" 2>&1; then
	tail -n 30 "$log" >&2
	echo "The build failed; the whole log is in build/run.log." >&2
	exit 1
fi
exec "$build/ui/casebook" "$@"
