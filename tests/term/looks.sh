#!/bin/sh
# No colour, no characters beyond ASCII, no screen control: each when asked for.
. "${0%/*}/lib.sh"
serve
walk="$SOURCE_DIR/tests/term/walk.yaml"
colour=$(printf '\033\\[[0-9;]*3[0-7]m')

start 100x30 "$CASEBOOK" run "$walk" --set "server_url=$url/403" --set platform=ios
see 'Does IIS_IUSRS'
colours | grep -q "$colour" || fail 'there should be colour'
keys q
ends 0

start 100x30 env NO_COLOR=1 "$CASEBOOK" run "$walk" --set "server_url=$url/403" --set platform=ios
see 'Does IIS_IUSRS' '▸'
! colours | grep -q "$colour" || fail 'NO_COLOR and yet there is colour'
colours | grep -q "$(printf '\033\\[[0-9;]*1m')" || fail 'without colour the chosen line should be bold'
keys q
ends 0

start 100x30 "$CASEBOOK" run "$walk" --ascii --set "server_url=$url/403" --set platform=ios
see 'Does IIS_IUSRS' '[ok]' '>' 'Up/Dn'
! screen | LC_ALL=C grep -q "$(printf '[\200-\377]')" || fail '--ascii and yet there is more'
keys q
ends 0

start 100x30 env LC_ALL=C "$CASEBOOK" run "$walk" --set "server_url=$url/403" --set platform=ios
see 'Does IIS_IUSRS' '[ok]'
! screen | LC_ALL=C grep -q "$(printf '[\200-\377]')" || fail 'the C locale and yet there is more'
keys q
ends 0

start 100x30 env TERM=dumb "$CASEBOOK" run "$walk" --set "server_url=$url/403" --set platform=ios
see 'Does IIS_IUSRS' 'cannot be drawn on'
keys C-c
ends 130

# The start screen line by line.
start 100x30 env TERM=dumb "$CASEBOOK"
see 'Cases to go on with' 'Flows to start' 'q leaves'
type_text 'nonsense'
keys Enter
see 'A number, a letter of the list'
type_text 'q'
keys Enter
ends 0
