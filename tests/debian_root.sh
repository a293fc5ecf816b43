# SPDX-FileCopyrightText: 2026 The gemlive authors
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Roots of Debian suites, made by debootstrap. Source this file. Needs root rights; makes a root with the network.
# GEMLIVE_ROOTS is the folder of the roots (default ~/.cache/gemlive/roots), DEBIAN_MIRROR the server.
# shellcheck shell=bash
roots=${GEMLIVE_ROOTS:-${XDG_CACHE_HOME:-$HOME/.cache}/gemlive/roots}

# make_root SUITE FOLDER: makes a minimal root in FOLDER, once. Three attempts. The file FOLDER/made says that it is complete.
make_root() {
  [ "$(id -u)" -eq 0 ] || { echo "a root needs root rights" >&2; return 77; }
  command -v debootstrap >/dev/null || apt-get -qq install -y --no-install-recommends debootstrap >/dev/null 2>&1 || true
  local log attempt
  log=$(mktemp)
  for attempt in 1 2 3; do
    [ ! -f "$2/made" ] || break
    rm -rf "$2"
    mkdir -p "$2"
    # shellcheck disable=SC2015
    debootstrap --variant=minbase "$1" "$2" "${DEBIAN_MIRROR:-http://deb.debian.org/debian}" >"$log" 2>&1 &&
      touch "$2/made" || { tail -5 "$log" >&2; echo "attempt $attempt to make a root of $1 failed" >&2; }
  done
  rm -f "$log"
  [ -f "$2/made" ] || { echo "a root of $1 cannot be made" >&2; return 77; }
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
