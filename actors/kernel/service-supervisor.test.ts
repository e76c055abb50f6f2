/** Services on the tree. */

import { describe, expect, test } from 'vitest';
import type { Service } from './actor-system.ts';
import { startTestSystem } from './testing/test-system.ts';

const untilAborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    signal.addEventListener('abort', () => {
      resolve();
    });
  });

/** A service that fails so many times and then stays. */
const failing = (times: number, { isStarted = false } = {}) => {
  let runs = 0;
  const service: Service = {
    name: 'frail',
    async run({ signal, started }) {
      runs++;
      if (isStarted) started();
      if (runs <= times) throw new Error(`failure ${runs}`);
      started();
      await untilAborted(signal);
    },
  };
  return { service, runs: () => runs };
};

describe('a service', () => {
  test('is started, and stopped in reverse order', async () => {
    const { system } = startTestSystem({ kinds: [] });
    const said: string[] = [];
    const serviceOf = (name: string): Service => ({
      name,
      async run({ signal, started }) {
        said.push(`${name} starts`);
        started();
        await untilAborted(signal);
        said.push(`${name} ends`);
      },
    });
    await system.supervise(serviceOf('first'));
    await system.supervise(serviceOf('second'));
    expect(system.inspect().services).toMatchObject([
      { name: 'first', status: 'running', restarts: 0, lastFailure: null },
      { name: 'second', status: 'running' },
    ]);
    await system.stop();
    expect(said).toEqual(['first starts', 'second starts', 'second ends', 'first ends']);
    expect(system.inspect().services).toMatchObject([{ status: 'stopped' }, { status: 'stopped' }]);
    await expect(system.supervise(serviceOf('third'))).rejects.toMatchObject({ code: 'stopping' });
  });

  test('that ends early is started again, later each time', async () => {
    const { system, clock, untilReported, reports } = startTestSystem({ kinds: [] });
    const { service, runs } = failing(3);
    const started = system.supervise(service);
    for (const retryInMs of [200, 400, 800]) {
      await untilReported('service-failed', (event) => event.retryInMs === retryInMs);
      expect(system.inspect().services).toMatchObject([{ status: 'backing-off' }]);
      clock.advance(retryInMs);
    }
    await started;
    expect(runs()).toBe(4);
    expect(system.inspect().services).toMatchObject([{ status: 'running', restarts: 3, lastFailure: 'failure 3' }]);
    expect(reports.at(-1)).toEqual({ type: 'service-started', service: 'frail' });
    await system.stop();
  });

  test('that can not start is given up, and whoever wanted it is told', async () => {
    const { system, clock, untilReported, escalations } = startTestSystem({ kinds: [] });
    const started = system.supervise(failing(100).service);
    for (const retryInMs of [200, 400, 800, 1_600, 3_200]) {
      await untilReported('service-failed', (event) => event.retryInMs === retryInMs);
      clock.advance(retryInMs);
    }
    await expect(started).rejects.toThrow('frail failed too often');
    expect(escalations).toEqual([]);
    expect(system.inspect().services).toMatchObject([{ status: 'failed' }]);
    await system.stop();
  });

  test('that fails again and again after it was of use goes up', async () => {
    const { system, clock, untilReported, escalations } = startTestSystem({ kinds: [] });
    await system.supervise(failing(100, { isStarted: true }).service);
    for (const retryInMs of [200, 400, 800, 1_600, 3_200]) {
      await untilReported('service-failed', (event) => event.retryInMs === retryInMs);
      clock.advance(retryInMs);
    }
    await untilReported('service-failed', (event) => event.retryInMs === null);
    expect(escalations.map(({ message }) => message)).toEqual(['frail failed too often.']);
    await system.stop();
  });

  test('that ran long enough in between starts afresh', async () => {
    const { system, clock, untilReported } = startTestSystem({ kinds: [] });
    let run = Promise.withResolvers<void>();
    let nextRun = Promise.withResolvers<void>();
    await system.supervise({
      name: 'long',
      run: ({ started }) => {
        run = Promise.withResolvers<void>();
        started();
        nextRun.resolve();
        return run.promise;
      },
    });
    for (let i = 0; i < 10; i++) {
      clock.advance(60_000);
      nextRun = Promise.withResolvers<void>();
      // Ending by itself is a failure, whether by returning or by throwing.
      run.resolve();
      await clock.armed(200);
      clock.advance(200);
      await nextRun.promise;
    }
    await untilReported('service-failed', ({ retryInMs }) => retryInMs === 200);
    expect(system.inspect().services).toMatchObject([{ restarts: 10, lastFailure: 'long ended by itself.' }]);
    run.resolve();
    await system.stop();
  });
});
