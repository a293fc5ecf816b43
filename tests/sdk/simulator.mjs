// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Starts gemlive-simulator for a test. GEMLIVE_SIMULATOR is its path.

import {spawn} from 'node:child_process';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {createInterface} from 'node:readline';

/** Starts a simulator that ends with the test. Resolves to its http:// address. */
export async function serve(t, {script = [], args = []} = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'gemlive-sdk-'));
  const file = join(folder, 'script.json');
  writeFileSync(file, JSON.stringify(script));
  const simulator = spawn(process.env.GEMLIVE_SIMULATOR,
      ['--port', '0', '--voice', 'tone', '--tone-duration', '400', '--speed', '0',
       '--turn-complete', 'now', '--script', file, ...args],
      {stdio: ['ignore', 'pipe', 'pipe']});
  t.after(() => {
    simulator.kill();
    rmSync(folder, {recursive: true});
  });
  return new Promise((resolve, reject) => {
    simulator.on('error', reject);
    simulator.on('exit', code => reject(new Error(`the simulator ended with ${code}`)));
    for (const stream of [simulator.stdout, simulator.stderr])
      createInterface({input: stream}).on('line', line => {
        const uri = /listening on ws:(\/\/\S+)/.exec(line);
        if (uri) resolve('http:' + uri[1]);
      });
  });
}
