// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later
//
// What other sites and rude visitors can do: nothing.

import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import dgram from 'node:dgram';
import {once} from 'node:events';
import {readFileSync} from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import {test} from 'node:test';
import {PATIENCE, browse, freezable, open, resources, serve, silence, simulate, sockets, talk, until, wav} from './support.mjs';

const CANARY = 'open-sesame-of-the-key';

/** Asks for a WebSocket as a page of `origin` would. Resolves to the HTTP status. */
function upgrade(address, headers) {
  return new Promise((resolve, reject) => {
    const request = http.request(address + '/visit', {headers: {
      Connection: 'Upgrade', Upgrade: 'websocket', 'Sec-WebSocket-Version': '13',
      'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==', ...headers}});
    request.on('response', response => resolve(response.statusCode));
    request.on('upgrade', (response, socket) => {
      socket.destroy();
      resolve(response.statusCode);
    });
    request.on('error', reject);
    request.end();
  });
}

test('only its own page can visit', async t => {
  const web = await serve(t, await simulate(t));
  const response = await fetch(web.address);
  const cookie = response.headers.get('set-cookie');
  const [, value] = /^(gemlive=[0-9a-f]{32}); /.exec(cookie);
  for (const attribute of ['HttpOnly', 'SameSite=Lax', 'Path=/']) assert.ok(cookie.includes(attribute), cookie);
  const own = web.address, visit = headers => upgrade(web.address, headers);
  assert.equal(await visit({Origin: own, Cookie: value}), 101);
  assert.equal(await visit({Origin: own.replace('localhost', '127.0.0.1'), Cookie: value}), 101);
  assert.equal(await visit({Origin: 'https://evil.example', Cookie: value}), 403);
  assert.equal(await visit({Origin: own + '.evil.example', Cookie: value}), 403);
  assert.equal(await visit({Origin: 'null', Cookie: value}), 403);
  assert.equal(await visit({Cookie: value}), 403, 'no origin');
  assert.equal(await visit({Origin: own}), 403, 'no cookie');
  assert.equal(await visit({Origin: own, Cookie: 'gemlive=guess'}), 403);

  await t.test('the page cannot be framed, and loads nothing from elsewhere', () => {
    const policy = response.headers.get('content-security-policy');
    assert.match(policy, /default-src 'self'/);
    assert.match(policy, /frame-ancestors 'none'/);
  });
  await t.test('nothing else is served', async () => {
    for (const path of ['/nothing', '/../main.cpp', '/%2e%2e/main.cpp', '/page.gresource.xml', '//', '/visit'])
      assert.ok([403, 404].includes((await fetch(web.address + path)).status), path);
    assert.equal((await fetch(web.address, {method: 'POST', body: 'x'})).status, 405);
  });
  await t.test('a public address is the only origin', async () => {
    const public_ = await serve(t, await simulate(t), {args: ['--origin', 'https://talk.example.org']});
    const [, port] = /listens on 127\.0\.0\.1:(\d+)/.exec(public_.log);
    const local = `http://127.0.0.1:${port}`;
    const secure = (await fetch(local)).headers.get('set-cookie');
    assert.match(secure, /; Secure/);
    const Cookie = secure.split(';')[0];
    assert.equal(await upgrade(local, {Origin: 'https://talk.example.org', Cookie}), 101);
    assert.doesNotMatch(public_.log, /was refused/);
    assert.equal(await upgrade(local, {Origin: local, Cookie}), 403);
    await until(() => /was refused.*--origin/.test(public_.log), 'a line that says what to do');
  });
});

