/** How services end: in reverse order, awaited, and within their bounds. */

import { describe, expect, test } from 'vitest';
import { failureOf } from '../testing/failure-of.ts';
import { nodeOf } from '../testing/node-of.ts';
import { scriptedService } from '../testing/scripted-service.ts';
import { startTestSystem } from '../testing/test-system.ts';
import { noRestarts } from './child.ts';
import { nodesOf } from './tree-view.ts';

type System = ReturnType<typeof startTestSystem>['system'];

/** Resolves when the service has been told to end. */
const untilStopping = (system: System, name: string) =>
  expect.poll(() => nodeOf(system, name)?.status, { interval: 1 }).toBe('stopping');

test('the last is stopped first, each when the one after it has ended', async () => {
  const said: string[] = [];
  const { system } = startTestSystem({ kinds: [] });
  const [a, b, c] = ['a', 'b', 'c'].map((name) => scriptedService(name, { said, holdsStop: name === 'b' }));
  if (a === undefined || b === undefined || c === undefined) throw new Error('three services');
  await system.supervise(a);
  await system.supervise({ name: 'group', strategy: 'one-for-one', children: [b, c] });
  said.length = 0;
  const stopped = system.stop();
  await untilStopping(system, 'b');
  expect(said).toEqual(['c ends']);
  b.end();
  await stopped;
  expect(said).toEqual(['c ends', 'b ends', 'a ends']);
  expect(nodesOf(system.inspect()).map(({ status }) => status)).toEqual(nodesOf(system.inspect()).map(() => 'stopped'));
});

test('what is to stop together is told at once, and takes no longer than the slowest of it', async () => {
  const said: string[] = [];
  const { system } = startTestSystem({ kinds: [], limits: { stopMs: 7_000 } });
  const before = system.stopMsMax;
  const alike = ['b', 'c', 'd'].map((name) => scriptedService(name, { said, holdsStop: true, stopMs: 5_000 }));
  await system.supervise(scriptedService('a', { said, stopMs: 1_000 }));
  await system.supervise({ name: 'alike', strategy: 'one-for-one', stops: 'together', children: alike });
  await system.supervise({ name: 'in-turn', strategy: 'one-for-one', children: [] });
  await system.supervise(scriptedService('e', { said, stopMs: 3_000 }), 'in-turn');
  await system.supervise(scriptedService('f', { said, stopMs: 3_000 }), 'in-turn');
  expect(system.stopMsMax - before).toBe(1_000 + 5_000 + 2 * 3_000);
  said.length = 0;
  const stopped = system.stop();
  for (const name of ['b', 'c', 'd']) await untilStopping(system, name);
  expect(said).toEqual(['f ends', 'e ends']);
  for (const one of alike) one.end();
  await stopped;
  expect(said.at(-1)).toBe('a ends');
});

test('what was added may ask actors until it has ended, and what they rest on outlives them', async () => {
  const said: string[] = [];
  const storage = scriptedService('storage', { said });
  const { system } = startTestSystem({ kinds: [], foundation: [storage] });
  await system.supervise(scriptedService('server', { said, holdsStop: false }));
  expect(nodesOf(system.inspect()).map(({ name }) => name)).toEqual(
    'system storage actors shards scheduler timers outbox server'.split(' '),
  );
  await system.stop();
  expect(said).toEqual(['storage starts', 'server starts', 'server ends', 'storage ends']);
});

test('one that fails when it is told to end is reported, and does not hinder the others', async () => {
  const { system, untilReported, reports } = startTestSystem({ kinds: [] });
  const [calm, clumsy] = [scriptedService('calm'), scriptedService('clumsy', { holdsStop: true })];
  await system.supervise(calm);
  await system.supervise(clumsy);
  const stopped = system.stop();
  await untilStopping(system, 'clumsy');
  clumsy.fail('the last page is lost');
  expect(await untilReported('service-stop-failed')).toMatchObject({
    service: 'clumsy',
    error: { message: 'the last page is lost' },
  });
  await stopped;
  expect(reports.filter(({ type }) => type === 'service-failed')).toEqual([]);
});

