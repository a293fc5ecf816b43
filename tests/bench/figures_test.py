#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The gemlive authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Tests of figures.py, of the stamps of peers/, of the tables of bench.py, and of the order of its runs."""
import argparse
import contextlib
import io
import pathlib
import sys
import unittest

sys.path[:0] = [str(pathlib.Path(__file__).parent), str(pathlib.Path(__file__).parent / "peers")]
import bench  # noqa: E402
import figures  # noqa: E402
import load_client  # noqa: E402
import load_run  # noqa: E402
import tables  # noqa: E402


class Percentile(unittest.TestCase):
    def test_is_the_nearest_rank(self):
        hundred = list(range(100, 0, -1))
        self.assertEqual(figures.percentile(hundred, 99), 99)
        self.assertEqual(figures.percentile(hundred, 50), 50)
        self.assertEqual(figures.percentile(hundred, 100), 100)
        self.assertEqual(figures.percentile([1, 2, 3], 50), 2)
        self.assertEqual(figures.percentile([1, 2, 3], 99), 3)

    def test_of_one_value_is_that_value(self):
        for percent in (0, 50, 99, 100):
            self.assertEqual(figures.percentile([7], percent), 7)

    def test_of_nothing_is_unknown(self):
        self.assertIsNone(figures.percentile([], 99))

    def test_leaves_the_values_in_their_order(self):
        values = [3, 1, 2]
        figures.percentile(values, 50)
        self.assertEqual(values, [3, 1, 2])


class Median(unittest.TestCase):
    def test_is_the_middle_or_the_mean_of_two(self):
        self.assertEqual(figures.median([9, 1, 2]), 2)
        self.assertEqual(figures.median([9, 1, 2, 4]), 3)

    def test_does_not_count_what_is_unknown(self):
        self.assertEqual(figures.median([None, 5, None]), 5)
        self.assertIsNone(figures.median([None]))
        self.assertIsNone(figures.median([]))

    def test_of_each_figure_of_several_runs(self):
        runs = [{"cpu": 1, "up": None}, {"cpu": 3, "up": 8}, {"cpu": 2, "up": None, "rss": 4}]
        self.assertEqual(figures.medians(runs), {"cpu": 2, "up": 8, "rss": 4})


class Ratio(unittest.TestCase):
    def test_is_the_quotient(self):
        self.assertEqual(figures.ratio(6, 3), 2)
        self.assertEqual(figures.ratio(0, 3), 0)

    def test_is_unknown_without_one_of_them(self):
        for value, other in ((None, 3), (6, None), (6, 0)):
            self.assertIsNone(figures.ratio(value, other))


class Slope(unittest.TestCase):
    def test_is_between_the_ends(self):
        self.assertEqual(figures.slope([(100, 50), (20, 10), (60, 99)]), 0.5)

    def test_has_a_factor(self):
        self.assertEqual(figures.slope([(20, 10), (100, 50)], 1024), 512)

    def test_growth_is_the_ratio_of_the_ends(self):
        self.assertEqual(figures.growth([(100, 6), (20, 5), (60, 99)]), 1.2)
        self.assertIsNone(figures.growth([(20, 5)]))
        self.assertIsNone(figures.growth([(20, 0), (100, 5)]))

    def test_needs_two_known_points(self):
        self.assertIsNone(figures.slope([(20, 10)]))
        self.assertIsNone(figures.slope([(20, 10), (100, None)]))
        self.assertIsNone(figures.slope([(20, 10), (20, 11)]))


