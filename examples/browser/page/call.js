// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later
//
// The connection to gemlive-web. A WebSocket carries what the page sends; a data channel carries
// the events of the conversation; audio goes both ways as Opus.

/**
 * Dispatches "track" (detail: MediaStream of the model), "event" (detail: an event of the
 * conversation, in step with the audio, or of the network), "open" and "closed" (detail: why, or '').
 */
export class Call extends EventTarget {
  #peer = new RTCPeerConnection();
  #socket;
  #microphone;
  #isLost = false;             // the network, for now
  #ready = Promise.resolve();  // signals are handled one after the other

  /** `microphone` is a MediaStream, or null for a visitor who only types. */
  constructor(microphone) {
    super();
    this.#microphone = microphone;
    const address = new URL('visit', location.href);
    address.protocol = address.protocol.replace('http', 'ws');
    this.#socket = new WebSocket(address);
    this.#socket.onmessage = ({data}) => {
      this.#ready = this.#ready.then(() => this.#onSignal(JSON.parse(data))).catch(() => this.close());
    };
    let lost = 'The server refused this page, or does not answer. Load the page again, and allow its cookie.';
    this.#socket.onopen = () => { lost = 'The connection to the server was lost. Press Talk to continue.'; };
    this.#socket.onclose = ({reason}) => this.#end(reason || lost);
    this.#peer.onconnectionstatechange = () => {
      const state = this.#peer.connectionState;
      if (state === 'failed') return this.close('The network connection was lost. Press Talk to continue.');
      if (state === 'disconnected') this.#tell('event', {event: 'reconnecting'});
      else if (state === 'connected' && this.#isLost) this.#tell('event', {event: 'connected', resumed: true});
      this.#isLost = state === 'disconnected';
    };
    this.#peer.ontrack = ({track}) => this.#tell('track', new MediaStream([track]));
    this.#peer.ondatachannel = ({channel}) => {
      channel.onopen = () => this.#tell('open');
      channel.onmessage = ({data}) => this.#tell('event', JSON.parse(data));
    };
  }

  say(text) { this.#send({type: 'say', text}); }
  interrupt() { this.#send({type: 'interrupt'}); }
  /** Shows a picture to the model: a Blob of image/jpeg. A slow network skips pictures, and delays nothing else. */
  show(picture) { if (this.#socket.readyState === WebSocket.OPEN && !this.#socket.bufferedAmount) this.#socket.send(picture); }
  close(reason = '') { this.#socket.close(1000); this.#end(reason); }

  async #onSignal(signal) {
    if (signal.type === 'candidate')
      return this.#peer.addIceCandidate({sdpMLineIndex: signal.line, candidate: signal.candidate});
    await this.#peer.setRemoteDescription(signal);
    const [audio] = this.#peer.getTransceivers();
    const track = this.#microphone?.getAudioTracks()[0];
    if (track) {
      audio.direction = 'sendrecv';
      await audio.sender.replaceTrack(track);
    }
    await this.#peer.setLocalDescription();
    this.#send({type: 'answer', sdp: this.#peer.localDescription.sdp});
  }

  /** Text that is typed early waits. */
  #send(message) {
    const socket = this.#socket, data = JSON.stringify(message);
    if (socket.readyState === WebSocket.OPEN) socket.send(data);
    else if (socket.readyState === WebSocket.CONNECTING) socket.addEventListener('open', () => socket.send(data));
  }
  #end(reason) {
    this.#tell('closed', reason);
    this.#peer.close();
  }
  /** What arrives after the end of the call does not count. */
  #tell(type, detail) {
    if (this.#peer.signalingState !== 'closed') this.dispatchEvent(new CustomEvent(type, {detail}));
  }
}
