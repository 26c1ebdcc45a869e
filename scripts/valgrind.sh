#!/usr/bin/env bash
# memcheck, helgrind and drd over the guarded strategies, as threads, on a variable, a file and a
# printer. What is not explained below is printed, and the status is 1. Processes are left out:
# older versions of valgrind do not know all the system calls that they need.
#   cargo build && scripts/valgrind.sh [PROGRAM]
set -euo pipefail
cd "$(dirname "$0")/.."
program=${1:-target/debug/syncdemo}
explained=$(mktemp)
trap 'rm -f "$explained"' EXIT

# helgrind and drd know the locks of pthread only, and take an atomic access for an ordinary one. What
# they are asked here is whether this crate shares anything without an atomic. Explained are:
# - atomic accesses: they order all the others. Whether they do, loom and the model say;
# - Rust's own: its channel, by which a thread tells its end; the list of its threads' stacks, which
#   has a spinlock; what the last owner of an Arc drops; the flag of a mutex whose owner panicked.
while read -r frames; do
    printf '{\nexplained\nHelgrind:Race\n%b\n}\n{\nexplained\ndrd:ConflictingAccess\n%b\n}\n' "$frames" "$frames"
done >"$explained" <<'FRAMES'
fun:*atomic*
...\nfun:*mpmc*
...\nfun:*stack_overflow*
...\nfun:*Arc*drop_slow*
fun:*MutexGuard*drop*
FRAMES

guarded="mutex semaphore monitor spinlock ticket clh dekker peterson bakery filter"
failed=0
under() {
    local tool=$1 said
    shift
    if said=$(valgrind -q --tool="$tool" --suppressions="$explained" --error-exitcode=9 \
        "$program" "$@" --iters 20 --timeout 100s 2>&1); then
        echo "$tool reports nothing: $*"
    else
        printf '%s: %s\n%s\n' "$tool" "$*" "$said"
        failed=1
    fi
}
for tool in memcheck helgrind drd; do
    # shellcheck disable=SC2086
    under $tool $guarded atomic cas
    # shellcheck disable=SC2086
    under $tool $guarded --yield never --guard loop
    under $tool mutex filelock --resource file --copies 2
    under $tool semaphore --resource printer --threads 3
done
exit $failed
