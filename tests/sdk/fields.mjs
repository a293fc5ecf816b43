// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Google's SDK sends every field of its client messages to gemlive-simulator, one at a time, on both services. The fields
// come from the SDK's own declarations, so a new release of the SDK brings its new fields with it. If this test fails for a
// new field: add the field to src/simulator/wire/messages.txt and to docs/protocol.md.
//   GEMLIVE_SIMULATOR=build/src/simulator/gemlive-simulator GEMLIVE_MESSAGES=src/simulator/wire/messages.txt \
//     node --test fields.mjs

import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {test} from 'node:test';
import {fileURLToPath} from 'node:url';
import {GoogleGenAI} from '@google/genai';
import {WebSocket} from 'ws';
import {Declarations} from './declarations.mjs';
import {serve} from './simulator.mjs';

const declarations = new Declarations(
    fileURLToPath(new URL('node_modules/@google/genai/dist/genai.d.ts', import.meta.url)));
const patience = 30_000;  // ms
const parallel = 8;       // sessions at once
console.warn = () => {};  // the SDK warns of deprecated fields

/** The names of all fields that were sent. */
const sent = new Set();
const {send} = WebSocket.prototype;
WebSocket.prototype.send = function(text, ...more) {
  JSON.parse(text, (key, value) => (sent.add(key), value));
  return send.call(this, text, ...more);
};

/** Fields of the client alone: they are no part of a message. */
const local = new Set(['httpOptions', 'abortSignal']);
/**
 * Fields of the other service that the SDK sends all the same, as "Message.field": it copies generationConfig to the
 * Developer API, and turns and tool responses to Vertex AI, without conversion.
 */
const unconverted = {
  developer: ['GenerationConfig.modelSelectionConfig', 'GenerationConfig.routingConfig',
              'GenerationConfig.audioTimestamp'],
  vertex: ['Part.toolCall', 'Part.toolResponse', 'Part.partMetadata', 'FunctionResponsePart.mediaProcessing'],
};
/** Names that the SDK has for fields of the protocol. */
const renamed = {modelSelectionConfig: 'modelConfig', voiceActivityType: 'type', media: 'mediaChunks'};
/** How the SDK says that a service does not have a field. */
const unsupported = /only supported in|Failed to parse client content/;
/** Fields below which the simulator accepts any JSON object: one value is enough. */
const opaque = new Set(['Retrieval', 'GoogleMaps', 'GoogleSearch', 'GoogleSearchRetrieval', 'ComputerUse', 'FileSearch',
                        'EnterpriseWebSearch', 'ToolExaAiSearch', 'ToolParallelAiSearch', 'ModelSelectionConfig',
                        'ResponseFormat']);
/** Values that have a form, by the name of the field. All other strings are base64 and a number at once. */
const formed = {voiceName: 'Kore', startOffset: '1.5s', endOffset: '2s', role: 'user', mimeType: 'image/png'};
/** Refusals that show that the field was understood. */
const understood = {'sessionResumption.handle': '1008 BidiGenerateContent session not found'};
/** Members that the SDK or the service requires beside others, by the name of the field above them. */
const required = {
  functionResponse: {id: '1', name: 'f', response: {output: 1}},
  functionResponses: {id: '1', name: 'f', response: {output: 1}},
  audio: {mimeType: 'audio/pcm;rate=16000', data: 'AAAA'},
  video: {mimeType: 'image/png', data: 'AAAA'},
  media: {mimeType: 'image/png', data: 'AAAA'},
  turns: {parts: [{text: 'a'}]},
};
/** Activity marks require that the client detects activity. */
const manual = {realtimeInputConfig: {automaticActivityDetection: {disabled: true}}};

function leaf(name, kind, beside) {
  if (beside?.[name]) return [beside[name]];
  if (kind === 'boolean') return [true];
  if (kind === 'number') return [1];
  if (kind === 'string') return [formed[name] ?? '1234'];
  if (kind.enum) return kind.enum;
  return [name === 'properties' ? {a: {type: 'STRING'}} : name === 'labels' ? {team: 'a'} : {a: 'b'}];
}

