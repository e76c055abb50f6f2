/** Does in clean clones what the documents tell a newcomer to do. */

import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cleanClone, shellEnvironment } from './clean-clone.ts';
import type { CleanClone } from './clean-clone.ts';
import { capture, root } from './command.ts';
import { stepsOf } from './document.ts';

/** An installation downloads 200 MB where npm's cache is empty. */
const installTimeoutMs = 300_000;

const documents = ['README.md', 'CONTRIBUTING.md', ...globSync('{docs,examples}/**/*.md', { cwd: root }).sort()];

const run = (folder: string, script: string): string => {
  const { exitCode, stdout, stderr } = capture('bash', ['-e', '-c', script], {
    folder,
    environment: shellEnvironment(),
  });
  expect(exitCode, `${script}\n${stdout}\n${stderr}`).toBe(0);
  return stdout;
};

/** Loads the native part as the runner does; the prebuilt binary is there, so nothing was compiled. */
const loadsIsolates = (folder: string): void => {
  const script = `const { Isolate } = require('isolated-vm'); new Isolate().dispose(); console.log(process.version)`;
  expect(run(folder, `node_modules/.bin/node --no-node-snapshot -e "${script}"`)).toMatch(/^v26\./);
  expect(globSync('node_modules/isolated-vm/build', { cwd: folder })).toEqual([]);
};

describe('a newcomer', () => {
  let clone: CleanClone;

  beforeAll(() => {
    clone = cleanClone();
    run(clone.folder, 'npm ci');
  }, installTimeoutMs);

  afterAll(() => clone.remove());

  test('has a working installation after npm ci with the npm of the machine', () => {
    loadsIsolates(clone.folder);
  });

  test.each(documents.filter((document) => stepsOf(readFileSync(join(root, document), 'utf8')).length > 0))(
    'can run what %s says, from top to bottom',
    (document) => {
      for (const step of stepsOf(readFileSync(join(root, document), 'utf8'))) {
        if (step.type === 'save') writeFileSync(join(clone.folder, step.name), step.text);
        else run(clone.folder, step.script);
      }
    },
    installTimeoutMs,
  );
});

describe('a newcomer with npm 12, which runs install scripts only where package.json allows it', () => {
  let clone: CleanClone;

  beforeAll(() => {
    clone = cleanClone();
    run(clone.folder, 'npx --yes npm@12 ci');
  }, installTimeoutMs);

  afterAll(() => clone.remove());

  test('has a working installation after npm ci', () => {
    loadsIsolates(clone.folder);
  });
});
