#!/bin/sh
# Esc stops a check that would hang; the question can be answered, and the check run again.
. "${0%/*}/lib.sh"
serve

start 100x30 "$CASEBOOK" run "$SOURCE_DIR/tests/term/walk.yaml" --set "server_url=$url/hang" --set platform=ios
see 'HTTP GET' 'Esc stop'
keys Enter
see 'still running'
keys Escape
see 'stopped' 'check again'
keys r
see 'Esc stop'
keys 4
see 'Does IIS_IUSRS have the right'
keys q
ends 0
