#!/bin/sh
# SIGKILL at any moment loses nothing that was called saved; a crash gives the terminal back.
. "${0%/*}/lib.sh"
serve
walk="$SOURCE_DIR/tests/term/walk.yaml"

start 100x30 "$CASEBOOK" run "$walk" --set "server_url=$url/403" --set platform=ios
see 'Does IIS_IUSRS have the right' 'saved ✓' '▸Files'
kill -KILL "$(program_pid)"
ends 137
start 100x30 "$CASEBOOK" resume 1 --flow "$walk"
see 'Does IIS_IUSRS have the right' '▸Files' '#1' '403'
keys Escape t
see 'Trail' '403 Forbidden'

# Sequences that no description names are no Esc, and command nothing.
keys Escape t
see 'Trail'
tm send-keys -H 1b 5b 31 7e
tm send-keys -H 1b 5b 39 39 3b 31 71
keys '?'
see 'Signs'
keys Escape
see 'Trail'
keys Escape
gone 'Trail'
for sig in USR1 ALRM; do
	kill -$sig "$(program_pid)"
	see 'Case 1 is saved' 'casebook resume 1'
	start 100x30 "$CASEBOOK" resume 1 --flow "$walk"
	see 'Does IIS_IUSRS have the right'
done

# A crash: the terminal is as it was.
kill -SEGV "$(program_pid)"
n=0
until [ -e "$dir/rc" ]; do
	n=$((n + 1))
	[ "$n" -lt 300 ] || fail 'SIGSEGV did not end it'
	sleep 0.05
done
tty=$(tm display-message -p '#{pane_tty}')
stty -a <"$tty" | grep -q ' icanon' || fail 'the terminal was not given back'
stty -a <"$tty" | grep -q ' echo ' || fail 'the terminal does not echo'
never 'Does IIS_IUSRS'
see 'Case 1 is saved' 'casebook resume 1'
