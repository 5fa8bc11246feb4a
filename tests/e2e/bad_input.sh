#!/bin/bash
# Bad input gets a clear error and the right exit code, and what was recorded is still there.
set -u
tmp=$(mktemp -d)
trap 'umount "$tmp/full" 2>/dev/null; chmod -R u+w "$tmp"; rm -rf "$tmp"' EXIT
failed=0
db=$tmp/cases.db

# expect NAME EXIT WORDS -- COMMAND...: the exit code, and words on stderr or stdout
expect() {
	name=$1 code=$2 words=$3
	shift 4
	"$@" >"$tmp/out" 2>"$tmp/err" </dev/null
	rc=$?
	if [ "$rc" != "$code" ] || ! cat "$tmp/out" "$tmp/err" | grep -qiE -- "$words"; then
		echo "not ok $name: exit $rc, expected $code with /$words/"
		head -n 5 "$tmp/err" "$tmp/out"
		failed=1
	else
		echo "ok $name: $(cat "$tmp/err" "$tmp/out" | grep -iE -m1 -- "$words" | cut -c1-150)"
	fi
}

run=("$CASEBOOK" run --auto --db "$db")
expect 'a good case first' 4 'inconclusive' -- "${run[@]}" --no-network --json
before=$("$CASEBOOK" case list --json --db "$db" | jq '.cases | length')

printf 'flow: x\nsteps: {a: {ask: Q, answers: {y: {label: Y, go: nowhere}}}}\n' >"$tmp/broken.yaml"
expect 'a broken flow' 2 'broken.yaml:2:[0-9]+: unknown_target' -- "$CASEBOOK" flow check "$tmp/broken.yaml"
expect 'a broken flow is not run' 2 'broken.yaml' -- "$CASEBOOK" run "$tmp/broken.yaml" --auto --db "$db"
printf '\377\330\377\340\0\020JFIF\0\001\001\0\0\001\0\001\0\0' >"$tmp/photo.jpg"
expect 'a log that is a JPEG, as evidence' 4 'photo.jpg.*JPEG' -- "${run[@]}" --no-network --evidence "$tmp/photo.jpg"
expect 'a log that is a JPEG, as a probe' 4 'photo.jpg.*JPEG' -- "$CASEBOOK" probe iis.log file="$tmp/photo.jpg"
expect 'evidence that is not there' 2 'no-such-file' -- "${run[@]}" --evidence "$tmp/no-such-file"
expect 'a URL with a control character' 2 'control character' -- "${run[@]}" --set "server_url=https://ndes.example/$(printf '\033')[31mmscep.dll"
expect 'a URL that is none' 2 'server_url' -- "${run[@]}" --set server_url=ftp://ndes.example/mscep.dll
expect 'an input that the flow has not' 2 'server_url' -- "${run[@]}" --set colour=red
expect 'a choice that is none' 2 'android' -- "${run[@]}" --set platform=amiga
expect 'an unknown option' 2 'unknown option' -- "${run[@]}" --frobnicate
expect 'an unknown command' 2 'no command' -- "$CASEBOOK" frobnicate
printf 'no-such-step: yes\n' >"$tmp/answers.yaml"
expect 'answers to no step' 2 'no-such-step' -- "${run[@]}" --answers "$tmp/answers.yaml"
expect 'a case that is not there' 2 'no case' -- "$CASEBOOK" report 999 --db "$db"
expect 'a server that never answers' 3 'no-answer|port is open' -- "${run[@]}" --timeout 3 --set "server_url=$SRV_URL_SILENT"
expect 'a server that sends garbage' 3 'not-ndes|Something else' -- "${run[@]}" --set "server_url=$SRV_URL_SSH"
expect 'a server that sends control bytes' 3 '.' -- "${run[@]}" --set "server_url=$SRV_URL_CONTROL_BYTES"
if grep -q "$(printf '\033')" "$tmp/out" "$tmp/err"; then
	echo 'not ok: an escape character of the server reached the output'
	failed=1
fi

cp "$db" "$tmp/readonly.db"
chmod a-w "$tmp/readonly.db"
if [ "$(id -u)" = 0 ]; then
	# root writes where it likes; a read-only mount stops root as well
	mkdir "$tmp/ro" && mount -t tmpfs none "$tmp/ro" && cp "$db" "$tmp/ro/cases.db" && mount -o remount,ro "$tmp/ro" && ro=$tmp/ro/cases.db
else
	ro=$tmp/readonly.db
fi
if [ -n "${ro:-}" ]; then
	expect 'a read-only database' 1 'cannot be written|read-only' -- "$CASEBOOK" run --auto --no-network --db "$ro"
	expect 'a read-only database can be read' 0 'open|inconclusive|wait' -- "$CASEBOOK" case list --db "$ro"
	umount "$tmp/ro" 2>/dev/null
fi
mkdir "$tmp/full"
if mount -t tmpfs -o size=200k none "$tmp/full" 2>/dev/null; then
	"$CASEBOOK" run --auto --no-network --db "$tmp/full/cases.db" >/dev/null 2>&1
	head -c 10M /dev/zero >"$tmp/full/filler" 2>/dev/null
	expect 'a full disk' 1 'full' -- "$CASEBOOK" run --auto --no-network --db "$tmp/full/cases.db"
	expect 'a full disk keeps what was there' 0 'flow|case|open|wait' -- "$CASEBOOK" case list --db "$tmp/full/cases.db"
	umount "$tmp/full"
elif [ "$(id -u)" = 0 ]; then
	echo 'note: this machine mounts no tmpfs; the store tests cover a full disk through their VFS'
fi
head -c 5000 /dev/urandom >"$tmp/noise.db"
expect 'a database that is none' 1 'noise.db' -- "$CASEBOOK" case list --db "$tmp/noise.db"
mkdir "$tmp/alone" && cp "$CASEBOOK" "$tmp/alone/casebook"
expect 'a program without its helper' 4 'dns.resolve: casebook-probe was not found' -- \
	env -u CASEBOOK_PROBE "$tmp/alone/casebook" run https-service --auto --db "$db" --set url=http://127.0.0.1:9/
expect 'standard output that is full' 1 'could not be written|full' -- bash -c '"$CASEBOOK" probes > /dev/full'

after=$("$CASEBOOK" case list --json --db "$db" | jq '.cases | length')
if [ "$after" -lt "$before" ] || ! "$CASEBOOK" case verify --db "$db" >"$tmp/out" 2>&1; then
	echo "not ok: cases were lost or do not verify ($before before, $after after)"
	failed=1
fi
exit $failed