class PerSession(unittest.TestCase):
    raw = {"seconds": 10, "cpu-user-ms": 300, "cpu-system-ms": 100, "wake-ups": 10000, "rss-kib": 2048,
           "connect-ms": 30, "audio-seconds-up": 40, "audio-seconds-down": 39,
           "up": [1000] * 99 + [30000], "down": [2000] * 98 + [21000] * 2}

    def test_divides_by_sessions_and_seconds(self):
        run = figures.per_session(self.raw, 4)
        self.assertEqual((run["cpu"], run["user"], run["system"]), (10, 7.5, 2.5))
        self.assertEqual(run["wake-ups"], 250)
        self.assertEqual(run["rss"], 2)
        self.assertEqual((run["audio-up"], run["audio-down"]), (1, 0.975))
        self.assertEqual(run["audio"], 97.5)

    def test_latencies_are_in_ms(self):
        run = figures.per_session(self.raw, 4)
        self.assertEqual((run["up p50"], run["up p99"]), (1, 1))
        self.assertEqual((run["down p50"], run["down p99"]), (2, 21))

    def test_without_audio_latencies_are_unknown(self):
        run = figures.per_session(dict(self.raw, up=[], down=[]), 4)
        self.assertIsNone(run["up p99"])
        self.assertFalse(figures.holds(run))

    def test_a_load_is_held_in_both_directions(self):
        good = {"up p99": 20, "down p99": 1, "audio": 98}
        self.assertTrue(figures.holds(good))
        for spoiled in ({"up p99": 20.1}, {"down p99": 25}, {"audio": 96}):
            self.assertFalse(figures.holds(dict(good, **spoiled)))
        self.assertFalse(figures.holds(None))


class Capacity(unittest.TestCase):
    def find(self, limit, first=50, most=1000):
        tried = []

        def held(number):
            tried.append(number)
            return number <= limit

        return figures.capacity(held, first, most), tried

    def test_is_within_the_resolution_and_never_above(self):
        for limit in (50, 51, 74, 75, 170, 399, 400, 777, 999):
            found, tried = self.find(limit)
            self.assertLessEqual(found, limit)
            self.assertGreaterEqual(found, limit / 1.11 - 1)
            self.assertLess(len(tried), 14)

    def test_is_0_if_the_first_fails(self):
        self.assertEqual(self.find(49)[0], 0)

    def test_ends_at_the_most(self):
        found, tried = self.find(5000)
        self.assertEqual((found, max(tried)), (1000, 1000))

    def test_was_tried(self):
        found, tried = self.find(123)
        self.assertIn(found, tried)


class Stamp(unittest.TestCase):
    def test_is_found_again(self):
        for time in (0, 1, 123456789012345, 2**62):
            audio = b"\1\0" * 100 + load_client.stamp(time) + b"\2\0" * 50
            self.assertEqual(load_client.find_stamp(audio), time)

    def test_the_last_one_counts(self):
        self.assertEqual(load_client.find_stamp(load_client.stamp(5) + load_client.stamp(6)), 6)

    def test_is_not_in_other_audio(self):
        self.assertIsNone(load_client.find_stamp(bytes(1920)))
        self.assertIsNone(load_client.find_stamp(load_client.stamp(5)[:-2]))

    def test_is_the_same_in_every_language(self):
        # audio_stamp_test.cpp and load_client_test.mjs have the same.
        digits = [0xF, 0x0, 0xA, 0x5, *range(13), 0, 0, 0, 0x8, 0xD, 0x2, 0x0]
        expected = b"".join((digit - 8).to_bytes(2, "little", signed=True) for digit in digits)
        self.assertEqual(load_client.stamp(0xCBA9876543210), expected)


class Tables(unittest.TestCase):
    def test_columns_are_aligned_and_the_unknown_is_a_dash(self):
        lines = tables.table(["client", "cpu"], [["gemlive", 2.354], ["soup", None], ["epoll", 12]]).splitlines()
        self.assertEqual(lines, ["client    cpu", "gemlive  2.35", "soup        -", "epoll      12"])

    def test_ratios_are_those_to_gemlive(self):
        runs = {"gemlive": {"cpu": 2, "rss": 10}, "soup": {"cpu": 3, "rss": None}}
        rows = tables.ratio_rows(runs, ["cpu", "rss"])
        self.assertEqual(rows, [["soup : gemlive", 1.5, None]])

    def test_a_comparison_has_medians_their_ratio_and_ranges(self):
        text = tables.comparison([{"cpu": 4}, {"cpu": 2}, {"cpu": 3}], [{"cpu": 6}])
        line = next(line for line in text.splitlines() if line.startswith("cpu"))
        self.assertEqual(line.split(), ["cpu", "ms/s", "3", "6", "2.00", "2", "to", "4", "6", "to", "6"])

    def test_a_build_that_always_failed_has_no_figures(self):
        self.assertIn("-", tables.comparison([{"cpu": 4}], []))


