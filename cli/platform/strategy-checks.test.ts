import { expect, test } from 'vitest';
import { VirtualClock } from '#kernel/testing';
import type { JobRunner } from '#ports';
import { strategyChecks } from './strategy-checks.ts';

/** Runners that were opened, and whether each is closed. */
const runners = () => {
  const opened: { isClosed: boolean }[] = [];
  const open = (): JobRunner => {
    const state = { isClosed: false };
    const number = opened.push(state);
    return {
      compile: async () => {
        throw new Error(`runner ${number}`);
      },
      run: async () => {},
      close: () => {
        state.isClosed = true;
      },
    };
  };
  return { open, opened };
};

test('the runner is there while its service runs, and another one when it runs again', async () => {
  const { open, opened } = runners();
  const { service, runner } = strategyChecks(open, new VirtualClock());
  const source = { files: {}, entry: '' };
  for (const number of [1, 2]) {
    const stopping = new AbortController();
    const started = Promise.withResolvers<void>();
    const ended = service.run({ signal: stopping.signal, started: started.resolve });
    await started.promise;
    await expect(runner.compile('ann', source)).rejects.toThrow(`runner ${number}`);
    stopping.abort();
    await ended;
  }
  expect(opened).toEqual([{ isClosed: true }, { isClosed: true }]);
});

test('the runner boots by itself when the start is over, for whoever comes first', async () => {
  const { open, opened } = runners();
  const clock = new VirtualClock();
  const { service } = strategyChecks(open, clock);
  const stopping = new AbortController();
  const ended = service.run({ signal: stopping.signal, started: () => {} });
  expect(opened).toEqual([]);
  clock.advance(1_000);
  await expect.poll(() => opened).toEqual([{ isClosed: false }]);
  stopping.abort();
  await ended;
  expect(opened).toEqual([{ isClosed: true }]);
});
