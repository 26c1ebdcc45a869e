#!/usr/bin/env bash
# Counts the lines of code that ships: src without tests and without loom.
#
# Left out are the folders tests/, the files tests.rs and under_loom.rs (once loomed.rs), and each
# item with a #[cfg(..)] that names test or loom and not `not`. Where an item ends is told by its
# indentation, as rustfmt writes it. "code" are the lines that are neither blank nor a comment only.
#
# usage: scripts/lines.sh [REVISION]      without a revision: the files as they are now
set -euo pipefail
cd "$(dirname "$0")/.."
revision=${1:-}

list() {
    if [ -n "$revision" ]; then git ls-tree -r --name-only "$revision" src; else find src -type f; fi |
        grep '\.rs$' | grep -vE '/tests/|/tests\.rs$|/(under_loom|loomed)\.rs$' | LC_ALL=C sort
}
text() { if [ -n "$revision" ]; then git show "$revision:$1"; else cat "$1"; fi; }

list | while read -r file; do text "$file" | awk -v file="$file" '
    { code = $0; sub(/^ +/, "", code); indent = length($0) - length(code) }
    # Within an item that is left out: until its last line.
    skipping && begun == 0 && code ~ /^(#\[|\/\/)/ { next }
    skipping && begun == 0 { begun = 1; if (code ~ /[;,]$/ || code ~ /\}$/) skipping = 0; next }
    skipping { if (indent <= depth && code ~ /^\}/) skipping = 0; next }
    code ~ /^#\[cfg\(/ && code ~ /(test|loom)/ && code !~ /not\(/ { skipping = 1; begun = 0; depth = indent; next }
    { lines++ }
    code != "" && code !~ /^\/\// { counted++ }
    END { split(file, part, "/"); print (part[3] == "" ? "lib, main" : part[2]) "\t" lines + 0 "\t" counted + 0 }'
done | awk -F '\t' -v what="${revision:-now}" '
    { lines[$1] += $2; code[$1] += $3; all += $2; allcode += $3; files++ }
    END {
        for (room in lines) printf "%-10s %6d lines %6d code\n", room, lines[room], code[room] | "LC_ALL=C sort"
        close("LC_ALL=C sort")
        printf "%-10s %6d lines %6d code in %d files (%s)\n", "all", all, allcode, files, what
    }'
