# SPDX-FileCopyrightText: 2026 The gemlive authors
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Root folders of Debian suites, made by debootstrap. Source this file. Needs root rights and mount namespaces.
# Environment: GEMLIVE_ROOTS, the folder of the roots (default ~/.cache/gemlive-roots);
#   GEMLIVE_DEBIAN_MIRROR (default http://deb.debian.org/debian).
# shellcheck shell=bash
# shellcheck disable=SC2034
roots=${GEMLIVE_ROOTS:-${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/gemlive-roots}

# make_root SUITE FOLDER: makes FOLDER, a minimal root without further packages, if it is not there. Three attempts, which need
# the network. Returns 77, after a line that begins with SKIPPED, if this machine cannot.
make_root() {
  local mirror=${GEMLIVE_DEBIAN_MIRROR:-http://deb.debian.org/debian} log attempt
  [ ! -d "$2" ] || return 0
  [ "$(id -u)" -eq 0 ] || { echo "SKIPPED on $1: a root folder needs root rights" >&2; return 77; }
  unshare --mount --pid --fork true 2>/dev/null || { echo "SKIPPED on $1: no mount namespaces" >&2; return 77; }
  command -v debootstrap >/dev/null || apt-get -qq install -y --no-install-recommends debootstrap >/dev/null 2>&1 || true
  log=$(mktemp)
  for attempt in 1 2 3; do
    # Made under another name: a debootstrap that fails leaves no half root.
    rm -rf --one-file-system "$2.part"
    mkdir -p "$2.part"
    if timeout 600 debootstrap --variant=minbase "$1" "$2.part" "$mirror" >"$log" 2>&1; then
      mv "$2.part" "$2"
      break
    fi
    tail -5 "$log" >&2
    echo "$1: attempt $attempt to make a root failed" >&2
  done
  rm -f "$log"
  [ -d "$2" ] || { echo "SKIPPED on $1: its root cannot be made" >&2; return 77; }
}

# in_root FOLDER COMMAND...: runs a command in a root. Its mounts and processes end with the command.
# OFFLINE=1: in a network of its own, which has only 127.0.0.1.
in_root() {
  local root=$1 network=()
  shift
  [ -z "${OFFLINE:-}" ] || network=(--net)
  cp /etc/resolv.conf "$root/etc/resolv.conf" 2>/dev/null || true
  # shellcheck disable=SC2016
  unshare --mount --pid --fork --kill-child "${network[@]}" sh -c '
    root=$1
    shift
    if [ -n "${OFFLINE:-}" ]; then ip link set lo up || exit 77; fi
    mount --rbind /dev "$root/dev" && mount -t proc proc "$root/proc" && mount --rbind /sys "$root/sys" || exit 77
    exec chroot "$root" "$@"' sh "$root" "$@"
}
