// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later
//
// A client that says what no browser says.

import assert from 'node:assert/strict';
import {randomBytes} from 'node:crypto';
import {once} from 'node:events';
import net from 'node:net';
import {until} from './support.mjs';

/** A TCP connection to gemlive-web. `ended` is true when the server has closed it, and then `untilEnd` resolves. */
export async function connect(t, web) {
  const socket = net.connect(new URL(web.address).port, '127.0.0.1');
  t.after(() => socket.destroy());
  await once(socket, 'connect');
  socket.ended = false;
  socket.untilEnd = new Promise(resolve => ['end', 'close'].forEach(event => socket.on(event, () => {
    socket.ended = true;
    resolve();
  })));
  return socket.on('error', () => {});
}

export const request = (method, path, ...headers) => [`${method} ${path} HTTP/1.1`, 'Host: localhost', ...headers, '', ''].join('\r\n');

/** A visit as a page begins it, up to the handshake, whose response is in `response`. What follows is in `received`. */
export async function begin(t, web, ...headers) {
  const socket = await connect(t, web);
  socket.write(request('GET', '/visit', 'Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13',
      'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==', `Origin: ${web.address}`,
      `Cookie: gemlive=${randomBytes(16).toString('hex')}`, ...headers));
  socket.received = '';
  socket.on('data', data => { socket.received += data; });
  while (!socket.ended && !socket.received.includes('\r\n\r\n')) await Promise.race([once(socket, 'data'), socket.untilEnd]);
  socket.response = socket.received.slice(0, socket.received.indexOf('\r\n\r\n'));
  assert.match(socket.response, /^HTTP\/1\.1 101 /);
  return socket;
}

/** The same, up to the offer. */
export async function visit(t, web, ...headers) {
  const socket = await begin(t, web, ...headers);
  await until(() => socket.ended || socket.received.includes('"offer"'), 'the offer');
  socket.removeAllListeners('data');
  return socket.resume();
}

/** A frame of RFC 6455, masked with zeros. */
export function frame(opcode, payload = '', isLast = true) {
  const bytes = Buffer.from(payload), length = bytes.length;
  const size = length < 126 ? [length] : length < 65536 ? [126, length >> 8, length & 255] :
    [127, 0, 0, 0, 0, ...[24, 16, 8, 0].map(shift => length >> shift & 255)];
  return Buffer.concat([Buffer.from([isLast ? 0x80 | opcode : opcode, 0x80 | size[0], ...size.slice(1), 0, 0, 0, 0]), bytes]);
}

/**
 * Sends the same bytes again and again without a pause, until the server closes or `most` bytes are sent.
 * Resolves to MiB.
 */
export async function flood(socket, bytes, most = 1 << 30) {
  const whole = Buffer.concat(Array(Math.ceil((8 << 20) / bytes.length)).fill(Buffer.from(bytes)));
  while (!socket.ended && !socket.destroyed && socket.bytesWritten < most)
    await Promise.race([new Promise(done => socket.write(whole, done)), socket.untilEnd]);
  return Math.round(socket.bytesWritten / 2 ** 20);
}
