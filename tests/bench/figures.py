# SPDX-FileCopyrightText: 2026 The gemlive authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What bench.py computes from the figures of its runs. Pure."""
import math

# A load is held if all audio passes, and if 99 of 100 pieces of it are at most this late, in both directions.
MOST_LATENCY_MS = 20
LEAST_AUDIO_PERCENT = 97


def percentile(values, percent):
    """Nearest rank, as in tests/support/percentile.hpp. None if there are no values."""
    if not values:
        return None
    rank = max(math.ceil(percent / 100 * len(values)), 1)
    return sorted(values)[rank - 1]


def median(values):
    """The mean of the two in the middle if their number is even. None does not count; None if there is no other."""
    known = sorted(value for value in values if value is not None)
    if not known:
        return None
    middle = len(known) // 2
    return known[middle] if len(known) % 2 else (known[middle - 1] + known[middle]) / 2


def ratio(value, other):
    """None if one is not known, or if `other` is 0."""
    return None if value is None or not other else value / other


def medians(runs):
    """The median of each figure over several runs, which are dictionaries."""
    return {name: median([run.get(name) for run in runs]) for name in dict.fromkeys(key for run in runs for key in run)}


def ends(points):
    """The points with the smallest and the largest x of [(x, y)]. None if there are no two."""
    known = sorted(point for point in points if point[1] is not None)
    return (known[0], known[-1]) if known and known[0][0] < known[-1][0] else None


def slope(points, factor=1):
    """Growth of y per x, times `factor`, between the smallest and the largest x of [(x, y)]. None if there are no two."""
    if not (found := ends(points)):
        return None
    (x, y), (further_x, further_y) = found
    return factor * (further_y - y) / (further_x - x)


def growth(points):
    """y at the largest x of [(x, y)] as a ratio to y at the smallest. None if there are no two."""
    found = ends(points)
    return ratio(found[1][1], found[0][1]) if found else None


def per_session(raw, sessions):
    """The figures of one run: `raw` is what client_run.hpp prints, and the latencies in us as "up" and "down"."""
    session_seconds = raw["seconds"] * sessions
    found = {
        "cpu": (raw["cpu-user-ms"] + raw["cpu-system-ms"]) / session_seconds,
        "user": raw["cpu-user-ms"] / session_seconds,
        "system": raw["cpu-system-ms"] / session_seconds,
        "wake-ups": raw["wake-ups"] / session_seconds,
        "rss": raw["rss-kib"] / 1024,
        "connect": raw.get("connect-ms"),
        "audio-up": raw["audio-seconds-up"] / session_seconds,
        "audio-down": raw["audio-seconds-down"] / session_seconds,
        "played": raw.get("played-p50-ms"),
    }
    found["audio"] = 100 * min(found["audio-up"], found["audio-down"])
    for direction in ("up", "down"):
        for percent in (50, 99):
            value = percentile(raw.get(direction, ()), percent)
            found[f"{direction} p{percent}"] = None if value is None else value / 1e3
    return found


def holds(run):
    """Whether a run, or the lack of one (None), held its load."""
    if run is None or run["up p99"] is None or run["down p99"] is None:
        return False
    return (max(run["up p99"], run["down p99"]) <= MOST_LATENCY_MS
            and run["audio"] >= LEAST_AUDIO_PERCENT)


def capacity(held, first, most, resolution=0.1):
    """The largest number of sessions for which held(number) is true, as far as tried: it grows by half until it fails,
    and then halves the interval until that is `resolution` of the number. 0 if not even `first` is held."""
    good, bad = 0, None
    number = first
    while bad is None and good < most:
        if held(number):
            good = number
            number = min(max(number * 3 // 2, number + 1), most)
        else:
            bad = number
    while bad is not None and good > 0 and bad - good > max(resolution * good, 1):
        number = (good + bad) // 2
        if held(number):
            good = number
        else:
            bad = number
    return good