test('to throw that one was aborted is to end as told', async () => {
  const { system, reports } = startTestSystem({ kinds: [] });
  await system.supervise({
    name: 'aborted',
    run: ({ signal, started }) => {
      started();
      return new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason as Error));
      });
    },
  });
  await system.stop();
  expect(reports.map(({ type }) => type)).toEqual(['service-started']);
});

describe('a service that does not end when it is told to', () => {
  test('is reported and left, and the others are stopped all the same', async () => {
    const said: string[] = [];
    const { system, clock, untilReported } = startTestSystem({ kinds: [] });
    const calm = scriptedService('calm', { said });
    const deaf = scriptedService('deaf', { said, holdsStop: true, stopMs: 5_000 });
    await system.supervise(calm);
    await system.supervise(deaf);
    const stopped = system.stop();
    await untilStopping(system, 'deaf');
    clock.advance(5_000);
    expect(await untilReported('service-stuck')).toMatchObject({
      service: 'deaf',
      error: { message: 'deaf has not ended within 5000 ms.' },
    });
    await stopped;
    expect(said.slice(-1)).toEqual(['calm ends']);
    expect(nodeOf(system, 'deaf')).toMatchObject({ status: 'stuck' });
    deaf.end();
  });

  test('is never run a second time beside itself: that ends the system', async () => {
    const { system, clock, escalations } = startTestSystem({ kinds: [] });
    const deaf = scriptedService('deaf', { holdsStop: true, stopMs: 5_000 });
    const frail = scriptedService('frail');
    await system.supervise({ name: 'both', strategy: 'one-for-all', children: [deaf, frail] });
    frail.fail();
    await untilStopping(system, 'deaf');
    clock.advance(5_000);
    const message = 'deaf can not be started again: its last run has not ended.';
    await expect.poll(() => escalations.map((error) => error.message)).toEqual([message]);
    await system.stop();
    expect(deaf.runs()).toBe(1);
    deaf.end();
  });

  test.each([
    { what: 'is started with its supervisor again when it has ended by then', endsLate: true },
    { what: 'ends the system when it has not by then', endsLate: false },
  ])('and is left behind when its supervisor fails $what', async ({ endsLate }) => {
    const { system, clock, escalations, untilReported } = startTestSystem({ kinds: [] });
    const deaf = scriptedService('deaf', { holdsStop: true, stopMs: 5_000 });
    const frail = scriptedService('frail');
    const children = [deaf, frail];
    await system.supervise({ name: 'both', strategy: 'one-for-one', intensity: noRestarts, children });
    frail.fail();
    await untilStopping(system, 'deaf');
    clock.advance(5_000);
    await untilReported('supervisor-failed', ({ retryInMs }) => retryInMs === 200);
    if (endsLate) deaf.end();
    await clock.armed(200);
    clock.advance(200);
    if (endsLate) await frail.begun(2);
    else await expect.poll(() => escalations.length).toBe(1);
    expect([deaf.runs(), escalations.length]).toEqual(endsLate ? [2, 0] : [1, 1]);
    deaf.end();
    await system.stop();
  });
});

test('a stop amid a back-off, a start and a restart leaves nothing running', async () => {
  const said: string[] = [];
  const { system, clock, untilReported } = startTestSystem({ kinds: [] });
  const [a, b, frail] = [
    scriptedService('a', { said }),
    scriptedService('b', { said, holdsStop: true }),
    scriptedService('frail', { said, failures: 100 }),
  ];
  await system.supervise({ name: 'group', strategy: 'rest-for-one', children: [a, b] });
  const never = failureOf(system.supervise(frail));
  await untilReported('service-failed', ({ service }) => service === 'frail');
  a.fail();
  await untilStopping(system, 'b');
  const stopped = system.stop();
  b.end();
  await stopped;
  expect(await never).toMatchObject({ code: 'stopping' });
  clock.advance(60_000);
  const balance = (name: string) => said.filter((text) => text.startsWith(name)).map((text) => text.split(' ')[1]);
  for (const name of ['a', 'b', 'frail']) expect(balance(name)).toEqual(['starts', 'ends']);
});
