// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Google's SDK talks to gemlive-simulator as to the service. This tests that the simulator sends and
// accepts the messages of the real protocol.
//   GEMLIVE_SIMULATOR=build/src/simulator/gemlive-simulator node --test sdk.mjs

import assert from 'node:assert/strict';
import {test} from 'node:test';
import {GoogleGenAI, Modality} from '@google/genai';
import {serve} from './simulator.mjs';

const patience = 30_000; // ms

/** A session of the SDK and the messages of the server. */
class Conversation {
  messages = [];
  #waiting = [];

  static async begin(baseUrl, config = {}) {
    const self = new Conversation();
    const ai = new GoogleGenAI({apiKey: 'unused', httpOptions: {baseUrl}});
    self.session = await ai.live.connect({
      model: 'gemini-3.8-live',
      config: {responseModalities: [Modality.AUDIO], ...config},
      callbacks: {
        onmessage: message => {
          self.messages.push(message);
          self.#check();
        },
        onclose: event => {
          self.closed = event;
          self.#check();
        },
        onerror: () => {},
      },
    });
    return self;
  }

  /** Resolves to the first truthy result of `wanted(message)`, after `skip` such results. */
  wait(wanted, skip = 0) {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
          () => reject(new Error('no such message: ' + wanted + JSON.stringify(this.messages))),
          patience);
      const check = () => {
        const found = this.messages.map(wanted).filter(Boolean)[skip];
        if (found) {
          clearTimeout(timer);
          resolve(found);
        } else if (this.closed) {
          clearTimeout(timer);
          reject(new Error(`closed with ${this.closed.code} ${this.closed.reason}`));
        }
        return found || this.closed;
      };
      if (!check()) this.#waiting.push(check);
    });
  }

  #check() {
    this.#waiting = this.#waiting.filter(check => !check());
  }

  /** Bytes of audio so far. */
  get audio() {
    return this.messages.flatMap(message => message.serverContent?.modelTurn?.parts ?? [])
        .reduce((sum, part) => sum + Buffer.from(part.inlineData?.data ?? '', 'base64').length, 0);
  }

  /** Sends `ms` of sound, or of silence with level 0, at 16 kHz. */
  speak(ms, level = 8000) {
    const samples = Int16Array.from({length: 16 * ms}, (_, i) => (i % 32 < 16 ? level : -level));
    this.session.sendRealtimeInput({
      audio: {data: Buffer.from(samples.buffer).toString('base64'), mimeType: 'audio/pcm;rate=16000'},
    });
  }
  ask() {
    this.speak(500);
    this.speak(1200, 0);
  }
}

const turnComplete = message => message.serverContent?.turnComplete;

test('an audio turn', async t => {
  const conversation = await Conversation.begin(
      await serve(t), {inputAudioTranscription: {}, outputAudioTranscription: {}});
  conversation.ask();
  await conversation.wait(turnComplete);
  assert.equal(conversation.audio, 0.4 * 48000);
  assert.ok(await conversation.wait(message => message.serverContent?.inputTranscription?.text));
  assert.ok(await conversation.wait(message => message.serverContent?.outputTranscription?.text));
  assert.ok(await conversation.wait(message => message.serverContent?.generationComplete));
  assert.ok(await conversation.wait(message => message.usageMetadata?.totalTokenCount));
  conversation.session.close();
});

test('a text turn', async t => {
  const conversation = await Conversation.begin(await serve(t));
  conversation.session.sendClientContent({turns: 'How are you?'});
  await conversation.wait(turnComplete);
  assert.equal(conversation.audio, 0.4 * 48000);
  conversation.session.sendRealtimeInput({text: 'And now?'});
  await conversation.wait(turnComplete, 1);
  assert.equal(conversation.audio, 0.8 * 48000);
  conversation.session.close();
});

test('a tool call', async t => {
  const script = [{when: {on: 'turn', turn: 1},
                   do: {'tool-call': 'weather', args: {city: 'Bonn'}, id: 'call-1'}}];
  const conversation = await Conversation.begin(await serve(t, {script}), {
    tools: [{functionDeclarations: [{name: 'weather', description: 'Returns the weather'}]}],
  });
  conversation.ask();
  const calls = await conversation.wait(message => message.toolCall?.functionCalls);
  assert.deepEqual(calls, [{id: 'call-1', name: 'weather', args: {city: 'Bonn'}}]);
  assert.equal(conversation.audio, 0);
  conversation.session.sendToolResponse(
      {functionResponses: [{id: 'call-1', name: 'weather', response: {degrees: 21}}]});
  await conversation.wait(turnComplete);
  assert.ok(conversation.audio > 0);
  conversation.session.close();
});

test('an interruption', async t => {
  const conversation = await Conversation.begin(
      await serve(t, {args: ['--speed', '1', '--tone-duration', '20000']}));
  conversation.ask();
  await conversation.wait(message => message.serverContent?.modelTurn);
  conversation.ask();
  assert.ok(await conversation.wait(message => message.serverContent?.interrupted));
  assert.ok(conversation.audio < 20 * 48000);
  conversation.session.close();
});

test('a resumption', async t => {
  const baseUrl = await serve(t);
  const first = await Conversation.begin(baseUrl, {sessionResumption: {}});
  first.ask();
  await first.wait(turnComplete);
  const handle = await first.wait(
      message => message.sessionResumptionUpdate?.resumable &&
          message.sessionResumptionUpdate.newHandle, 0);
  first.session.close();
  const second = await Conversation.begin(baseUrl, {sessionResumption: {handle}});
  second.ask();
  await second.wait(turnComplete);
  assert.equal(second.audio, 0.4 * 48000);
  second.session.close();
});
