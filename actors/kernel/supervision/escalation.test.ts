/** What happens to a failure that a supervisor can't mend. */

import { describe, expect, test } from 'vitest';
import type { KernelEvent } from '../kernel-event.ts';
import { LocalBus } from '../local-bus.ts';
import { startActorSystem } from '../start-actor-system.ts';
import { MemoryJournal } from '../testing/memory-journal.ts';
import { nodeOf } from '../testing/node-of.ts';
import { scriptedService } from '../testing/scripted-service.ts';
import { startTestSystem } from '../testing/test-system.ts';
import { VirtualClock } from '../testing/virtual-clock.ts';
import { noRestarts } from './child.ts';
import type { Supervision } from './child.ts';
import { Unrestartable } from './unrestartable.ts';

/** Two levels: `upper` has `before`, `lower` and `after`; `lower`, which restarts nothing, has `first` and `last`. */
const twoLevels = ({ upper, root }: { readonly upper?: Partial<Supervision>; readonly root?: number } = {}) => {
  const said: string[] = [];
  const [before, first, last, after] = ['before', 'first', 'last', 'after'].map((name) =>
    scriptedService(name, { said }),
  );
  if (before === undefined || first === undefined || last === undefined || after === undefined)
    throw new Error('four services');
  const running = startTestSystem({ kinds: [], rootIntensity: { restartsMax: root ?? 0, periodMs: 60_000 } });
  const lower: Supervision = {
    name: 'lower',
    strategy: 'one-for-one',
    intensity: noRestarts,
    children: [first, last],
  };
  const started = running.system.supervise({
    name: 'upper',
    strategy: 'rest-for-one',
    children: [before, lower, after],
    ...upper,
  });
  const viewOf = (name: string) => nodeOf(running.system, name);
  return { ...running, said, started, viewOf, before, first, last, after };
};

test('a supervisor that fails stops its children in reverse, and its parent’s strategy starts it again', async () => {
  const { system, said, started, viewOf, first, after, clock, untilReported, escalations } = twoLevels();
  await started;
  said.length = 0;
  first.fail();
  const { error, retryInMs } = await untilReported('supervisor-failed');
  expect([error, retryInMs]).toEqual([expect.objectContaining({ message: 'first failed too often.' }), 200]);
  await clock.armed(200);
  expect(viewOf('lower')).toMatchObject({
    status: 'backing-off',
    lastFailure: { message: 'first failed too often. first breaks' },
  });
  clock.advance(200);
  await after.begun(2);
  // What stands after the supervisor rests on all of it.
  expect(said.slice(0, 3)).toEqual(['first ends', 'last ends', 'after ends']);
  expect(said.slice(3)).toEqual(['first starts', 'last starts', 'after starts']);
  expect(viewOf('lower')).toMatchObject({ status: 'running', restarts: 1 });
  expect(escalations).toEqual([]);
  await system.stop();
});

test('what fails at each level goes out of the system, and everything is stopped in reverse', async () => {
  const { system, said, started, viewOf, last, escalations } = twoLevels({ upper: { intensity: noRestarts } });
  await started;
  said.length = 0;
  last.fail('the disk is gone');
  await expect.poll(() => escalations.length).toBe(1);
  expect(escalations[0]).toMatchObject({
    message: 'upper failed too often.',
    cause: { message: 'lower failed too often.', cause: { message: 'last failed too often.' } },
  });
  await system.stop();
  expect(said).toEqual(['last ends', 'first ends', 'after ends', 'before ends']);
  expect(viewOf('system')).toMatchObject({
    status: 'failed',
    lastFailure: { message: 'upper failed too often. lower failed too often. last failed too often. the disk is gone' },
  });
  expect(viewOf('scheduler')).toMatchObject({ status: 'stopped' });
});

test('the root starts its children again as often as it may', async () => {
  const { system, started, first, after, clock, escalations } = twoLevels({
    upper: { intensity: noRestarts },
    root: 1,
  });
  await started;
  first.fail();
  await clock.armed(200);
  clock.advance(200);
  await after.begun(2);
  first.fail();
  await expect.poll(() => escalations.map(({ message }) => message)).toEqual(['upper failed too often.']);
  await system.stop();
});

describe('what no restart can mend', () => {
  test('goes out at once, past all that would try again', async () => {
    const { system, said, started, last, escalations, reports } = twoLevels({ root: 5 });
    await started;
    said.length = 0;
    last.failWith(new Unrestartable('The lease is another one’s.'));
    await expect.poll(() => escalations.map(({ message }) => message)).toEqual(['The lease is another one’s.']);
    await system.stop();
    // Those of the failed supervisor and those after it end at the same time.
    expect([said.length, said[0], said.at(-1)]).toEqual([4, 'last ends', 'before ends']);
    expect(reports.filter((event) => 'retryInMs' in event && event.retryInMs !== null)).toEqual([]);
  });

  test('is a defect of a supervisor, too', async () => {
    const reports: KernelEvent[] = [];
    const escalations: Error[] = [];
    const frail = scriptedService('frail');
    const system = startActorSystem({
      kinds: [],
      journal: new MemoryJournal(),
      publisher: new LocalBus(),
      clock: new VirtualClock(),
      report: (event) => {
        if (event.type === 'service-failed') throw new Error('no room in the log');
        reports.push(event);
      },
      onEscalation: (error) => escalations.push(error),
    });
    await system.supervise(frail);
    frail.fail();
    await expect.poll(() => escalations.length).toBe(1);
    expect(escalations[0]).toMatchObject({
      message: 'The supervisor system failed.',
      cause: { message: 'no room in the log' },
    });
    await system.stop();
    expect(system.inspect()).toMatchObject({ status: 'failed' });
  });
});
