// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Looking at sound: when a stream is loud, and a picture of both levels.

const SAMPLES = 1024;         // 21 ms at 48 kHz
const QUIET = -55;            // dBFS. Less is never speech
const ABOVE_NOISE = 12;       // dB. Speech is louder than the noise around it by this

/** Finds out when a MediaStream is loud, by the page's clock. Calls onstart(time) when it becomes loud. */
export class Listener {
  onstart = () => {};
  started = -Infinity;        // when it became loud; performance.now()
  lastLoud = -Infinity;
  #analyser;
  #samples = new Float32Array(SAMPLES);
  #noise = -100;              // dBFS
  #source;

  constructor(context, stream) {
    this.#analyser = new AnalyserNode(context, {fftSize: SAMPLES});
    this.#source = new MediaStreamAudioSourceNode(context, {mediaStream: stream});
    this.#source.connect(this.#analyser);
  }

  listen() {
    this.#analyser.getFloatTimeDomainData(this.#samples);
    const power = this.#samples.reduce((sum, sample) => sum + sample * sample, 0) / SAMPLES;
    const level = 10 * Math.log10(power + 1e-10);
    this.#noise = Math.min(level, this.#noise + 0.05);  // it follows noise by 2.5 dB a second
    if (level < Math.max(QUIET, this.#noise + ABOVE_NOISE)) return;
    const now = performance.now();
    const isStart = now - this.lastLoud > 400;
    this.lastLoud = now;
    if (isStart) this.onstart(this.started = now);
  }

  stop() { this.#source.disconnect(); }
}

const LEVELS = 96;            // of each side, ten a second

/** Draws the levels of the last seconds: the model above the line, the user below. */
export class Waves {
  #canvas;
  #levels = {model: Array(LEVELS).fill(0), user: Array(LEVELS).fill(0)};
  #next = {model: 0, user: 0};

  constructor(canvas) {
    this.#canvas = canvas;
    new ResizeObserver(() => this.#draw()).observe(canvas);
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.#draw());
  }

  /** The newest level of 'model' or 'user', from 0 to 1. */
  set(side, level) { this.#next[side] = level; }

  /** Call it ten times a second. */
  step() {
    for (const side of ['model', 'user']) {
      this.#levels[side].shift();
      this.#levels[side].push(this.#next[side]);
      this.#next[side] *= 0.5;  // no news: silence
    }
    this.#draw();
  }

  #draw() {
    const {clientWidth: width, clientHeight: height} = this.#canvas;
    this.#canvas.width = width * devicePixelRatio;
    this.#canvas.height = height * devicePixelRatio;
    const pen = this.#canvas.getContext('2d');
    const style = getComputedStyle(this.#canvas);
    pen.scale(devicePixelRatio, devicePixelRatio);
    const pitch = width / LEVELS, bar = Math.max(2, pitch * 0.55), middle = height / 2;
    for (const [side, up] of [['model', -1], ['user', 1]]) {
      pen.fillStyle = style.getPropertyValue(`--${side}`);
      this.#levels[side].forEach((level, i) => {
        const length = Math.max(2, level * (middle - 10));
        pen.globalAlpha = 0.25 + 0.75 * (i + 1) / LEVELS;
        pen.beginPath();
        pen.roundRect(i * pitch, up < 0 ? middle - 2 - length : middle + 2, bar, length, bar / 2);
        pen.fill();
      });
    }
  }
}
