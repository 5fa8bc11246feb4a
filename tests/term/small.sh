#!/bin/sh
# 40x12 can do everything; below 30x8 one line says what to do.
. "${0%/*}/lib.sh"
serve
rights "$dir/rights.inf" no

start 40x12 "$CASEBOOK" run "$SOURCE_DIR/tests/term/walk.yaml"
see 'Which server, which device?'
type_text "$url/403"
keys Enter
see 'Does IIS_IUSRS' '3/5 Files' '▸'
keys PPage
type_text "$dir/rights.inf"
keys Enter
see 'The application pool is not'
keys NPage
keys NPage
keys c
see 'The application pool is not'
keys Escape '?'
see 'This page' 'Space ticks'
keys Escape e
see 'Write the report'
keys Escape q
ends 0

start 29x7 "$CASEBOOK"
see 'Too small' '--plain'
keys q
ends 0
