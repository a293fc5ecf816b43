# SPDX-FileCopyrightText: 2026 The gemlive authors
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Root folders of Debian suites, made by debootstrap. Source this file. Needs root rights, mount namespaces and, to make a
# root, the network. Mounts and processes are in namespaces that end with the command, or with the script.
# Environment: GEMLIVE_ROOTS, the folder of the roots (default ~/.cache/gemlive-roots);
#   GEMLIVE_DEBIAN_MIRROR (default http://deb.debian.org/debian).
# shellcheck shell=bash
roots=${GEMLIVE_ROOTS:-${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/gemlive-roots}
mirror=${GEMLIVE_DEBIAN_MIRROR:-http://deb.debian.org/debian}

# skip SUITE REASON: this machine cannot run the suite.
skip() {
  echo "SKIPPED on $1: $2" >&2
  exit 77
}

in_namespaces() {
  setpriv --pdeathsig KILL unshare --mount --pid --fork --kill-child --mount-proc "$@" &
  wait $!
}

# in_root FOLDER COMMAND...: runs a command in a root, with an empty /tmp.
# CHECKOUT=FOLDER: with that folder as /gemlive. OFFLINE=1: in a network of its own, which has only 127.0.0.1.
in_root() {
  local root=$1 network=()
  shift
  [ -z "${OFFLINE:-}" ] || network=(--net)
  cmp -s /etc/resolv.conf "$root/etc/resolv.conf" || cp --remove-destination -L /etc/resolv.conf "$root/etc/resolv.conf"
  # shellcheck disable=SC2016
  in_namespaces "${network[@]}" sh -ec '
    root=$1
    shift
    if [ -n "${OFFLINE:-}" ]; then ip link set lo up; fi
    mount --rbind /dev "$root/dev"
    mount --rbind /sys "$root/sys"
    mount -t proc proc "$root/proc"
    mount -t tmpfs tmpfs "$root/tmp"
    if [ -n "${CHECKOUT:-}" ]; then mount --bind "$CHECKOUT" "$root/gemlive"; fi
    exec chroot "$root" "$@"' sh "$root" "$@"
}

# thrice SUITE COMMAND...: three attempts, with time between them for a network that is away for a moment.
thrice() {
  local suite=$1 log wait
  shift
  log=$(mktemp)
  for wait in 10 20 no; do
    if "$@" >"$log" 2>&1; then rm -f "$log"; return; fi
    tail -5 "$log" >&2
    [ "$wait" != no ] || skip "$suite" "its root cannot be made (the lines above are the last of three attempts)"
    echo "$suite: another attempt in $wait s" >&2
    sleep "$wait"
  done
}

# Called where set -e has no effect: each step is checked.
bootstrap() {  # SUITE FOLDER
  # At once, because apt-get waits for minutes.
  timeout 15 python3 -c 'import sys, urllib.request as u; u.urlopen(sys.argv[1]).read(1)' "$mirror/dists/$1/InRelease" ||
    { echo "$mirror has no answer for $1"; return 1; }
  command -v debootstrap >/dev/null ||
    { apt-get update && apt-get install -y --no-install-recommends debootstrap; } || return 1
  rm -rf --one-file-system "$2.part"
  mkdir -p "$2.part"
  in_namespaces timeout 600 debootstrap --variant=minbase "$1" "$2.part" "$mirror" || return 1
  mkdir -p "$2.part/gemlive"
  # The mirror may be a snapshot that is older than the time in its Release file. Signatures are still checked.
  echo 'Acquire::Check-Valid-Until "false";' >"$2.part/etc/apt/apt.conf.d/gemlive"
  echo force-unsafe-io >"$2.part/etc/dpkg/dpkg.cfg.d/gemlive"  # a root that is lost is made again
  touch "$2.part/updated"
  mv "$2.part" "$2"
}

# make_root SUITE FOLDER: makes FOLDER a minimal root without further packages. It is a copy of the folder base-SUITE.
make_root() {
  (
    flock 8
    [ -d "$roots/base-$1" ] || thrice "$1" bootstrap "$1" "$roots/base-$1"
  ) 8>"$roots/base-$1.lock" || exit $?
  rm -rf --one-file-system "$2" "$2.part" &&
    cp -a --reflink=auto "$roots/base-$1" "$2.part" &&
    mv "$2.part" "$2"
}

# lock_roots SUITE NAME: file descriptor 9 is a lock for the roots of this name.
lock_roots() {
  [ "$(id -u)" -eq 0 ] || skip "$1" "a root folder needs root rights"
  unshare --mount --pid --fork true 2>/dev/null || skip "$1" "no mount namespaces"
  mkdir -p "$roots"
  exec 9>"$roots/$2.lock"
}
