import { expect, test } from 'vitest';
import { capture } from './command.ts';

test('npm run bench refuses a name that it does not know, and lists those that it does', () => {
  const { exitCode, stderr } = capture('node', ['--no-node-snapshot', 'bench/run.ts', 'no-such-benchmark']);
  expect(exitCode).toBe(2);
  expect(stderr).toMatch(/^No benchmark no-such-benchmark; there are: .*engine/);
});
