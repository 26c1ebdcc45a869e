#!/usr/bin/env bash
# A Debian package of a program that has been built, with its manual and completions:
#   cargo build --release && scripts/deb.sh target/release/syncdemo
# writes syncdemo_VERSION_ARCHITECTURE.deb into this folder, or into the second argument.
set -euo pipefail
program=$(realpath "$1")
into=$(realpath "${2:-.}")
cd "$(dirname "$0")/.."
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
umask 022
chmod 755 "$place"

version=$("$program" --version)
version=${version##* }
architecture=$(dpkg --print-architecture)
libc=$(objdump -T "$program" | grep -o 'GLIBC_[0-9.]*' | sort -V | tail -1)
share="$place/usr/share"

install -D -s "$program" "$place/usr/bin/syncdemo"
install -D -m 644 LICENSE "$share/doc/syncdemo/copyright"
mkdir -p "$share/man/man1" "$share/bash-completion/completions" "$share/zsh/vendor-completions" \
    "$share/fish/vendor_completions.d" "$place/DEBIAN"
"$program" man | gzip -9n >"$share/man/man1/syncdemo.1.gz"
"$program" completions bash >"$share/bash-completion/completions/syncdemo"
"$program" completions zsh >"$share/zsh/vendor-completions/_syncdemo"
"$program" completions fish >"$share/fish/vendor_completions.d/syncdemo.fish"
cat >"$place/DEBIAN/control" <<CONTROL
Package: syncdemo
Version: $version
Architecture: $architecture
Maintainer: the syncdemo authors <syncdemo@localhost>
Section: education
Priority: optional
Depends: libc6 (>= ${libc#GLIBC_}), libgcc-s1
Installed-Size: $(du -sk "$place/usr" | cut -f1)
Description: races of threads and processes, counted and explored
 Threads or processes share something without agreeing on who goes first.
 syncdemo races them on a counter, counts exactly what was lost, and explores
 every interleaving of the same code.
CONTROL
dpkg-deb --build --root-owner-group "$place" "$into/syncdemo_${version}_$architecture.deb"
