#!/bin/sh
# The start screen: help, cases that were begun, search, delete, and into a case and back.
. "${0%/*}/lib.sh"
serve

start 100x30 "$CASEBOOK"
see 'casebook' 'quit' '? help'
keys '?'
see 'Start screen' 'Signs' 'Ctrl-L'
keys Escape
gone 'Signs'
keys q
ends 0

start 80x24 "$CASEBOOK" run "$SOURCE_DIR/tests/term/walk.yaml" --set "server_url=$url/403" --set platform=ios
see 'Does IIS_IUSRS have the right'
keys q
ends 0

start 80x24 "$CASEBOOK"
see '#1' '127.0.0.1' 'open' '1 open'
keys /
see 'Search'
type_text 'nosuchword'
keys Enter
see 'Nothing found'
keys Escape
see '#1'
keys d
see 'Delete #1' 'y / n'
keys n
see '#1'
keys d
keys y
see 'The case is deleted.' '0 open'
keys q
ends 0

# From a case to the list and back into it.
start 100x30 "$CASEBOOK" run "$SOURCE_DIR/tests/term/walk.yaml" --set "server_url=$url/403" --set platform=ios
see 'Does IIS_IUSRS have the right'
keys s
see 'Go on with a case' 'Start a new case'
keys Enter
see 'Does IIS_IUSRS have the right' '▸Files'
keys q
ends 0
