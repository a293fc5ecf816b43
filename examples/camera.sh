#!/usr/bin/env bash
# Talk to the model about the picture of a camera. Use headphones: this example has no echo cancellation.
#   camera.sh
# Without devices:
#   CAMERA='videotestsrc is-live=true' MICROPHONE='audiotestsrc is-live=true' SINK=fakesink camera.sh
set -euo pipefail
camera=${CAMERA:-v4l2src}
microphone=${MICROPHONE:-autoaudiosrc}
sink=${SINK:-audioconvert ! audioresample ! autoaudiosink}

# Not quoted: each variable may hold several elements.
# shellcheck disable=SC2086
gst-launch-1.0 -e $camera ! videoconvert ! videorate ! video/x-raw,framerate=1/1 ! jpegenc ! g.video \
  $microphone ! gemlive name=g ! $sink
