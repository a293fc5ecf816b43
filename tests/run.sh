#!/usr/bin/env bash
# Installs the packages that the tests need, builds, runs all tests and prints a summary.
#   tests/run.sh [--on trixie|sid] [--sanitize address,undefined|thread] [meson test arguments]
# --on: the same on another Debian suite, in a root folder (tests/on.sh).
# GEMLIVE_SETUP has more arguments for meson setup, which a new build folder takes: --werror.
# MESON_TESTTHREADS is the number of programs at once (default: two for each core).
# GEMLIVE_RETRY=1: up to ten programs that failed run again, one at a time, as on a machine that others load. The summary
# names what failed at first.
# GEMLIVE_RECORDINGS is a folder of recorded traffic (default ../shared/recordings). Tests that need it are skipped without it.
set -euo pipefail
cd "$(dirname "$0")/.."
if [ "${1:-}" = --on ]; then
  suite=$2
  shift 2
  exec tests/on.sh "$suite" tests/run.sh "$@"
fi
build=build-tests
read -ra options <<<"${GEMLIVE_SETUP:-}"
if [ "${1:-}" = --sanitize ]; then
  build=build-tests-${2%%,*}
  # -O1 and only line numbers: 15 minutes of CPU for the build instead of 25.
  options+=(-Db_sanitize="$2" -Dbench=false -Doptimization=1 -Ddebug=false -Dcpp_args=-g1)
  shift 2
fi

examples/setup-debian.sh test
[ -f "$build/build.ninja" ] || meson setup "$build" -Dtests=true "${options[@]}"
# With arguments meson builds only what the chosen tests need.
rebuild=()
if [ $# -eq 0 ]; then
  ninja -C "$build"
  rebuild=(--no-rebuild)
fi
export MESON_TESTTHREADS=${MESON_TESTTHREADS:-$((2 * $(nproc)))}  # most tests wait most of the time
status=0
logs=$build/meson-logs first=$build/meson-logs-first
rm -rf "$build"/*.xml "$logs"/testlog.* "$first"  # results of an earlier run
meson test -C "$build" "${rebuild[@]}" --print-errorlogs "$@" || status=$?
if [ "$status" -ne 0 ] && [ -n "${GEMLIVE_RETRY:-}" ]; then
  mapfile -t failed < <(python3 tests/summary.py --failed "$logs")
  if [ ${#failed[@]} -gt 0 ] && [ ${#failed[@]} -le 10 ]; then
    cp -r "$logs" "$first"
    rm -f "$build"/*.xml "$logs"/testlog.*
    status=0
    meson test -C "$build" "${rebuild[@]}" --print-errorlogs --num-processes 1 "${failed[@]}" || status=$?
  fi
fi
[ ! -d "$first" ] || logs="$first $logs"
# shellcheck disable=SC2086
python3 tests/summary.py $logs || status=1
exit $status
