#!/usr/bin/env bash
# What users install, tried in a folder of its own: the packaged crate by cargo, its manual and its
# completions, and the Debian package.
set -euo pipefail
cd "$(dirname "$0")/.."
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
export CARGO_NET_OFFLINE=true

cargo package --locked --allow-dirty --no-metadata --no-verify --package syncdemo
# With the time of now, else cargo could take them for the sources it has just built.
tar -xmf target/package/syncdemo-*.crate -C "$place"
# Not optimised, so that the dependencies are those that the tests have built.
cargo install --debug --locked --path "$place"/syncdemo-* --target-dir target --root "$place"
program="$place/bin/syncdemo"

warnings=$("$program" man | groff -man -Tutf8 -ww 2>&1 >/dev/null)
[[ -z $warnings ]] || { echo "the manual: $warnings"; exit 1; }
scripts/completions.sh "$program"

if ! dpkg-deb --version >/dev/null 2>&1; then
    echo "skipped, dpkg-deb is missing: the Debian package"
    exit
fi
scripts/deb.sh "$program" "$place"
mkdir -p "$place"/root/var/lib/dpkg/{info,updates}
touch "$place"/root/var/lib/dpkg/{status,available}
dpkg --root="$place/root" --force-depends --log=/dev/null --install "$place"/*.deb
"$place/root/usr/bin/syncdemo" mutex --processes 2 --quiet
dpkg --root="$place/root" --log=/dev/null --purge syncdemo
[[ -z $(find "$place/root/usr" -type f 2>/dev/null) ]]
