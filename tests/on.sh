#!/usr/bin/env bash
# Runs a command of this checkout on another Debian suite.
#   tests/on.sh SUITE COMMAND...          e.g. tests/on.sh trixie tests/run.sh --suite core
# debootstrap makes a root folder for the suite, with the packages for the tests and ccache. The next run uses it again.
# The command works on a copy of the checkout, build-on-SUITE in this folder, so no build folder mixes two suites.
# Needs root rights and mount namespaces. The first run needs a network.
# Environment: GEMLIVE_ROOTS, the folder of the roots (default ~/.cache/gemlive-roots);
#   GEMLIVE_DEBIAN_MIRROR (default http://deb.debian.org/debian); GEMLIVE_RECORDINGS as for tests/run.sh.
# Exit status 77, after a line that begins with SKIPPED: this machine cannot run the suite.
set -euo pipefail
self=$(realpath "$0")
cd "$(dirname "$0")/.."
suite=${1:?usage: tests/on.sh SUITE COMMAND...}
shift
roots=${GEMLIVE_ROOTS:-${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/gemlive-roots}
root=$roots/$suite
mirror=${GEMLIVE_DEBIAN_MIRROR:-http://deb.debian.org/debian}
copy=$PWD/build-on-$suite
packages=$(cksum <examples/setup-debian.sh)
recordings=${GEMLIVE_RECORDINGS:-$PWD/../shared/recordings}

skip() {
  echo "SKIPPED on $suite: $1" >&2
  exit 77
}

# Runs a command in the root, with only the variables that builds and tests need.
in_root() {
  local kept=() name
  [ ! -d "$recordings" ] || kept+=(GEMLIVE_RECORDINGS=/recordings)
  for name in $(compgen -e); do
    case $name in
      GEMLIVE_RECORDINGS | GEMLIVE_ROOTS | GEMLIVE_DEBIAN_MIRROR | GEMLIVE_IN_NAMESPACE) ;;
      GEMLIVE_* | *_proxy | TERM | CC | CXX) kept+=("$name=${!name}") ;;
    esac
  done
  chroot "$root" env -i "${kept[@]}" HOME=/root PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    LANG=C.UTF-8 DEBIAN_FRONTEND=noninteractive CCACHE_DIR=/ccache \
    sh -c 'cd /gemlive && exec "$0" "$@"' "$@"
}

make_root() {
  if ! command -v debootstrap >/dev/null; then
    { apt-get update && apt-get install -y --no-install-recommends debootstrap; } || return 1
  fi
  # Made under another name: a debootstrap that fails leaves no half root.
  rm -rf --one-file-system "$root" "$root.part"
  timeout 600 debootstrap --variant=minbase "$suite" "$root.part" "$mirror" || return 1
  touch "$root.part/updated"
  mv "$root.part" "$root"
}

mount_all() {
  mkdir -p "$root"/{dev,proc,sys,tmp,gemlive,recordings} &&
    mount --rbind /dev "$root/dev" && mount --rbind /sys "$root/sys" && mount -t proc proc "$root/proc" &&
    mount -t tmpfs tmpfs "$root/tmp" && mount --bind "$copy" "$root/gemlive" || return 1
  [ ! -d "$recordings" ] || mount --bind -o ro "$recordings" "$root/recordings"
}

# The packages of this checkout are installed, and not older than a day.
is_ready() {
  [ -n "$(find "$root/updated" -mmin -1440 2>/dev/null)" ] && [ "$(cat "$root/packages" 2>/dev/null)" = "$packages" ]
}

# Because sid moves. Without a network the packages stay as they are.
update_root() {
  [ -n "$(find "$root/updated" -mmin +1440)" ] || return 0
  in_root apt-get update || return 0
  in_root timeout 900 apt-get dist-upgrade -y --no-install-recommends && touch "$root/updated"
}

prepare_root() {
  [ -f "$root/updated" ] || make_root || return 1
  rm -f "$root/etc/resolv.conf" && cp -L /etc/resolv.conf "$root/etc/resolv.conf"
  # The mirror may be a snapshot that is older than the time in its Release file. Signatures are still checked.
  echo 'Acquire::Check-Valid-Until "false";' >"$root/etc/apt/apt.conf.d/gemlive"
  echo force-unsafe-io >"$root/etc/dpkg/dpkg.cfg.d/gemlive"  # a root that is lost is made again
  mountpoint -q "$root/gemlive" || mount_all || return 1
  update_root && in_root examples/setup-debian.sh test || return 1
  [ -x "$root/usr/bin/ccache" ] || in_root apt-get install -y --no-install-recommends ccache || return 1
  in_root apt-get clean
  echo "$packages" >"$root/packages"
}

# The part in the namespaces.
if [ -n "${GEMLIVE_IN_NAMESPACE:-}" ]; then
  mkdir -p "$roots"
  exec 9>"$roots/$suite.lock"
  flock -s 9
  is_ready || flock 9
  log=$(mktemp)
  for wait in 10 30 stop; do
    if { is_ready && mount_all || prepare_root; } >"$log" 2>&1; then break; fi
    tail -5 "$log" >&2
    [ "$wait" != stop ] || skip "its root cannot be made (the lines above are the last of three attempts)"
    echo "$suite: another attempt in $wait s" >&2
    # A package that is half installed makes the root useless.
    if [ -f "$root/updated" ] && [ -n "$(chroot "$root" dpkg --audit 2>&1)" ]; then
      umount --recursive --lazy "$root"/{dev,proc,sys,tmp,gemlive,recordings} 2>/dev/null || true
      rm -f "$root/updated"
    fi
    sleep "$wait"
  done
  rm -f "$log"
  flock -s 9
  status=0
  in_root "$@" 9>&- || status=$?
  exit $status
fi

[ "$(id -u)" -eq 0 ] || skip "a root folder needs root rights"
unshare --mount --pid --fork true 2>/dev/null || skip "no mount namespaces"
mkdir -p "$copy"
# Without the build folders of this suite. Those in the copy stay.
find "$copy" -mindepth 1 -maxdepth 1 ! -name 'build*' -exec rm -rf {} +
tar --exclude='./build*' --exclude=./.git -cf - . | tar -C "$copy" -xf -

# Mounts and processes are in namespaces that end with the first process, which ends with this script.
GEMLIVE_IN_NAMESPACE=yes setpriv --pdeathsig KILL \
  unshare --mount --pid --fork --kill-child "$self" "$suite" "$@" &
child=$!
trap 'kill -KILL "$child" 2>/dev/null || true' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
status=0
wait "$child" || status=$?
exit $status
