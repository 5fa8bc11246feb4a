#!/bin/bash
# Manual page and completions say what --help says, and the programs that read them take them.
set -eu
doc=$BUILD_DIR/ui/doc
failed=0

bad() {
	echo "not ok: $*"
	failed=1
}

# completed WORD...: what bash offers for the last word
completed() {
	bash --norc -c '. "$0"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _casebook 2>/dev/null; printf "%s\n" "${COMPREPLY[@]}"' \
		"$doc/bash/casebook" "$@"
}

for file in man/casebook.1 probes/casebook-probes.7 flow/casebook-flow.5; do
	warnings=$(mandoc -Tlint -Wwarning "$doc/$file" | grep -v 'missing date' || true)
	[ -z "$warnings" ] || bad "mandoc: $warnings"
done
# lacks PAGE PATTERN: those of standard input that no line of the page has, by what PATTERN takes from it
lacks() {
	comm -23 <(sort -u) <(mandoc -Tutf8 "$doc/$1" | sed $'s/.\b//g' | sed -nE "s/$2/\\1/p" | sort -u) | while read -r one; do
		echo "$1 lacks $one"
	done
}
missing=$("$CASEBOOK" probes --json | jq -r '.probes[].id' | lacks probes/casebook-probes.7 '^   ([a-z0-9.]+)$'
	jq -r '."$defs"[] | .properties // {} | keys[]' "$SOURCE_DIR/assets/flow.schema.json" | lacks flow/casebook-flow.5 '^       ([a-z_]+)( .*)?$'
	sed -n 's/^ROW(\([a-z0-9_]*\),.*/\1/p' "$SOURCE_DIR/engine/flow/diags.def" | lacks flow/casebook-flow.5 '^       ([a-z0-9_]+) \(.*$')
[ -z "$missing" ] || bad "$missing"
page=$(mandoc -Tutf8 "$doc/man/casebook.1" | sed $'s/.\b//g')
bash -n "$doc/bash/casebook" || bad 'bash cannot read its completion'
zsh -n "$doc/zsh/_casebook" || bad 'zsh cannot read its completion'
fish -n "$doc/fish/casebook.fish" || bad 'fish cannot read its completion'

commands=$("$CASEBOOK" --help | sed -n '/^Commands:/,/^$/s/^  \([a-z][a-z]*\) .*/\1/p')
[ "$(wc -w <<<"$commands")" -ge 10 ] || bad "--help names few commands: $commands"
for command in $commands; do
	completed casebook "${command:0:2}" | grep -qx "$command" || bad "bash does not offer $command"
	fish --no-config -c "source $doc/fish/casebook.fish; complete -C 'casebook ${command:0:2}'" | grep -q "^$command	" ||
		bad "fish does not offer $command"
	grep -q "^		'$command:" "$doc/zsh/_casebook" || bad "zsh does not offer $command"
	grep -q "casebook $command " <<<"$page" || bad "the manual page lacks $command"
	fish_offers=$(fish --no-config -c "source $doc/fish/casebook.fish; complete -C 'casebook $command --'")
	for option in $("$CASEBOOK" "$command" --help | sed -n '/^Options:/,/^$/s/^  [ -]..[ ,] *\(--[a-z-]*\).*/\1/p'); do
		completed casebook "$command" "$option" | grep -qx -- "$option" || bad "bash does not offer $command $option"
		grep -q -- "^$option" <<<"$fish_offers" || bad "fish does not offer $command $option"
		sed -n "/^	$command)\$/,/;;\$/p" "$doc/zsh/_casebook" | grep -qF -- "$option[" || bad "zsh does not offer $command $option"
		grep -q -- "$option" <<<"$page" || bad "the manual page lacks $option"
		sed -n "/^	$command)\$/,/;;\$/p" "$doc/zsh/_casebook" | grep -F -- "$option[" | grep -q '\[[^]]*[a-z][^]]*\]' ||
			bad "zsh says nothing about $command $option"
	done
done
completed casebook flow che | grep -qx check || bad 'bash does not offer the verbs of flow'
completed casebook probe scep.u | grep -qx scep.url || bad 'bash does not offer the checks'
completed casebook run intune | grep -qx intune-scep-ndes || bad 'bash does not offer the flows'
for option in --format -f; do
	[ "$(completed casebook report 1 $option h)" = html ] || bad "bash does not offer the formats after $option"
done
[ "$(completed casebook report 1 --redact st | sort | xargs)" = 'standard strict' ] || bad 'bash does not offer the levels'
fish --no-config -c "source $doc/fish/casebook.fish; complete -C 'casebook report 1 --redact st'" | grep -q '^strict' ||
	bad 'fish does not offer the levels'
fish --no-config -c "source $doc/fish/casebook.fish; complete -C 'casebook probe iis'" | grep -q '^iis.log' || bad 'fish does not offer the checks'
grep -qF 'FORMAT:(' "$doc/zsh/_casebook" || bad 'zsh does not offer the formats'
grep -q "2:name:(.*scep.url" "$doc/zsh/_casebook" || bad 'zsh does not offer the checks'
cd "$SOURCE_DIR"
completed casebook run READ | grep -qx README.md || bad "bash offers no flow file"
completed casebook run --answers READ | grep -qx README.md || bad 'bash offers no file where an option takes one'
"$CASEBOOK" reprot 2>&1 | grep -q "did you mean 'report'" || bad 'a mistyped command is not recognised'
[ "$failed" = 0 ] && echo "ok: $(wc -w <<<"$commands") commands"
exit "$failed"
