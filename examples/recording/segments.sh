#!/usr/bin/env bash
# Records a conversation in Matroska files of a minute each: stereo, the user on the left, the model on the right. Ctrl-C ends it.
#   segments.sh [FOLDER [SECONDS]]
# Elements in place of microphone and loudspeaker: MICROPHONE, SPEAKER.
set -euo pipefail
folder=${1:-.}
seconds=${2:-60}
[[ $# -le 2 && $folder != -* && $seconds =~ ^[1-9][0-9]{0,8}$ ]] || {
  echo "usage: segments.sh [FOLDER [SECONDS]]" >&2
  exit 2
}
for segment in "$folder"/segment*.mkv; do
  [ ! -e "$segment" ] || {
    echo "$segment exists: these segments would get among those. Name a new folder." >&2
    exit 2
  }
done
source "$(dirname "$0")/../common/simulator.sh"
mkdir -p "$folder"

# MICROPHONE and SPEAKER are not quoted: each may hold several elements.
gst-launch-1.0 -e ${MICROPHONE:-autoaudiosrc} ! audioconvert ! tee name=user ! queue ! gemlive ! tee name=model ! queue ! \
  audioconvert ! audioresample ! ${SPEAKER:-autoaudiosink} \
  user. ! queue ! audioconvert ! audioresample ! audio/x-raw,rate=48000,channels=1 ! audiopanorama panorama=-1 ! both. \
  model. ! queue ! audioconvert ! audioresample ! audio/x-raw,rate=48000,channels=1 ! audiopanorama panorama=1 ! both. \
  audiomixer name=both latency=500000000 ! audio/x-raw,format=S16LE,rate=48000,channels=2 ! files.audio_0 \
  splitmuxsink name=files muxer-factory=matroskamux max-size-time="${seconds}000000000" location="$folder/segment%03d.mkv"
