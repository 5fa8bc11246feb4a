#!/bin/bash
# `cmake -B build` is enough where the build packages alone are installed, and a cross build runs nothing that it has built.
set -euo pipefail
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
fail() { echo "$*"; exit 1; }

# What pkg-config finds here, but for cmocka.
mkdir "$tmp/pc"
IFS=: read -ra folders <<<"$(pkg-config --variable pc_path pkg-config)"
for folder in "${folders[@]}"; do
	for file in "$folder"/*.pc; do
		[ ! -e "$file" ] || [ "$(basename "$file")" = cmocka.pc ] || ln -sf "$file" "$tmp/pc/"
	done
done
configure() { # folder, cmake's arguments...
	local folder=$1
	shift
	env -u CMAKE_GENERATOR PKG_CONFIG_LIBDIR="$tmp/pc" PKG_CONFIG_PATH= cmake -S "$SOURCE_DIR" -B "$folder" "$@" >"$tmp/log" 2>&1
}
configure "$tmp/plain" || { cat "$tmp/log"; fail "cmake -B build fails without cmocka"; }
[ ! -e "$tmp/plain/tests" ] || fail "there are tests without cmocka"
! configure "$tmp/plain" -DCASEBOOK_TESTS=ON || fail "tests are asked for, cmocka is missing, and nobody says so"
grep -q cmocka "$tmp/log" || fail "the error does not name cmocka"

configure "$tmp/cross" -G Ninja -DCMAKE_SYSTEM_NAME=Linux -DCMAKE_SYSTEM_PROCESSOR=other || { cat "$tmp/log"; fail "no cross build"; }
# Every custom command is cmake's own; cpack comes with it.
commands=$(grep -E '^ *COMMAND = ' "$tmp/cross/build.ninja" | sed 's/.*COMMAND = //; s/cd [^&]* && //' | grep -vE '^[^ ]*/(c?cmake|cpack) ' || true)
[ -z "$commands" ] || fail "a cross build would run: $commands"
