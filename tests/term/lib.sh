# Drives casebook in a private tmux server and looks at its screen.  Waits by polling
# for what should appear, never for a time.  Needs $CASEBOOK and $SOURCE_DIR.
set -eu

: "${CASEBOOK:?}" "${SOURCE_DIR:?}"
dir=$(mktemp -d "${TMPDIR:-/tmp}/casebook-term-XXXXXX")
sock=casebook-term-$$
round=0
server_pid=
export XDG_DATA_HOME="$dir/data" HOME="$dir" LANG=C.UTF-8 LC_ALL=C.UTF-8
unset NO_COLOR TMUX http_proxy https_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY all_proxy || true

tm() { tmux -L "$sock" -f /dev/null "$@"; }

clean_up() {
	rc=$?
	tm kill-server 2>/dev/null || true
	if [ -n "$server_pid" ]; then
		kill "$server_pid" 2>/dev/null || true
		wait "$server_pid" 2>/dev/null || true
	fi
	# What the terminal ran may still be writing its last record.
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		rm -rf "$dir" 2>/dev/null && break
		sleep 0.2
	done
	exit "$rc"
}
trap clean_up EXIT
trap 'exit 1' INT TERM

fail() {
	printf 'FAILED: %s\n--- the screen:\n' "$*" >&2
	screen >&2 || true
	exit 1
}

# start COLSxROWS COMMAND...: in a fresh terminal; its exit code ends up in $dir/rc.
start() {
	size=$1
	shift
	rm -f "$dir/rc"
	fresh_server
	tm new-session -d -x "${size%x*}" -y "${size#*x}" sh "$dir/run.sh" "$@"
	after_start "$size"
}

# A server that is going down does not take sessions: each gets a name of its own.
fresh_server() {
	tm kill-server 2>/dev/null || true
	round=$((round + 1))
	sock=casebook-term-$$-$round
}

after_start() {
	tm set -g status off
	tm set -g default-terminal tmux-256color
	tm resize-window -x "${1%x*}" -y "${1#*x}" 2>/dev/null || true
}

screen() { tm capture-pane -p; }
colours() { tm capture-pane -e -p; }
keys() { tm send-keys "$@"; }
type_text() { tm send-keys -l "$1"; }
resize() { tm resize-window -x "${1%x*}" -y "${1#*x}"; }

# see TEXT...: each of them on the screen.  A machine that does much else takes its time: a minute at least, but a program
# that has ended draws nothing more.
see() {
	for text in "$@"; do
		n=0
		ended=0
		until screen | grep -qF -- "$text"; do
			n=$((n + 1))
			[ ! -e "$dir/rc" ] || ended=$((ended + 1))
			[ "$n" -lt 1200 ] || fail "'$text' did not appear"
			[ "$ended" -lt 60 ] || fail "'$text' did not appear; the program ended with $(cat "$dir/rc")"
			sleep 0.05
		done
	done
}

gone() {
	n=0
	while screen | grep -qF -- "$1"; do
		n=$((n + 1))
		[ "$n" -lt 1200 ] || fail "'$1' did not go away"
		sleep 0.05
	done
}

never() { ! screen | grep -qF -- "$1" || fail "'$1' should not be there"; }

# ends CODE: the command ends with that exit code.
ends() {
	n=0
	until [ -e "$dir/rc" ]; do
		n=$((n + 1))
		[ "$n" -lt 1200 ] || fail "the program did not end"
		sleep 0.05
	done
	[ "$(cat "$dir/rc")" = "$1" ] || fail "exit code $(cat "$dir/rc"), not $1"
}

# The process of casebook in the pane.
program_pid() {
	pane=$(tm display-message -p '#{pane_pid}')
	pgrep -P "$pane" -x casebook
}

# A server on loopback: $url/403 and the like answer that status, $url/hang never answers.
serve() {
	python3 "$SOURCE_DIR/tests/term/server.py" "$dir/port" "$dir/status" &
	server_pid=$!
	n=0
	until [ -s "$dir/port" ]; do
		n=$((n + 1))
		[ "$n" -lt 1200 ] || fail "the test server did not start"
		sleep 0.05
	done
	url=http://127.0.0.1:$(cat "$dir/port")
}

rights() { # rights FILE yes|no: an export of secedit
	sid=
	[ "$2" = no ] || sid=,*S-1-5-32-568
	printf '[Unicode]\r\nUnicode=yes\r\n[Version]\r\nsignature="$CHICAGO$"\r\nRevision=1\r\n[Privilege Rights]\r\nSeImpersonatePrivilege = *S-1-5-19,*S-1-5-20%s\r\n' "$sid" >"$1"
}

# Ctrl-C reaches this shell too, which must live to tell the exit code.
cat >"$dir/run.sh" <<END
trap : INT
"\$@"
echo \$? >"$dir/rc.new"
mv "$dir/rc.new" "$dir/rc"
exec sleep 600
END
