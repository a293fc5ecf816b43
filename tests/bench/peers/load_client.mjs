// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later
//
// What a client of bench.py in JavaScript needs: ../clients/client_run.hpp and ../wire/audio_stamp.hpp say what that is.

import {readFileSync, writeFileSync} from 'node:fs';
import {parseArgs} from 'node:util';

const middle = 8, timeDigits = 16, sumDigits = 4, size = 48;
const mark = Buffer.alloc(8);
[0xF, 0x0, 0xA, 0x5].forEach((digit, i) => mark.writeInt16LE(digit - middle, 2 * i));

/** The monotonic time in us. */
export function now() {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1e6 + Math.floor(nanoseconds / 1e3);
}

/** Writes a stamp into a Buffer with audio. */
export function writeStamp(time, audio, at) {
  mark.copy(audio, at);
  at += mark.length;
  let sum = 0;
  for (let i = 0; i < timeDigits; ++i, at += 2) {
    const digit = time % 16;
    time = Math.floor(time / 16);
    sum += (i + 1) * digit;
    audio.writeInt16LE(digit - middle, at);
  }
  for (let i = 0; i < sumDigits; ++i, at += 2, sum >>= 4) audio.writeInt16LE((sum & 15) - middle, at);
}

/** The last stamp in a Buffer with audio. undefined if there is none. */
export function findStamp(audio) {
  const at = audio.lastIndexOf(mark);
  if (at < 0 || at + size > audio.length) return undefined;
  let time = 0;
  for (let i = timeDigits - 1; i >= 0; --i) {
    const digit = audio.readInt16LE(at + mark.length + 2 * i) + middle;
    if (digit < 0 || digit > 15) return undefined;
    time = time * 16 + digit;
  }
  const expected = Buffer.alloc(size);
  writeStamp(time, expected, 0);
  return expected.equals(audio.subarray(at, at + size)) ? time : undefined;
}

export function parseArguments() {
  const {values, positionals} = parseArgs({
    allowPositionals: true,
    options: {
      'ca-file': {type: 'string'}, chunk: {type: 'string', default: '20'},
      'warm-up': {type: 'string', default: '2'}, latencies: {type: 'string'},
    },
  });
  const [uri, sessions, seconds] = positionals;
  return {uri, sessions: Number(sessions), seconds: Number(seconds), chunk: Number(values.chunk),
          warmUp: Number(values['warm-up']), latencies: values.latencies};
}

/** The stages of a run, in this order. */
export class Run {
  latencies = [];
  measuring = false;
  #started = now();
  #first;
  #last;

  connected() {
    console.log(`connect-ms ${((now() - this.#started) / 1e3).toFixed(3)}`);
  }
  begin() {
    console.log('measuring');
    this.measuring = true;
    this.#first = Run.#moment();
  }
  end() {
    this.#last = Run.#moment();
    this.measuring = false;
    console.log('measured');
  }
  report(audioSecondsUp, audioSecondsDown, file) {
    for (const [name, value] of Object.entries(this.#last))
      console.log(`${name} ${(value - this.#first[name]).toFixed(3)}`);
    const pages = readFileSync('/proc/self/statm', 'ascii').split(' ')[1];
    console.log(`rss-kib ${pages * 4}`);
    console.log(`audio-seconds-up ${audioSecondsUp.toFixed(3)}\naudio-seconds-down ${audioSecondsDown.toFixed(3)}`);
    if (file) writeFileSync(file, Buffer.from(Int32Array.from(this.latencies).buffer));
  }

  static #moment() {
    const used = process.resourceUsage();
    return {
      'seconds': now() / 1e6, 'cpu-user-ms': used.userCPUTime / 1e3, 'cpu-system-ms': used.systemCPUTime / 1e3,
      'wake-ups': used.voluntaryContextSwitches, 'preemptions': used.involuntaryContextSwitches,
    };
  }
}
