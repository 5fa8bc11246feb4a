#!/bin/sh
# The store cannot be written: the header says so, the work goes on, leaving asks twice.
. "${0%/*}/lib.sh"
serve
echo in the way >"$dir/file"

start 100x30 "$CASEBOOK" --db "$dir/file/cases.db"
see 'The cases cannot be read'
keys q
ends 0

start 100x30 "$CASEBOOK" run "$SOURCE_DIR/tests/term/walk.yaml" --db "$dir/file/cases.db" --set "server_url=$url/403" --set platform=ios
see 'Does IIS_IUSRS have the right' 'NOT SAVED'
keys e
see 'Write the report'
keys C-u
type_text "$dir/report.md"
keys Enter
see 'Written:'
grep -q '403' "$dir/report.md" || fail 'the report lacks what was seen'

# What is in the way goes: the next save brings all of it.
rm "$dir/file"
mkdir "$dir/file"
see 'saved ✓' '#1'
keys q
ends 0
"$CASEBOOK" case show 1 --db "$dir/file/cases.db" | grep -q '403' || fail 'the case was not saved later'

rm -r "$dir/file"
echo in the way >"$dir/file"
start 100x30 "$CASEBOOK" run "$SOURCE_DIR/tests/term/walk.yaml" --db "$dir/file/cases.db" --set "server_url=$url/403" --set platform=ios
see 'NOT SAVED'
keys q
see 'not saved' 'The same key again leaves'
keys q
ends 1
see 'NOT saved'
