#!/bin/bash
# Tests that take minutes of processor time, in the build that CTest made: long.sh [BUILD_DIR]
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
build=$(cd "${1:-$here/../build/dev}" && pwd)
export SOURCE_DIR=$(cd "$here/.." && pwd) CASEBOOK=$build/ui/casebook CASEBOOK_PROBE=$build/engine/probe/casebook-probe SCEP_DOUBLE=$build/tests/lib/scep_double
failed=""

stage() { # name, command...
	echo "== $1"
	shift
	"$@" || failed="$failed $1"
}

for seed in a b c; do
	stage "planted secrets, seed $seed" "$here/secrets/hunt.py" --rounds 4 --seed "$seed"
done
stage "ten minutes of random keys on a terminal" "$here/term/monkey.py" 1000 600
stage "every walk at a screen, line by line and alone makes the same case" env WAYS_ALL=1 "$build/tests/ways/t_ways"
stage "generated secrets" "$here/secrets/gate.py" "$build/tests/secrets/secret_filter" --rounds 30 --seed long
stage "properties of the diagnosis over every scenario" "$here/scenarios/properties.sh" --sample 0
stage "every live check against every peer that misbehaves" \
	env HOSTILE_EVERY=1 ctest --test-dir "$build" --output-on-failure --no-tests=error -R '^probes_hostile$'
stage "no false claim by noise put into every scenario" python3 "$here/lib/servers.py" -- "$here/scenarios/noisy.py"
stage "a whole collection from a slow server with a log of 1 GB" "$here/fetch/bench.py"
stage "the Debian package" "$here/package.sh"
stage "every practice case leads to its cause" env BUILD_DIR="$build" "$here/practice/practice.py" --all
# Every scenario under the sanitizers, where build/asan is there: what a check in its own process meets goes to a log of
# its own, since no test sees its stderr.
sanitized=$(cd "$here/.." && pwd)/build/asan
if [ -d "$sanitized" ]; then
	export CASEBOOK_PROBE_STDERR=$sanitized-checks.log
	rm -f "$CASEBOOK_PROBE_STDERR"
	stage "scenarios, and what test.sh runs plainly only, under ASan and UBSan" \
		ctest --test-dir "$sanitized" -j "$(nproc)" --output-on-failure --no-tests=error -L 'scenarios|plain'
	stage "no check crashed or met a sanitizer" test ! -s "$CASEBOOK_PROBE_STDERR"
fi
[ -z "$failed" ] || { echo "== Failed:$failed"; exit 1; }
echo "== All passed."
