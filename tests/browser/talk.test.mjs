// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later
//
// What a visitor sees and hears.

import assert from 'node:assert/strict';
import {test} from 'node:test';
import {browse, captions, keepScreenshot, open, question, serve, silence, simulate, talk, until, wav} from './support.mjs';

test('a question and its answer', async t => {
  const simulator = await simulate(t);
  const web = await serve(t, simulator);
  const page = await open(await browse(t, {microphone: wav(t, silence(1), question())}), web.address);
  await talk(page);
  await page.locator('.note').waitFor();
  await until(async () => (await captions(page, 'model')).join('').endsWith('.'), 'the whole caption of the answer');

  await t.test('captions of both sides', async () => {
    const [user] = await captions(page, 'user');
    const [, seconds] = /^\((\d\.\d) seconds of speech\)$/.exec(user);
    assert.ok(seconds > 2 && seconds < 8, user);
    assert.deepEqual(await captions(page, 'model'), [`You spoke for ${seconds} seconds.`]);
  });
  await until(() => page.evaluate(() => performance.now() - probe.sounds('model')[0]?.end > 2000), 'the end of the answer');
  const [said] = await page.evaluate(() => probe.sounds('user'));
  const [heard] = await page.evaluate(() => probe.sounds('model'));

  await t.test('energy of the answer', async () => {
    assert.ok(heard.end - heard.start > 1000, `the answer has ${heard.end - heard.start} ms`);
    assert.ok(await page.evaluate(time => probe.share('model', time), heard) > 0.3, 'it is loud');
  });
  await t.test('time to first sound', async () => {
    const delay = heard.start - said.end;
    t.diagnostic(`time to first sound: ${delay.toFixed(0)} ms, of which 800 are the service's`);
    assert.ok(delay > 400 && delay < 10000, `${delay} ms`);
    const shown = 1000 * await page.locator('.note').first().getAttribute('data-seconds');
    assert.ok(Math.abs(shown - delay) < 1000, `the page says ${shown} ms`);
  });
  await t.test('captions are in step with the voice', async () => {
    const events = await page.evaluate(() => probe.events.filter(({event, of}) => event === 'caption' && of === 'model'));
    t.diagnostic(`first caption: ${(events[0].time - heard.start).toFixed(0)} ms after the first sound`);
    assert.ok(events.length > 1, 'they arrive in pieces');
    assert.ok(Math.abs(events[0].time - heard.start) < 1500, `${events[0].time - heard.start} ms`);
    assert.ok(events.at(-1).time < heard.end + 1500, 'the last one as well');
  });
  await t.test('levels of both sides move', async () => {
    const events = await page.evaluate(() => probe.events);
    for (const side of ['user', 'model'])
      assert.ok(events.some(({event, of, level}) => event === 'level' && of === side && level > -40), side);
  });
  await t.test('DTX is offered, and silence costs next to nothing', async () => {
    assert.match(await page.evaluate(() => probe.sdp[0]), /^a=fmtp:96 .*usedtx=1/m);
    const sent = () => page.evaluate(async () => {
      for (const report of (await probe.peers[0].getStats()).values())
        if (report.type === 'outbound-rtp') return {time: report.timestamp, packets: report.packetsSent};
    });
    const before = await sent();
    const after = await until(async () => {
      const now = await sent();
      return now.time - before.time > 3000 && now;
    }, 'three seconds');
    const rate = 1000 * (after.packets - before.packets) / (after.time - before.time);
    assert.ok(rate < 20, `${rate.toFixed(1)} packets a second; without DTX there are 50`);
  });
  await keepScreenshot(page, 'answer');
  assert.deepEqual(page.problems, []);
});

test('barging in', async t => {
  const say = 'This is a long answer. '.repeat(20).trim();  // half a minute
  const simulator = await simulate(t, {args: ['--say', say]});
  const web = await serve(t, simulator);
  // On a busy machine the second question can come before the answer. One of them interrupts it.
  const questions = Array(8).fill([question(), silence(6)]).flat();
  const page = await open(await browse(t, {microphone: wav(t, silence(1), ...questions)}), web.address);
  await talk(page);
  await page.getByText('interrupted', {exact: true}).first().waitFor();
  const delay = await until(() => page.evaluate(() => {
    const {time} = probe.events.find(({event}) => event === 'interrupted');
    const {start} = probe.sounds('user').findLast(sound => sound.start < time);
    // The next answer begins when the question has ended.
    const last = probe.levels.findLast(level => level.time < time + 2000 && level.model > probe.FLOOR);
    return performance.now() - time > 2000 && last.time - start;
  }), 'silence');
  t.diagnostic(`silence after barging in: ${delay.toFixed(0)} ms`);
  assert.ok(delay > 0, 'the model was speaking');
  assert.ok(delay < 5000, `${delay} ms`);
  const [caption] = await captions(page, 'model');
  assert.ok(say.startsWith(caption.trim()) && caption.length < say.length, `only what was said: ${caption}`);
  assert.deepEqual(page.problems, []);
});
