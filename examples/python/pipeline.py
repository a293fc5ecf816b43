# SPDX-FileCopyrightText: 2026 The gemlive authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Makes a pipeline, and plays it to its end."""
import signal
import sys

import gi

gi.require_version("Gst", "1.0")
from gi.repository import GLib, Gst

signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl-C ends the program


def make_pipeline(description):
    """Makes a pipeline as gst-launch-1.0 does. Ends the program if there is an error."""
    Gst.init(None)
    try:
        return Gst.parse_launch(description)
    except GLib.Error as error:
        sys.exit(error.message)


def play(pipeline, on_message=None):
    """Calls `on_message` with each message of an element. Ends the program after an error, which it prints."""
    loop = GLib.MainLoop()
    errors = []

    def watch(_bus, message):
        if message.type == Gst.MessageType.ELEMENT and on_message:
            on_message(message.get_structure())
        elif message.type == Gst.MessageType.ERROR:
            error, details = message.parse_error()
            errors.append("\n".join([error.message, *(details or "").splitlines()[1:]]))  # such as the name of a file
            loop.quit()
        elif message.type == Gst.MessageType.EOS:
            loop.quit()

    bus = pipeline.get_bus()
    bus.add_signal_watch()
    bus.connect("message", watch)
    pipeline.set_state(Gst.State.PLAYING)
    loop.run()
    pipeline.set_state(Gst.State.NULL)
    bus.remove_signal_watch()
    sys.exit(errors[0] if errors else 0)
