/** How tests run: in processes of their own, because isolates need a flag that threads refuse. */

import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

const exclude = ['**/node_modules/**', '**/.git/**', 'test/lint/fixtures/**'];

export default defineConfig({
  test: {
    pool: 'forks',
    execArgv: ['--no-node-snapshot', '--disable-warning=ExperimentalWarning'],
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['**/*.test.ts'],
          exclude: [...exclude, '**/*.int.test.ts'],
          maxWorkers: availableParallelism(),
          // For property tests and large files on a busy machine; most take milliseconds.
          testTimeout: 30_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: 'int',
          include: ['**/*.int.test.ts'],
          exclude,
          // They start processes and measure time; one at a time, after the others, they do not disturb each other.
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