/**
 * Every field below the message `name`, as {path, fields, value}: `value` is the message with this field only, and `fields`
 * are the steps of the path, as "Message.field".
 */
function* cases(name, above = []) {
  for (const {name: field, type} of declarations.fields(name)) {
    if (above.length === 0 && local.has(field)) continue;
    const {kind, list} = declarations.describe(type);
    const steps = [...above, {name, field}];
    const found = value => ({
      path: steps.map(step => step.field).join('.'),
      fields: steps.map(step => `${step.name}.${step.field}`),
      value,
    });
    const beside = required[above.at(-1)?.field];
    const wrap = value => ({...beside, [field]: list ? [value] : value});
    if (!kind.message) {
      for (const value of leaf(field, kind, beside)) yield found(wrap(value));
      continue;
    }
    yield found(wrap({...required[field]}));
    if (opaque.has(kind.message) || steps.some(step => step.name === kind.message)) continue;
    for (const deeper of cases(kind.message, steps)) yield {...deeper, value: wrap(deeper.value)};
  }
}

/** The messages of messages.txt: {field: {type, service, since}} by name. */
const table = new Map();
for (const line of readFileSync(process.env.GEMLIVE_MESSAGES, 'utf8').split('\n')) {
  const words = line.trim().split(/ +/);
  if (/^message /.test(line)) table.set(words[1], new Map());
  else if (/^enum /.test(line)) table.set(words[1], words.slice(2));
  else if (/^  /.test(line)) [...table.values()].at(-1).set(words[0], {type: words[1], since: words[3]});
}
const refused = new Set(  // as "Message.field"
    [...table].flatMap(([message, fields]) => fields instanceof Map ?
        [...fields].filter(([, {type}]) => type === 'refused').map(([field]) => `${message}.${field}`) : []));

const services = {
  developer: {},
  vertex: {vertexai: true},
};

/** A session that is closed by `use(session)`'s result: resolves to the reason of a refusal, or to ''. */
async function attempt(baseUrl, service, config, use) {
  const ai = new GoogleGenAI({apiKey: 'unused', httpOptions: {baseUrl}, ...services[service]});
  let closed;
  const ended = new Promise(resolve => (closed = resolve));
  let answered;
  const answer = new Promise(resolve => (answered = resolve));
  const timer = setTimeout(() => closed('no answer in time'), patience);
  try {
    const connected = ai.live.connect({
      model: 'gemini-3.8-live',
      config,
      callbacks: {
        onmessage: message => message.setupComplete ? answered('') : undefined,
        onclose: event => closed(`${event.code} ${event.reason}`),
        onerror: () => {},
      },
    });
    connected.catch(() => {});
    const opened = await Promise.race([connected.then(session => ({session}), error => ({error})), ended.then(reason => ({reason}))]);
    if (opened.reason !== undefined) return opened.reason;
    if (opened.error) {
      // A refused setup rejects too, and closes the connection with the reason.
      if (unsupported.test(opened.error.message)) throw opened.error;
      return Promise.race([ended, new Promise(resolve => setTimeout(resolve, 1000, `connect: ${opened.error.message}`))]);
    }
    if (!use) {
      const reason = await Promise.race([ended, answer]);
      opened.session.close();
      return reason;
    }
    use(opened.session);
    // The simulator reads this behind the message. If it has refused the message, its code is reported.
    opened.session.close();
    const reason = await ended;
    return /^(1000|1005)/.test(reason) ? '' : reason;
  } finally {
    clearTimeout(timer);
  }
}

