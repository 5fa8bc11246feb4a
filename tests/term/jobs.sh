#!/bin/sh
# Ctrl-Z gives the shell its terminal, fg takes it again; a signal from outside ends in order.
. "${0%/*}/lib.sh"
serve
mark=0

# The shell has the terminal: it answers, each time with another number.
shell_answers() {
	mark=$((mark + 1))
	n=0
	until screen | grep -qF "mark-$mark-here"; do
		n=$((n + 1))
		[ "$n" -lt 100 ] || fail 'the shell does not answer'
		[ $((n % 20)) -ne 1 ] || { type_text " echo mark-$mark-\"here\""; keys Enter; }
		sleep 0.05
	done
}

# Stopped by the kernel, not merely about to be.
stopped() {
	n=0
	until grep -q 'State:.T' "/proc/$pid/status"; do
		n=$((n + 1))
		[ "$n" -lt 300 ] || fail 'it does not stop'
		sleep 0.05
	done
}

fresh_server
tm new-session -d -x 100 -y 30 env PS1='shell> ' bash --norc --noprofile -i
after_start 120x30
see 'shell>'
type_text "$CASEBOOK run $SOURCE_DIR/tests/term/walk.yaml --set server_url=$url/403 --set platform=ios"
keys Enter
see 'Does IIS_IUSRS'
pid=$(pgrep -P "$(tm display-message -p '#{pane_pid}')" -x casebook)
keys C-z
stopped
shell_answers
type_text 'clear; stty -a'
keys Enter
see ' icanon' ' echo '
type_text 'fg'
keys Enter
see 'Does IIS_IUSRS' '? help' 'Causes'
never 'icanon'

# The window changes while it sleeps.
keys C-z
stopped
resize 60x20
shell_answers
type_text 'clear; fg'
keys Enter
see 'Does IIS_IUSRS' '? help'
never 'Causes'
resize 120x30
see 'Causes'

# A stop that was not ours: the screen is drawn again.
kill -STOP "$pid"
stopped
shell_answers
type_text 'clear; fg'
keys Enter
see 'Does IIS_IUSRS' 'Causes'
kill -TERM "$pid"
see 'casebook resume 1'
type_text 'echo "code $?"; stty -a'
keys Enter
see 'code 130' ' icanon' ' echo '
