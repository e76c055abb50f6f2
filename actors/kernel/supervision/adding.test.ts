/** Children that are added while the tree is at work. */

import { describe, expect, test } from 'vitest';
import { failureOf } from '../testing/failure-of.ts';
import { nodeOf } from '../testing/node-of.ts';
import { scriptedService } from '../testing/scripted-service.ts';
import { startTestSystem } from '../testing/test-system.ts';
import { noRestarts } from './child.ts';
import type { Supervision } from './child.ts';

describe('a child that is added', () => {
  test('comes after the others, under the supervisor that is named', async () => {
    const { system } = startTestSystem({ kinds: [] });
    await system.supervise({ name: 'group', strategy: 'one-for-one', children: [scriptedService('a')] });
    await system.supervise({ name: 'inner', strategy: 'one-for-all', children: [scriptedService('b')] }, 'group');
    await system.supervise(scriptedService('c'), 'inner');
    const [group] = system.inspect().children.slice(-1);
    expect(group).toMatchObject({
      name: 'group',
      children: [{ name: 'a' }, { name: 'inner', children: [{ name: 'b' }, { name: 'c', status: 'running' }] }],
    });
    await system.stop();
  });

  test('while its group is being restarted is started with it, in its place', async () => {
    const said: string[] = [];
    const { system, clock } = startTestSystem({ kinds: [] });
    const [a, late] = [scriptedService('a', { said }), scriptedService('late', { said })];
    await system.supervise({ name: 'group', strategy: 'rest-for-one', children: [a] });
    a.fail();
    await clock.armed(200);
    const added = system.supervise(late, 'group');
    clock.advance(200);
    await added;
    expect(said).toEqual(['a starts', 'a ends', 'a starts', 'late starts']);
    a.fail();
    await clock.armed(400);
    clock.advance(400);
    await late.begun(2);
    expect(said.slice(-4)).toEqual(['a ends', 'late ends', 'a starts', 'late starts']);
    await system.stop();
  });

  test('and fails to start is tried again without the others, then given up, and whoever added it is told', async () => {
    const { system, clock, untilReported, escalations } = startTestSystem({ kinds: [] });
    const calm = scriptedService('calm');
    await system.supervise({ name: 'group', strategy: 'one-for-all', children: [calm] });
    const told = failureOf(system.supervise(scriptedService('frail', { failures: 100 }), 'group'));
    for (const retryInMs of [200, 400, 800, 1_600, 3_200]) {
      await untilReported('service-failed', (event) => event.retryInMs === retryInMs);
      await clock.armed(retryInMs);
      clock.advance(retryInMs);
    }
    expect(await told).toMatchObject({ message: 'frail failed too often.' });
    expect([calm.runs(), escalations]).toEqual([1, []]);
    expect(nodeOf(system, 'frail')).toBeUndefined();
    // The group goes on, also with others, and with the same when it is mended.
    await system.supervise(scriptedService('frail'), 'group');
    const next = scriptedService('next');
    await system.supervise(next, 'group');
    calm.fail();
    await clock.armed(200);
    clock.advance(200);
    await next.begun(2);
    await system.stop();
  });

  test('with children of its own that can not start is gone from the tree with them', async () => {
    const { system, clock, untilReported } = startTestSystem({
      kinds: [],
      rootIntensity: { restartsMax: 1, periodMs: 60_000 },
    });
    const unfit = (failures: number): Supervision => ({
      name: 'unfit',
      strategy: 'one-for-one',
      intensity: noRestarts,
      children: [{ name: 'inner', strategy: 'one-for-one', children: [] }, scriptedService('frail', { failures })],
    });
    const told = failureOf(system.supervise(unfit(100)));
    await untilReported('supervisor-failed', ({ retryInMs }) => retryInMs === 200);
    await clock.armed(200);
    clock.advance(200);
    expect(await told).toMatchObject({ message: 'unfit failed too often.' });
    await expect(system.supervise(scriptedService('late'), 'inner')).rejects.toThrow('No supervisor is called inner.');
    await system.supervise(unfit(0));
    expect(nodeOf(system, 'frail')).toMatchObject({ status: 'running' });
    await system.stop();
  });

  test('must have a name of its own, and a supervisor that there is', async () => {
    const { system } = startTestSystem({ kinds: [] });
    await system.supervise(scriptedService('a'));
    const twice = system.supervise({ name: 'group', strategy: 'one-for-one', children: [scriptedService('a')] });
    await expect(twice).rejects.toThrow('Two nodes of the tree are called a.');
    await expect(system.supervise(scriptedService('b'), 'a')).rejects.toThrow('No supervisor is called a.');
    const misnamed = system.supervise({ name: 'a group', strategy: 'one-for-one', children: [] });
    await expect(misnamed).rejects.toThrow('"a group" is no name for a node of the tree.');
    // Nothing of what was refused holds its name.
    await system.supervise({ name: 'group', strategy: 'one-for-one', children: [scriptedService('b')] });
    await system.stop();
  });

  test('to a system that stops is refused, and so is one that has not started by then', async () => {
    const { system } = startTestSystem({ kinds: [] });
    const slow = scriptedService('slow', { holdsStart: true });
    const refused = failureOf(system.supervise(slow));
    await slow.begun(1);
    await system.stop();
    expect(await refused).toMatchObject({ code: 'stopping' });
    await expect(system.supervise(scriptedService('late'))).rejects.toMatchObject({ code: 'stopping' });
  });
});
