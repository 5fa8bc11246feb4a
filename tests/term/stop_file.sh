#!/bin/sh
# A log of tens of gigabytes, nearly all of it a hole: reading it shows how far it is; Esc stops it and keeps what was seen.
. "${0%/*}/lib.sh"
log=$dir/u_ex261122.log
printf '#Fields: date time cs-method cs-uri-stem cs-uri-query c-ip cs(User-Agent) sc-status sc-substatus sc-win32-status\r\n' >"$log"
printf '2026-11-22 10:52:17 GET /certsrv/mscep/mscep.dll operation=GetCACaps 10.5.1.2 Dalvik/2.1.0 404 0 2\r\n' >>"$log"
truncate -s 60G "$log"

start 100x30 "$CASEBOOK" run "$SOURCE_DIR/tests/term/log.yaml" --set "log=$log"
see 'Esc stop' ' of 64 GB'
keys Escape
see 'stopped by hand; seen until then: lines 1' 'last status 404' 'check again'
keys q
ends 0
