/** How often, and how soon, a child that fails is started again. */

import { expect, test } from 'vitest';
import { failureOf } from '../testing/failure-of.ts';
import { nodeOf } from '../testing/node-of.ts';
import { scriptedService } from '../testing/scripted-service.ts';
import { startTestSystem } from '../testing/test-system.ts';
import { patient } from './child.ts';
import type { Child, Supervision } from './child.ts';

/** A supervisor at a root that restarts nothing: what fails below goes out. */
const watched = (children: readonly Child[], options: Partial<Supervision> = {}, chance = 0) => {
  const running = startTestSystem({
    kinds: [],
    rootIntensity: { restartsMax: 0, periodMs: 60_000 },
    chance: () => chance,
  });
  const started = running.system.supervise({ name: 'watched', strategy: 'one-for-one', children, ...options });
  const viewOf = (name: string) => nodeOf(running.system, name);
  const retry = async (retryInMs: number): Promise<void> => {
    await running.untilReported('service-failed', (event) => event.retryInMs === retryInMs);
    await running.clock.armed(retryInMs);
    running.clock.advance(retryInMs);
  };
  return { ...running, started, viewOf, retry };
};

test('a child is started again later each time, up to a limit', async () => {
  const frail = scriptedService('frail', { failures: 7 });
  const { system, started, viewOf, retry, reports } = watched([frail], {
    intensity: patient,
    backOff: { firstMs: 200, maxMs: 5_000 },
  });
  for (const retryInMs of [200, 400, 800, 1_600, 3_200, 5_000]) {
    await retry(retryInMs);
  }
  await frail.begun(7);
  await expect.poll(() => viewOf('frail')?.status).toBe('backing-off');
  await retry(5_000);
  await started;
  expect(frail.runs()).toBe(8);
  expect(viewOf('frail')).toMatchObject({ status: 'running', restarts: 7, lastFailure: { message: 'frail fails, 7' } });
  expect(reports.at(-1)).toEqual({ type: 'service-started', service: 'frail' });
  await system.stop();
});

test('chance takes up to half off the time, so that those who fail together come back apart', async () => {
  const frail = scriptedService('frail', { failures: 2 });
  const { system, started, retry } = watched([frail], {}, 0.5);
  await retry(150);
  await retry(300);
  await started;
  await system.stop();
});

test('one failure more than the intensity allows fails the supervisor', async () => {
  const frail = scriptedService('frail', { failures: 100 });
  const { system, started, retry, untilReported } = watched([frail], {
    intensity: { restartsMax: 3, periodMs: 60_000 },
  });
  const told = failureOf(started);
  for (const retryInMs of [200, 400, 800]) await retry(retryInMs);
  await untilReported('service-failed', ({ retryInMs }) => retryInMs === null);
  const { error } = await untilReported('supervisor-failed');
  expect(error).toMatchObject({ message: 'frail failed too often.', cause: { message: 'frail fails, 4' } });
  expect(await told).toMatchObject({ message: 'watched failed too often.' });
  expect(frail.runs()).toBe(4);
  await system.stop();
});

test('the failures of all children count, and no more than those of the period', async () => {
  const [a, b] = [scriptedService('a'), scriptedService('b')];
  const { system, clock, started, escalations, retry } = watched([a, b], {
    intensity: { restartsMax: 2, periodMs: 10_000 },
  });
  await started;
  a.fail();
  await retry(200);
  await a.begun(2);
  clock.advance(6_000);
  b.fail();
  await retry(200);
  await b.begun(2);
  // The first of the two is too long ago to count.
  clock.advance(4_000);
  a.fail();
  await clock.armed(200);
  clock.advance(200);
  await a.begun(3);
  expect(escalations).toEqual([]);
  b.fail();
  await expect.poll(() => escalations.map(({ message }) => message)).toEqual(['watched failed too often.']);
  await system.stop();
});

test('a child that ran for long starts afresh, and ending by itself is a failure', async () => {
  const long = scriptedService('long');
  const { system, clock, started, viewOf } = watched([long]);
  await started;
  for (let run = 1; run <= 10; run++) {
    clock.advance(60_000);
    long.end();
    await clock.armed(200);
    clock.advance(200);
    await long.begun(run + 1);
  }
  expect(viewOf('long')).toMatchObject({ restarts: 10, lastFailure: { message: 'long ended by itself.' } });
  await system.stop();
});

test('a start that takes too long is a failure, and the next one waits until it has ended', async () => {
  const slow = scriptedService('slow', { holdsStart: true, startMs: 30_000 });
  const { system, clock, viewOf, untilReported } = watched([slow]);
  await slow.begun(1);
  clock.advance(30_000);
  const { error } = await untilReported('service-failed');
  expect(error).toMatchObject({ message: 'slow has not started within 30000 ms.' });
  await clock.armed(200);
  clock.advance(200);
  await slow.begun(2);
  slow.start();
  await expect.poll(() => viewOf('slow')).toMatchObject({ status: 'running', restarts: 1 });
  await system.stop();
});
