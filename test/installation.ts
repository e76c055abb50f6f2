/** What a newcomer does in a clean clone, and whether the installation works. */

import { execFile } from 'node:child_process';
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'vitest';
import { shellEnvironment } from './clean-clone.ts';

/** An installation downloads 200 MB where npm's cache is empty. */
export const installTimeoutMs = 300_000;

const execute = promisify(execFile);

/** Runs a script as in a shell of the machine; rejects, with what it wrote, when a line of it fails. */
export const run = async (folder: string, script: string): Promise<string> => {
  const { stdout } = await execute('bash', ['-e', '-c', script], {
    cwd: folder,
    // Results of earlier tests are no newcomer's.
    env: {
      ...shellEnvironment(),
      XDG_CACHE_HOME: join(folder, '.cache'),
      // Who asks a registry about what is known of the packages waits for it, and learns nothing that is tested.
      npm_config_audit: 'false',
      npm_config_fund: 'false',
    },
    timeout: installTimeoutMs,
    maxBuffer: 64 * 1024 * 1024,
  });
  return stdout;
};

/** Loads the native part as a runner does; the binary came with the package, so nothing was compiled. */
export const loadsIsolates = async (folder: string): Promise<void> => {
  const script = `const { Isolate } = require('isolated-vm'); new Isolate().dispose(); console.log(process.version)`;
  expect(await run(folder, `node_modules/.bin/node --no-node-snapshot -e "${script}"`)).toMatch(/^v26\./);
  expect(globSync('node_modules/isolated-vm/build', { cwd: folder })).toEqual([]);
};
