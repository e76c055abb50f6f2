/** Does in clean clones what the documents tell a newcomer to do. */

import { execFile } from 'node:child_process';
import { globSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cleanClone, shellEnvironment } from './clean-clone.ts';
import type { CleanClone } from './clean-clone.ts';
import { capture } from './command.ts';
import { stepsOf } from './document.ts';

/** An installation downloads 200 MB where npm's cache is empty. */
const installTimeoutMs = 300_000;

const execute = promisify(execFile);

/** Runs a script as in a shell of the machine; rejects, with what it wrote, when a line of it fails. */
const run = async (folder: string, script: string): Promise<string> => {
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
const loadsIsolates = async (folder: string): Promise<void> => {
  const script = `const { Isolate } = require('isolated-vm'); new Isolate().dispose(); console.log(process.version)`;
  expect(await run(folder, `node_modules/.bin/node --no-node-snapshot -e "${script}"`)).toMatch(/^v26\./);
  expect(globSync('node_modules/isolated-vm/build', { cwd: folder })).toEqual([]);
};

const git = (...given: string[]): string => capture('git', given).stdout;

// As they were committed, like everything else in the clone. The README first: it says how to install.
const documents = [
  'README.md',
  'CONTRIBUTING.md',
  ...git('ls-tree', '-r', '--name-only', 'HEAD', 'docs', 'examples').split('\n'),
]
  // Those of the examples are run by `examples/examples.int.test.ts`, with what they come to.
  .filter((document) => document.endsWith('.md') && !/^examples\/[^/]+\//.test(document))
  .map((document) => ({ document, steps: stepsOf(git('show', `HEAD:${document}`)) }))
  .filter(({ steps }) => steps.length > 0);

describe('a newcomer', () => {
  let clone: CleanClone;

  beforeAll(() => {
    clone = cleanClone();
  });

  afterAll(() => clone.remove());

  test.each(documents)(
    'can run what $document says, from top to bottom',
    async ({ steps }) => {
      for (const step of steps) {
        if (step.type === 'save') writeFileSync(join(clone.folder, step.name), step.text);
        else await run(clone.folder, step.script);
      }
      await loadsIsolates(clone.folder);
    },
    installTimeoutMs,
  );
});

describe('a newcomer with npm 12, which runs install scripts only where package.json allows it', () => {
  let clone: CleanClone;

  beforeAll(() => {
    clone = cleanClone();
  });

  afterAll(() => clone.remove());

  test(
    'has a working installation after npm ci',
    async () => {
      await run(clone.folder, 'npx --yes npm@12 ci');
      await loadsIsolates(clone.folder);
    },
    installTimeoutMs,
  );
});
