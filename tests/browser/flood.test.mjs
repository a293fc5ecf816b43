// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later
//
// What a rude client sends costs little memory, and the others are served meanwhile.

import assert from 'node:assert/strict';
import {test} from 'node:test';
import {begin, connect, flood, frame, request, visit} from './raw_client.mjs';
import {resources, serve, simulate, until} from './support.mjs';

const MOST = 40;  // MiB of memory, more than what a visit costs

/** Runs `attack` on a new connection, and waits until the server closes it. */
async function survive(t, web, begin, attack) {
  const socket = await begin(t, web), before = resources(web);
  const sent = await attack(socket);
  await until(() => socket.ended, 'the end of the connection');
  const after = resources(web);
  t.diagnostic(`closed after ${sent ?? 0} MiB, memory ${before.peak} MiB, then ${after.peak} MiB`);
  assert.ok(after.peak < before.peak + MOST, `${before.peak} MiB, then ${after.peak} MiB`);
  assert.equal((await fetch(web.address)).status, 200);
}

test('a visit', async t => {
  const web = await serve(t, await simulate(t));
  const part = opcode => frame(opcode, Buffer.alloc(65535), false);
  const message = frame(1, '{"type":"nothing"}'), pings = Buffer.concat(Array(10000).fill(frame(9)));
  for (const [what, attack] of [
    ['a message that never ends', socket => {
      socket.write(part(2));
      return flood(socket, part(0));
    }],
    ['a message of empty parts', socket => {
      socket.write(frame(2, '', false));
      return flood(socket, Buffer.concat(Array(10000).fill(frame(0, '', false))));
    }],
    ['small messages', socket => flood(socket, message)],
    ['empty messages', socket => flood(socket, frame(1))],
    ['pings', socket => flood(socket, pings)],
    ['pings between messages, and the answers are not read', socket => {
      socket.pause();
      return flood(socket, Buffer.concat([message, pings]));
    }],
    ['answers to pings that were not sent', socket => flood(socket, frame(10, 'nonsense'))],
  ])
    await t.test(what, t => survive(t, web, visit, attack));
  await t.test('compressed messages are not offered', async t => {
    assert.doesNotMatch((await visit(t, web, 'Sec-WebSocket-Extensions: permessage-deflate')).response, /deflate/i);
  });
});

test('a message that never ends, slowly', async t => {
  const web = await serve(t, await simulate(t));
  const socket = await visit(t, web);
  socket.write(frame(2, '', false));
  await until(() => {
    if (!socket.ended) socket.write(Buffer.concat([frame(0, Buffer.alloc(16 << 10), false), frame(10)]));
    return socket.ended;
  }, 'the end of the connection');
  assert.ok(socket.bytesWritten < 2 << 20, `${socket.bytesWritten} bytes`);
});

test('visitors who leave at once free everything', async t => {
  const web = await serve(t, await simulate(t)), before = resources(web);
  for (let i = 0; i < 300; ++i) {
    const socket = await begin(t, web);
    await new Promise(resolve => setTimeout(resolve, i % 16));  // the offer is made meanwhile
    socket.end(frame(8));
    await socket.resume().untilEnd;
  }
  await until(() => {
    const now = resources(web);
    return now.descriptors <= before.descriptors + 10 && now.threads <= before.threads + 4;
  }, 'their descriptors and threads are free');
});

test('a request', async t => {
  const web = await serve(t, await simulate(t));
  const body = Buffer.alloc(1 << 16, 'x');
  const send = (start, bytes) => socket => {
    socket.resume().write(start);
    return flood(socket, bytes);
  };
  for (const [what, attack] of [
    ['a header that never ends', send('GET / HTTP/1.1\r\nX: ', body)],
    ['headers without end', send('GET / HTTP/1.1\r\n', 'X: x\r\n'.repeat(1000))],
    ['a line that never ends', send('', body)],
    ['a huge body', send(request('GET', '/', 'Content-Length: 1000000000000'), body)],
    ['a body without end', send(request('POST', '/', 'Transfer-Encoding: chunked'), `10000\r\n${body}\r\n`)],
    ['a body for /visit', send(request('POST', '/visit', 'Transfer-Encoding: chunked'), `10000\r\n${body}\r\n`)],
    ['requests without end', send(request('GET', '/'), request('GET', '/app.js'))],
  ])
    await t.test(what, t => survive(t, web, connect, attack));
});

test('connections that say nothing', async t => {
  const web = await serve(t, await simulate(t)), before = resources(web);
  const sockets = [];
  for (let i = 0; i < 500; ++i) sockets.push(await connect(t, web));
  const alive = () => sockets.filter(socket => !socket.resume().ended);
  await until(() => alive().length <= 100, 'at most 100 connections');
  assert.equal((await fetch(web.address)).status, 200);
  assert.ok(resources(web).descriptors <= before.descriptors + 110, JSON.stringify(resources(web)));
  // One of them says something, but very slowly.
  await until(() => {
    const [socket] = alive();
    socket?.write('x');
    return !socket;
  }, 'the end of them all');
  await until(() => resources(web).descriptors <= before.descriptors + 2, 'their descriptors are closed');
});