test('a wrong command line is refused with what to do', () => {
  for (const [args, advice] of [
    [['stray'], 'There is no argument stray. --help shows the options.'],
    [['--nope'], 'Unknown option --nope. --help shows the options.'],
    [['--origin', 'talk.example.org/'], 'Write it with https://, such as https://talk.example.org.'],
    [['--origin', 'https://talk.example.org/'], 'Write https://talk.example.org.'],
    [['--address', 'localhost'], 'is not an IP address, such as 127.0.0.1.'],
  ]) {
    const {status, stderr} = spawnSync(process.env.GEMLIVE_WEB, ['--port', '0', ...args],
        {env: {...process.env, GEMLIVE_URI: 'ws://127.0.0.1:1'}, encoding: 'utf8', timeout: PATIENCE});
    assert.equal(status, 1, args.join(' '));
    assert.ok(stderr.includes(advice), stderr);
  }
});

test('more visitors than the limit of open files allows', async t => {
  const web = await serve(t, await simulate(t), {before: 'ulimit -Sn 300;'});
  assert.match(readFileSync(`/proc/${web.pid}/limits`, 'utf8'), /Max open files +800 /, 'it raises the soft limit');
  const {status, stderr} = spawnSync('sh', ['-c', 'ulimit -n 300; exec "$0" --port 0', process.env.GEMLIVE_WEB],
      {env: {...process.env, GEMLIVE_URI: 'ws://127.0.0.1:1'}, encoding: 'utf8', timeout: PATIENCE});
  assert.equal(status, 1);
  assert.match(stderr, /--visitors 20 needs 800 open files, and the limit is 300\. Raise it \(ulimit -n\), or lower --visitors\./);
});

test('the address that it prints is one where it listens', async t => {
  const web = await serve(t, await simulate(t), {args: ['--address', '127.0.0.2']});
  assert.match(web.address, /^http:\/\/127\.0\.0\.2:\d+$/);
  const Cookie = (await fetch(web.address)).headers.get('set-cookie').split(';')[0];
  assert.equal(await upgrade(web.address, {Origin: web.address, Cookie}), 101);
});

test('the page learns neither key nor handle, and media stays on this machine', async t => {
  const web = await serve(t, await simulate(t), {env: {GOOGLE_API_KEY: CANARY}});
  const page = await open(await browse(t, {microphone: wav(t, silence(30))}), web.address);
  const answers = [];
  page.on('response', async response => answers.push(await response.text().catch(() => '')));
  await page.reload();
  await talk(page);
  await page.getByLabel('Type to the model').fill('Hello');
  await page.keyboard.press('Enter');
  await until(() => page.evaluate(() => probe.received.some(text => text.includes('turn-complete'))), 'a turn');
  const received = await page.evaluate(() => probe.received);
  assert.ok(answers.length >= 4 && received.length > 10);
  for (const text of [...answers, ...received, await page.content()]) {
    assert.ok(!text.includes(CANARY));
    assert.doesNotMatch(text, /"[^"]*handle[^"]*":/i);
  }
  assert.equal(await page.evaluate(() => document.cookie), '', 'scripts cannot read the cookie');
  const candidates = received.map(JSON.parse).filter(({type}) => type === 'candidate');
  assert.ok(candidates.length);
  for (const {candidate} of candidates) assert.match(candidate, / UDP \d+ 127\.0\.0\.1 /);
  assert.deepEqual(new Set(sockets(web)), new Set(['udp 127.0.0.1', 'tcp 127.0.0.1', 'tcp 127.0.0.1 listens']));
  assert.equal(sockets(web).filter(socket => socket.endsWith('listens')).length, 1, 'only the page listens');
  assert.ok(!web.log.includes(CANARY));
});

/** Opens a raw socket in the page, sends messages, and resolves to why it closed. */
const send = (page, messages) => page.evaluate(messages => new Promise(resolve => {
  const socket = new WebSocket('/visit');
  socket.onopen = () => {
    for (const {text = '', repeat = 1, binary, times = 1} of messages)
      for (let i = 0; i < times; ++i) {
        const whole = text.repeat(repeat);
        socket.send(binary ? new TextEncoder().encode(whole) : whole);
      }
  };
  socket.onclose = ({code, reason}) => resolve({code, reason});
}), messages);

