#!/bin/sh
# The kernel's own count: 100 answers more are exactly 100 syncs more.  t_fault counts the same below SQLite, and
# runs everywhere; this one needs ptrace.
set -eu
append_n=$1
# The leak checker cannot work under ptrace.
export ASAN_OPTIONS="${ASAN_OPTIONS:-}:detect_leaks=0"
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

if ! command -v strace >/dev/null || ! strace -o "$dir/try" -e trace=fdatasync true 2>"$dir/why"; then
	echo "NOT TRIED: strace does not work here: $(cat "$dir/why" 2>/dev/null)"
	exit 77
fi

syncs() { # of a run with $1 answers
	rm -f "$dir"/cases.db*
	strace -f -o "$dir/trace" -e trace=fsync,fdatasync,sync,syncfs,sync_file_range,msync "$append_n" "$dir/cases.db" "$1"
	grep -c -E '(sync|sync_file_range)\(' "$dir/trace"
}

few=$(syncs 50)
many=$(syncs 150)
echo "50 answers: $few syncs in all; 150 answers: $many"
if [ $((many - few)) -ne 100 ]; then
	echo "100 answers more are $((many - few)) syncs more, not 100"
	exit 1
fi
if ! grep -q fdatasync "$dir/trace"; then
	echo "there is no fdatasync in the trace"
	exit 1
fi
