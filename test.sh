#!/bin/bash
# Installs what the tests need, builds, and runs all of them: once plainly, once under ASan and UBSan.
#   ./test.sh            everything
#   ./test.sh -R REGEX   arguments go to ctest, for both builds
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$here"
. assets/packages.sh
# shellcheck disable=SC2086
install_packages $build_packages $test_packages
# shellcheck disable=SC2086
unpack_packages "$here/build/packages" $unpacked_packages
export CASEBOOK_SSHD_ROOT=$here/build/packages
export CTEST_OUTPUT_ON_FAILURE=1 CMAKE_GENERATOR=Ninja
export ASAN_OPTIONS=abort_on_error=1:detect_leaks=1 UBSAN_OPTIONS=print_stacktrace=1
# Everything that the tests need was installed above: what cannot run is a failure, not left out.
export CASEBOOK_TESTS_ALL=1
jobs=$(nproc)
# Many tests wait for a server, a screen or a deadline: twice as many as there are processors.
tests_at_once=$((2 * jobs))
failed=""
# Half of the work of a build is linking; where mold is installed, it does that.
! command -v mold >/dev/null || export LDFLAGS="${LDFLAGS:-} -fuse-ld=mold"

build() { # preset
	echo "== $1: build"
	cmake --preset "$1" >"build/$1.log" 2>&1 && cmake --build "build/$1" -j "$jobs" >>"build/$1.log" 2>&1 ||
		{ tail -n 40 "build/$1.log"; echo "The $1 build failed; the whole log is in build/$1.log."; exit 1; }
}

# Both stages run, whatever the first one finds: what it misses the other may see.
stage() { # preset, what it is, ctest arguments...
	local preset=$1 what=$2
	shift 2
	build "$preset"
	echo "== $preset: $what"
	ctest --test-dir "build/$preset" -j "$tests_at_once" --no-tests=error "$@" || failed="$failed $preset"
}

mkdir -p build
stage dev "all tests" "$@"
# Left out there: what looks at words and secrets, or reads what fuzz seeds read too (`plain`); tests/long.sh runs it.
# A test that was asked for by name need not be one of the second stage.
[ $# -gt 0 ] && none=ignore || none=error
# What a check in its own process meets goes to a log of its own, since no test sees its stderr.
export CASEBOOK_PROBE_STDERR=$here/build/asan-checks.log
rm -f "$CASEBOOK_PROBE_STDERR"
stage asan "units, fuzz seeds, servers, files and whole runs under AddressSanitizer and UndefinedBehaviorSanitizer" \
	--no-tests="$none" -L 'unit|asan|fuzz|wire|files|e2e' -LE plain "$@"
if [ -s "$CASEBOOK_PROBE_STDERR" ]; then
	head -n 60 "$CASEBOOK_PROBE_STDERR"
	echo "A check crashed or met a sanitizer; the whole log is in build/asan-checks.log."
	failed="$failed checks"
fi
[ -z "$failed" ] || { echo "== Failed:$failed"; exit 1; }
echo "== All passed."
