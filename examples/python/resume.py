#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The gemlive authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Resume: asks a question, and continues the conversation of the last call.
    resume.py HANDLE_FILE QUESTION.wav REPLY.wav     the file is created; keep it secret
"""
import pathlib
import sys

from pipeline import make_pipeline, play
from simulator import use_simulator_unless_configured

if len(sys.argv) != 4:
    sys.exit(__doc__)
use_simulator_unless_configured()
handle_file = pathlib.Path(sys.argv[1])
pipeline = make_pipeline(f'filesrc location="{sys.argv[2]}" ! wavparse ! gemlive name=gemlive pacing=none ! '
                            f'wavenc ! filesink location="{sys.argv[3]}"')
gemlive = pipeline.get_by_name("gemlive")
try:
    handle_file.touch(0o600)
    gemlive.props.resumption_handle = handle_file.read_text().strip()
except OSError as error:
    sys.exit(error)


def on_message(fields):
    if fields.has_name("gemlive/connected"):
        print("The conversation continues" if fields["resumed"] else "A new conversation", flush=True)
    elif fields.has_name("gemlive/resumption") and fields["resumable"]:
        handle_file.write_text(gemlive.props.resumption_handle)


play(pipeline, on_message)
