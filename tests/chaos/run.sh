#!/usr/bin/env bash
# Runs the measurements of docs/reliability.md and prints the results.
#   tests/chaos/run.sh [--quick] [--build DIR] [--sanitize address,undefined|thread]
#                      [table [FAULT] [--repeat N] | random [--faults N] [--seed N] |
#                       soak [--minutes N] [--seed N] | states [--rounds N]]
# FAULT is a number or part of a name in the fault table. Without a subcommand, all four run. --quick runs less of each.
# As root (or with user namespaces) it runs in a network namespace of its own, where it can remove links.
set -euo pipefail
cd "$(dirname "$0")/../.."
build=build-tests
read -ra options <<<"${GEMLIVE_SETUP:-}"
quick=()
while [[ "${1:-}" == --* ]]; do
  case $1 in
    --quick) quick=(--quick) ;;
    --build) build=$2; shift ;;
    --sanitize) build=build-tests-${2%%,*} options+=(-Db_sanitize="$2" -Dbench=false); shift ;;
    *) sed -n 2,7p "$0"; exit 2 ;;
  esac
  shift
done
[ -f "$build/build.ninja" ] || meson setup "$build" -Dtests=true "${options[@]}"
ninja -C "$build" gst/libgstgemlive.so src/simulator/gemlive-simulator tests/chaos/gemlive-chaos >&2

export GST_PLUGIN_PATH=$PWD/$build/gst GST_REGISTRY=$PWD/$build/tests/chaos/registry.bin
export GEMLIVE_SIMULATOR=$PWD/$build/src/simulator/gemlive-simulator GEMLIVE_FIXTURES=$PWD/tests/fixtures
# As for tests/gst: the plugin scanner, GnuTLS and GLib are built without a sanitizer.
export G_DEBUG=fatal-criticals UBSAN_OPTIONS=halt_on_error=1 GST_REGISTRY_FORK=no ASAN_OPTIONS=intercept_tls_get_addr=0:fast_unwind_on_malloc=0
export LSAN_OPTIONS=suppressions=$PWD/tests/support/lsan.supp
export TSAN_OPTIONS=ignore_noninstrumented_modules=1:suppressions=$PWD/tests/support/tsan.supp
unset GOOGLE_API_KEY GEMINI_API_KEY GOOGLE_GENAI_USE_VERTEXAI GEMLIVE_URI http_proxy https_proxy all_proxy
chaos=("$PWD/$build/tests/chaos/gemlive-chaos")
own=
for flags in -n -rn; do
  if unshare $flags ip link set lo up 2>/dev/null; then
    # The name server is 127.0.0.1. Only a test's own server answers there.
    chaos=(unshare ${flags}m sh -c '
      ip link set lo up
      # The resolver sends no query at all if loopback is the only address.
      ip link add near type veth peer name far && ip addr add 192.0.2.1/24 dev near && ip link set near up && ip link set far up
      resolv=$(mktemp) && echo "nameserver 127.0.0.1" >"$resolv"
      if mount --bind "$resolv" "$(readlink -f /etc/resolv.conf)" 2>/dev/null; then export GEMLIVE_CHAOS_NAME_SERVER=1; fi
      rm "$resolv"
      GEMLIVE_CHAOS_NAMESPACE=1 exec "$0" "$@"' "${chaos[@]}")
    own=yes
    break
  fi
done
[ -n "$own" ] || echo "no network namespace: faults that need one are SKIPPED" >&2

status=0
if [ $# -gt 0 ]; then
  "${chaos[@]}" "$@" "${quick[@]}" || status=$?
else
  for what in table random soak states; do
    echo "## $what"
    "${chaos[@]}" "$what" "${quick[@]}" || status=$?
  done
fi
exit $status
