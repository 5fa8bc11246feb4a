#!/bin/bash
# `casebook flow`: every verb from the outside, its exit codes and its JSON.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$SOURCE_DIR"
export LC_ALL=C.UTF-8 HOME="$work" XDG_DATA_HOME="$work"

fail() { echo "FAILED: $*" >&2; exit 1; }
# expect CODE command...: output in $work/out, messages in $work/err
expect() {
	local want=$1 got=0
	shift
	"$@" >"$work/out" 2>"$work/err" || got=$?
	[ "$got" = "$want" ] || { cat "$work/out" "$work/err" >&2; fail "$* ended with $got, not $want"; }
}
holds() { grep -qF -- "$1" "$work/out" || { cat "$work/out" >&2; fail "no '$1' in the output"; }; }
says() { grep -qF -- "$1" "$work/err" || { cat "$work/err" >&2; fail "no '$1' in the messages"; }; }

# valid SCHEMA: the output is JSON as assets/SCHEMA.schema.json says
valid() {
	python3 - "assets/$1.schema.json" "$work/out" <<'END' || fail "the output is not as $1.schema.json says"
import json
import sys

import jsonschema

with open(sys.argv[1], encoding="utf-8") as schema, open(sys.argv[2], encoding="utf-8") as out:
    schema = json.load(schema)
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(schema).validate(json.load(out))
END
}

# list and show
expect 0 "$CASEBOOK" flow list --json
valid flow-list
jq -e '.schema_version == 1 and (.flows | length > 0) and all(.flows[]; .id and .title and .steps > 0)' "$work/out" >/dev/null ||
	fail "flow list --json"
ids=$(jq -r '.flows[].id' "$work/out")
# A reader that has seen enough is no failure to talk about.
{ "$CASEBOOK" flow show intune-scep-ndes --yaml || true; } 2>"$work/err" | head -n 1 >"$work/out"
[ ! -s "$work/err" ] || fail "a pipe closed by head was complained about: $(cat "$work/err")"
expect 0 "$CASEBOOK" flow list
for id in $ids; do
	expect 0 "$CASEBOOK" flow show "$id" --yaml
	cmp "$work/out" "flows/$id.yaml" || fail "show --yaml is not the flow's own text"
	expect 0 "$CASEBOOK" flow show "$id"
	holds "Steps, from"
	expect 0 "$CASEBOOK" flow graph "$id" --dot
	holds "digraph \"$id\" {"
	expect 0 "$CASEBOOK" flow graph "$id" --mermaid
	holds "flowchart TD"
	expect 0 "$CASEBOOK" flow graph "$id" --ascii
	LC_ALL=C grep -q '[^ -~]' "$work/out" && fail "graph --ascii of $id is not ASCII"
	expect 0 "$CASEBOOK" flow coverage "$id"
	expect 0 "$CASEBOOK" flow coverage "$id" --json
	valid flow-coverage
	jq -e '.schema_version == 1 and all(.sections[]; (.steps + .causes | length) > 0)' "$work/out" >/dev/null ||
		fail "coverage of $id"
done

# every flow built in checks without a warning, and its walks notice every change
expect 0 "$CASEBOOK" flow check --json
valid flow-check
jq -e '.flows | length > 0 and all(.[]; .checks and .problems == [] and .uncited_sections == [])' "$work/out" >/dev/null ||
	{ cat "$work/out" >&2; fail "a flow that is built in has problems"; }

# a flow that does not check: problems on stdout, exit 2, the same as JSON
cp tests/flow/bad/unknown_target.yaml "$work/unknown-target.yaml"
expect 2 "$CASEBOOK" flow check "$work/unknown-target.yaml"
holds "$work/unknown-target.yaml:4:8: unknown_target: there is no step 'frist'; did you mean 'first'?"
expect 2 "$CASEBOOK" flow check - <"$work/unknown-target.yaml"
holds "(standard input):4:8: unknown_target:"
expect 2 "$CASEBOOK" flow check --json "$work/unknown-target.yaml"
valid flow-check
jq -e '.flows[0] | (.checks | not) and .flow == null and .problems[0].id == "unknown_target" and .problems[0].line == 4' \
	"$work/out" >/dev/null || fail "flow check --json"
for verb in show graph coverage test; do
	expect 2 "$CASEBOOK" flow "$verb" "$work/unknown-target.yaml"
	says "has 3 problems"
done

# what is no flow
expect 2 "$CASEBOOK" flow check no-such-flow
says "there is no flow 'no-such-flow'"
expect 2 "$CASEBOOK" flow check "$work/none.yaml"
says "could not be opened"
expect 1 "$CASEBOOK" flow check "$work/"
{ printf "\377"; head -c 100000 /dev/urandom; } >"$work/noise.yaml" # whatever the first bytes are, line 1 is no text
expect 2 "$CASEBOOK" flow check "$work/noise.yaml"
holds "noise.yaml:1:"
expect 2 "$CASEBOOK" flow
expect 2 "$CASEBOOK" flow dance
says "does not know 'dance'"

# walks beside a flow in a folder of one's own
mkdir -p "$work/mine/walks/mine"
cp tests/flow/good/minimal.yaml "$work/mine/mine.yaml"
sed -i 's/^flow: minimal/flow: mine/' "$work/mine/mine.yaml"
expect 2 "$CASEBOOK" flow test "$work/mine/mine.yaml"
says "there are no walks in"
cat >"$work/mine/walks/mine/yes.walk.yaml" <<'END'
walk: yes-it-is
answers: {is-it: "yes"}
expect: {path: [is-it: "yes", done], verdict: inconclusive}
END
expect 0 "$CASEBOOK" flow test "$work/mine/mine.yaml"
holds "mine: 1 walk, none fails"
expect 2 "$CASEBOOK" flow test --mutate "$work/mine/mine.yaml"
holds "not noticed: step 'is-it', answer 'no' leads to"
sed 's/"yes"/"no"/g; s/yes-it-is/no-it-is-not/' "$work/mine/walks/mine/yes.walk.yaml" >"$work/mine/walks/mine/no.walk.yaml"
expect 0 "$CASEBOOK" flow test --mutate "$work/mine/mine.yaml"
holds "score 100.0 %"
expect 0 "$CASEBOOK" flow test --mutate --json "$work/mine/mine.yaml"
valid flow-test
jq -e '.changes.not_noticed == [] and .changes.tried > 0 and all(.walks[]; .holds)' "$work/out" >/dev/null ||
	fail "flow test --mutate --json"
sed -i 's/verdict: inconclusive/verdict: fault/' "$work/mine/walks/mine/no.walk.yaml"
expect 2 "$CASEBOOK" flow test "$work/mine/mine.yaml"
holds "no.walk.yaml:3:9: verdict: expected fault, was inconclusive"
expect 2 "$CASEBOOK" flow test --json "$work/mine/mine.yaml"
valid flow-test
jq -e '.changes == null and (.walks[0].holds | not) and (.walks[0].differences | length == 1)' "$work/out" >/dev/null ||
	fail "flow test --json"
expect 2 "$CASEBOOK" flow test --mutate "$work/mine/mine.yaml"
holds "the walks have to pass first"
expect 2 "$CASEBOOK" flow test --show "$work/mine/mine.yaml"
holds "  path: [is-it: yes, done]"

# What never ends, or waits for a writer, is refused at once.
mkfifo "$work/pipe.yaml"
for odd in /dev/zero "$work/pipe.yaml"; do
	expect 2 timeout 60 "$CASEBOOK" flow check "$odd"
	says "is a device or a pipe"
done

echo "flow: all verbs"
