#!/usr/bin/env bash
# Runs the tests of this folder with the newest release of Google's SDK (npm's `latest`).
#   run.sh FOLDER     FOLDER is where npm installs the SDK; it is reused
# Needs GEMLIVE_SIMULATOR and GEMLIVE_MESSAGES. Without a network, an SDK that is installed already is used.
# Prints SKIPPED and exits with 77 if node, npm or the SDK is not available.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
folder=$1
sdk=$folder/node_modules/@google/genai/package.json

skip() {
  echo "SKIPPED: $1"
  exit 77
}
installed() { # the version, or nothing
  [ ! -f "$sdk" ] || node -p "require('$sdk').version"
}
command -v node >/dev/null || skip "node is not installed"
node -e 'process.exit(Number(process.versions.node.split(".")[0]) >= 20 ? 0 : 1)' || skip "node is older than 20"
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
sdk=$folder/node_modules/@google/genai/package.json
cp "$here"/package.json "$here"/*.mjs "$folder"
if command -v npm >/dev/null; then
  latest=$(npm view @google/genai version 2>"$folder/npm.log") || latest=
  if [ -n "$latest" ] && [ "$latest" != "$(installed)" ]; then
    rm -rf "$folder/node_modules" "$folder/package-lock.json"
    npm install --prefix "$folder" --ignore-scripts --no-audit --no-fund >"$folder/npm.log" 2>&1 || rm -rf "$folder/node_modules"
  fi
fi
[ -n "$(installed)" ] || skip "npm cannot install @google/genai ($(tail -1 "$folder/npm.log" 2>/dev/null))"
echo "# @google/genai $(installed)"
exec node --test --test-reporter=tap "$folder/sdk.mjs" "$folder/fields.mjs"
