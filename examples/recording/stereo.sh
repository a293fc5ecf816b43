#!/usr/bin/env bash
# Records a conversation as a stereo WAV file: the user on the left, the model on the right. Ctrl-C ends it.
#   stereo.sh [FILE.wav]
# Elements in place of microphone and loudspeaker: MICROPHONE, SPEAKER.
set -euo pipefail
[[ $# -le 1 && ${1:-} != -* ]] || {
  echo "usage: stereo.sh [FILE.wav]" >&2
  exit 2
}
source "$(dirname "$0")/../common/simulator.sh"

# MICROPHONE and SPEAKER are not quoted: each may hold several elements.
gst-launch-1.0 -e ${MICROPHONE:-autoaudiosrc} ! audioconvert ! tee name=user ! queue ! gemlive ! tee name=model ! queue ! \
  audioconvert ! audioresample ! ${SPEAKER:-autoaudiosink} \
  user. ! queue ! audioconvert ! audioresample ! audio/x-raw,rate=48000,channels=1 ! audiopanorama panorama=-1 ! both. \
  model. ! queue ! audioconvert ! audioresample ! audio/x-raw,rate=48000,channels=1 ! audiopanorama panorama=1 ! both. \
  audiomixer name=both latency=500000000 ! audio/x-raw,format=S16LE,rate=48000,channels=2 ! wavenc ! filesink location="${1:-conversation.wav}"
