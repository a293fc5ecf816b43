# SPDX-FileCopyrightText: 2026 The gemlive authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Plays a pipeline to its end."""
import signal
import sys

import gi

gi.require_version("Gst", "1.0")
from gi.repository import GLib, Gst


def play(pipeline, on_message=None):
    """Calls `on_message` with each message of an element. Ends the program after an error, which it prints, or at Ctrl-C."""
    loop = GLib.MainLoop()
    errors = []

    def watch(_bus, message):
        if message.type == Gst.MessageType.ELEMENT and on_message:
            on_message(message.get_structure())
        elif message.type == Gst.MessageType.ERROR:
            errors.append(message.parse_error()[0].message)
            loop.quit()
        elif message.type == Gst.MessageType.EOS:
            loop.quit()

    bus = pipeline.get_bus()
    bus.add_signal_watch()
    bus.connect("message", watch)
    GLib.unix_signal_add(GLib.PRIORITY_DEFAULT, signal.SIGINT, loop.quit)
    pipeline.set_state(Gst.State.PLAYING)
    loop.run()
    pipeline.set_state(Gst.State.NULL)
    bus.remove_signal_watch()
    sys.exit(errors[0] if errors else 0)
