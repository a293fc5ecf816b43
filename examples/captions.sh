#!/usr/bin/env bash
# Writes a Matroska file with the model's spoken answer, and its words as subtitles in sync with the speech.
#   captions.sh [QUESTION.wav] [ANSWER.mkv]
set -euo pipefail
question=${1:-$(dirname "$0")/data/question.wav}
answer=${2:-answer.mkv}

gst-launch-1.0 filesrc location="$question" ! wavparse ! gemlive name=g pacing=none \
  g.src ! audioconvert ! queue ! mux. \
  g.output_transcript ! queue ! mux. \
  matroskamux name=mux ! filesink location="$answer"