test('messages are bounded in size and rate', async t => {
  const simulator = await simulate(t);
  const web = await serve(t, simulator);
  const page = await open(await browse(t, {microphone: null}), web.address);
  const say = JSON.stringify({type: 'interrupt'});
  for (const [what, message, code] of [
    ['a long text', {text: '[', repeat: 17 << 10}, 1009],
    ['a text within the limit that is not an object', {text: '[', repeat: 16 << 10}, 1007],
    ['deep objects', {text: '{"a":', repeat: 3000}, 1007],
    ['not JSON', {text: 'hello'}, 1007],
    ['a huge picture', {text: 'x', repeat: 257 << 10, binary: true}, 1001],  // of libsoup
    ['a thousand messages', {text: say, times: 1000}, 1008],
    ['pictures without a pause', {text: 'x', repeat: 200 << 10, binary: true, times: 20}, 1008],
  ])
    await t.test(what, async () => assert.equal((await send(page, [message])).code, code));
  await t.test('an answer before the offer', async () =>
    assert.equal((await send(page, [{text: JSON.stringify({type: 'answer', sdp: 'v=0'})}])).code, 1008));
  await t.test('members that are missing or of another type do no harm', async () => {
    const odd = ['candidate', 'say', 'interrupt', 'nonsense', 7, null].flatMap(type =>
      [{}, {sdp: 7, candidate: [], line: 'x', text: {}}, {line: -1, candidate: 'x', text: '\u0000'}]
          .map(rest => ({text: JSON.stringify({type, ...rest})})));
    await send(page, [...odd, {text: 'the end'}]);
  });
  await t.test('a data channel of its own', async () => {
    await page.reload();
    await talk(page);
    await page.evaluate(() => { probe.peers[0].createDataChannel('mine'); });
    await page.getByText('The page opened a data channel.').waitFor();
  });
  await until(() => simulator.events('closed').length === simulator.events('connected').length, 'all have left');
  await page.reload();
  await talk(page);
});

/** Answers the offer with an SDP that `forge` has changed. Resolves to why the socket closed: soon, unless `patient`. */
const answer = (page, patient = false) => page.evaluate(patient => new Promise(resolve => {
  const socket = new WebSocket('/visit'), peer = new RTCPeerConnection();
  socket.onmessage = async ({data}) => {
    const signal = JSON.parse(data);
    if (signal.type !== 'offer') return;
    await peer.setRemoteDescription(signal);
    await peer.setLocalDescription();
    socket.send(JSON.stringify({type: 'answer', sdp: await window.forge(peer.localDescription.sdp)}));
    if (!patient) setTimeout(() => socket.close(1000), 500);
  };
  socket.onclose = ({code, reason}) => {
    peer.close();
    resolve({code, reason});
  };
}), patient);

const refused = {code: 1008, reason: 'The answer does not fit the offer.'};
const forgeries = {
  'the answer of the browser': [sdp => sdp, {code: 1000, reason: ''}],
  'no answer': [() => ''],
  'half a line': [() => 'v=0'],
  'not SDP': [() => 'x'.repeat(10000)],
  'the half': [sdp => sdp.slice(0, 300)],
  'twice the same': [sdp => sdp + sdp],
  'the audio is refused': [sdp => sdp.replace('m=audio 9', 'm=audio 0')],
  'no data channel': [sdp => sdp.replace(/m=application[^]*/, '')],
  'no audio': [sdp => sdp.replace(/m=audio[^]*(?=m=application)/, '')],
  'video in place of audio': [sdp => sdp.replace('m=audio', 'm=video')],
  'other names': [sdp => sdp.replace(/a=mid:.*/g, 'a=mid:x')],
  'no names': [sdp => sdp.replace(/a=mid:.*\r\n/g, '')],
  'not in a bundle': [sdp => sdp.replace(/a=group:.*\r\n/, '')],
  'an empty bundle': [sdp => sdp.replace(/a=group:.*/, 'a=group:BUNDLE')],
  'no credentials': [sdp => sdp.replace(/a=ice-(ufrag|pwd).*\r\n/g, '')],
  'no fingerprint': [sdp => sdp.replace(/a=fingerprint:.*\r\n/g, '')],
  'a role that is not decided': [sdp => sdp.replace(/a=setup:.*/g, 'a=setup:actpass')],
  'no role': [sdp => sdp.replace(/a=setup:.*\r\n/g, '')],
  'another codec': [sdp => sdp.replace(/opus\/48000\/2/gi, 'PCMU/8000')],
  'no codec': [sdp => sdp.replace(/a=rtpmap:.*\r\n/g, '')],
  'another payload type': [sdp => sdp.replace(/\b96\b/g, '127')],
  'no payload type': [sdp => sdp.replace(/SAVPF 96/, 'SAVPF')],
  'many more media': [sdp => sdp + 'm=audio 9 UDP/TLS/RTP/SAVPF 96\r\n'.repeat(100)],
  'a wrong fingerprint': [sdp => sdp.replace(/a=fingerprint:.*/g, 'a=fingerprint:x'), {code: 1000, reason: ''}],
  'a wrong port of SCTP': [sdp => sdp.replace(/a=sctp-port:.*/, 'a=sctp-port:99999999999'), {code: 1000, reason: ''}],
};

