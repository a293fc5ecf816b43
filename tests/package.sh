#!/usr/bin/env bash
# Makes a source archive with meson dist, builds the Debian package from it, installs that in a clean root of each suite,
# and runs the README's pipelines there. Needs root rights and the network; see debian_root.sh for the roots.
#   tests/package.sh [SUITE...]      default: bookworm trixie. The packages are in build-package/SUITE
# The package's own tests are left out: tests/run.sh runs them. Exit status 77: this machine cannot make a root.
set -euo pipefail
cd "$(dirname "$0")/.."
source=$PWD
. tests/debian_root.sh
output=$source/build-package
[ $# -gt 0 ] || set -- bookworm trixie

fail() {
  echo "FAILED: $*" >&2
  exit 1
}

source_archive() {
  rm -rf "$output/dist"
  if ! { meson setup "$output/dist" -Dtests=false && meson dist -C "$output/dist" --no-tests --formats xztar; } >"$output/dist.log" 2>&1; then
    cat "$output/dist.log" >&2
    return 1
  fi
  ls "$output"/dist/meson-dist/*.tar.xz
}

# Stage NUMBER of the Containerfile: its RUN lines.
steps() { awk -v number="$1" '/^FROM / { stage++ } stage == number && sub(/^RUN /, "")' docs/packaging/Containerfile; }

# Called where set -e has no effect: each step is checked.
build() {  # SUITE ROOT
  if [ ! -x "$2/usr/bin/ccache" ]; then
    make_root "$1" "$2" && in_root "$2" sh -ec 'apt-get -qq update; apt-get -qq install -y --no-install-recommends ccache >/dev/null' || return 1
  fi
  rm -rf "$2/src" "${output:?}/$1"
  mkdir -p "$2/src" "$output/$1"
  tar -C "$2/src" --strip-components=1 -xf "$archive" &&
    CCACHE_DIR=/ccache in_root "$2" sh -ec "cd /src; $(steps 1)" &&
    cp "$2"/src/build-deb/*.deb "$output/$1"
}

lint() {  # ROOT
  cp tests/package/lint.sh "$1/src" && in_root "$1" sh /src/lint.sh
}

try() {  # ROOT
  mkdir -p "$1/try" && cp README.md tests/package/try.sh "$1/try" &&
    OFFLINE=1 in_root "$1" env -i PATH=/usr/local/bin:/usr/bin:/bin su gemlive --shell /bin/sh -c 'sh /try/try.sh' &&
    python3 tests/package/check_reply.py "$1/home/gemlive/reply.wav"
}

clean_root() {  # SUITE ROOT
  make_root "$1" "$2"
  mkdir "$2/packages"
  cp "$output/$1"/gstreamer1.0-gemlive_*.deb "$2/packages"
}

mkdir -p "$output"
archive=$(source_archive)
basename "$archive"
for suite in "$@"; do
  lock_roots "$suite" "package-$suite"
  flock 9
  log=$output/$suite.log
  echo "$suite: building"
  build "$suite" "$roots/build-$suite" >"$log" 2>&1 || { tail -30 "$log" >&2; fail "$suite: the package cannot be built, see $log"; }
  echo "$suite: lint"
  lint "$roots/build-$suite" || fail "$suite: lint"

  echo "$suite: installing in a clean root"
  clean_root "$suite" "$roots/clean-$suite"
  in_root "$roots/clean-$suite" env DEBIAN_FRONTEND=noninteractive sh -ec '
    apt-get -qq update
    apt-get -qq install -y /packages/*.deb
    useradd --create-home gemlive' >>"$log" 2>&1 || fail "$suite: the package cannot be installed, see $log"
  try "$roots/clean-$suite" || fail "$suite: installed package"

  echo "$suite: the steps of the Containerfile"
  clean_root "$suite" "$roots/clean-$suite"
  in_root "$roots/clean-$suite" env DEBIAN_FRONTEND=noninteractive sh -ec "$(steps 2)" >>"$log" 2>&1 || fail "$suite: Containerfile, see $log"
  try "$roots/clean-$suite" || fail "$suite: Containerfile"
  rm -rf "$roots/clean-$suite"
  echo "$suite: ok"
done
