#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 The gemlive authors
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Measures user instructions per full-duplex audio second (20 ms up, 40 ms down) of the whole process.
# It runs each client for two durations under callgrind and prints the slope, so that start-up cancels out.
# The clients are gemlive in GStreamer, and two programs in peers/: the tutorial-like client, and the WebSocket alone, that
# of libsoup (soup) and ours (own), without GStreamer and JSON. The server is the same.
#   tests/bench/instructions.sh BUILD_DIR [SHORT LONG]     durations in seconds, default 5 and 15
# CLIENTS="gemlive soup" runs these clients only. Profiles for callgrind_annotate stay in BUILD_DIR/instructions.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
build=$(cd "${1:?usage: $0 BUILD_DIR [SHORT LONG]}" && pwd)
short=${2:-5} long=${3:-15}
results=$build/instructions
mkdir -p "$results"
. "$here/environment.sh"

# count NAME COMMAND...: runs COMMAND and prints "instructions audio-seconds".
count() {
  local name=$1
  shift
  valgrind --tool=callgrind --callgrind-out-file="$results/$name.callgrind" --log-file="$results/$name.log" \
    "$@" >"$results/$name.txt"
  awk -v instructions="$(awk '/Collected/ { print $4 }' "$results/$name.log")" '
    /^audio-seconds-/ { seconds += $2 / 2 }
    END { printf "%.0f %.6f\n", instructions, seconds }' "$results/$name.txt"
}

gemlive() {  # NAME SECONDS SCHEME
  local tls=()
  [ "$3" = wss ] && tls=(--tls)
  count "$1" "$gemlive_bench" --no-floor --no-latency --seconds "$2" "${tls[@]}"
}

tutorial() {  # NAME SECONDS SCHEME
  local arguments=("$(cat "$results/uri-$3")" 1 "$2" --warm-up 0)
  [ "$3" = wss ] && arguments+=(--ca-file "$results/certificate.pem")
  count "$1" /usr/bin/python3 "$here/peers/tutorial.py" "${arguments[@]}"
}

# slope CLIENT SCHEME: prints millions of instructions per audio second.
slope() {
  local first second
  first=$("$1" "$1-$2-short" "$short" "$2")
  second=$("$1" "$1-$2-long" "$long" "$2")
  awk -v first="$first" -v second="$second" 'BEGIN {
    split(first, a); split(second, b); printf "%.2f\n", (b[1] - a[1]) / (b[2] - a[2]) / 1e6 }'
}

websocket() {  # IMPLEMENTATION NAME SECONDS SCHEME
  local arguments=("$1" "$(cat "$results/uri-$4")" "$3")
  [ "$4" = wss ] && arguments+=("$results/certificate.pem")
  count "$2" "$build/tests/bench/gemlive-bench-websocket" "${arguments[@]}"
}
soup() { websocket soup "$@"; }
own() { websocket own "$@"; }

start_servers "$results"
trap stop_servers EXIT
# Scan the plugin registry once, before anything is counted.
"$gemlive_bench" --no-floor --no-latency --seconds 1 >/dev/null
for scheme in ws wss; do
  for client in ${CLIENTS:-gemlive tutorial soup own}; do
    printf '%-9s %-4s %6s M instructions per audio second\n' "$client" "$scheme" "$(slope "$client" "$scheme")"
  done
done
