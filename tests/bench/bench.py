#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The gemlive authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Measures conversations with gemlive beside other clients of the Live API, in one run.

The load is full duplex and in real time: audio up in messages of 20 ms (or --chunk), 40 ms in each message down. All
sessions of a client are in one process on one processor; gemlive-load-server is on another. Clients: floor (the
pipelines of gemlive without gemlive), gemlive, soup (libsoup's WebSocket), epoll (OpenSSL and as little code as
possible), tutorial (Python), sdk (Google's SDK in JavaScript), and idle-silence and idle-gap (gemlive, connected,
without audio). docs/performance.md explains the figures.
"""
import argparse
import json
import os
import pathlib
import platform
import resource
import subprocess
import sys
import tempfile
import time

import figures
import tables
from load_run import CLIENTS, Bench, Failed, available

QUIET_PERCENT = 5  # of the machine, for others


def numbers(text):
    return [int(part) for part in text.split(",")]


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    add("build", help="the build folder of gemlive")
    add("--clients", help=f"of {','.join(CLIENTS)} (all that can run)")
    add("--schemes", default="ws,wss", help="(ws,wss)")
    add("--sessions", type=numbers, default=[1, 20, 100], help="numbers of sessions (1,20,100)")
    add("--chunk", type=int, default=20, help="audio per message up in ms (20)")
    add("--seconds", type=float, default=10, help="of each measurement (10)")
    add("--warm-up", type=float, default=2, help="seconds before it (2)")
    add("--rounds", type=int, default=3, help="runs of each client, in turn; medians are printed (3)")
    add("--capacity", action="store_true", help="also the sessions per core at p99 <= 20 ms, wss, chunks of 20 and 100 ms")
    add("--most", type=int, default=1500, help="the most sessions that --capacity tries (1500)")
    add("--counts", action="store_true", help="also what does not depend on the time: instructions.sh, allocations.py and "
        "gemlive-bench-memory (needs valgrind)")
    add("--compare", metavar="BUILD_B", help="only gemlive: this build beside another, in alternating runs")
    add("--processors", type=numbers, help="of the client and of the server (the first two; none with one processor)")
    add("--python", default="/usr/bin/python3", help="with the package websockets (/usr/bin/python3)")
    add("--sdk", help='a folder with "npm install @google/genai" (BUILD/tests/sdk/installed)')
    add("--system-ca", action="store_true", help="wss with the system's certificate authorities in place of a file with one "
        "(gemlive and soup; needs unshare)")
    add("--json", metavar="FILE", help="all runs as JSON")
    return parser.parse_args()


def say(text=""):
    print(text, flush=True)


class Runs:
    """All runs, and what they say of the machine."""

    def __init__(self, bench, arguments):
        self.bench = bench
        self.arguments = arguments
        self.all = []

    def run(self, client, scheme, sessions, chunk, seconds, build=None):
        """The figures, or None if the client failed."""
        entry = {"client": client, "scheme": scheme, "sessions": sessions, "chunk": chunk, "build": build}
        try:
            found = self.bench.run(client, scheme, sessions, seconds, chunk, self.arguments.warm_up, build)
        except Failed as failed:
            print(f"{client}, {scheme}, {sessions} sessions: {failed}", file=sys.stderr)
            self.all.append({**entry, "failed": str(failed)})
            return None
        self.all.append({**entry, **found})
        return found

    def medians(self, clients, scheme, sessions):
        """By client, over the rounds. A client that failed is not in it."""
        found = {client: [] for client in clients}
        for _ in range(self.arguments.rounds):
            for client in clients:
                run = self.run(client, scheme, sessions, self.arguments.chunk, self.arguments.seconds)
                if run:
                    found[client].append(run)
        return {client: figures.medians(runs) for client, runs in found.items() if runs}

    def disturbed(self):
        return [run for run in self.all if run.get("others", 0) > QUIET_PERCENT]


def commit():
    folder = str(pathlib.Path(__file__).parent)
    try:
        return subprocess.run(["git", "-C", folder, "describe", "--always", "--dirty"], capture_output=True, text=True,
                              check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return "unknown"  # no git here, or an archive of the source


def describe_machine(arguments):
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        model = next((line.split(":", 1)[1].strip() for line in file if line.startswith("model name")), "unknown")
    say(f"{time.strftime('%Y-%m-%d %H:%M')}, commit {commit()}, {os.cpu_count()} processors ({model}), "
        f"Linux {platform.release()}, load {os.getloadavg()[0]:.2f}, build {arguments.build}")


def side_by_side(runs, clients):
    """The tables for each scheme and number of sessions. Returns the medians by (scheme, sessions)."""
    arguments = runs.arguments
    found = {}
    for scheme in arguments.schemes.split(","):
        for sessions in arguments.sessions:
            medians = found[scheme, sessions] = runs.medians(clients, scheme, sessions)
            say(f"\n{scheme}, {sessions} sessions, {arguments.chunk} ms up, 40 ms down; "
                f"medians of {arguments.rounds} runs of {arguments.seconds:g} s")
            say(tables.run_table(medians))
            if "floor" in medians and "gemlive" in medians:
                say("gemlive adds to the floor: " + ", ".join(
                    f"{tables.cell(medians['gemlive'][name] - medians['floor'][name])} {tables.heading(name)}"
                    for name in ("cpu", "wake-ups")))
    return found


def growth(found):
    """Prints what a further session costs, between the smallest and the largest number of sessions of `found`."""
    schemes = dict.fromkeys(scheme for scheme, _ in found)
    clients = dict.fromkeys(client for medians in found.values() for client in medians)
    for title, name, of in (("KiB RSS for each further session", "rss", lambda points: figures.slope(points, 1024)),
                            ("CPU of a session among the most, as a ratio to the CPU among the fewest", "cpu",
                             figures.growth)):
        rows = [[client, *(of([(sessions, medians[client].get(name)) for (used, sessions), medians in found.items()
                               if used == scheme and client in medians]) for scheme in schemes)] for client in clients]
        if any(value is not None for row in rows for value in row[1:]):
            say(f"\n{title}")
            say(tables.table(["client", *schemes], rows))


def capacities(runs, clients):
    """Prints how many sessions a core holds."""
    arguments = runs.arguments
    rows = []
    for client in clients:
        row = [client]
        for chunk in (20, 100):
            def held(sessions, client=client, chunk=chunk):
                run = runs.run(client, "wss", sessions, chunk, min(arguments.seconds, 5))
                say(f"  {client}, {chunk} ms up, {sessions} sessions: " + (
                    "failed" if run is None else
                    f"p99 up {tables.cell(run['up p99'])} ms, down {tables.cell(run['down p99'])} ms, audio "
                    f"{run['audio']:.0f} %, server {run['server']:.0f} %, "
                    f"its p99 delay {tables.cell(run['server late'])} ms, others {run['others']:.0f} %"))
                return figures.holds(run)
            row.append(figures.capacity(held, min(50, arguments.most), arguments.most))
        rows.append(row)
    say(f"\nsessions per core, wss, p99 <= {figures.MOST_LATENCY_MS} ms in both directions, 40 ms down")
    say(tables.table(["client", "20 ms up", "100 ms up"], rows))
    base = next((row for row in rows if row[0] == "gemlive"), None)
    if base and len(rows) > 1:
        say()
        say(tables.table(["ratio", "20 ms up", "100 ms up"],
                         [[f"gemlive : {row[0]}", *(figures.ratio(a, b) for a, b in zip(base[1:], row[1:]))]
                          for row in rows if row is not base]))


def compare(runs, first, second):
    arguments = runs.arguments
    for scheme in arguments.schemes.split(","):
        for sessions in arguments.sessions:
            found = [], []
            for _ in range(arguments.rounds):
                for build, list_of_build in zip((first, second), found):
                    run = runs.run("gemlive", scheme, sessions, arguments.chunk, arguments.seconds, build)
                    if run:
                        list_of_build.append(run)
            say(f"\n{scheme}, {sessions} sessions, {arguments.chunk} ms up, 40 ms down; {arguments.rounds} runs of "
                f"{arguments.seconds:g} s each, in turn\nA {first}\nB {second}")
            say(tables.comparison(*found))


def counts(bench):
    """Prints what the other programs of this folder print."""
    here = pathlib.Path(__file__).parent
    environment = {**bench.environment("gemlive", bench.build),
                   "GEMLIVE_SIMULATOR": f"{bench.build}/src/simulator/gemlive-simulator"}
    memory = f"{bench.build}/tests/bench/gemlive-bench-memory"
    for command in ([f"{here}/instructions.sh", bench.build], [sys.executable, f"{here}/allocations.py", bench.build],
                    [memory, "stalled-server"], [memory, "blocked-output"]):
        say("\n" + " ".join(pathlib.Path(part).name for part in command))
        subprocess.run(command, check=True, env=dict(os.environ, **environment))


def choose_processors(arguments):
    if arguments.processors:
        return arguments.processors
    here = sorted(os.sched_getaffinity(0))
    if len(here) < 2:
        print("There is one processor: client and server share it", file=sys.stderr)
        return None, None
    return here[0], here[1]


def main():
    arguments = parse_arguments()
    arguments.build = os.path.abspath(arguments.build)
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    with tempfile.TemporaryDirectory(prefix="gemlive-bench-") as folder:
        sdk = os.path.abspath(arguments.sdk or f"{arguments.build}/tests/sdk/installed")
        bench = Bench(arguments.build, folder, choose_processors(arguments), arguments.python, sdk,
                      arguments.system_ca)
        runs = Runs(bench, arguments)
        describe_machine(arguments)
        if arguments.compare:
            compare(runs, arguments.build, os.path.abspath(arguments.compare))
        else:
            clients = arguments.clients.split(",") if arguments.clients else available(bench)
            growth(side_by_side(runs, clients))
            if arguments.capacity:
                capacities(runs, [client for client in clients if client != "floor" and not client.startswith("idle")])
            if arguments.counts:
                counts(bench)
    if disturbed := runs.disturbed():
        say(f"\nNot quiet: in {len(disturbed)} of {len(runs.all)} runs other programs took more than {QUIET_PERCENT} % of "
            f"the machine, up to {max(run['others'] for run in disturbed):.0f} %. Do not publish these figures.")
    if arguments.json:
        pathlib.Path(arguments.json).write_text(json.dumps(runs.all, indent=1), encoding="utf-8")
    sys.exit(any("failed" in run for run in runs.all) and not arguments.capacity)


if __name__ == "__main__":
    main()
