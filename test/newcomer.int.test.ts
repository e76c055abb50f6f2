/** Does in clean clones what the documents tell a newcomer to do. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { cleanClone } from './clean-clone.ts';
import type { CleanClone } from './clean-clone.ts';
import { capture } from './command.ts';
import { stepsOf } from './document.ts';
import { installTimeoutMs, loadsIsolates, run } from './installation.ts';

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
