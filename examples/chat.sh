#!/usr/bin/env bash
# Type, and hear the answer: each line is a turn, Ctrl-D is the end. (What is piped in comes in larger pieces, each of them a turn.)
#   chat.sh [SINK]      where the answer goes, autoaudiosink unless it says otherwise ("wavenc ! filesink location=a.wav")
set -euo pipefail
sink=${1:-audioconvert ! audioresample ! autoaudiosink}

# Not quoted: the sink may be a pipeline of its own.
# shellcheck disable=SC2086
gst-launch-1.0 -q fdsrc ! text/x-raw,format=utf8 ! g.text gemlive name=g ! $sink
