#!/bin/sh
# Ctrl-Z gives the shell its terminal, fg takes it again; a signal from outside ends in order.
. "${0%/*}/lib.sh"
serve

fresh_server
tm new-session -d -x 100 -y 30 env PS1='shell> ' bash --norc --noprofile -i
after_start 100x30
see 'shell>'
type_text "$CASEBOOK run $SOURCE_DIR/tests/term/walk.yaml --set server_url=$url/403 --set platform=ios"
keys Enter
see 'The checks saw: 403 Forbidden'
keys C-z
see 'Stopped' 'shell>'
type_text 'stty -a'
keys Enter
see ' icanon' ' echo '
type_text 'echo some lines of the shell; fg'
keys Enter
see 'The checks saw: 403 Forbidden' '? help'
never 'some lines of the shell'
resize 80x24
see 'The checks saw' '? help'
keys C-z
see 'Stopped'
resize 100x30
type_text 'fg'
keys Enter
see 'The checks saw: 403 Forbidden' 'Causes'

# A stop that was not ours: the screen is drawn again.
pid=$(pgrep -P "$(tm display-message -p '#{pane_pid}')" -x casebook)
kill -STOP "$pid"
see 'shell>'
type_text 'clear; fg'
keys Enter
see 'The checks saw: 403 Forbidden'
kill -TERM "$pid"
see 'casebook resume 1' 'shell>'
type_text 'echo "code $?"; stty -a'
keys Enter
see 'code 130' ' icanon' ' echo '
