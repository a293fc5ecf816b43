#!/usr/bin/env bash
# Installs the packages that gemlive needs on Debian 12 or later (and its derivatives).
#   setup-debian.sh [build|test|examples]      test: also the packages for the tests; examples: also those for the examples
#                                              that have a folder, and for their tests
# If all packages are installed it does nothing, and needs no root.
set -euo pipefail

packages=(
  # to build
  g++ meson ninja-build pkg-config libglib2.0-dev libgstreamer1.0-dev libgstreamer-plugins-base1.0-dev
  libsoup-3.0-dev libsimdjson-dev libssl-dev libespeak-ng-dev libjson-glib-dev
  # to run
  gstreamer1.0-tools gstreamer1.0-plugins-base gstreamer1.0-plugins-good glib-networking espeak-ng-data python3
)
case ${1:-build} in test | examples)
  packages+=(libgtest-dev pocketsphinx-testdata gstreamer1.0-plugins-bad gstreamer1.0-nice gstreamer1.0-x openssl
    python3-gi python3-gst-1.0 gir1.2-gstreamer-1.0)
  ;;
esac
if [ "${1:-}" = examples ]; then
  packages+=(
    # browser
    libgstreamer-plugins-bad1.0-dev chromium
    # phone
    libsofia-sip-ua-glib-dev baresip-core
    # talk
    libncurses-dev tmux pulseaudio pulseaudio-utils gstreamer1.0-pulseaudio
    pipewire pipewire-pulse wireplumber dbus-daemon gstreamer1.0-pipewire
  )
  # The packages of Debian conflict with node's own.
  command -v node >/dev/null || packages+=(nodejs)
  command -v npm >/dev/null || packages+=(npm)
fi

missing=()
for package in "${packages[@]}"; do
  [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing+=("$package")
done
[ ${#missing[@]} -gt 0 ] || exit 0

as_root=()
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null || { echo "Missing packages: ${missing[*]}. Run this script as root, or install sudo." >&2; exit 1; }
  as_root=(sudo)
fi
echo "Installing ${missing[*]}"
export DEBIAN_FRONTEND=noninteractive
log=$(mktemp)
"${as_root[@]}" apt-get update >"$log" 2>&1 || { cat "$log" >&2; exit 1; }
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${missing[@]}" >"$log" 2>&1 ||
  { cat "$log" >&2; exit 1; }
rm -f "$log"