/** Sends each of `all`, several at once. Returns the numbers of what was accepted, and every surprise. */
async function sendAll(baseUrl, service, all, send) {
  const counts = {accepted: 0, refused: 0, unsupported: 0};
  const surprises = [];
  const left = [...all];
  await Promise.all(Array.from({length: parallel}, async () => {
    for (let next; (next = left.shift());) {
      let reason;
      try {
        reason = await send(next);
      } catch (error) {
        if (!unsupported.test(error.message)) surprises.push(`${next.path}: ${error.message}`);
        ++counts.unsupported;
        continue;
      }
      const field = next.path.split('.').at(-1);
      if (!sent.has(field) && !sent.has(renamed[field])) surprises.push(`${next.path} was not sent`);
      const expected = next.fields.some(field => refused.has(field));
      if (understood[next.path] ? reason === understood[next.path] : !reason && !expected) ++counts.accepted;
      else if (reason && (expected || next.fields.some(field => unconverted[service].includes(field)))) ++counts.refused;
      else surprises.push(`${next.path} ${JSON.stringify(next.value)}: ${reason || 'accepted'}`);
    }
  }));
  return {counts, surprises};
}

for (const service of Object.keys(services)) {
  const messages = {
    setup: ['LiveConnectConfig', value => ({config: value})],
    clientContent: ['LiveSendClientContentParameters',
                    value => ({use: session => session.sendClientContent({turnComplete: false, ...value})})],
    realtimeInput: ['LiveSendRealtimeInputParameters', value => ({
      config: value.activityStart || value.activityEnd ? manual : {},
      use: session => session.sendRealtimeInput(value),
    })],
    toolResponse: ['LiveSendToolResponseParameters', value => ({use: session => session.sendToolResponse(value)})],
    contextUpdate: ['LiveClientContextUpdate', value => ({use: session => session.sendContextUpdate(value)})],
  };
  for (const [name, [type, how]] of Object.entries(messages)) {
    test(`${service}: each field of ${name}`, async t => {
      const all = [...cases(type)];
      const baseUrl = await serve(t);
      const {counts, surprises} = await sendAll(baseUrl, service, all, ({value}) => {
        const {config, use} = how(value);
        return attempt(baseUrl, service, config ?? {}, use);
      });
      t.diagnostic(`${all.length} values: ${counts.accepted} accepted, ${counts.refused} refused as expected, ` +
                   `${counts.unsupported} that the SDK does not send to this service`);
      assert.deepEqual(surprises, []);
      assert.ok(counts.accepted > 0);
    });
  }
}

/** Fields that the SDK renames when it reads them: Vertex AI's names of usage metadata. */
const alsoVertex = ['candidatesTokenCount', 'candidatesTokensDetails'];

/** The differences between a message of the SDK and one of messages.txt, and of all messages in it. */
function differences(sdk, name, seen) {
  const found = [];
  if (seen.has(name)) return found;
  seen.add(name);
  const fields = table.get(name);
  const known = new Set(alsoVertex);
  for (const {name: sdkField, type} of declarations.fields(sdk)) {
    const field = renamed[sdkField] ?? sdkField;
    known.add(field);
    const row = fields.get(field);
    if (!row) {
      found.push(`${name}.${field} is missing`);
      continue;
    }
    const {kind, list} = declarations.describe(type);
    const [, plain, many] = /^(\w+?)(\[\]|\{\})?$/.exec(row.type);
    if (row.type === 'refused') continue;
    if (list !== (many === '[]')) found.push(`${name}.${field}: one is a list`);
    const values = table.get(plain);
    if (values instanceof Map && kind.message) found.push(...differences(kind.message, plain, seen));
    if (Array.isArray(values) && kind.enum)
      found.push(...kind.enum.filter(value => !values.includes(value)).map(value => `enum ${plain} lacks ${value}`));
  }
  for (const [field, {since}] of fields)
    if (since !== '-' && !known.has(field)) found.push(`the SDK has no ${name}.${field}`);
  return found;
}

test('messages.txt has the fields of the SDK, and no others without a mark', () => {
  const seen = new Set();
  assert.deepEqual([...differences('LiveClientMessage', 'ClientMessage', seen),
                    ...differences('LiveServerMessage', 'ServerMessage', seen)], []);
  assert.ok(seen.size > 40, `${seen.size} messages`);
});
