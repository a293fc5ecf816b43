// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later
//
// The buttons, the keyboard, the camera, and a visitor without a microphone.

import assert from 'node:assert/strict';
import {test} from 'node:test';
import {browse, captions, hangUp, keepScreenshot, open, question, serve, silence, simulate, talk, until, wav} from './support.mjs';

const LONG = 'This is a long answer. '.repeat(20).trim();
const isQuiet = page => page.evaluate(() => performance.now() - probe.sounds('model').at(-1)?.end > 500);

test('without a microphone a visitor types, and hears the answer', async t => {
  const simulator = await simulate(t);
  const web = await serve(t, simulator);
  const page = await open(await browse(t, {microphone: null}), web.address);
  await talk(page);
  await page.getByRole('alert').filter({hasText: 'The microphone is not available'}).waitFor();
  assert.ok(await page.getByRole('button', {name: 'Mute'}).isDisabled());
  await page.getByLabel('Type to the model').fill('Hello');
  await page.getByRole('button', {name: 'Send'}).click();
  await until(async () => (await captions(page, 'model'))[0] === 'You said: Hello', 'the answer');
  await until(() => page.evaluate(async () => {
    for (const report of (await probe.peers[0].getStats()).values())
      if (report.type === 'inbound-rtp' && report.totalAudioEnergy > 0.01) return true;
  }), 'the voice');
  await keepScreenshot(page, 'no-microphone');
});

test('with the keyboard alone', async t => {
  const simulator = await simulate(t, {args: ['--say', LONG]});
  const web = await serve(t, simulator);
  const page = await open(await browse(t, {microphone: wav(t, silence(30))}), web.address);
  const focused = () => page.evaluate(() => document.activeElement.id);
  const tabTo = async id => {
    for (let i = 0; i < 20 && await focused() !== id; ++i) await page.keyboard.press('Tab');
    assert.equal(await focused(), id);
  };
  await tabTo('talk');
  await page.keyboard.press('Enter');
  await page.locator('#state[data-state=connected]').waitFor();
  await tabTo('text');
  await page.keyboard.type('Tell me a story');
  await page.keyboard.press('Enter');
  await until(() => page.evaluate(() => probe.sounds('model').length > 0), 'the answer');
  await t.test('Escape interrupts', async () => {
    await page.keyboard.press('Escape');
    await page.getByText('interrupted', {exact: true}).waitFor();
    await until(() => isQuiet(page), 'silence');
    assert.ok((await captions(page, 'model')).join('').length < LONG.length);
  });
  await tabTo('talk');
  await page.keyboard.press(' ');
  await page.locator('#state[data-state=idle]').waitFor();
  assert.deepEqual(page.problems, []);
});

test('the button Interrupt stops the answer', async t => {
  const simulator = await simulate(t, {args: ['--say', LONG]});
  const web = await serve(t, simulator);
  const page = await open(await browse(t, {microphone: wav(t, question())}), web.address);
  await talk(page);
  await until(() => page.evaluate(() => probe.sounds('model').length > 0), 'the answer');
  await page.getByRole('button', {name: 'Interrupt'}).click();
  await until(() => isQuiet(page), 'silence');
  await page.getByText('interrupted', {exact: true}).waitFor();
});

test('Mute keeps the microphone from the model', async t => {
  const simulator = await simulate(t);
  const web = await serve(t, simulator);
  const page = await open(await browse(t, {microphone: wav(t, silence(12), ...Array(8).fill([question(), silence(6)]).flat())}), web.address);
  await talk(page);
  const mute = page.getByRole('button', {name: 'Mute'});
  await mute.click();
  assert.equal(await mute.getAttribute('aria-pressed'), 'true');
  await until(() => page.evaluate(() => performance.now() - probe.levels[0].time > 17000), 'the muted question');
  assert.deepEqual(simulator.events('speech-start'), []);
  assert.deepEqual(await captions(page, 'model'), []);
  await mute.click();
  await until(async () => (await captions(page, 'model')).length, 'the answer to what is said then');
  await mute.click();
  await hangUp(page);
  await page.locator('#state[data-state=idle]').waitFor();
  assert.equal(await mute.getAttribute('aria-pressed'), 'false', 'the next call begins with a microphone');
});

