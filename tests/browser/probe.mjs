// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/**
 * Runs in the page before its own scripts, and knows nothing about them. It listens to the
 * microphone and to the remote track through WebAudio, on the page's clock, and keeps what goes
 * through sockets and peer connections: window.probe.
 */
export function probe() {
  if (!isSecureContext) return;  // about:blank
  const FLOOR = -50;  // dBFS; more is sound
  const analysers = {};
  const probe = window.probe = {FLOOR, levels: [], sdp: [], peers: [], received: [], events: []};

  let context;
  function listen(side, stream) {
    context ??= new AudioContext();
    analysers[side] = new AnalyserNode(context, {fftSize: 512});
    new MediaStreamAudioSourceNode(context, {mediaStream: stream}).connect(analysers[side]);
  }
  function level(analyser) {
    if (!analyser) return -100;
    const samples = new Float32Array(analyser.fftSize);
    analyser.getFloatTimeDomainData(samples);
    return 10 * Math.log10(samples.reduce((sum, x) => sum + x * x, 0) / samples.length + 1e-10);
  }
  setInterval(() => {
    if (analysers.user)
      probe.levels.push({time: performance.now(), user: level(analysers.user), model: level(analysers.model)});
  }, 10);

  /** When a side was loud: [{start, end}], in ms. Pauses of less than `pause` ms do not count. */
  probe.sounds = (side, pause = 1500) => {
    const sounds = [];
    for (const {time, [side]: loudness} of probe.levels) {
      if (loudness < FLOOR) continue;
      const last = sounds.at(-1);
      if (last && time - last.end < pause) last.end = time;
      else sounds.push({start: time, end: time});
    }
    return sounds;
  };
  /** The part of a time in which a side is loud, from 0 to 1. */
  probe.share = (side, {start, end}) => {
    const within = probe.levels.filter(({time}) => time >= start && time <= end);
    return within.filter(sample => sample[side] >= FLOOR).length / within.length;
  };

  const getUserMedia = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  navigator.mediaDevices.getUserMedia = async constraints => {
    const stream = await getUserMedia(constraints);
    if (constraints.audio) listen('user', stream);
    return stream;
  };
  const Peer = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends Peer {
    constructor(...args) {
      super(...args);
      probe.peers.push(this);
      this.addEventListener('track', ({track}) => listen('model', new MediaStream([track])));
      this.addEventListener('datachannel', ({channel}) =>
        channel.addEventListener('message', ({data}) => {
          probe.received.push(data);
          probe.events.push({time: performance.now(), ...JSON.parse(data)});
        }));
    }
    setRemoteDescription(description) {
      probe.sdp.push(description.sdp);
      return super.setRemoteDescription(description);
    }
  };
  const Socket = window.WebSocket;
  window.WebSocket = class extends Socket {
    constructor(...args) {
      super(...args);
      this.addEventListener('message', ({data}) => probe.received.push(data));
    }
  };
}
