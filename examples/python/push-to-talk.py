#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The gemlive authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Push to talk: press Enter, speak, press Enter again, and the model answers. Ctrl-D ends.
    push-to-talk.py [SOURCE [SINK]]     elements to use in place of microphone and loudspeaker
"""
import sys
import threading

from pipeline import Gst, play
from simulator import use_simulator_unless_configured

use_simulator_unless_configured()
Gst.init(None)
source = sys.argv[1] if len(sys.argv) > 1 else "autoaudiosrc"
sink = sys.argv[2] if len(sys.argv) > 2 else "audioconvert ! audioresample ! autoaudiosink"
pipeline = Gst.parse_launch(
    f"{source} ! gemlive name=gemlive activity-detection=manual output-transcription=true ! {sink}")
gemlive = pipeline.get_by_name("gemlive")


def on_message(fields):
    if fields.has_name("gemlive/turn-complete"):
        print(fields["output-transcript"])
    if fields.has_name("gemlive/turn-complete") or fields.has_name("gemlive/connected"):
        print("Press Enter, and speak", flush=True)


def read_keys():
    for number, _ in enumerate(sys.stdin):
        talks = number % 2 == 0
        gemlive.emit("activity-start" if talks else "activity-end")
        print("Speak, then press Enter" if talks else "...", flush=True)
    pipeline.send_event(Gst.Event.new_eos())


threading.Thread(target=read_keys, daemon=True).start()
play(pipeline, on_message)
