#!/usr/bin/env bash
# Builds the Debian package of this source folder, on Debian 12 or later. Installs the packages that the build needs.
#   docs/packaging/build-deb.sh      the packages are in build-deb/
# DEB_BUILD_OPTIONS=nocheck skips the tests, which take most of the time.
set -euo pipefail
cd "$(dirname "$0")/../.."
version=$(sed -n "s/^  version : '\(.*\)',$/\1/p" meson.build)
output=$PWD/build-deb
source=$output/gemlive-$version
case " ${DEB_BUILD_OPTIONS:-} " in
  *" nocheck "*) export DEB_BUILD_PROFILES=nocheck ;;  # without the packages of the tests
esac

as_root=()
[ "$(id -u)" -eq 0 ] || as_root=(sudo)
apt_get=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive "DEB_BUILD_PROFILES=${DEB_BUILD_PROFILES:-}" apt-get)
"${apt_get[@]}" -qq update
"${apt_get[@]}" -qq install -y --no-install-recommends build-essential >/dev/null

rm -rf "$output"
mkdir -p "$source"
tar --exclude='./build*' --exclude=./.git -cf - . | tar -C "$source" -xf -
tar -C "$output" -cJf "$output/gemlive_$version.orig.tar.xz" "gemlive-$version"
cp -r docs/packaging/debian "$source/debian"
grep -q "^gemlive ($version-" "$source/debian/changelog" || { echo "debian/changelog has no entry for $version" >&2; exit 1; }

"${apt_get[@]}" -qq build-dep -y --no-install-recommends "$source" >/dev/null

cd "$source"
dpkg-buildpackage -us -uc -ui
ls "$output"/*.deb
