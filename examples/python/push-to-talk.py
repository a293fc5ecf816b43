#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The gemlive authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Push to talk: press Enter, speak, press Enter again, and the model answers. Ctrl-D ends.
    push-to-talk.py [SOURCE [SINK]]     elements to use in place of microphone and loudspeaker
"""
import itertools
import sys

from pipeline import GLib, Gst, make_pipeline, play
from simulator import use_simulator_unless_configured

use_simulator_unless_configured()
source = sys.argv[1] if len(sys.argv) > 1 else "autoaudiosrc"
sink = sys.argv[2] if len(sys.argv) > 2 else "audioconvert ! audioresample ! autoaudiosink"
pipeline = make_pipeline(
    f"{source} ! gemlive name=gemlive activity-detection=manual output-transcription=true ! {sink}")
gemlive = pipeline.get_by_name("gemlive")


def on_message(fields):
    if fields.has_name("gemlive/turn-complete"):
        print(fields["output-transcript"])
    if fields.has_name("gemlive/turn-complete") or fields.has_name("gemlive/connected"):
        print("Press Enter, and speak", flush=True)


actions = itertools.cycle([("activity-start", "Speak, then press Enter"), ("activity-end", "...")])


def on_key(keys, _condition):
    if not keys.readline():
        pipeline.send_event(Gst.Event.new_eos())
        return False
    action, advice = next(actions)
    gemlive.emit(action)
    print(advice, flush=True)
    return True


GLib.io_add_watch(GLib.IOChannel(0), GLib.PRIORITY_DEFAULT, GLib.IOCondition.IN | GLib.IOCondition.HUP, on_key)
play(pipeline, on_message)
