#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The gemlive authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Captions: prints what both sides say, line by line, when it is heard.
    captions.py [SOURCE [SINK]]     elements to use in place of microphone and loudspeaker
"""
import sys

from pipeline import make_pipeline, play
from simulator import use_simulator_unless_configured

use_simulator_unless_configured()
source = sys.argv[1] if len(sys.argv) > 1 else "autoaudiosrc"
sink = sys.argv[2] if len(sys.argv) > 2 else "audioconvert ! audioresample ! autoaudiosink"
pipeline = make_pipeline(f"""
    {source} ! gemlive name=gemlive captions=lines ! {sink}
    gemlive.input_transcript ! fakesink name=user signal-handoffs=true
    gemlive.output_transcript ! fakesink name=model signal-handoffs=true""")


def on_line(sink, line, _pad):
    print(f"{sink.name}: {line.extract_dup(0, line.get_size()).decode()}", flush=True)


pipeline.get_by_name("user").connect("handoff", on_line)
pipeline.get_by_name("model").connect("handoff", on_line)
play(pipeline)
