#!/usr/bin/env bash
# Whether the shells complete what is typed: scripts/completions.sh PROGRAM. A shell that is
# missing is skipped.
set -euo pipefail
program=$(realpath "$1")
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
ln -s "$program" "$place/syncdemo"
export PATH="$place:$PATH"

# What is typed, and a word that has to be offered, beside others: zsh lists no word that is the only one.
cat >"$place/lines" <<'LINES'
syncdemo m:mutex
syncdemo none m:mutex
syncdemo none,m:none,mutex
syncdemo explore :peterson-unfenced
syncdemo explore none m:mutex
syncdemo --resource :printer
syncdemo none --expect :lossless
syncdemo none --yield :never
syncdemo judge --memory :tso
syncdemo s:show
LINES

cat >"$place/in_bash" <<'BASH'
source <(syncdemo completions bash)
COMP_TYPE=9
while IFS=: read -r COMP_LINE word; do
    COMP_WORDS=($COMP_LINE)
    if [[ $COMP_LINE == *' ' ]]; then COMP_WORDS+=(''); fi
    COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
    _clap_complete_syncdemo syncdemo "${COMP_WORDS[-1]}" "${COMP_WORDS[-2]}"
    [[ " ${COMPREPLY[*]} " == *" $word "* ]] || echo "$COMP_LINE: no $word: ${COMPREPLY[*]}"
done <lines
BASH

cat >"$place/in_fish" <<'FISH'
syncdemo completions fish | source
while read --delimiter : line word
    set offered (complete -C $line | string replace -r '\t.*' '')
    contains -- $word $offered; or echo "$line: no $word: $offered"
end <lines
FISH

# Its completions are seen on a terminal only, which is read until the word is there or time is up.
cat >"$place/in_zsh" <<'ZSH'
syncdemo completions zsh >_syncdemo
zmodload zsh/zpty
zpty shell 'TERM=dumb COLUMNS=200 zsh -f -i'
zpty -w shell "fpath=($PWD \$fpath); autoload -Uz compinit; compinit -u -D; LISTMAX=1000; PS1=rea''dy"
zpty -r -m shell seen '*ready*'
while IFS=: read -r line word; do
    print -r -- "$line: no $word" >waiting
    # Clears the line, types this one, and lists what may follow.
    zpty -w -n shell $'\C-u'"$line"$'\C-d'
    zpty -r -m shell seen "*$word*"
done <lines
rm waiting
zpty -d shell
ZSH

failed=0
check() {
    if ! "$1" --version >/dev/null 2>&1; then
        echo "skipped, $1 is missing: its completions"
        return
    fi
    wrong=$(cd "$place" && timeout 20 "$@" "in_$1" 2>&1 </dev/null) || true
    wrong+=$(cat "$place/waiting" 2>/dev/null) || true
    if [[ -z $wrong ]]; then
        echo "$1 completes"
    else
        printf '%s does not complete:\n%s\n' "$1" "$wrong"
        failed=1
    fi
}
check bash --norc
check fish --no-config
check zsh -f
exit $failed
