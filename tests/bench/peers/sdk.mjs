// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later
//
// The Live API with Google's JavaScript SDK.
//   sdk.mjs URI SESSIONS SECONDS [--chunk MS] [--warm-up S] [--latencies FILE]
// GEMLIVE_SDK is a folder in which "npm install @google/genai" has been run. NODE_EXTRA_CA_CERTS is the file with the
// server's certificate. Each session sends audio while the model speaks. ../clients/client_run.hpp says what is printed.

import {createRequire} from 'node:module';
import {join} from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {findStamp, now, parseArguments, Run, writeStamp} from './load_client.mjs';

const {GoogleGenAI, Modality} = createRequire(join(process.env.GEMLIVE_SDK, 'here.js'))('@google/genai');
const bytesPerMsUp = 32, bytesPerMsDown = 48;
const {uri, sessions, seconds, chunk, warmUp, latencies} = parseArguments();
const ai = new GoogleGenAI({apiKey: 'unused', httpOptions: {baseUrl: uri.replace(/^ws/, 'http')}});
const run = new Run();
let up = 0, down = 0;  // bytes while measuring

class Conversation {
  heard = new Promise(resolve => this.hear = resolve);
  #audio = Buffer.alloc(chunk * bytesPerMsUp, Buffer.from([3, 0]));

  async connect() {
    this.session = await ai.live.connect({
      model: 'gemini-live',
      config: {responseModalities: [Modality.AUDIO]},
      callbacks: {
        onmessage: message => this.#receive(message),
        onerror: event => fail(`error: ${event.message}`),
        onclose: () => ended || fail('a connection is over'),
      },
    });
    return this;
  }

  ask() {
    this.session.sendClientContent({turns: [{role: 'user', parts: [{text: 'Speak.'}]}], turnComplete: true});
  }

  /** Simulates the microphone. */
  async speak() {
    // Spread over the interval.
    let due = now() + Math.random() * chunk * 1e3;
    for (;;) {
      due += chunk * 1e3;
      await sleep(Math.max((due - now()) / 1e3, 0));
      // A stamp in the last 20 ms.
      writeStamp(now(), this.#audio, Math.max(this.#audio.length - 20 * bytesPerMsUp, 0));
      this.session.sendRealtimeInput({audio: {data: this.#audio.toString('base64'), mimeType: 'audio/pcm;rate=16000'}});
      if (run.measuring) up += this.#audio.length;
    }
  }

  #receive(message) {
    for (const {inlineData} of message.serverContent?.modelTurn?.parts ?? []) {
      if (!inlineData) continue;
      const audio = Buffer.from(inlineData.data, 'base64');
      this.hear();
      if (!run.measuring) continue;
      down += audio.length;
      const sent = findStamp(audio);
      if (sent !== undefined) run.latencies.push(now() - sent);
    }
  }
}

function fail(text) {
  console.error(`sdk.mjs: ${text}`);
  process.exit(1);
}

let ended = false;
const all = await Promise.all(Array.from({length: sessions}, () => new Conversation().connect()));
run.connected();
for (const conversation of all) {
  conversation.ask();
  conversation.speak();
}
await Promise.all(all.map(conversation => conversation.heard));
await sleep(warmUp * 1e3);
run.begin();
await sleep(seconds * 1e3);
run.end();
ended = true;
run.report(up / bytesPerMsUp / 1e3, down / bytesPerMsDown / 1e3, latencies);
process.exit(0);
