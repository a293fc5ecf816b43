#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The gemlive authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Counts heap allocations per audio message, by the library that makes them.

usage: allocations.py BUILD_DIR [--tls]

Runs gemlive-bench for two durations under valgrind's dhat and takes the difference, so that start-up cancels out. An
allocation belongs to the innermost frame outside the allocator, the C++ library and GLib: g_strdup() called by gemlive
counts for gemlive, a GBytes created by libsoup for libsoup, a GstBuffer for GStreamer.
"""
import collections
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

SHORT, LONG = 5, 15
MESSAGES_UP, MESSAGES_DOWN = 50, 25  # per audio second: 20 ms up, 40 ms down
ROOT = pathlib.Path(__file__).resolve().parents[2]
SOURCES = {path.name: owner for folder, owner in (("src", "gemlive"), ("gst", "gemlive"), ("tests/bench", "bench"))
           for path in (ROOT / folder).rglob("*.[ch]pp")}
LIBRARIES = (("libsoup", "libsoup"), ("libgnutls", "tls"), ("libgiognutls", "tls"), ("libgst", "gstreamer"))
FRAME = re.compile(r": (?P<call>.*) \((?:in (?P<library>.*)|(?P<source>[^:]*):\d+)\)$")


def owner(frames):
    """Returns the library and the place of an allocation. `frames`: innermost first."""
    for frame in frames:
        match = FRAME.search(frame)
        if not match:
            continue
        if match["source"] in SOURCES:
            return SOURCES[match["source"]], f"{match['call']} ({match['source']})"
        library = os.path.basename(match["library"] or "")
        if match["call"].startswith(("g_main_loop", "g_main_context")):
            return "glib", match["call"]
        for prefix, name in LIBRARIES:
            if library.startswith(prefix):
                return name, match["call"]
    return "other", frames[-1] if frames else "?"


def run(build, seconds, arguments):
    """Returns the blocks allocated, by owner and place, and the audio seconds of the run."""
    with tempfile.TemporaryDirectory() as folder:
        profile = os.path.join(folder, "dhat.json")
        environment = dict(os.environ, GST_PLUGIN_PATH=f"{build}/gst", GST_REGISTRY=f"{folder}/registry",
                           GST_REGISTRY_FORK="no", GEMLIVE_SIMULATOR=f"{build}/src/simulator/gemlive-simulator")
        output = subprocess.run(
            ["valgrind", "-q", "--tool=dhat", "--num-callers=24", f"--dhat-out-file={profile}",
             f"{build}/tests/bench/gemlive-bench", "--no-floor", "--no-latency", "--seconds", str(seconds),
             *arguments], env=environment, check=True, stdout=subprocess.PIPE, text=True).stdout
        with open(profile, encoding="utf-8") as file:
            data = json.load(file)
    figures = dict(line.split() for line in output.splitlines())
    audio = (float(figures["audio-seconds-up"]) + float(figures["audio-seconds-down"])) / 2
    blocks = collections.Counter()
    for point in data["pps"]:
        blocks[owner([data["ftbl"][frame] for frame in point["fs"]])] += point["tbk"]
    return blocks, audio


def main():
    build = os.path.abspath(sys.argv[1])
    short, short_audio = run(build, SHORT, sys.argv[2:])
    long, long_audio = run(build, LONG, sys.argv[2:])
    seconds = long_audio - short_audio
    owners = collections.Counter()
    places = collections.Counter()
    for (name, call), count in long.items():
        difference = (count - short[name, call]) / seconds
        owners[name] += difference
        places[name, call] += difference
    print(f"Allocations per audio second ({MESSAGES_UP} messages up, {MESSAGES_DOWN} down):")
    for name, count in owners.most_common():
        print(f"{name:10} {count:8.2f}   {count / (MESSAGES_UP + MESSAGES_DOWN):6.3f} per message")
    print("Where, above 0.5 per audio second:")
    for (name, call), count in places.most_common():
        if count > 0.5:
            print(f"{name:10} {count:8.2f}   {call}")


main()