test('the camera shows a picture a second', async t => {
  const simulator = await simulate(t);
  const web = await serve(t, simulator);
  const page = await open(await browse(t, {microphone: wav(t, silence(30))}), web.address);
  await talk(page);
  await page.getByRole('button', {name: 'Camera'}).click();
  assert.ok(simulator.events('setup')[0].setup.contextWindowCompression, 'more than two minutes with pictures');
  await until(() => simulator.events('video').length >= 3, 'three pictures');
  const times = simulator.events('video').map(({time}) => time / 1e6);
  assert.ok(times[2] - times[0] > 1.5, `${times[2] - times[0]} s for two more pictures`);
  assert.ok(simulator.events('video').every(({bytes}) => bytes > 1000 && bytes < 256 << 10));
  await keepScreenshot(page, 'camera');
  await t.test('a slow network skips pictures', async () => {
    await page.evaluate(() => {
      window.network = {buffered: 1, taken: 0, sent: 0};
      const {send} = WebSocket.prototype, {convertToBlob} = OffscreenCanvas.prototype;
      Object.defineProperty(WebSocket.prototype, 'bufferedAmount', {get: () => network.buffered});
      WebSocket.prototype.send = function(data) { network.sent += data instanceof Blob; send.call(this, data); };
      OffscreenCanvas.prototype.convertToBlob = function(options) { ++network.taken; return convertToBlob.call(this, options); };
    });
    await until(() => page.evaluate(() => network.taken >= 3), 'three pictures');
    assert.equal(await page.evaluate(() => network.sent), 0);
    await page.evaluate(() => { network.buffered = 0; });
    const before = simulator.events('video').length;
    await until(() => simulator.events('video').length > before, 'the next picture');
  });
  await page.getByRole('button', {name: 'Camera'}).click();
  assert.ok(await page.locator('#preview').isHidden());
});

test('a tool call is shown, and answered', async t => {
  const simulator = await simulate(t, {script: [
    {when: {on: 'turn'}, do: {'tool-call': 'local_time', args: {}}}]});
  const web = await serve(t, simulator);
  const page = await open(await browse(t, {microphone: wav(t, silence(30))}), web.address);
  await talk(page);
  await page.getByLabel('Type to the model').fill('What time is it?');
  await page.keyboard.press('Enter');
  await page.getByText('called local_time()').waitFor();
  const [{response}] = await until(() => {
    const events = simulator.events('tool-response');
    return events.length && events;
  }, 'the response');
  assert.match(JSON.stringify(response), /"time":"\d{4}-\d\d-\d\d \d\d:\d\d"/);
  await until(async () => (await captions(page, 'model')).length, 'the answer');
});

