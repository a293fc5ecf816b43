#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The gemlive authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Tool call: the model asks the application for the weather, and speaks the result.
    tool-call.py QUESTION.wav REPLY.wav
"""
import json
import sys

from pipeline import make_pipeline, play
from simulator import use_simulator_unless_configured

TOOLS = [{"functionDeclarations": [{"name": "weather", "description": "Tells the weather in a city", "parameters": {
    "type": "OBJECT", "properties": {"city": {"type": "STRING"}}}}]}]
# Makes the simulator call the function.
SCRIPT = [{"when": {"on": "turn"}, "do": {"tool-call": "weather", "args": {"city": "Bonn"}}}]

if len(sys.argv) != 3:
    sys.exit(__doc__)
use_simulator_unless_configured(json.dumps(SCRIPT))
pipeline = make_pipeline(f'filesrc location="{sys.argv[1]}" ! wavparse ! gemlive name=gemlive pacing=none ! '
                            f'wavenc ! filesink location="{sys.argv[2]}"')
gemlive = pipeline.get_by_name("gemlive")
gemlive.props.tools = json.dumps(TOOLS)


def on_message(fields):
    if fields.has_name("gemlive/tool-call"):
        print(f"The model calls {fields['name']}({fields['args']})")
        sent = gemlive.emit("send-tool-response", fields["id"], fields["name"], json.dumps({"degrees": 21, "sky": "clear"}))
        print("It was answered" if sent else "The call was cancelled", flush=True)


play(pipeline, on_message)
