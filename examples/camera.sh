#!/usr/bin/env bash
# Show the model what the camera sees, and talk about it. Wear headphones: there is no echo cancellation here.
#   CAMERA='videotestsrc is-live=true' MICROPHONE='audiotestsrc is-live=true' SINK=fakesink camera.sh      tries it without devices
set -euo pipefail
camera=${CAMERA:-v4l2src}
microphone=${MICROPHONE:-autoaudiosrc}
sink=${SINK:-audioconvert ! audioresample ! autoaudiosink}

# Not quoted: each may be a pipeline of its own.
# shellcheck disable=SC2086
gst-launch-1.0 $camera ! videoconvert ! videorate ! video/x-raw,framerate=1/1 ! jpegenc ! g.video \
  $microphone ! gemlive name=g ! $sink
