#!/bin/bash
# A person's way with the real flow and a real server, from the first screen to the exported HTML, at 100x30 and 80x24.
# SHOTS=FOLDER keeps the screens as text with colours (for the pictures in assets/screens).
set -eu
: "${SRV_URL_S503:?}"
. "$SOURCE_DIR/tests/term/lib.sh"

shot() {
	[ -n "${SHOTS:-}" ] || return 0
	sleep 0.3
	colours >"$SHOTS/$1-$size.ansi"
}

# skip_fields HEADING: every field of that step that is still empty is skipped.
skip_fields() {
	while screen | grep -qF "$1" && screen | grep -qE '│ +(›|●|○)'; do
		before=$(screen | cksum)
		keys C-n
		n=0
		while [ "$(screen | cksum)" = "$before" ] && [ $n -lt 100 ]; do
			n=$((n + 1))
			sleep 0.05
		done
	done
}

cat >"$dir/u_ex261122.log" <<'LOG'
#Software: Microsoft Internet Information Services 10.0
#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) sc-status sc-substatus sc-win32-status time-taken
2026-11-22 09:00:00 10.0.0.5 GET / - 443 - 10.5.14.1 Mozilla/5.0 - 200 0 0 1
LOG

walk() {
	size=$1
	rm -rf "$dir/data" "$dir/report.html"
	start "$size" "$CASEBOOK"
	see 'Device does not reach NDES' 'q quit'
	shot start
	keys n
	see 'What is wrong?' 'An HTTPS service does not answer'
	keys Enter
	see 'Title'
	keys Enter
	see 'What do you know already?' 'SCEP server URL'
	type_text "$SRV_URL_S503"
	shot form
	keys Enter
	see 'Platform of the device'
	skip_fields 'What do you know already?'
	see 'What does the IIS log of the NDES server show'
	type_text "$dir/u_"
	keys Tab
	see 'u_ex261122.log'
	shot iis-log
	keys Enter
	see 'what the check saw'
	skip_fields 'What does the IIS log of the NDES server show'
	keys Enter
	see 'Which device log can you look at?'
	keys Enter
	see 'Can the server be reached from here?' 'what the check saw'
	keys Enter
	see 'What does the SCEP server URL answer?' '503' 'what the check saw'
	shot server-url
	keys c
	see 'Causes' 'The SCEP application pool is not started' 'supported'
	shot causes
	keys Escape m
	see 'Map' 'the case stands here' 'The nearest fix or end is'
	shot map
	keys m
	see 'what the check saw'
	keys Enter
	see 'Is the SCEP application pool started'
	skip_fields 'Is the SCEP application pool started'
	keys 3
	see 'The SCEP application pool is not started' 'IIS Manager'
	keys Space
	shot fix
	keys e
	see 'Write the report'
	keys C-u
	type_text "$dir/report.html"
	keys Enter
	see 'Written:'
	keys q
	ends 0
	grep -q '<html' "$dir/report.html" || fail 'the report is no HTML'
	grep -q 'The SCEP application pool is not started' "$dir/report.html" || fail 'the report lacks the finding'
}

walk 100x30
walk 80x24
