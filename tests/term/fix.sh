#!/bin/sh
# A cause, its checklist, "fixed", and the same check again; then an answer against the check.
. "${0%/*}/lib.sh"
serve
echo 503 >"$dir/status"

start 120x30 "$CASEBOOK" run "$SOURCE_DIR/tests/term/walk.yaml" --set "server_url=$url/status" --set platform=android
see 'The application pool is not started' '☐' 'Check again'
keys Space
see '☑'
keys 2
gone '☐'
echo 403 >"$dir/status"
keys Down
keys Enter
see 'It works now.' '403'

keys q
ends 0

# Against what the check saw: asked back once, both are kept.
start 120x30 "$CASEBOOK" run "$SOURCE_DIR/tests/term/walk.yaml" --set "server_url=$url/403" --set platform=android
see 'Does IIS_IUSRS have the right'
keys '<'
see 'The checks saw: 403 Forbidden' 'Go on: 403 Forbidden'
keys o
see 'Something else'
keys 4
see 'Answer against what the checks saw?'
keys Up Enter
see 'Does IIS_IUSRS have the right' '≠'
keys '<'
see 'What does the server answer?'
keys C-c
ends 130
see 'casebook resume 2'
