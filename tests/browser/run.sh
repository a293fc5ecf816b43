#!/usr/bin/env bash
# Runs NAME.test.mjs with Debian's Chromium and playwright-core.
#   run.sh FOLDER NAME     FOLDER is where npm installs playwright-core, once; then no network is needed
# Needs GEMLIVE_WEB, GEMLIVE_SIMULATOR and GEMLIVE_QUESTION. Screenshots go to GEMLIVE_ARTIFACTS.
# If something is missing it prints SKIPPED and exits with 77, or fails if GEMLIVE_EXAMPLES=required.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)

missing() {
  local advice="$1. Run examples/setup-debian.sh examples"
  if [ "${GEMLIVE_EXAMPLES:-auto}" = required ]; then
    echo "FAILED: $advice"
    exit 1
  fi
  echo "SKIPPED: $advice"
  exit 77
}
[ -n "${GEMLIVE_WEB:-}" ] || missing "gemlive-web is not built"
for program in node npm chromium; do
  command -v $program >/dev/null || missing "$program is not installed"
done

mkdir -p "$1"
folder=$(cd "$1" && pwd)
exec 9>"$folder/lock"
flock 9 # the tests run beside each other
cp "$here"/package.json "$here"/package-lock.json "$folder"
if ! cmp -s "$folder/package-lock.json" "$folder/node_modules/installed.json"; then
  npm ci --prefix "$folder" --ignore-scripts --no-audit --no-fund >"$folder/npm.log" 2>&1 ||
    missing "npm cannot install playwright-core ($(tail -1 "$folder/npm.log"))"
  cp "$folder/package-lock.json" "$folder/node_modules/installed.json"
fi
cp "$here"/*.mjs "$folder"
flock -u 9
exec node --test --test-reporter=tap "$folder/$2.test.mjs" 9>&-
