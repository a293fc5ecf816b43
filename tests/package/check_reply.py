#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The gemlive authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Fails unless a WAV file contains at least half a second of sound.

usage: check_reply.py REPLY.wav"""
import array
import sys
import wave

with wave.open(sys.argv[1]) as file:
    rate = file.getframerate()
    samples = array.array("h", file.readframes(file.getnframes()))
block = rate // 100
loud = sum(max(map(abs, samples[at:at + block])) > 500 for at in range(0, len(samples), block))
print(f"  {len(samples) / rate:.1f} s, {loud / 100:.1f} s of sound")
sys.exit(0 if loud >= 50 else "no answer in " + sys.argv[1])
