// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Fixtures: the simulator, gemlive-web, Chromium with a WAV as its microphone, and a probe that
// listens in the page. Everything ends with the test. GEMLIVE_SIMULATOR and GEMLIVE_WEB are programs.

import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import {mkdirSync, mkdtempSync, readFileSync, readdirSync, readlinkSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {createInterface} from 'node:readline';
import {chromium} from 'playwright-core';
import {probe} from './probe.mjs';

export const PATIENCE = 60000;  // ms; the machine can be busy

export function folder(t) {
  const path = mkdtempSync(join(tmpdir(), 'gemlive-browser-'));
  t.after(() => rmSync(path, {recursive: true, maxRetries: 10}));
  return path;
}

/** Waits until `condition` returns something true, and returns that. */
export async function until(condition, what) {
  for (const end = Date.now() + PATIENCE; Date.now() < end;) {
    const value = await condition();
    if (value) return value;
    await new Promise(resolve => setTimeout(resolve, 50));
  }
  throw new Error(`This did not happen in ${PATIENCE / 1000} s: ${what}`);
}

/** Starts a program that ends with the test. Resolves to the process when it prints `pattern`. */
function start(t, program, args, env, pattern) {
  const process_ = spawn(program, args, {env: {...process.env, ...env}, stdio: ['ignore', 'pipe', 'pipe']});
  process_.log = '';
  t.after(async () => {
    const ended = process_.exitCode !== null || process_.signalCode !== null;
    const exit = ended || new Promise(resolve => process_.on('exit', resolve));
    process_.kill();
    await exit;
    assert.equal(process_.exitCode, 0, `${program} ended with ${process_.exitCode ?? process_.signalCode}:\n${process_.log}`);
  });
  return new Promise((resolve, reject) => {
    process_.on('error', reject);
    process_.on('exit', (code, signal) => reject(new Error(`${program} ended with ${code ?? signal}:\n${process_.log}`)));
    for (const stream of [process_.stdout, process_.stderr])
      createInterface({input: stream}).on('line', line => {
        process_.log += line + '\n';
        const match = pattern.exec(line);
        if (match) resolve(Object.assign(process_, {address: match[1]}));
      });
  });
}

/** The service. Its events (docs/simulator.md) are in `events()`. */
export async function simulate(t, {script = [], args = []} = {}) {
  const path = folder(t), events = join(path, 'events'), file = join(path, 'script.json');
  writeFileSync(file, JSON.stringify(script));
  writeFileSync(events, '');
  const simulator = await start(t, process.env.GEMLIVE_SIMULATOR,
      ['--port', '0', '--quiet', '--events', events, '--record', path, '--script', file, ...args], {},
      /listening on (ws:\S+)/);
  simulator.events = type => readFileSync(events, 'utf8').split('\n').filter(line => line.endsWith('}'))
      .map(line => JSON.parse(line)).filter(event => !type || event.type === type);
  simulator.folder = path;
  return simulator;
}

/** gemlive-web with this service. `address` is that of the page. `before`: commands of the shell. */
export async function serve(t, simulator, {args = [], env = {}, before = ''} = {}) {
  return start(t, 'sh', ['-c', `${before} exec "$0" "$@"`, process.env.GEMLIVE_WEB, '--port', '0', ...args],
      {GEMLIVE_URI: simulator.address, G_DEBUG: 'fatal-criticals', ...env}, /^Open (\S+)/);
}

/** The sockets of a process: "udp 127.0.0.1", "tcp 127.0.0.1 listens" ... */
export function sockets({pid}) {
  const folder = `/proc/${pid}/fd`, own = new Set(readdirSync(folder).map(name => {
    try { return /socket:\[(\d+)\]/.exec(readlinkSync(join(folder, name)))?.[1]; } catch { return null; }  // closed meanwhile
  }));
  const address = hex => hex.length > 8 ? hex : [6, 4, 2, 0].map(i => parseInt(hex.slice(i, i + 2), 16)).join('.');
  return ['udp', 'udp6', 'tcp', 'tcp6'].flatMap(kind => readFileSync(`/proc/${pid}/net/${kind}`, 'utf8').trim().split('\n').slice(1)
      .map(line => line.trim().split(/\s+/)).filter(fields => own.has(fields[9]))
      .map(([, local, , state]) => `${kind} ${address(local.split(':')[0])}${kind.startsWith('tcp') && state === '0A' ? ' listens' : ''}`));
}

/** What a process holds. */
export function resources({pid}) {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const mebibytes = name => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)[1]) >> 10;
  return {
    descriptors: readdirSync(`/proc/${pid}/fd`).length,
    threads: readdirSync(`/proc/${pid}/task`).length,
    memory: mebibytes('VmRSS'),
    peak: mebibytes('VmHWM'),  // of the memory
  };
}

