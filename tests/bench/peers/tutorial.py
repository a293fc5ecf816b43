#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The gemlive authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The Live API as its tutorials show it in Python: websockets, json, base64 and asyncio queues.

usage: tutorial.py URI SECONDS [CA_FILE]

Sends 20 ms of 16 kHz audio every 20 ms while the model speaks, for SECONDS since its first audio. Prints the seconds of
audio that it sent and received in that time.
"""
import asyncio
import base64
import json
import ssl
import sys

import websockets  # Debian: python3-websockets

PATH = "/ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent"
SEND_RATE, RECEIVE_RATE, CHUNK = 16000, 24000, 640


class AudioLoop:
    def __init__(self, websocket, seconds):
        self.websocket = websocket
        self.seconds = seconds
        self.out_queue = asyncio.Queue(maxsize=5)
        self.audio_in_queue = asyncio.Queue()
        self.heard = asyncio.Event()
        self.up = self.down = 0

    async def start(self):
        await self.websocket.send(json.dumps({"setup": {
            "model": "models/gemini-live",
            "generationConfig": {"responseModalities": ["AUDIO"]},
        }}))
        await self.websocket.recv()
        await self.websocket.send(json.dumps({"clientContent": {
            "turns": [{"role": "user", "parts": [{"text": "Speak."}]}], "turnComplete": True,
        }}))

    async def listen_audio(self):
        """Simulates the microphone."""
        loop = asyncio.get_running_loop()
        pcm = bytes([3, 0] * (CHUNK // 2))
        due = loop.time()
        while True:
            due += 0.02
            await asyncio.sleep(due - loop.time())
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

    async def run(self):
        await self.start()
        tasks = [asyncio.create_task(task()) for task in
                 (self.listen_audio, self.send_realtime, self.receive_audio, self.play_audio)]
        await self.heard.wait()
        self.up = self.down = 0
        await asyncio.sleep(self.seconds)
        print(f"audio-seconds-up {self.up / SEND_RATE / 2:.3f}")
        print(f"audio-seconds-down {self.down / RECEIVE_RATE / 2:.3f}")
        for task in tasks:
            task.cancel()


async def main():
    uri, seconds = sys.argv[1], float(sys.argv[2])
    context = ssl.create_default_context(cafile=sys.argv[3]) if len(sys.argv) > 3 else None
    # Compression is off, as in gemlive. It would cost more than everything else.
    async with websockets.connect(uri + PATH, ssl=context, compression=None, max_size=None) as websocket:
        await AudioLoop(websocket, seconds).run()


asyncio.run(main())
