#!/bin/bash
# The Debian package: the same bytes from two folders at two times, no error of lintian, hardened programs, and, in a
# bare Debian (debootstrap; as root, with a mirror), installed, used and removed without a trace.
#   package.sh [--here]    --here: only what needs no debootstrap
set -euo pipefail
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
work=$(mktemp -d)
mounted=""
trap '[ -z "$mounted" ] || umount "$mounted"; rm -rf "$work"' EXIT
failed=0
bad() { echo "not ok: $*"; failed=1; }

. "$top/assets/packages.sh"
# shellcheck disable=SC2086
install_packages $build_packages lintian binutils debootstrap dpkg-dev

export SOURCE_DATE_EPOCH
commit=$(git -C "$top" rev-parse HEAD) # the same one twice, whatever is committed meanwhile
SOURCE_DATE_EPOCH=$(git -C "$top" log -1 --format=%ct "$commit")
for folder in one another/place; do
	mkdir -p "$work/$folder"
	git -C "$top" archive "$commit" | tar -x -C "$work/$folder"
	(cd "$work/$folder" && cmake --preset release -G Ninja && cmake --build build/release --target package) >"$work/log" 2>&1 ||
		{ tail -n 20 "$work/log"; exit 1; }
done
one=$(echo "$work"/one/build/release/*.deb)
another=$(echo "$work"/another/place/build/release/*.deb)
sha256sum "$one" "$another" | sed 's#/.*/##'
cmp "$one" "$another" || bad "two builds differ"
! lintian --allow-root --fail-on error "$one" | grep '^E:' || bad "lintian finds errors"

mkdir "$work/x"
dpkg-deb -x "$one" "$work/x"
! grep -rqF "$work" "$work/x" || bad "the folder of the build stands in the package"
for program in "$work"/x/usr/bin/casebook "$work"/x/usr/libexec/casebook/*; do
	name=${program##*/}
	readelf -Wh "$program" | grep 'Type: *DYN' >/dev/null || bad "$name is no PIE"
	readelf -Wl "$program" | grep GNU_RELRO >/dev/null || bad "$name has no RELRO"
	readelf -Wd "$program" | grep NOW >/dev/null || bad "$name binds lazily"
	! readelf -Wl "$program" | grep 'GNU_STACK.*RWE' || bad "$name has an executable stack"
	readelf -Ws "$program" | grep __stack_chk_fail >/dev/null || bad "$name has no stack protector"
	# casebook-zip copies through buffers of known size alone.
	[ "$name" = casebook-zip ] || readelf -Ws "$program" | grep '_chk@' >/dev/null || bad "$name has no fortified call"
done
if [ "$(uname -m)" = x86_64 ]; then # Debian's start files lack the mark, so the objects are looked at
	find "$work/one/build/release/engine" -name '*.c.o' | sort | sed -n '1,40p' | while read -r object; do
		readelf -n "$object" | grep 'IBT, SHSTK' >/dev/null || echo "$object"
	done >"$work/no-cet"
	[ ! -s "$work/no-cet" ] || bad "$(wc -l <"$work/no-cet") objects have no CET"
fi

if [ "${1:-}" != --here ]; then
	root=$work/debian
	# Either form of the list of sources may be the only one that is there.
	mirror=$(cat /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null |
		sed -n 's/^deb \(\[[^]]*\] \)\?\(http[^ ]*\) .*/\2/p; s/^URIs: *\([^ ]*\).*/\1/p' | sed -n 1p || true)
	debootstrap --variant=minbase bookworm "$root" ${mirror:+"$mirror"} >"$work/log" 2>&1 || { tail -n 5 "$work/log"; exit 1; }
	mount -t proc proc "$root/proc" && mounted=$root/proc # a program finds those beside it by /proc/self/exe
	cp "$one" "$root/casebook.deb"
	cp /etc/apt/apt.conf.d/* "$root/etc/apt/apt.conf.d/" 2>/dev/null || true
	in_root() { chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root DEBIAN_FRONTEND=noninteractive "$@"; }
	in_root apt-get update -qq >"$work/log" 2>&1
	in_root find / -xdev -path /proc -prune -o -path /var -prune -o -print | sort >"$work/before"
	in_root apt-get install -y -qq --no-install-recommends /casebook.deb >>"$work/log" 2>&1 || { tail -n 20 "$work/log"; exit 1; }
	in_root casebook --version || bad "it does not start"
	in_root casebook explain 0x80190194 | grep 404 >/dev/null || bad "explain says nothing"
	in_root casebook practice pool-was-found-stopped --explain --db /tmp/p.db | grep app-pool-stopped >/dev/null || bad "practice does not work"
	in_root apt-get purge -y -qq casebook >>"$work/log" 2>&1
	in_root sh -c 'find / -name "*casebook*" -not -path "/proc/*" -not -path /casebook.deb -not -path "/var/lib/apt/*" -not -path "/var/log/*"' >"$work/left"
	[ ! -s "$work/left" ] || bad "left behind: $(cat "$work/left")"
fi
[ "$failed" = 0 ] && echo "ok: $(basename "$one"), $(stat -c %s "$one") bytes"
exit "$failed"