const options = microphone => ({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--use-fake-device-for-media-stream', '--autoplay-policy=no-user-gesture-required',
    `--use-fake-ui-for-media-stream${microphone ? '' : '=deny'}`,
    ...microphone ? [`--use-file-for-fake-audio-capture=${microphone}%noloop`] : []]});

/** Chromium whose microphone is a WAV file (once, then silence), or is refused (`microphone: null`). */
export async function browse(t, {microphone}) {
  const browser = await chromium.launch(options(microphone));
  t.after(() => browser.close());
  return browser;
}

/** Chromium without a microphone: `browser`. signal() sends a signal to all of its processes. */
export async function freezable(t) {
  const server = await chromium.launchServer(options(null));
  t.after(() => server.kill());
  return {browser: await chromium.connect(server.wsEndpoint()), signal: name => process.kill(-server.process().pid, name)};
}

/** A page of a new visitor. `problems` collects the errors of its scripts. */
export async function open(browser, address, options = {}) {
  const context = await browser.newContext({reducedMotion: 'reduce', ...options});
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE);
  page.problems = [];
  page.on('pageerror', error => page.problems.push(error.message));
  page.on('console', message => message.type() === 'error' && page.problems.push(message.text()));
  await page.addInitScript(probe);
  await page.goto(address);
  return page;
}

/** Presses Talk, and waits until the page is connected. */
export async function talk(page) {
  await page.getByRole('button', {name: 'Talk', exact: true}).click();
  await page.locator('#state:is([data-state=connected],[data-state=resumed])').waitFor();
}

export const hangUp = page => page.getByRole('button', {name: 'End', exact: true}).click();

/** All captions of a side, in order. */
export const captions = (page, side) => page.locator(`.bubble.${side}`).evaluateAll(
    bubbles => bubbles.map(bubble => bubble.lastChild.data));

/** Keeps a screenshot where GEMLIVE_ARTIFACTS says. */
export async function keepScreenshot(page, name) {
  const path = process.env.GEMLIVE_ARTIFACTS;
  if (!path) return;
  mkdirSync(path, {recursive: true});
  await page.screenshot({path: join(path, `${name}.png`)});
}

// ---- Sound --------------------------------------------------------------------------------------

const RATE = 16000;

/** The samples of examples/data/question.wav: 2.8 s of speech. */
export function question() {
  const file = readFileSync(process.env.GEMLIVE_QUESTION);
  return file.subarray(file.indexOf('data') + 8);
}
export const silence = seconds => Buffer.alloc(Math.round(seconds * RATE) * 2);

/** Writes a WAV file of these parts. After its end Chromium repeats the last samples: silence. */
export function wav(t, ...parts) {
  const samples = Buffer.concat([...parts, silence(1)]), header = Buffer.alloc(44);
  header.write('RIFF', 0); header.writeUInt32LE(36 + samples.length, 4); header.write('WAVEfmt ', 8);
  header.writeUInt32LE(16, 16); header.writeUInt16LE(1, 20); header.writeUInt16LE(1, 22);
  header.writeUInt32LE(RATE, 24); header.writeUInt32LE(RATE * 2, 28); header.writeUInt16LE(2, 32);
  header.writeUInt16LE(16, 34); header.write('data', 36); header.writeUInt32LE(samples.length, 40);
  const path = join(folder(t), 'microphone.wav');
  writeFileSync(path, Buffer.concat([header, samples]));
  return path;
}
