/** What a supervisor starts again when a child fails, and in which order. */

import { describe, expect, test } from 'vitest';
import { nodeOf } from '../testing/node-of.ts';
import type { Script } from '../testing/scripted-service.ts';
import { scriptedService } from '../testing/scripted-service.ts';
import { startTestSystem } from '../testing/test-system.ts';
import type { Strategy } from './child.ts';
import { nodesOf } from './tree-view.ts';

/** A supervisor with three children. */
const three = (strategy: Strategy, scripts: Readonly<Record<string, Script>> = {}) => {
  const said: string[] = [];
  const running = startTestSystem({ kinds: [] });
  const [a, b, c] = ['a', 'b', 'c'].map((name) => scriptedService(name, { said, ...scripts[name] }));
  if (a === undefined || b === undefined || c === undefined) throw new Error('three children');
  const started = running.system.supervise({ name: 'three', strategy, children: [a, b, c] });
  const viewOf = (name: string) => nodeOf(running.system, name);
  /** Resolves when the failure is known and the clock stands at the end of the back-off. */
  const backOff = async (): Promise<void> => {
    await running.clock.armed(200);
    running.clock.advance(200);
  };
  return { ...running, said, a, b, c, started, viewOf, backOff };
};

test('children start one after the other, each when the one before it has started', async () => {
  const said: string[] = [];
  const { system } = startTestSystem({ kinds: [] });
  const slow = scriptedService('slow', { said, holdsStart: true });
  const next = scriptedService('next', { said });
  const started = system.supervise({ name: 'both', strategy: 'one-for-one', children: [slow, next] });
  await slow.begun(1);
  expect(nodesOf(system.inspect()).slice(-3)).toMatchObject([
    { name: 'both', type: 'supervisor', strategy: 'one-for-one', status: 'starting' },
    { name: 'slow', type: 'service', status: 'starting' },
    { name: 'next', type: 'service', status: 'waiting' },
  ]);
  slow.start();
  await started;
  expect(said).toEqual(['slow starts', 'next starts']);
  expect(nodesOf(system.inspect()).at(-3)).toMatchObject({ name: 'both', status: 'running' });
  await system.stop();
});

test('one-for-one starts the child that failed again, and leaves the others alone', async () => {
  const { system, said, b, clock, started, viewOf, backOff } = three('one-for-one');
  await started;
  said.length = 0;
  b.fail();
  await backOff();
  await b.begun(2);
  expect(said).toEqual(['b ends', 'b starts']);
  expect(viewOf('b')).toMatchObject({ restarts: 1, lastFailure: { message: 'b breaks', at: clock.now() - 200 } });
  expect(viewOf('a')).toMatchObject({ status: 'running', restarts: 0, lastFailure: null });
  await system.stop();
});

test('one-for-all stops the others, the last one first, and starts all of them in order', async () => {
  const { system, said, a, b, c, started, viewOf, backOff } = three('one-for-all');
  await started;
  said.length = 0;
  b.fail();
  await backOff();
  await c.begun(2);
  expect(said).toEqual(['b ends', 'c ends', 'a ends', 'a starts', 'b starts', 'c starts']);
  expect([a.runs(), b.runs(), c.runs()]).toEqual([2, 2, 2]);
  // Stopped for the sake of another one: that is no failure of its own.
  expect(viewOf('a')).toMatchObject({ restarts: 1, lastFailure: null });
  await system.stop();
});

describe('rest-for-one', () => {
  test('starts the child that failed and those after it again', async () => {
    const { system, said, a, b, c, started, backOff } = three('rest-for-one');
    await started;
    said.length = 0;
    b.fail();
    await backOff();
    await c.begun(2);
    expect(said).toEqual(['b ends', 'c ends', 'b starts', 'c starts']);
    expect([a.runs(), b.runs(), c.runs()]).toEqual([1, 2, 2]);
    await system.stop();
  });

  test('waits until what comes first has started again', async () => {
    const { system, said, a, b, c, started, viewOf, backOff } = three('rest-for-one', { b: { holdsStart: true } });
    await b.begun(1);
    b.start();
    await started;
    a.fail();
    await backOff();
    await b.begun(2);
    expect(viewOf('c')).toMatchObject({ status: 'waiting' });
    b.start();
    await c.begun(2);
    expect(said.slice(-3)).toEqual(['a starts', 'b starts', 'c starts']);
    await system.stop();
  });

  test('goes further back when an earlier child fails meanwhile', async () => {
    const { system, said, a, b, c, started, untilReported, viewOf, backOff } = three('rest-for-one');
    await started;
    said.length = 0;
    b.fail();
    await untilReported('service-failed', ({ service }) => service === 'b');
    a.fail();
    await untilReported('service-failed', ({ service }) => service === 'a');
    expect(viewOf('b')).toMatchObject({ status: 'backing-off' });
    await backOff();
    await c.begun(2);
    expect(said).toEqual(['b ends', 'c ends', 'a ends', 'a starts', 'b starts', 'c starts']);
    await system.stop();
  });

  test('counts those once that fail because the one before them has', async () => {
    const { system, b, c, started, reports, backOff } = three('rest-for-one');
    await started;
    b.fail();
    c.fail();
    await backOff();
    await c.begun(2);
    const failed = reports.filter(({ type }) => type === 'service-failed');
    expect(failed).toMatchObject([{ service: 'b' }]);
    await system.stop();
  });
});

describe('a transient service', () => {
  test('may end when its work is done', async () => {
    const { system, reports, b, c, started, viewOf } = three('rest-for-one', { b: { restart: 'transient' } });
    await started;
    b.end();
    await expect.poll(() => viewOf('b')?.status).toBe('completed');
    expect(reports.filter(({ type }) => type === 'service-failed')).toEqual([]);
    expect([b.runs(), c.runs()]).toEqual([1, 1]);
    await system.stop();
  });

  test('is started again when it fails, and with its group when it was done', async () => {
    const { system, a, b, c, started, viewOf, backOff } = three('rest-for-one', { b: { restart: 'transient' } });
    await started;
    b.fail();
    await backOff();
    await c.begun(2);
    b.end();
    await expect.poll(() => viewOf('b')?.status).toBe('completed');
    a.fail();
    await backOff();
    await c.begun(3);
    expect(b.runs()).toBe(3);
    await system.stop();
  });
});
