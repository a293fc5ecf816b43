#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The gemlive authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The Live API as its tutorials show it in Python: websockets, json, base64 and asyncio queues.

usage: tutorial.py URI SESSIONS SECONDS [--ca-file FILE] [--chunk MS] [--warm-up S] [--latencies FILE]

Each session sends audio while the model speaks. ../clients/client_run.hpp says what is printed.
"""
import asyncio
import base64
import json
import ssl

import websockets  # Debian: python3-websockets
from load_client import Run, find_stamp, now_us, parse_arguments, stamp

PATH = "/ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent"
SEND_RATE, RECEIVE_RATE = 16000, 24000


class AudioLoop:
    def __init__(self, websocket, chunk_ms, run):
        self.websocket = websocket
        self.run = run
        self.interval = chunk_ms / 1e3
        self.pcm = bytes([3, 0] * (SEND_RATE * chunk_ms // 1000))
        # A stamp in the last 20 ms.
        self.stamp_at = len(self.pcm) - min(len(self.pcm), SEND_RATE * 2 // 50)
        self.out_queue = asyncio.Queue(maxsize=5)
        self.audio_in_queue = asyncio.Queue()
        self.heard = asyncio.Event()
        self.up = self.down = 0

    async def set_up(self):
        await self.websocket.send(json.dumps({"setup": {
            "model": "models/gemini-live",
            "generationConfig": {"responseModalities": ["AUDIO"]},
        }}))
        await self.websocket.recv()

    async def ask(self):
        await self.websocket.send(json.dumps({"clientContent": {
            "turns": [{"role": "user", "parts": [{"text": "Speak."}]}], "turnComplete": True,
        }}))

    async def listen_audio(self):
        """Simulates the microphone."""
        loop = asyncio.get_running_loop()
        due = loop.time()
        while True:
            due += self.interval
            await asyncio.sleep(due - loop.time())
            mark = stamp(now_us())
            pcm = self.pcm[:self.stamp_at] + mark + self.pcm[self.stamp_at + len(mark):]
            await self.out_queue.put({"data": pcm, "mime_type": "audio/pcm;rate=16000"})

    async def send_realtime(self):
        while True:
            message = await self.out_queue.get()
            await self.websocket.send(json.dumps({"realtimeInput": {"audio": {
                "data": base64.b64encode(message["data"]).decode(),
                "mimeType": message["mime_type"],
            }}}))
            self.up += len(message["data"])

    async def receive_audio(self):
        async for raw in self.websocket:
            response = json.loads(raw)
            content = response.get("serverContent", {})
            for part in content.get("modelTurn", {}).get("parts", []):
                if "inlineData" in part:
                    self.audio_in_queue.put_nowait(base64.b64decode(part["inlineData"]["data"]))

    async def play_audio(self):
        """Simulates the loudspeaker."""
        while True:
            pcm = await self.audio_in_queue.get()
            self.down += len(pcm)
            self.heard.set()
            sent = find_stamp(pcm) if self.run.measuring else None
            if sent is not None:
                self.run.latencies.append(now_us() - sent)

    def start(self):
        return [asyncio.create_task(task()) for task in
                (self.listen_audio, self.send_realtime, self.receive_audio, self.play_audio)]


async def connect(arguments, context, run):
    # Compression is off, as in gemlive. It would cost more than everything else.
    websocket = await websockets.connect(arguments.uri + PATH, ssl=context, compression=None, max_size=None,
                                         open_timeout=None, ping_interval=None)
    loop = AudioLoop(websocket, arguments.chunk, run)
    await loop.set_up()
    return loop


async def main():
    arguments = parse_arguments()
    context = ssl.create_default_context(cafile=arguments.ca_file) if arguments.ca_file else None
    run = Run(arguments.latencies)
    loops = await asyncio.gather(*(connect(arguments, context, run) for _ in range(arguments.sessions)))
    run.connected()
    tasks = []
    for loop in loops:
        await loop.ask()
        tasks += loop.start()
    for loop in loops:
        await loop.heard.wait()
    await asyncio.sleep(arguments.warm_up)
    for loop in loops:
        loop.up = loop.down = 0
    run.begin()
    await asyncio.sleep(arguments.seconds)
    run.end()
    run.report(sum(loop.up for loop in loops) / SEND_RATE / 2, sum(loop.down for loop in loops) / RECEIVE_RATE / 2)
    for task in tasks:
        task.cancel()


asyncio.run(main())
