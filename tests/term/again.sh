#!/bin/sh
# Check again is a comparison: before and now by the same check; the second time Enter hands over.
. "${0%/*}/lib.sh"
serve
echo 503 >"$dir/status"

start 100x30 "$CASEBOOK" run "$SOURCE_DIR/tests/term/walk.yaml" --set "server_url=$url/status" --set platform=android
see 'The application pool is not started' '☐'
keys Space 2 Down Enter
see 'Not fixed yet.' 'before' 'now' '503' '▸ 1  Next cause'
keys 2
see 'The application pool is not started'
see '▸ 3  Check again'
keys Enter
see 'Not fixed yet, the second time.' '▸ 3  Hand over'
keys Enter
see 'Handed over: The application pool is not started'
keys q
ends 0
"$CASEBOOK" case show 1 --flow "$SOURCE_DIR/tests/term/walk.yaml" >"$dir/shown" 2>&1 || "$CASEBOOK" case show 1 >"$dir/shown"
grep -q 'escalate' "$dir/shown" || fail 'handing over is not in the record'

echo 503 >"$dir/status"
start 100x30 "$CASEBOOK" run "$SOURCE_DIR/tests/term/walk.yaml" --set "server_url=$url/status" --set platform=android
see 'The application pool is not started'
keys Space 2
gone '☐'
echo 403 >"$dir/status"
keys Down Enter
see 'It works now.' 'before' '503' 'now' '403' '▸ 1  Finish'
keys Enter
see 'It works again' 'FIXED' '▸ 1  Read the report'
keys q
ends 0
