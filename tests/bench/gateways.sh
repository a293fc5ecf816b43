#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 The gemlive authors
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Measures N phone lines: CPU, memory, threads, descriptors. Each has G.711 over RTP in and out. A caller asks the question of
# examples/data, waits for the answer, and asks again.
#   tests/bench/gateways.sh BUILD_DIR [N [SECONDS]]      default 10 and 20
# Each line is a process, examples/c/voice-gateway.c. With TOGETHER=1 one gst-launch-1.0 has all lines.
set -euo pipefail
build=$(cd "${1:?usage: $0 BUILD_DIR [N [SECONDS]]}" && pwd)
count=${2:-10} seconds=${3:-20}
cd "$(dirname "$0")/../.."
export GST_PLUGIN_PATH=$build/gst
work=$(mktemp -d)
pids=()
finish() {
  kill "${pids[@]}" 2>/dev/null || true
  wait 2>/dev/null || true
  rm -rf "$work"
}
trap finish EXIT

"$build/src/simulator/gemlive-simulator" --port 0 --quiet >"$work/simulator.log" &
pids+=($!)
until GEMLIVE_URI=$(sed -n 's/.*listening on \(ws:[^ ]*\).*/\1/p' "$work/simulator.log") && [ -n "$GEMLIVE_URI" ]; do sleep 0.05; done
export GEMLIVE_URI

gateways=()
clients=
caps=application/x-rtp,media=audio,clock-rate=8000,encoding-name=PCMU
all=()
for ((i = 0; i < count; i++)); do
  input="udpsrc port=$((41000 + i)) caps=$caps ! rtpjitterbuffer ! rtppcmudepay ! mulawdec"
  output="audioconvert ! audioresample ! mulawenc ! rtppcmupay min-ptime=20000000 max-ptime=20000000 ! udpsink port=$((42000 + i))"
  clients+=${clients:+,}127.0.0.1:$((41000 + i))
  if [ -n "${TOGETHER:-}" ]; then
    read -ra line <<<"$input ! gemlive ! $output"
    all+=("${line[@]}")
  else
    "$build/examples/c/voice-gateway" "$work/handle-$i" "$input" "$output" >"$work/gateway-$i.log" 2>&1 &
    gateways+=($!)
  fi
done
if [ -n "${TOGETHER:-}" ]; then
  gst-launch-1.0 -m "${all[@]}" >"$work/gateway-all.log" 2>&1 &
  gateways+=($!)
fi
pids+=("${gateways[@]}")

# The question, and five seconds of silence.
gst-launch-1.0 -q filesrc location=examples/data/question.wav ! wavparse ! audioconvert ! audioresample ! mulawenc ! \
  filesink location="$work/question"
head -c 40000 /dev/zero | tr '\0' '\377' >>"$work/question"
gst-launch-1.0 -q multifilesrc location="$work/question" loop=true ! rawaudioparse format=mulaw sample-rate=8000 num-channels=1 ! \
  rtppcmupay min-ptime=20000000 max-ptime=20000000 ! multiudpsink sync=true clients="$clients" &
pids+=($!)

# The voice gateway and gst-launch-1.0 print a line for each complete answer.
turns() { cat "$work"/gateway-*.log | grep -c 'answer is complete\|gemlive/turn-complete' || true; }
for ((tries = 0; $(turns) < count; tries++)); do
  [ "$tries" -lt 600 ] || { tail -n 2 "$work"/gateway-*.log >&2; exit 1; }
  sleep 0.1
done

ticks() { for pid in "${gateways[@]}"; do cut -d' ' -f14,15 "/proc/$pid/stat"; done | awk '{ sum += $1 + $2 } END { print sum }'; }
from=$(ticks)
start=$(date +%s.%N)
sleep "$seconds"
to=$(ticks)
awk -v ticks=$((to - from)) -v hz="$(getconf CLK_TCK)" -v count="$count" -v start="$start" -v end="$(date +%s.%N)" \
  'BEGIN { printf "lines %d\ncpu-ms-per-line-second %.1f\n", count, ticks / hz * 1000 / count / (end - start) }'
pid=${gateways[0]}
awk '/^Rss:/ { print "rss-kib", $2 } /^Pss:/ { print "pss-kib", $2 } /^Private_Dirty:/ { print "private-dirty-kib", $2 }' "/proc/$pid/smaps_rollup"
echo "threads $(grep -c . < <(ls "/proc/$pid/task"))"
echo "descriptors $(grep -c . < <(ls "/proc/$pid/fd"))"
echo "turns $(turns)"
