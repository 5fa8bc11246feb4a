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
export CTEST_OUTPUT_ON_FAILURE=1 CMAKE_GENERATOR=Ninja
jobs=$(nproc)

build() { # preset
	echo "== $1: build"
	cmake --preset "$1" >"build/$1.log" 2>&1 && cmake --build "build/$1" -j "$jobs" >>"build/$1.log" 2>&1 ||
		{ tail -n 40 "build/$1.log"; echo "The $1 build failed; the whole log is in build/$1.log."; exit 1; }
}
mkdir -p build
build dev
echo "== dev: all tests"
ctest --test-dir build/dev -j "$jobs" --no-tests=error "$@"
build asan
echo "== asan: unit tests, fuzz seeds, runner and store under AddressSanitizer and UndefinedBehaviorSanitizer"
ASAN_OPTIONS=abort_on_error=1:detect_leaks=1 UBSAN_OPTIONS=print_stacktrace=1 \
	ctest --test-dir build/asan -j "$jobs" -L 'unit|asan' "$@"
