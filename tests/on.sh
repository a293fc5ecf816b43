#!/usr/bin/env bash
# Runs a command on another Debian suite, in a root made by debootstrap. Needs root rights and a network for the first run.
#   tests/on.sh SUITE COMMAND...          e.g. tests/on.sh trixie tests/run.sh --suite core
# The checkout is copied into the root, so that its build folders stay there. GEMLIVE_ROOTS is the folder of the roots
# (default ~/.cache/gemlive/roots). Exit status 77: the root cannot be made.
set -euo pipefail
cd "$(dirname "$0")/.."
suite=$1
shift
root=${GEMLIVE_ROOTS:-${XDG_CACHE_HOME:-$HOME/.cache}/gemlive/roots}/$suite
work=/work/gemlive

make_root() {
  [ ! -f "$root/made" ] || return 0
  rm -rf "$root"
  mkdir -p "$root"
  debootstrap --variant=minbase "$suite" "$root" "${DEBIAN_MIRROR:-http://deb.debian.org/debian}" && touch "$root/made"
}

if [ "$(id -u)" -ne 0 ]; then
  echo "SKIPPED $suite: a root needs root rights" >&2
  exit 77
fi
command -v debootstrap >/dev/null || apt-get install -y --no-install-recommends debootstrap >/dev/null 2>&1 || true
for attempt in 1 2 3; do
  log=$(mktemp)
  if make_root >"$log" 2>&1; then break; fi
  [ "$attempt" -lt 3 ] || { tail -5 "$log" >&2; echo "SKIPPED $suite: its root cannot be made" >&2; exit 77; }
done

# Mounts in a namespace of their own, which ends with the command.
export GEMLIVE_ROOT=$root GEMLIVE_WORK=$work
mkdir -p "$root$work" "$root/proc" "$root/dev" "$root/sys"
# Without the build folders of this machine; those of the root stay.
tar --exclude=./build* --exclude=./.git -cf - . | tar -C "$root$work" -xf -
cp /etc/resolv.conf "$root/etc/resolv.conf" 2>/dev/null || true
if [ -n "${GEMLIVE_RECORDINGS:-}" ]; then
  mkdir -p "$root/work/recordings"
  cp -r "$GEMLIVE_RECORDINGS/." "$root/work/recordings"
  export GEMLIVE_RECORDINGS=/work/recordings
fi
exec unshare --mount sh -c '
  mount --rbind /dev "$GEMLIVE_ROOT/dev" && mount -t proc proc "$GEMLIVE_ROOT/proc" && mount --rbind /sys "$GEMLIVE_ROOT/sys" || exit 77
  exec chroot "$GEMLIVE_ROOT" sh -c "cd \"\$GEMLIVE_WORK\" && exec \"\$@\"" sh "$@"' sh "$@"
