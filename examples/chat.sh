#!/usr/bin/env bash
# Typed chat with spoken answers. Each line is a turn, Ctrl-D ends the chat.
#   chat.sh [SINK]      SINK: elements that play the answer, e.g. "wavenc ! filesink location=a.wav"; default autoaudiosink
set -euo pipefail
sink=${1:-audioconvert ! audioresample ! autoaudiosink}

# Not quoted: the variable may hold several elements.
# shellcheck disable=SC2086
gst-launch-1.0 -q fdsrc ! text/x-raw,format=utf8 ! g.text gemlive name=g ! $sink
