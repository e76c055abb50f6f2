/** A newcomer whose npm is a newer one; among the slower tests, since it installs everything once more. */

import { afterAll, beforeAll, describe, test } from 'vitest';
import { cleanClone } from './clean-clone.ts';
import type { CleanClone } from './clean-clone.ts';
import { installTimeoutMs, loadsIsolates, run } from './installation.ts';

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
