#!/usr/bin/env bash
# Makes pages, and pictures of them as a browser shows them: wide and narrow, light and dark, and
# printed. Look at them after each change of a page. Needs chromium, and pdftoppm for what is printed.
#
# usage: scripts/screenshots.sh FOLDER
set -euo pipefail
cd "$(dirname "$0")/.."
mkdir -p "$1"
folder=$(cd "$1" && pwd)
cargo build --locked

shot() { chromium --headless --no-sandbox --disable-gpu --hide-scrollbars "$@" >/dev/null 2>&1; }

while read -r name args; do
    page="$folder/$name.html"
    # Some of them break their promise, and have status 1.
    # shellcheck disable=SC2086
    target/debug/syncdemo $args -q -o "$page" -o "$folder/$name.svg" 2>/dev/null || true
    for width in 1280 400; do
        shot --window-size=$width,2400 --screenshot="$folder/$name-$width.png" "file://$page"
        shot --window-size=$width,2400 --screenshot="$folder/$name-$width-dark.png" \
            --blink-settings=preferredColorScheme=0 "file://$page"
    done
    shot --window-size=800,1600 --screenshot="$folder/$name-svg.png" "file://$folder/$name.svg"
    shot --print-to-pdf="$folder/$name.pdf" --no-pdf-header-footer "file://$page"
    if pdftoppm -v >/dev/null 2>&1; then pdftoppm -r 60 -png "$folder/$name.pdf" "$folder/$name-print"; fi
    echo "$name: syncdemo $args"
done <<'PAGES'
none none
lecture none mutex semaphore
times none mutex atomic --yield never --iters 100k
runs none --runs 200
copies semaphore --copies 3 -t 8
explore-none explore none
explore-mutex explore mutex
deadlock explore two-locks
crowded explore flag
tso explore peterson-unfenced --memory tso
many explore none -i 100
PAGES
