#!/bin/sh
# A click marks, a click on the marked line takes; reports of the mouse are no keys, and end with the program.
. "${0%/*}/lib.sh"
serve
start 80x24 "$CASEBOOK" run "$SOURCE_DIR/tests/term/walk.yaml" --set "server_url=$url/503" --set platform=ios
see 'Check again'
click() { # click TEXT: the left button, down and up, as xterm reports it
	row=$(screen | grep -nF -- "$1" | head -1 | cut -d: -f1)
	# shellcheck disable=SC2046
	tm send-keys -H $(printf '\033[<0;9;%dM\033[<0;9;%dm' "$row" "$row" | od -An -tx1)
}
click 'Check again'
see '▸ 3  Check again'
click 'IIS Manager'
see '▸ 1'
click 'IIS Manager'
see '☑'
# An old report, whose last bytes would be keys: q leaves nothing.
tm send-keys -H 1b 5b 4d 20 71 71
click 'Check again'
see '▸ 3  Check again' '☑'
keys q
ends 0
# The shell gets no reports.
[ "$(tm display-message -p '#{mouse_any_flag}')" = 0 ] || fail 'the mouse is still asked for'
start 80x24 env TERM=vt100 "$CASEBOOK" run "$SOURCE_DIR/tests/term/walk.yaml" --set "server_url=$url/503" --set platform=ios
see 'Check again'
[ "$(tm display-message -p '#{mouse_any_flag}')" = 0 ] || fail 'a vt100 has no mouse'
keys q
ends 0
