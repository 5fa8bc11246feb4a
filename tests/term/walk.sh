#!/bin/sh
# A whole walk: form, live check, proposal, file with completion, the end, note, report, leave.
. "${0%/*}/lib.sh"
serve
rights "$dir/rights.inf" yes

start 100x30 "$CASEBOOK" run "$SOURCE_DIR/tests/term/walk.yaml"
see 'Which server, which device?' 'Server URL' 'F1 help'
type_text "$url/403"
keys Enter

# What the check decides is a line, not a page.
see 'Does IIS_IUSRS have the right' 'User rights' 'Server URL' '403' 'I cannot tell' 'saved ✓'
keys m
see 'Written for the tests, Rights'
keys m
gone 'Written for the tests, Rights'
type_text "$dir/ri"
keys Tab
see "rights.inf"
keys Enter
see 'The server is reached' 'PASSED' 'rights.inf' '▸Proof'
keys n
see 'A note for the record'
type_text 'Called the customer; q n c.'
keys Enter
see 'Noted.'

keys c
see 'Causes' 'The application pool is not started' 'excluded'
keys Escape t
see 'Trail' 'here' '403 Forbidden'
keys Escape M
see 'Map' 'the case stands here' 'The way ends here'
keys M X
see 'Certificates' 'No certificate was seen yet'
keys X f
see 'Evidence' 'HTTP GET' 'User rights'
keys Enter
see 'All that was measured' 'impersonate_iis_iusrs'
keys G
see 'SHA-256'
keys Escape Escape
see 'The server is reached'

keys v
see 'Report' 'PASSED' 'Tab next part'
keys Tab Tab Tab
gone 'PASSED'
keys BTab BTab BTab
see 'PASSED'
keys Escape
see 'The server is reached'
keys e
see 'Write the report' 'become tokens' 'casebook-1.'
keys C-u
type_text "$dir/report.html"
keys Enter
see 'Written:' "report.html"
grep -q '<html' "$dir/report.html" || fail 'the report is no HTML'
keys q
ends 0
see 'casebook resume 1'
never 'The server is reached'
