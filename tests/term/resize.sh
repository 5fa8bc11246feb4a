#!/bin/sh
# The window changes while a check runs: to the smallest size, below it, and back.
. "${0%/*}/lib.sh"
serve

start 120x30 "$CASEBOOK" run "$SOURCE_DIR/tests/term/walk.yaml" --set "server_url=$url/hang" --set platform=ios
see 'What does the server answer?' 'Causes' 'Esc stop'
resize 80x24
gone 'Causes'
see 'What does the server answer?' 'Esc stop'
resize 40x12
see 'What does the server answer?' '403 Forbidden'
resize 20x5
see 'Too small'
resize 120x40
see 'What does the server answer?' 'Causes' 'Esc stop' '? help'
never 'Too small'
keys Escape
see 'stopped'
keys q
ends 0
