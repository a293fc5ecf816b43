#!/usr/bin/env bash
# Records a conversation as a Matroska file with two tracks: the user, and the model. Ctrl-C ends it.
#   two-tracks.sh [FILE.mkv]
# Elements in place of microphone and loudspeaker: MICROPHONE, SPEAKER.
set -euo pipefail
[[ $# -le 1 && ${1:-} != -* ]] || {
  echo "usage: two-tracks.sh [FILE.mkv]" >&2
  exit 2
}
source "$(dirname "$0")/../common/simulator.sh"

# MICROPHONE and SPEAKER are not quoted: each may hold several elements.
gst-launch-1.0 -e ${MICROPHONE:-autoaudiosrc} ! audioconvert ! tee name=user ! queue ! gemlive ! tee name=model ! queue ! \
  audioconvert ! audioresample ! ${SPEAKER:-autoaudiosink} \
  user. ! queue ! file.audio_0  model. ! queue ! file.audio_1 \
  matroskamux name=file ! filesink location="${1:-conversation.mkv}"
