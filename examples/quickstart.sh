#!/usr/bin/env bash
# Gets a spoken answer on a fresh Debian 12 (or later) machine: installs packages, builds gemlive, asks a question.
#   quickstart.sh [REPLY.wav]      default reply.wav
# With GOOGLE_API_KEY or GEMINI_API_KEY set it uses Google's service, otherwise gemlive-simulator, the local service.
set -euo pipefail
cd "$(dirname "$0")/.."
build=$(realpath -m "${GEMLIVE_BUILD:-build}")
reply=${1:-reply.wav}
question=examples/data/question.wav

examples/setup-debian.sh build
work=$(mktemp -d)
trap 'rm -rf "$work"; [ -z "${simulator:-}" ] || kill "$simulator" 2>/dev/null || true' EXIT

if [ ! -f "$build/build.ninja" ]; then
  echo "Setting up $build"
  meson setup "$build" --prefix=/usr >"$work/meson.log" || { cat "$work/meson.log" >&2; exit 1; }
fi
echo "Building"
ninja -C "$build" gst/libgstgemlive.so src/simulator/gemlive-simulator >"$work/ninja.log" || { cat "$work/ninja.log" >&2; exit 1; }
export GST_PLUGIN_PATH="$build/gst${GST_PLUGIN_PATH:+:$GST_PLUGIN_PATH}"

if [ -n "${GOOGLE_API_KEY:-}${GEMINI_API_KEY:-}" ]; then
  echo "Using Google's service (an API key is set)"
else
  echo "Using gemlive-simulator, the local service (set GOOGLE_API_KEY to use Google's)"
  mkdir "$work/record"
  : >"$work/simulator.log"
  "$build/src/simulator/gemlive-simulator" --port 0 --record "$work/record" >"$work/simulator.log" 2>&1 &
  simulator=$!
  until uri=$(sed -n 's/.*listening on \(ws:[^ ]*\).*/\1/p' "$work/simulator.log") && [ -n "$uri" ]; do
    kill -0 "$simulator" 2>/dev/null || { cat "$work/simulator.log" >&2; exit 1; }
    sleep 0.05
  done
  export GEMLIVE_URI=$uri
fi

echo "gst-launch-1.0 filesrc location=$question ! wavparse ! gemlive pacing=none input-transcription=true output-transcription=true ! wavenc ! filesink location=$reply"
if ! gst-launch-1.0 -m filesrc location="$question" ! wavparse ! \
    gemlive pacing=none input-transcription=true output-transcription=true ! \
    wavenc ! filesink location="$reply" >"$work/launch.log" 2>&1; then
  grep -A3 '^ERROR' "$work/launch.log" >&2 || cat "$work/launch.log" >&2
  exit 1
fi

python3 examples/quickstart-report.py "$work/launch.log" "$reply" "$work/record/session-1-said.wav"