class FakeBench:
    """Runs nothing: a run of A costs 4 ms, all others 2 ms; more sessions than `limit` are too late."""

    def __init__(self, limit=1000):
        self.limit = limit
        self.cost = {}  # by client
        self.runs = []

    def run(self, client, scheme, sessions, seconds, chunk, warm_up, build):
        self.runs.append((client, scheme, sessions, chunk, build))
        if client == "fails":
            raise load_run.Failed("it fails")
        late = 1 if sessions <= self.limit else 50
        return {"cpu": 4 if build == "A" else self.cost.get(client, 2), "wake-ups": 50, "up p99": late, "down p99": late, "audio": 100, "rss": sessions / 1024,
                "server": 1, "server late": 1, "others": 0}


class Order(unittest.TestCase):
    def run_all(self, fake, action, **changes):
        arguments = argparse.Namespace(**{"rounds": 2, "schemes": "ws", "sessions": [5], "chunk": 20, "seconds": 1,
                                          "warm_up": 0, "most": 400, **changes})
        output = io.StringIO()
        with contextlib.redirect_stdout(output), contextlib.redirect_stderr(io.StringIO()):
            action(bench.Runs(fake, arguments))
        return output.getvalue()

    def test_two_builds_alternate(self):
        fake = FakeBench()
        text = self.run_all(fake, lambda runs: bench.compare(runs, "A", "B"))
        self.assertEqual([run[-1] for run in fake.runs], ["A", "B", "A", "B"])
        self.assertRegex(text, r"cpu ms/s +4\.00 +2\.00 +0\.50")

    def test_a_build_is_compared_with_itself(self):
        text = self.run_all(FakeBench(), lambda runs: bench.compare(runs, "A", "A"))
        self.assertRegex(text, r"cpu ms/s +4\.00 +4\.00 +1\.00")

    def test_clients_take_turns(self):
        fake = FakeBench()
        self.run_all(fake, lambda runs: bench.side_by_side(runs, ["gemlive", "soup"]))
        self.assertEqual([run[0] for run in fake.runs], ["gemlive", "soup", "gemlive", "soup"])

    def test_a_client_that_fails_is_left_out(self):
        text = self.run_all(FakeBench(), lambda runs: bench.side_by_side(runs, ["gemlive", "fails"]))
        self.assertIn("gemlive", text)
        self.assertNotIn("fails", text)

    def test_growth_is_that_of_memory_and_of_cpu(self):
        text = self.run_all(FakeBench(), lambda runs: bench.growth(bench.side_by_side(runs, ["soup"])), sessions=[5, 15])
        self.assertRegex(text, r"KiB RSS for each further session\n.*\nsoup +1\.00\n")
        self.assertRegex(text, r"among the fewest\n.*\nsoup +1\.00\n")

    def test_what_gemlive_adds_is_the_difference_to_the_floor(self):
        fake = FakeBench()
        fake.cost = {"floor": 0.5}
        text = self.run_all(fake, lambda runs: bench.side_by_side(runs, ["floor", "gemlive"]))
        self.assertIn("gemlive adds to the floor: 1.50 cpu ms/s, 0.00 wake-ups/s", text)

    def test_the_capacity_is_found_for_both_chunks(self):
        fake = FakeBench(limit=120)
        text = self.run_all(fake, lambda runs: bench.capacities(runs, ["gemlive", "fails"]))
        row = next(line.split() for line in text.splitlines() if line.startswith("gemlive "))
        for number in row[1:]:
            self.assertTrue(108 <= int(number) <= 120, row)
        self.assertEqual({chunk for client, _, _, chunk, _ in fake.runs if client == "gemlive"}, {20, 100})
        self.assertRegex(text, r"fails +0 +0")


if __name__ == "__main__":
    unittest.main()
