/** How tests run: in processes of their own, because isolates need a flag that threads refuse. */

import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/longest-first.ts';

const exclude = ['**/node_modules/**', '**/.git/**', 'test/lint/fixtures/**'];

/** In the sandbox what takes too long is ended, and a reader's patience is held to a bound: they have the machine to themselves. */
const measuresTime = ['sandbox/**/*.int.test.ts', 'test/report-size.int.test.ts'];

/** They start processes, and some are killed or wait for seconds. */
const startsProcesses = {
  exclude,
  testTimeout: 120_000,
  hookTimeout: 120_000,
  // What a browser or a process comes to, it comes to later beside others.
  expect: { poll: { timeout: 20_000 } },
};

export default defineConfig({
  test: {
    pool: 'forks',
    maxWorkers: availableParallelism(),
    sequence: { sequencer: LongestFirst },
    execArgv: ['--no-node-snapshot', '--disable-warning=ExperimentalWarning'],
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['**/*.test.ts'],
          exclude: [...exclude, '**/*.int.test.ts', '**/*.fault.test.ts'],
          // Each process loads the sources once, which took longer than the tests: files leave nothing behind.
          isolate: false,
          restoreMocks: true,
          // For property tests and large files on a busy machine; most take milliseconds.
          testTimeout: 60_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          ...startsProcesses,
          name: 'int',
          include: ['**/*.int.test.ts'],
          exclude: [...exclude, ...measuresTime],
          sequence: { groupOrder: 2 },
        },
      },
      {
        extends: true,
        test: {
          ...startsProcesses,
          name: 'timed',
          include: measuresTime,
          fileParallelism: false,
          sequence: { groupOrder: 3 },
        },
      },
      {
        extends: true,
        test: {
          ...startsProcesses,
          name: 'faults',
          include: ['**/*.fault.test.ts'],
          // What is frozen, killed and taken over in time has the machine to itself.
          fileParallelism: false,
          sequence: { groupOrder: 4 },
        },
      },
    ],
  },
});
