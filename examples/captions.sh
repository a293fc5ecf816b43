#!/usr/bin/env bash
# Captions beside the answer: captions.sh [QUESTION.wav] [ANSWER.mkv]
# Writes a Matroska file with the model's speech and, as subtitles, its words at the times at which it says them.
set -euo pipefail
question=${1:-$(dirname "$0")/data/question.wav}
answer=${2:-answer.mkv}

gst-launch-1.0 filesrc location="$question" ! wavparse ! gemlive name=g pacing=none \
  g.src ! audioconvert ! queue ! mux. \
  g.output_transcript ! queue ! mux. \
  matroskamux name=mux ! filesink location="$answer"
