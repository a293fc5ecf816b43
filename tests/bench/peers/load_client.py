# SPDX-FileCopyrightText: 2026 The gemlive authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What a client of bench.py in Python needs: ../clients/client_run.hpp and ../wire/audio_stamp.hpp say what that is."""
import argparse
import array
import os
import resource
import struct
import time

MIDDLE = 8
DIGIT = [struct.pack("<h", digit - MIDDLE) for digit in range(16)]
DIGITS = [DIGIT[byte & 15] + DIGIT[byte >> 4] for byte in range(256)]
WEIGHT = [range(1, 17, 2), range(2, 18, 2)]
MARK = b"".join(DIGIT[digit] for digit in (0xF, 0x0, 0xA, 0x5))
SIZE = 48


def now_us():
    return time.monotonic_ns() // 1000


def stamp(moment):
    """`moment` is the monotonic time in us."""
    number = moment.to_bytes(8, "little")
    total = sum((byte & 15) * low + (byte >> 4) * high for byte, low, high in zip(number, *WEIGHT))
    return MARK + b"".join([DIGITS[byte] for byte in number + total.to_bytes(2, "little")])


def find_stamp(audio):
    """The last stamp in the audio. None if there is none."""
    at = audio.rfind(MARK)
    if at < 0 or at + SIZE > len(audio):
        return None
    moment = 0
    for sample in reversed(struct.unpack_from("<16h", audio, at + len(MARK))):
        if not -MIDDLE <= sample < MIDDLE:
            return None
        moment = moment << 4 | sample + MIDDLE
    return moment if stamp(moment) == audio[at:at + SIZE] else None


def parse_arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("uri")
    parser.add_argument("sessions", type=int)
    parser.add_argument("seconds", type=float)
    parser.add_argument("--ca-file")
    parser.add_argument("--chunk", type=int, default=20, help="audio per message up in ms (20)")
    parser.add_argument("--warm-up", type=float, default=2, help="seconds (2)")
    parser.add_argument("--latencies", help="a file")
    return parser.parse_args()


class Run:
    """The stages of a run, in this order."""

    def __init__(self, latencies_file):
        self.latencies_file = latencies_file
        self.latencies = array.array("i")
        self.measuring = False
        self.started = now_us()

    def connected(self):
        print(f"connect-ms {(now_us() - self.started) / 1e3:.3f}")

    def begin(self):
        print("measuring", flush=True)
        self.measuring = True
        self.first = self.moment()

    def end(self):
        self.last = self.moment()
        self.measuring = False
        print("measured", flush=True)

    def report(self, audio_seconds_up, audio_seconds_down):
        names = ("seconds", "cpu-user-ms", "cpu-system-ms", "wake-ups", "preemptions")
        for name, last, first in zip(names, self.last, self.first):
            print(f"{name} {last - first:.3f}")
        with open("/proc/self/statm", encoding="ascii") as file:
            print(f"rss-kib {int(file.read().split()[1]) * os.sysconf('SC_PAGESIZE') / 1024:.0f}")
        print(f"audio-seconds-up {audio_seconds_up:.3f}")
        print(f"audio-seconds-down {audio_seconds_down:.3f}", flush=True)
        if self.latencies_file:
            with open(self.latencies_file, "wb") as file:
                self.latencies.tofile(file)

    @staticmethod
    def moment():
        used = resource.getrusage(resource.RUSAGE_SELF)
        return now_us() / 1e6, used.ru_utime * 1e3, used.ru_stime * 1e3, used.ru_nvcsw, used.ru_nivcsw