test('a tool call with long arguments is shortened, and HTML is text', async t => {
  const simulator = await simulate(t, {script: [
    {when: {on: 'turn'}, do: {'tool-call': 'local_time', args: {html: '<b>bold</b>', long: 'ä'.repeat(70000)}}}]});
  const web = await serve(t, simulator);
  const page = await open(await browse(t, {microphone: null}), web.address);
  await talk(page);
  await page.getByLabel('Type to the model').fill('<b>Hello</b>');
  await page.keyboard.press('Enter');
  const called = await page.locator('.tool').textContent();
  assert.match(called, /^called local_time\(\{"html":"<b>bold<\/b>","long":"ä+…\)$/);
  assert.ok(called.length < 9000);
  assert.deepEqual(await captions(page, 'user'), ['<b>Hello</b>']);
  assert.equal(await page.locator('.captions b').count(), 0);
});

test('a lost service is reported', async t => {
  const simulator = await simulate(t, {script: [
    {when: {on: 'turn'}, do: {close: 1008, reason: 'Secret words of the service.'}}]});
  const web = await serve(t, simulator);
  const page = await open(await browse(t, {microphone: wav(t, silence(30))}), web.address);
  await talk(page);
  await page.getByLabel('Type to the model').fill('Hello');
  await page.keyboard.press('Enter');
  await page.getByText('The conversation failed. Try again.').waitFor();
  assert.ok(!(await page.content()).includes('Secret words'));
  assert.ok(!(await page.evaluate(() => probe.received.join())).includes('Secret words'));
  await page.getByRole('button', {name: 'Talk', exact: true}).waitFor();
});

test('a lost connection of the server to the service is shown, and made again', async t => {
  const simulator = await simulate(t, {script: [
    {when: {on: 'said', ms: 300, session: 1}, do: {drop: 'reset'}}]});
  const web = await serve(t, simulator);
  const page = await open(await browse(t, {microphone: wav(t, silence(30))}), web.address);
  await talk(page);
  await page.evaluate(() => {
    window.states = [];
    new MutationObserver(() => states.push(document.getElementById('state').dataset.state))
        .observe(document.getElementById('state'), {attributes: true});
  });
  await page.getByLabel('Type to the model').fill('Hello');
  await page.keyboard.press('Enter');
  await page.locator('#state[data-state=resumed]').waitFor();
  assert.deepEqual(await page.evaluate(() => states), ['reconnecting', 'resumed']);
  await until(async () => (await captions(page, 'model')).at(-1) === 'You said: Hello', 'the whole answer');
});

test('a lost server is reported, and found again', async t => {
  const simulator = await simulate(t, {args: ['--say', LONG]});
  const web = await serve(t, simulator);
  const page = await open(await browse(t, {microphone: wav(t, silence(30))}), web.address);
  await talk(page);
  await page.getByLabel('Type to the model').fill('Hello');
  await page.keyboard.press('Enter');
  await until(async () => await page.locator('#model-level').getAttribute('aria-valuenow') > 0, 'a level');
  await page.getByLabel('Type to the model').focus();
  web.kill();
  await page.getByText('The connection to the server was lost.').waitFor();
  assert.equal(await page.evaluate(() => document.activeElement.id), 'talk', 'the keyboard does not lose its place');
  assert.equal(await page.locator('#model-level').getAttribute('aria-valuenow'), '0');
  await page.getByRole('button', {name: 'Talk', exact: true}).click();
  await page.getByText('The server refused this page, or does not answer.').waitFor();
  await page.getByRole('button', {name: 'Talk', exact: true}).waitFor();
  await serve(t, simulator, {args: ['--port', new URL(web.address).port]});
  await talk(page);
  assert.ok(await page.locator('#problem').isHidden());
  const before = (await captions(page, 'model')).length;
  await page.getByLabel('Type to the model').fill('Hello again');
  await page.keyboard.press('Enter');
  await until(async () => (await captions(page, 'model')).length > before, 'the answer');
});

test('a server that no longer answers is reported', async t => {
  const web = await serve(t, await simulate(t));
  const page = await open(await browse(t, {microphone: wav(t, silence(30))}), web.address);
  await talk(page);
  const state = name => page.locator(`#state[data-state=${name}]`).waitFor();
  web.kill('SIGSTOP');
  try {
    await state('reconnecting');
    web.kill('SIGCONT');
    await state('resumed');
    web.kill('SIGSTOP');
    await state('reconnecting');
    await page.getByText('The network connection was lost. Press Talk to continue.').waitFor();
    await page.getByRole('button', {name: 'Talk', exact: true}).waitFor();
  } finally {
    web.kill('SIGCONT');
  }
  await talk(page);
});

test('a microphone or camera that is unplugged is reported', async t => {
  const web = await serve(t, await simulate(t));
  const page = await open(await browse(t, {microphone: wav(t, silence(30))}), web.address);
  await talk(page);
  await page.evaluate(() => probe.peers[0].getSenders()[0].track.dispatchEvent(new Event('ended')));
  await page.getByRole('alert').filter({hasText: 'The microphone was lost.'}).waitFor();
  await page.getByRole('button', {name: 'Camera'}).click();
  await page.locator('#preview').waitFor();
  await page.evaluate(() => document.getElementById('preview').srcObject.getVideoTracks()[0].dispatchEvent(new Event('ended')));
  await page.getByRole('alert').filter({hasText: 'The camera was lost.'}).waitFor();
  assert.ok(await page.locator('#preview').isHidden());
  assert.equal(await page.getByRole('button', {name: 'Camera'}).getAttribute('aria-pressed'), 'false');
});

test('earlier captions stay in sight while the visitor reads them', async t => {
  const simulator = await simulate(t, {args: ['--say', LONG]});
  const web = await serve(t, simulator);
  const page = await open(await browse(t, {microphone: null}), web.address, {viewport: {width: 360, height: 600}});
  await talk(page);
  const place = index => page.evaluate(index => {
    const captions = document.getElementById('captions'), box = captions.getBoundingClientRect();
    const {top, bottom} = [...captions.querySelectorAll('.bubble, .note')].at(index).getBoundingClientRect();
    return {top: top - box.top, bottom: box.bottom - bottom, height: captions.scrollHeight};
  }, index);
  const ask = async text => {
    await page.getByLabel('Type to the model').fill(text);
    await page.keyboard.press('Enter');
  };
  const grow = async () => {
    const {height} = await place(-1);
    await until(async () => (await place(-1)).height > height, 'more captions');
  };
  await ask('This is a long question. '.repeat(40));
  await grow();
  assert.ok((await place(-1)).bottom >= 0, 'the newest caption is in sight');
  await page.locator('#captions').focus();
  await until(async () => {
    await page.keyboard.press('Home');  // a new caption can end what the key began
    return (await place(0)).top >= 0;
  }, 'the first caption');
  await grow();
  assert.ok((await place(0)).top >= 0, 'the first caption is still in sight');
});

test('half an emoji is text as well', async t => {
  const web = await serve(t, await simulate(t));
  const page = await open(await browse(t, {microphone: null}), web.address);
  await talk(page);
  await page.getByLabel('Type to the model').evaluate(field => { field.value = 'One \u{1f600} and \ud83d'; });
  await page.getByLabel('Type to the model').press('Enter');
  await until(async () => (await captions(page, 'model'))[0] === 'You said: One \u{1f600} and \ufffd', 'the answer');
});

test('End also works while the browser asks for the microphone', async t => {
  const web = await serve(t, await simulate(t));
  const page = await open(await browse(t, {microphone: wav(t, silence(30))}), web.address);
  const stopped = await page.evaluateHandle(() => {
    const getUserMedia = navigator.mediaDevices.getUserMedia;
    let allow;
    navigator.mediaDevices.getUserMedia = () => new Promise(resolve => { allow = resolve; });
    return {async allow() {
      const stream = await getUserMedia({audio: true});
      allow(stream);
      navigator.mediaDevices.getUserMedia = getUserMedia;
      await new Promise(resolve => setTimeout(resolve));
      return stream.getTracks().every(({readyState}) => readyState === 'ended');
    }};
  });
  await page.getByRole('button', {name: 'Talk', exact: true}).click();
  for (const id of ['text', 'send', 'camera', 'interrupt', 'mute']) assert.ok(await page.locator(`#${id}`).isDisabled(), id);
  await hangUp(page);
  await page.locator('#state[data-state=idle]').waitFor();
  assert.ok(await stopped.evaluate(prompt => prompt.allow()), 'the microphone is off');
  assert.equal(await page.locator('#state').getAttribute('data-state'), 'idle');
  await talk(page);
  assert.deepEqual(page.problems, []);
});

test('on a phone everything fits', async t => {
  const simulator = await simulate(t);
  const web = await serve(t, simulator);
  const page = await open(await browse(t, {microphone: wav(t, question())}), web.address,
      {viewport: {width: 360, height: 640}, deviceScaleFactor: 2, isMobile: true, hasTouch: true});
  await page.getByRole('button', {name: 'Talk', exact: true}).tap();
  await until(async () => (await captions(page, 'model')).join('').endsWith('.'), 'the answer');
  await page.getByRole('button', {name: 'Camera'}).tap();
  await page.locator('#preview').waitFor();
  for (const [width, height] of [[360, 640], [320, 568], [640, 320]])
    await t.test(`${width} x ${height}`, async () => {
      await page.setViewportSize({width, height});
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), 'no sideways scrolling');
      const boxes = {};
      for (const name of ['Mute', 'Camera', 'End', 'Interrupt', 'Send'])
        boxes[name] = await page.getByRole('button', {name, exact: true}).boundingBox();
      for (const [name, box] of Object.entries(boxes))
        assert.ok(box.width >= 40 && box.height >= 40, `${name} is large enough for a finger: ${JSON.stringify(box)}`);
      for (const id of ['preview', 'captions', 'state', 'text']) boxes[id] = await page.locator(`#${id}`).boundingBox();
      assert.ok(boxes.captions.height >= 50, `${boxes.captions.height} px of captions`);
      for (const [name, box] of Object.entries(boxes)) {
        assert.ok(box.x >= 0 && box.x + box.width <= width && box.y >= 0 && box.y + box.height <= height, `${name} is in sight`);
        for (const [other, {x, y, width, height}] of Object.entries(boxes))
          assert.ok(other === name || box.x + box.width <= x || x + width <= box.x || box.y + box.height <= y || y + height <= box.y,
              `${name} covers ${other}`);
      }
      await keepScreenshot(page, `phone-${width}`);
    });
});
