// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later
//
// The connection to gemlive-web. A WebSocket carries what the page sends; a data channel carries
// the events of the conversation; audio goes both ways as Opus.

/**
 * Dispatches "track" (detail: MediaStream of the model), "event" (detail: an event of the
 * conversation, in step with the audio), "open" and "closed" (detail: why, or '').
 */
export class Call extends EventTarget {
  #peer = new RTCPeerConnection();
  #socket;
  #microphone;
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
    this.#peer.onicecandidate = ({candidate}) => {
      if (candidate?.candidate)
        this.#send({type: 'candidate', line: candidate.sdpMLineIndex, candidate: candidate.candidate});
    };
    this.#peer.onconnectionstatechange = () => {
      if (this.#peer.connectionState === 'failed') this.close('The network connection was lost. Press Talk to continue.');
    };
    this.#peer.ontrack = ({track}) => this.#tell('track', new MediaStream([track]));
    this.#peer.ondatachannel = ({channel}) => {
      channel.onopen = () => this.#tell('open');
      channel.onmessage = ({data}) => this.#tell('event', JSON.parse(data));
    };
  }

  say(text) { this.#send({type: 'say', text}); }
  interrupt() { this.#send({type: 'interrupt'}); }
  /** Shows a picture to the model: a Blob of image/jpeg. */
  show(picture) { this.#transmit(picture); }
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

  #send(message) { this.#transmit(JSON.stringify(message)); }
  /** Text that is typed early waits. */
  #transmit(data) {
    const socket = this.#socket;
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
