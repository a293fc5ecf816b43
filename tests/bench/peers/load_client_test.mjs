// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Tests of load_client.mjs: node --test load_client_test.mjs

import assert from 'node:assert/strict';
import {test} from 'node:test';
import {findStamp, writeStamp} from './load_client.mjs';

/** Audio with stamps: [time, byte]... */
function audioWith(...stamps) {
  const audio = Buffer.alloc(1000, Buffer.from([1, 0]));
  for (const [time, at] of stamps) writeStamp(time, audio, at);
  return audio;
}

test('a stamp is found again', () => {
  for (const time of [0, 1, 1234567890123, 2 ** 52]) assert.equal(findStamp(audioWith([time, 400])), time);
});

test('the last stamp counts', () => {
  assert.equal(findStamp(audioWith([6, 500], [5, 100])), 6);
});

test('other audio has none', () => {
  assert.equal(findStamp(Buffer.alloc(1920)), undefined);
  assert.equal(findStamp(audioWith([5, 900]).subarray(0, 946)), undefined);
});

test('a stamp is the same in every language', () => {
  // audio_stamp_test.cpp and figures_test.py have the same.
  const digits = [0xF, 0x0, 0xA, 0x5, ...Array(13).keys(), 0, 0, 0, 0x8, 0xD, 0x2, 0x0];
  const expected = Buffer.from(Int16Array.from(digits, digit => digit - 8).buffer);
  assert.deepEqual(audioWith([0xCBA9876543210, 0]).subarray(0, 48), expected);
});
