# SPDX-FileCopyrightText: 2026 The gemlive authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Runs a client of bench.py against gemlive-load-server, each on a processor of its own."""
import array
import os
import pathlib
import queue
import subprocess
import sys
import threading
import time

import figures

HERE = pathlib.Path(__file__).resolve().parent
SYSTEM_AUTHORITIES = "/etc/ssl/certs/ca-certificates.crt"
CLIENTS = ("floor", "gemlive", "idle-silence", "idle-gap", "soup", "epoll", "tutorial", "sdk")


class Failed(Exception):
    """The client did not do what it should."""


def make_certificate(folder):
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                    "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1",
                    "-keyout", f"{folder}/key.pem", "-out", f"{folder}/certificate.pem"],
                   check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def read_values(file):
    values = array.array("i")
    path = pathlib.Path(file)
    if path.exists():
        values.frombytes(path.read_bytes())
    return values


def busy_seconds():
    """CPU time of all processes, and of those that they have waited for. /proc/stat samples, and is far off where many
    threads wake up with the clock tick."""
    ticks = 0
    for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        except OSError:
            continue  # it has ended
        ticks += sum(map(int, fields[11:15]))  # utime, stime, cutime, cstime
    return ticks / os.sysconf("SC_CLK_TCK")


class Process:
    """A program on one processor, or on any (None)."""

    def __init__(self, command, processor, environment=None, **options):
        def pin():
            if processor is not None:
                os.sched_setaffinity(0, {processor})

        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, bufsize=1, preexec_fn=pin,
                                        env=dict(os.environ, **(environment or {})), **options)
        self.lines = queue.Queue()
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        for line in self.process.stdout:
            self.lines.put(line.rstrip("\n"))
        self.lines.put(None)

    def line(self, until):
        """The next line. Fails at the end of the output, and at the monotonic time `until`."""
        try:
            line = self.lines.get(timeout=max(until - time.monotonic(), 0))
        except queue.Empty:
            raise Failed("no answer in time") from None
        if line is None:
            raise Failed(f"ended with status {self.process.wait()}")
        return line

    def end(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()


class Server:
    """gemlive-load-server."""

    def __init__(self, build, scheme, processor, folder):
        tls = ["--tls-cert", f"{folder}/certificate.pem", "--tls-key", f"{folder}/key.pem"] if scheme == "wss" else []
        self.file = f"{folder}/up"
        self.process = Process([f"{build}/tests/bench/gemlive-load-server", *tls], processor, stdin=subprocess.PIPE)
        self.uri = self.process.line(time.monotonic() + 10).removeprefix("listening on ")

    def command(self, text):
        self.process.process.stdin.write(text + "\n")
        self.process.process.stdin.flush()

    def report(self):
        self.command("report " + self.file)
        found = {}
        while (line := self.process.line(time.monotonic() + 60)) != "end":
            name, value = line.split()
            found[name] = float(value)
        found["latencies"] = read_values(self.file)
        found["delays"] = read_values(self.file + ".delays")
        return found

    def end(self):
        self.process.end()


class Bench:
    """What the runs have in common: the builds, the processors, the tools of the peers."""

    def __init__(self, build, folder, processors, python, sdk, system_ca=False):
        self.build = build
        self.folder = folder
        self.client_processor, self.server_processor = processors
        self.python = python
        self.sdk = sdk
        self.system_ca = system_ca
        self.scanned = set()
        make_certificate(folder)

    def scan_registry(self, build):
        """Without this the first run would pay for GStreamer's scan of all plugins."""
        if build not in self.scanned:
            self.scanned.add(build)
            subprocess.run([*self.command("floor"), "", "1", "0.1", "--warm-up", "0"], check=True,
                           env=dict(os.environ, **self.environment("floor", build)), stdout=subprocess.DEVNULL)

    def command(self, client):
        programs = f"{self.build}/tests/bench/gemlive-load-"
        kind, _, gaps = client.partition("-")
        return {
            "floor": [programs + "pipelines", "floor"],
            "gemlive": [programs + "pipelines", "gemlive"],
            "idle": [programs + "pipelines", f"idle,gaps={gaps}"],
            "soup": [programs + "soup"],
            "epoll": [programs + "epoll"],
            "tutorial": [self.python, f"{HERE}/peers/tutorial.py"],
            "sdk": ["node", f"{HERE}/peers/sdk.mjs"],
        }[kind]

    def environment(self, client, plugin_build):
        if client == "sdk":
            return {"GEMLIVE_SDK": self.sdk, "NODE_EXTRA_CA_CERTS": f"{self.folder}/certificate.pem"}
        return {"GST_PLUGIN_PATH": f"{plugin_build}/gst", "GST_REGISTRY": f"{plugin_build}/tests/bench/registry",
                "GST_REGISTRY_FORK": "no"}

    def with_system_authorities(self, command):
        """The command in a mount namespace in which the server's certificate is one of the system's authorities."""
        bundle = pathlib.Path(self.folder, "bundle.pem")
        bundle.write_bytes(b"".join(pathlib.Path(file).read_bytes()
                                    for file in (f"{self.folder}/certificate.pem", SYSTEM_AUTHORITIES)))
        mount = f'mount --bind "{bundle}" {SYSTEM_AUTHORITIES} && exec "$@"'
        return ["unshare", "--map-root-user", "--mount", "sh", "-c", mount, "sh", *command]

    def run(self, client, scheme, sessions, seconds, chunk=20, warm_up=2, plugin_build=None):
        """The figures of one run. Raises Failed."""
        plugin_build = plugin_build or self.build
        self.scan_registry(plugin_build)
        server = Server(self.build, scheme, self.server_processor, self.folder)
        latencies = pathlib.Path(self.folder, "down")
        latencies.unlink(missing_ok=True)
        arguments = [server.uri, str(sessions), str(seconds), "--chunk", str(chunk), "--warm-up", str(warm_up),
                     "--latencies", str(latencies)]
        command = self.command(client)
        if scheme == "wss" and self.system_ca and client not in ("epoll", "tutorial", "sdk"):
            command = self.with_system_authorities(command)
        elif scheme == "wss" and client != "sdk":
            arguments += ["--ca-file", f"{self.folder}/certificate.pem"]
        process = Process(command + arguments, self.client_processor, self.environment(client, plugin_build))
        try:
            return self.measure(server, process, latencies, sessions, seconds, warm_up)
        finally:
            process.end()
            server.end()

    def measure(self, server, process, latencies, sessions, seconds, warm_up):
        raw = {}
        until = time.monotonic() + 30 + sessions * 0.1 + 3 * warm_up
        while (line := process.line(until)) != "measuring":
            name, value = line.split()
            raw[name] = float(value)
        server.command("reset")
        busy = busy_seconds()
        until = time.monotonic() + 2 * seconds + 20
        while process.line(until) != "measured":
            pass
        busy = busy_seconds() - busy
        seen = server.report()
        until = time.monotonic() + 60
        while True:
            try:
                name, value = process.line(until).split()
            except Failed:
                if process.process.wait() != 0:
                    raise
                break
            raw[name] = float(value)
        raw["up"], raw["down"] = seen["latencies"], read_values(latencies)
        return {**figures.per_session(raw, sessions), **self.surroundings(raw, seen, busy)}

    @staticmethod
    def surroundings(raw, seen, busy):
        """How far the server and other programs were in the way."""
        client = (raw["cpu-user-ms"] + raw["cpu-system-ms"]) / 1e3
        server = seen["cpu-share"] * raw["seconds"]
        late = figures.percentile(seen["delays"], 99)
        return {
            "server": 100 * seen["cpu-share"],
            "server late": None if late is None else late / 1e3,
            "dropped": seen["dropped"],
            "others": max(100 * (busy - client - server) / raw["seconds"] / os.cpu_count(), 0.0),
        }


def available(bench):
    """The clients that can run here; says what is missing."""
    found = [client for client in CLIENTS if client not in ("tutorial", "sdk")]
    if subprocess.run([bench.python, "-c", "import websockets"], capture_output=True, check=False).returncode == 0:
        found.append("tutorial")
    else:
        print(f"no tutorial: {bench.python} has no websockets (Debian: python3-websockets; --python)", file=sys.stderr)
    if bench.sdk and os.path.isdir(f"{bench.sdk}/node_modules/@google/genai"):
        found.append("sdk")
    else:
        print("no sdk: --sdk names no folder in which \"npm install @google/genai\" has been run", file=sys.stderr)
    return found
