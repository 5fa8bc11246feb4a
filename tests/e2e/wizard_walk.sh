#!/bin/bash
# A person's ways with the real flow and real servers, from the first screen on, by as few keys as they need: a paste counts as
# one.  SHOTS=FOLDER keeps the screens as text with colours (for the pictures in assets/screens).
set -eu
: "${SRV_URL_S503:?}" "${SRV_URL_NDES_RA:?}" "${SRV_URL_RA_EXPIRED_500:?}"
. "$SOURCE_DIR/tests/term/lib.sh"

shot() {
	[ -n "${SHOTS:-}" ] || return 0
	sleep 0.3
	colours >"$SHOTS/$1-$size.ansi"
}

# Keys of a walk, counted.
press() {
	for k in "$@"; do
		keys "$k"
		count=$((count + 1))
	done
}

paste() {
	tm set-buffer "$1"
	tm paste-buffer -p
	count=$((count + 1))
}

at_most() {
	[ "$count" -le "$1" ] || fail "$2 took $count keys, not $1"
	echo "$2 at $size: $count keys"
}

# begin URL: from the shell to the first question answered.
begin() {
	count=0
	rm -rf "$dir/data"
	start "$size" "$CASEBOOK"
	see 'Device does not reach NDES' 'q quit'
	shot start
	press Enter
	see 'SCEP server URL'
	paste "$1"
	see 'mscep.dll'
	shot form
	press Enter
}

mkdir -p "$dir/healthy" "$dir/stopped"
day=$(date -u +%F)
fields='date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) sc-status sc-substatus sc-win32-status time-taken'
line() { # SECOND OPERATION
	printf '%s %s:%s 10.0.0.5 GET /certsrv/mscep/mscep.dll operation=%s 443 - 10.5.14.22 Dalvik/2.1.0+(Linux;+U;+Android+14) - 200 0 0 1\n' \
		"$day" "$(date -u -d '-2 minutes' +%H:%M)" "$1" "$2"
}
{
	printf '#Software: Microsoft Internet Information Services 10.0\n#Fields: %s\n' "$fields"
	line 01 GetCACaps
	line 02 'GetCACert&message=NDES'
	line 03 'PKIOperation&message=MIIK'
} >"$dir/healthy/u_ex.log"
printf 'APPPOOL "DefaultAppPool" (MgdVersion:v4.0,MgdMode:Integrated,state:Started)\nAPPPOOL "SCEP" (MgdVersion:v4.0,MgdMode:Integrated,state:Stopped)\n' \
	>"$dir/stopped/apppools.txt"

healthy() {
	begin "$SRV_URL_NDES_RA"
	see "Did the device's request arrive" 'IIS log of the NDES server' 'Go on without'
	shot trip
	paste "$dir/healthy"
	see 'healthy'
	press Enter
	see 'The device reached NDES' 'STEP 2 PASSED' 'u_ex.log'
	shot end
	at_most 8 'healthy, to the end'
	keys q
	ends 0
}

stopped() {
	begin "$SRV_URL_S503"
	see 'Is the SCEP application pool started' '503' 'Go on without'
	shot file
	paste "$dir/stopped"
	see 'stopped'
	press Enter
	see 'The SCEP application pool is not started' 'IIS Manager'
	shot fix
	at_most 8 'pool stopped, to the fix'
	keys c
	see 'Causes' 'The SCEP application pool is not started' 'supported'
	shot causes
	keys Escape M
	see 'Map' 'the case stands here' 'The nearest fix or end is'
	shot map
	keys M e
	see 'Write the report'
	keys C-u
	type_text "$dir/report-$size.html"
	keys Enter
	see 'Written:'
	keys q
	ends 0
	grep -q '<html' "$dir/report-$size.html" || fail 'the report is no HTML'
	grep -q 'The SCEP application pool is not started' "$dir/report-$size.html" || fail 'the report lacks the finding'
}

expired() {
	begin "$SRV_URL_RA_EXPIRED_500"
	see 'The MSCEP-RA certificates have expired' '▸Fix' '☐'
	at_most 5 'RA expired behind a 500, to the fix'
	keys q
	ends 0
}

# Started for real: the same URL answers otherwise now.
fixed() {
	printf '%s' "$SRV_S503" >"$dir/target"
	begin "http://127.0.0.1:$(cat "$dir/switch")/certsrv/mscep/mscep.dll"
	see 'Is the SCEP application pool started' '503' 'Go on without'
	paste "$dir/stopped"
	see 'stopped'
	press Enter
	see 'The SCEP application pool is not started' '☐'
	printf '%s' "$SRV_NDES_RA" >"$dir/target"
	count=0
	press Space
	see '☑'
	press Down Enter
	see 'It works now.' 'before' '503' 'now' '403' '▸ 1  Finish'
	shot fixed
	press Enter
	see 'It works again' 'FIXED'
	shot fixed-end
	at_most 6 'really fixed, to the end'
	keys q
	ends 0
}

# And not: said, and by the second time Enter hands over.
still() {
	begin "$SRV_URL_S503"
	see 'Is the SCEP application pool started' 'Go on without'
	paste "$dir/stopped"
	see 'stopped'
	press Enter
	see 'The SCEP application pool is not started' '☐'
	count=0
	press Space
	see '☑'
	press Down Enter
	see 'Not fixed yet' 'before' 'now'
	shot still
	at_most 4 'said to be fixed, and still stopped'
	keys q
	ends 0
}

python3 "$SOURCE_DIR/tests/lib/switch.py" "$dir/switch" "$dir/target" &
server_pid=$!
for size in 100x30 80x24; do
	healthy
	stopped
	expired
	fixed
	still
done
