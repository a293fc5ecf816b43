#!/usr/bin/env bash
# Runs a command of this checkout on another Debian suite.
#   tests/on.sh SUITE COMMAND...          e.g. tests/on.sh trixie tests/run.sh --suite core
# It runs in a root folder with the packages for the tests and ccache, which the next run uses again: see debian_root.sh,
# also for the environment. The command works on a copy of the checkout, build-on-SUITE in this folder, so no build folder
# mixes two suites. GEMLIVE_RECORDINGS: as for tests/run.sh.
# Exit status 77, after a line that begins with SKIPPED: this machine cannot run the suite.
set -euo pipefail
cd "$(dirname "$0")/.."
. tests/debian_root.sh
suite=${1:?usage: tests/on.sh SUITE COMMAND...}
shift
root=$roots/$suite
copy=$PWD/build-on-$suite
packages=$(cksum <examples/setup-debian.sh)
recordings=${GEMLIVE_RECORDINGS:-$PWD/../shared/recordings}

copy_checkout() {
  mkdir -p "$copy"
  # Without the build folders of this suite. Those in the copy stay.
  find "$copy" -mindepth 1 -maxdepth 1 ! -name 'build*' -exec rm -rf {} +
  tar --exclude='./build*' --exclude=./.git -cf - . | tar -C "$copy" -xf -
  rm -rf "$copy/build-recordings"
  [ ! -d "$recordings" ] || cp -r "$recordings" "$copy/build-recordings"
}

# Runs a command in the copy, with only the variables that builds and tests need.
in_copy() {
  local kept=() name
  for name in $(compgen -e); do
    case $name in
      GEMLIVE_RECORDINGS | GEMLIVE_ROOTS | GEMLIVE_DEBIAN_MIRROR) ;;
      GEMLIVE_* | *_proxy | TERM | CC | CXX) kept+=("$name=${!name}") ;;
    esac
  done
  [ ! -d "$recordings" ] || kept+=(GEMLIVE_RECORDINGS=/gemlive/build-recordings)
  # shellcheck disable=SC2016
  CHECKOUT=$copy in_root "$root" env -i "${kept[@]}" HOME=/root LANG=C.UTF-8 DEBIAN_FRONTEND=noninteractive \
    CCACHE_DIR=/ccache PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    sh -c 'cd /gemlive && exec "$0" "$@"' "$@"
}

# A package that is half installed makes a root useless.
is_whole() { [ -f "$root/updated" ] && [ -z "$(chroot "$root" dpkg --audit 2>&1)" ]; }

# The packages of this checkout are installed, and not older than a day.
is_ready() {
  [ -n "$(find "$root/updated" -mmin -1440 2>/dev/null)" ] && [ "$(cat "$root/packages" 2>/dev/null)" = "$packages" ]
}

# Because sid moves. Without a network the packages stay as they are.
update() {
  [ -z "$(find "$root/updated" -mmin -1440)" ] && in_copy apt-get -o APT::Update::Error-Mode=any update || return 0
  in_copy timeout 900 apt-get dist-upgrade -y --no-install-recommends && touch "$root/updated"
}

# Called where set -e has no effect: each step is checked.
install_packages() {
  update && in_copy examples/setup-debian.sh test || return 1
  [ -x "$root/usr/bin/ccache" ] || in_copy apt-get install -y --no-install-recommends ccache || return 1
  in_copy apt-get clean
  echo "$packages" >"$root/packages"
}

lock_roots "$suite" "$suite"
copy_checkout
flock -s 9
if ! is_ready; then
  flock 9
  is_whole || make_root "$suite" "$root"
  thrice "$suite" install_packages
  flock -s 9
fi
in_copy "$@"
