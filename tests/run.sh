#!/usr/bin/env bash
# Installs the packages that the tests need, builds, runs all tests and prints a summary.
#   tests/run.sh [--on trixie|sid] [--sanitize address,undefined|thread] [meson test arguments]
# --on: the same on another Debian suite, in a root folder (tests/on.sh).
# GEMLIVE_WERROR=yes makes warnings errors, if the build folder is new.
# GEMLIVE_RECORDINGS is a folder of recorded traffic (default ../shared/recordings). Tests that need it are skipped without it.
set -euo pipefail
cd "$(dirname "$0")/.."
if [ "${1:-}" = --on ]; then
  suite=$2
  shift 2
  exec tests/on.sh "$suite" tests/run.sh "$@"
fi
build=build-tests
options=(${GEMLIVE_WERROR:+--werror})
if [ "${1:-}" = --sanitize ]; then
  build=build-tests-${2%%,*}
  options+=(-Db_sanitize="$2" -Dbench=false)
  shift 2
fi

examples/setup-debian.sh test
[ -f "$build/build.ninja" ] || meson setup "$build" -Dtests=true "${options[@]}"
ninja -C "$build"
status=0
rm -f "$build"/*.xml "$build"/meson-logs/testlog.junit.xml  # results of an earlier run
meson test -C "$build" --no-rebuild --print-errorlogs "$@" || status=$?
python3 tests/summary.py "$build/meson-logs/testlog.junit.xml" || status=1
exit $status
