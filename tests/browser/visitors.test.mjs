// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Visitors who come, go, come back, and share the server.

import assert from 'node:assert/strict';
import {once} from 'node:events';
import http from 'node:http';
import {test} from 'node:test';
import {browse, captions, hangUp, keepScreenshot, open, question, resources, serve, silence, simulate, talk, until, wav} from './support.mjs';

const VISITS = Number(process.env.GEMLIVE_VISITS ?? 100);

test('three visitors at once hear only their own answers', async t => {
  const simulator = await simulate(t);
  const web = await serve(t, simulator);
  const pages = [];
  // The first two say something of different length, again and again. The third is silent.
  for (const sound of [question(), Buffer.concat([question(), question()]), silence(1)]) {
    const questions = Array(8).fill([sound, silence(8)]).flat();
    pages.push(await open(await browse(t, {microphone: wav(t, silence(1), ...questions)}), web.address));
  }
  const [, , silent] = pages;
  await Promise.all(pages.map(talk));
  const answers = [];
  for (const page of pages.slice(0, 2)) {
    answers.push(await until(async () => (await captions(page, 'model')).find(text => text.endsWith('.')), 'an answer'));
    await until(() => page.evaluate(() => probe.sounds('model').length), 'a sound');
    const own = (await captions(page, 'user')).map(text => /^\((.*) seconds of speech\)$/.exec(text)?.[1]);
    assert.ok(own.some(seconds => answers.at(-1) === `You spoke for ${seconds} seconds.`), `${answers} after ${own}`);
  }
  assert.notEqual(answers[0], answers[1]);
  assert.deepEqual(await silent.evaluate(() => probe.sounds('model')), [], 'the silent one hears nothing');
  assert.deepEqual([...await captions(silent, 'user'), ...await captions(silent, 'model')], []);

  await silent.getByLabel('Type to the model').fill('Only for me.');
  await silent.keyboard.press('Enter');
  await until(async () => (await captions(silent, 'model')).at(-1) === 'You said: Only for me.', 'the answer');
  await until(() => silent.evaluate(() => probe.sounds('model').length), 'its sound');
  for (const page of pages.slice(0, 2)) assert.ok(!(await captions(page, 'model')).join().includes('Only for me'));
  for (const page of pages) assert.deepEqual(page.problems, []);
});

test(`${VISITS} visits in a row free everything`, async t => {
  const simulator = await simulate(t);
  const web = await serve(t, simulator);
  const page = await open(await browse(t, {microphone: wav(t, question())}), web.address);
  const visit = async i => {
    await talk(page);
    await until(() => page.evaluate(() => probe.received.some(text => text.includes('"level"'))), 'a level');
    // By turns: the button, another page, a reload.
    if (i % 3 === 0) await hangUp(page);
    await (i % 3 === 1 ? page.goto('about:blank') : page.reload());
    if (i % 3 === 1) await page.goto(web.address);
    await until(() => simulator.events('closed').length === i + 1, 'the end of the conversation');
  };
  let before;
  for (let i = 0; i < VISITS; ++i) {
    if (i === 5) before = resources(web);
    await visit(i);
  }
  const after = await until(() => {
    const now = resources(web);
    return now.descriptors <= before.descriptors + 2 && now.threads <= before.threads + 2 &&
        now.memory <= before.memory + 50 && now;
  }, `no more than at the beginning: ${JSON.stringify(before)}, then ${JSON.stringify(resources(web))}`);
  t.diagnostic(`after 5 visits: ${JSON.stringify(before)}, after ${VISITS}: ${JSON.stringify(after)}`);
  assert.deepEqual(page.problems, []);
});

test('a page that reloads goes on with its conversation', async t => {
  const simulator = await simulate(t);
  const web = await serve(t, simulator);
  const browser = await browse(t, {microphone: wav(t, silence(30))});
  const page = await open(browser, web.address);
  const ask = async text => {
    await page.getByLabel('Type to the model').fill(text);
    await page.keyboard.press('Enter');
    await until(async () => (await captions(page, 'model')).join('').includes(text), 'the answer');
  };
  await talk(page);
  assert.equal(await page.locator('#state').textContent(), 'Connected');
  await ask('Remember me.');
  const answered = simulator.events('turn-complete').length;
  await until(() => simulator.events('turn-complete').length > answered - 1, 'the end of the turn');
  await page.reload();
  await talk(page);
  assert.equal(await page.locator('#state').textContent(), 'Connected. The conversation goes on');
  await ask('And now?');
  await keepScreenshot(page, 'goes-on');

  await t.test('in the middle of an answer', async () => {
    await page.getByLabel('Type to the model').fill('This is a long question. '.repeat(20));
    await page.keyboard.press('Enter');
    await until(async () => (await captions(page, 'model')).at(-1).includes('long question'), 'the beginning of the answer');
    await page.reload();
    await talk(page);
    assert.equal(await page.locator('#state').textContent(), 'Connected. The conversation goes on');
    await ask('And then?');
    assert.deepEqual(await captions(page, 'model'), ['You said: And then?'], 'nothing of the answer that was left');
    await until(() => page.evaluate(() => probe.sounds('model').length), 'the sound of the answer');
  });
  await t.test('also one that was reached by a link on another site', async () => {
    const site = http.createServer((request, response) =>
      response.setHeader('Content-Type', 'text/html').end(`<a href="${web.address}">Talk</a>`));
    await once(site.listen(0, '127.0.0.1'), 'listening');  // localhost, the page, is another site
    t.after(() => site.close());
    const linked = await open(browser, `http://127.0.0.1:${site.address().port}`);
    await linked.getByRole('link').click();
    await linked.waitForURL(web.address + '/');
    const cookies = () => linked.context().cookies(web.address);
    const before = await cookies();
    assert.equal(before.length, 1);
    await linked.reload();
    assert.deepEqual(await cookies(), before);
  });
  await t.test('another visitor begins a new one', async () => {
    const other = await open(browser, web.address);
    await talk(other);
    assert.equal(await other.locator('#state').textContent(), 'Connected');
  });
  await t.test('a second window takes it over', async () => {
    const second = await page.context().newPage();
    await second.goto(web.address);
    await talk(second);
    await page.getByText('The conversation goes on in another window.').waitFor();
    assert.equal(await second.locator('#state').textContent(), 'Connected. The conversation goes on');
  });
  assert.deepEqual(page.problems, []);
});

test('when all places are taken', async t => {
  const simulator = await simulate(t);
  const web = await serve(t, simulator, {args: ['--visitors', '1']});
  const browser = await browse(t, {microphone: wav(t, silence(30))});
  const [first, second] = [await open(browser, web.address), await open(browser, web.address)];
  await talk(first);
  await second.getByRole('button', {name: 'Talk', exact: true}).click();
  await second.getByText('All places are taken. Try again in a minute.').waitFor();
  await hangUp(first);
  await until(() => simulator.events('closed').length === 1, 'a free place');
  await talk(second);
});