test('an answer that no browser gives is refused', async t => {
  const simulator = await simulate(t);
  const web = await serve(t, simulator);
  const page = await open(await browse(t, {microphone: null}), web.address);
  let forge;
  await page.exposeFunction('forge', sdp => forge(sdp));
  for (const [what, [change, end = refused]] of Object.entries(forgeries))
    await t.test(what, async () => {
      let original;
      forge = sdp => change(original = sdp);
      const closed = await answer(page);
      if (end === refused) assert.notEqual(change(original), original);
      assert.deepEqual(closed, end);
      assert.equal(web.signalCode, null, web.log);
    });
  await until(() => simulator.events('closed').length === simulator.events('connected').length, 'all have left');
  await page.reload();
  await talk(page);
});

test('it sends nothing to where an answer says', async t => {
  const page = await open(await browse(t, {microphone: null}), (await serve(t, await simulate(t))).address);
  const received = [], udp = dgram.createSocket('udp4'), tcp = net.createServer(() => received.push('tcp'));
  udp.on('message', () => received.push('udp'));
  t.after(() => (udp.close(), tcp.close()));
  await Promise.all([once(udp.bind(0, '127.0.0.1'), 'listening'), once(tcp.listen(0, '127.0.0.1'), 'listening')]);
  const candidates = `a=candidate:1 1 UDP 2122252543 127.0.0.1 ${udp.address().port} typ host\r\n` +
      `a=candidate:2 1 TCP 1518280447 127.0.0.1 ${tcp.address().port} typ host tcptype passive\r\n`;
  await page.exposeFunction('forge', sdp => sdp.replace(/a=candidate:.*\r\n/g, '').replace(/a=mid:audio.*\r\n/, `$&${candidates}`));
  assert.deepEqual(await answer(page, true), {code: 1001, reason: 'The audio finds no way through the network.'});
  assert.deepEqual(received, []);
});

test('a browser that no longer answers is given up', async t => {
  const simulator = await simulate(t);
  const web = await serve(t, simulator);
  const [living, frozen] = [await browse(t, {microphone: null}), await freezable(t)];
  const [page, other] = [await open(living, web.address), await open(frozen.browser, web.address)];
  await talk(other);
  const before = resources(web);
  await t.test('one that never answers the offer', async () => {
    assert.deepEqual(await send(page, []), {code: 1001, reason: 'The audio finds no way through the network.'});
  });
  await t.test('one that is frozen', async () => {
    frozen.signal('SIGSTOP');
    t.after(() => frozen.signal('SIGCONT'));
    await until(() => simulator.events('closed').length === 2, 'the end of its conversation');
  });
  await until(() => resources(web).descriptors < before.descriptors, 'fewer descriptors');
});
