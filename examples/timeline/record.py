#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The gemlive authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Records a conversation for gemlive-timeline: conversation.wav, events.jsonl and session.websocket.log.
    record.py FOLDER [SOURCE [SINK]]     elements in place of microphone and loudspeaker; GEMLIVE has properties
The end of the source or Ctrl-C ends it."""
import json
import os
import pathlib
import signal
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "python"))
from pipeline import GLib, Gst
from simulator import use_simulator_unless_configured

if not 2 <= len(sys.argv) <= 4:
    sys.exit(__doc__)
folder = pathlib.Path(sys.argv[1])
source = sys.argv[2] if len(sys.argv) > 2 else "autoaudiosrc"
sink = sys.argv[3] if len(sys.argv) > 3 else "autoaudiosink"
side = "queue max-size-time=0 max-size-bytes=0 max-size-buffers=0 ! audioconvert ! audioresample ! audio/x-raw,rate=24000,channels=1"
folder.mkdir(exist_ok=True)
use_simulator_unless_configured()
Gst.init(None)
pipeline = Gst.parse_launch(f"""
    {source} ! audioconvert ! tee name=user ! queue ! gemlive name=gemlive output-transcription=true input-transcription=true
        capture-location="{folder}/session.websocket.log" {os.environ.get("GEMLIVE", "")} !
    tee name=model ! queue ! audioconvert ! audioresample ! {sink}
    user. ! {side} ! audiopanorama panorama=-1 ! both.
    model. ! {side} ! audiopanorama panorama=1 ! both.
    audiomixer name=both latency=500000000 ! audio/x-raw,format=S16LE,rate=24000,channels=2 ! wavenc ! filesink location="{folder}/conversation.wav" """)
gemlive, both, loop = pipeline.get_by_name("gemlive"), pipeline.get_by_name("both"), GLib.MainLoop()
events = open(folder / "events.jsonl", "w", encoding="utf-8")
first = []  # the running time of the recording's first sample
status = 0


def on_buffer(pad, info):
    segment = pad.get_sticky_event(Gst.EventType.SEGMENT, 0).parse_segment()
    first.append(segment.to_running_time(Gst.Format.TIME, info.get_buffer().pts))
    return Gst.PadProbeReturn.REMOVE


def plain(value):
    """As JSON has it."""
    return value if isinstance(value, (bool, int, float, str)) else getattr(value, "value_nick", str(value))


def fields_of(structure):
    names = [structure.nth_field_name(i) for i in range(structure.n_fields())]
    return {name: plain(structure.get_value(name)) for name in names}


def write(message, fields):
    clock = pipeline.get_clock()
    now = clock.get_time() - pipeline.get_base_time() if clock else 0
    at = max(0, now - first[0]) / Gst.SECOND if first else 0
    events.write(json.dumps({"at": at, "message": message, "fields": fields}, ensure_ascii=False) + "\n")
    events.flush()


def answer(call, name):
    gemlive.emit("send-tool-response", call, name, json.dumps({"temperature": "21 °C"}))
    write("gemlive/tool-response", {"id": call, "name": name})


def on_message(_bus, message):
    global status
    structure = message.get_structure()
    if message.type == Gst.MessageType.ELEMENT and structure.get_name().startswith("gemlive/"):
        write(structure.get_name(), fields_of(structure))
        if structure.get_name() == "gemlive/tool-call":
            GLib.timeout_add(400, answer, structure.get_string("id"), structure.get_string("name"))
    elif message.type == Gst.MessageType.WARNING:
        write("warning", {"text": message.parse_warning()[0].message})
    elif message.type == Gst.MessageType.ERROR:
        write("error", {"text": message.parse_error()[0].message})
        status = message.parse_error()[0].message
        loop.quit()
    elif message.type == Gst.MessageType.EOS:
        loop.quit()


def write_stats():
    write("gemlive/stats", {"input-held": gemlive.get_property("stats").get_value("input-held")})
    return True


def end():
    pipeline.send_event(Gst.Event.new_eos())
    return True


both.get_static_pad("src").add_probe(Gst.PadProbeType.BUFFER, on_buffer)
bus = pipeline.get_bus()
bus.add_signal_watch()
bus.connect("message", on_message)
GLib.timeout_add(250, write_stats)
GLib.unix_signal_add(GLib.PRIORITY_DEFAULT, signal.SIGINT, end)
pipeline.set_state(Gst.State.PLAYING)
loop.run()
pipeline.set_state(Gst.State.NULL)
bus.remove_signal_watch()
events.close()
sys.exit(status)
