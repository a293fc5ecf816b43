// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later
//
// The page of gemlive-timeline --html: the line is where the sound is.

import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {test} from 'node:test';
import {browse, folder, keepScreenshot, open, until} from './support.mjs';

const RATE = 8000, LEFT = 66, RIGHT = 1182;

/** A page of a recording in stereo of so many seconds, with an answer. */
function draw(t, seconds) {
  const path = folder(t), size = Math.round(seconds * RATE) * 4, header = Buffer.alloc(44), data = Buffer.alloc(size);
  for (let i = 0; i + 4 <= size; i += 4) data.writeInt16LE(Math.round(4000 * Math.sin(i / 20)), i + (i % 16000 < 8000 ? 0 : 2));
  header.write('RIFF', 0); header.writeUInt32LE(36 + size, 4); header.write('WAVEfmt ', 8);
  header.writeUInt32LE(16, 16); header.writeUInt16LE(1, 20); header.writeUInt16LE(2, 22);
  header.writeUInt32LE(RATE, 24); header.writeUInt32LE(RATE * 4, 28); header.writeUInt16LE(4, 32);
  header.writeUInt16LE(16, 34); header.write('data', 36); header.writeUInt32LE(size, 40);
  writeFileSync(join(path, 'conversation.wav'), Buffer.concat([header, data]));
  const event = (at, message, fields) => JSON.stringify({at, message, fields});
  writeFileSync(join(path, 'events.jsonl'), [
    event(2, 'gemlive/turn-started', {turn: 1, 'first-audio-delay': 5e8}),
    event(2, 'gemlive/output-transcript', {turn: 1, text: '<b>Hello</b> & good evening.'}),
    event(5, 'gemlive/turn-complete', {turn: 1, 'audio-duration': 2e9})].join('\n'));
  const page = join(path, 'timeline.html');
  execFileSync(process.env.GEMLIVE_TIMELINE, ['--html', '-o', page, path], {stdio: ['ignore', 'ignore', 'ignore']});
  return `file://${page}`;
}

const now = page => page.evaluate(() => {
  const line = document.querySelector('#now'), sound = document.querySelector('audio');
  return {time: sound.currentTime, x: +line.getAttribute('x1'), y: +line.getAttribute('y1')};
});
const ready = page => until(() => page.evaluate(() => document.querySelector('audio').readyState >= 3), 'the sound');
/** Where a time of the first row of `seconds` is. */
const place = (time, seconds) => LEFT + time / seconds * (RIGHT - LEFT);

test('the line moves with the sound', async t => {
  const page = await open(await browse(t, {microphone: null}), draw(t, 30));
  await ready(page);
  assert.equal((await now(page)).x, LEFT);
  await page.evaluate(() => document.querySelector('audio').play());
  await until(async () => (await now(page)).time > 1, 'a second of sound');
  await page.evaluate(() => document.querySelector('audio').pause());
  await until(async () => {
    const {time, x} = await now(page);
    return Math.abs(x - place(time, 20)) < 2;
  }, 'the line where the sound is');
  await keepScreenshot(page, 'timeline');
  const {y} = await now(page);
  await page.evaluate(() => { document.querySelector('audio').currentTime = 25; });
  await until(async () => (await now(page)).y > y, 'the line in the second row');
  assert.ok(Math.abs((await now(page)).x - place(5, 20)) < 2);
  assert.deepEqual(page.problems, []);
});

test('a click plays from there', async t => {
  const page = await open(await browse(t, {microphone: null}), draw(t, 20));
  await ready(page);
  const box = await page.locator('svg .row').first().evaluate(row => {
    const {left, top, width} = document.querySelector('svg').getBoundingClientRect();
    const scale = width / 1200;
    return {x: left + 624 * scale, y: top + (+row.dataset.y + +row.dataset.height / 2) * scale};
  });
  await page.mouse.click(box.x, box.y);
  await until(async () => Math.abs((await now(page)).time - 10) < 0.2, 'the middle of the row');
  assert.deepEqual(page.problems, []);
});

test('long sound stays beside the page', async t => {
  const page = await open(await browse(t, {microphone: null}), draw(t, 560));  // 17 MiB
  await ready(page);
  assert.match(await page.locator('audio').getAttribute('src'), /^conversation\.wav$/);
  assert.ok(Math.abs(await page.evaluate(() => document.querySelector('audio').duration) - 560) < 1);
  assert.deepEqual(page.problems, []);
});

test('a screen reader has the words', async t => {
  const page = await open(await browse(t, {microphone: null}), draw(t, 10));
  await page.getByRole('img', {name: 'Conversation of 10 s'}).waitFor();
  await page.getByText('In words').click();
  await page.getByRole('cell', {name: '<b>Hello</b> & good evening.'}).waitFor();
  assert.equal(await page.locator('b').count(), 0);
});
