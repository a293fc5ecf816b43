#!/usr/bin/env bash
# Runs sdk.mjs with Google's SDK from npm.
#   run.sh FOLDER     FOLDER is where npm installs the SDK; it is reused
# Prints SKIPPED and exits with 77 if node, npm or the SDK is not available.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
folder=$1

skip() {
  echo "SKIPPED: $1"
  exit 77
}
command -v node >/dev/null || skip "node is not installed"
node -e 'process.exit(Number(process.versions.node.split(".")[0]) >= 20 ? 0 : 1)' || skip "node is older than 20"
mkdir -p "$folder"
cp "$here"/package.json "$here"/package-lock.json "$here"/sdk.mjs "$folder"
if ! [ "$folder/node_modules/.package-lock.json" -nt "$here/package-lock.json" ]; then
  command -v npm >/dev/null || skip "npm is not installed"
  npm ci --prefix "$folder" --ignore-scripts --no-audit --no-fund >"$folder/npm.log" 2>&1 ||
    skip "npm cannot install @google/genai ($(tail -1 "$folder/npm.log"))"
  touch "$folder/node_modules/.package-lock.json"
fi
exec node --test --test-reporter=tap "$folder/sdk.mjs"
