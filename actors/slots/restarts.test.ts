/** Processes that end again and again amid the work: nothing is lost, nothing counts twice. */

import { expect, test } from 'vitest';
import { randomFrom } from '#domain';
import { startTestSystem } from '#kernel/testing';
import { backtestKind } from '../backtest/backtest.ts';
import { batchSpecOf, specOf } from '../backtest/testing/specs.ts';
import { batchKind } from '../batch/batch.ts';
import { completed, FakeRunners } from './testing/fake-runner.ts';
import { MemoryResults, slotsKindsWith, startSlots } from './testing/slots-system.ts';

const backtests = Array.from({ length: 12 }, (_, i) => `b${i}`);
const members = 120;

/** Stores that need a while, so that processes also end between storing and reporting. */
class SlowResults extends MemoryResults {
  override async store(...given: Parameters<MemoryResults['store']>): Promise<void> {
    await super.store(...given);
    await new Promise((resolve) => setImmediate(resolve));
  }
  override async storeMembers(...given: Parameters<MemoryResults['storeMembers']>): Promise<void> {
    await super.storeMembers(...given);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

test.each([1, 2, 3, 4, 5, 6, 7, 8])('work outlives its processes (seed %i)', async (seed) => {
  const random = randomFrom(seed);
  const runners = new FakeRunners();
  runners.answering = async (job, signal) => {
    await new Promise((resolve) => setImmediate(resolve));
    return completed(job, signal);
  };
  const results = new SlowResults();
  const unfinished = [
    ...backtests.map((id) => ({ id, kind: 'single' as const })),
    { id: 'm1', kind: 'batch' as const },
  ];
  let life = startTestSystem({ kinds: slotsKindsWith(results) });
  let running = await startSlots(life, { runners, results, slots: 2, incarnation: 'p0' });
  for (const [i, id] of backtests.entries()) {
    const spec = specOf({ owner: i % 2 === 0 ? 'ann' : 'bob' });
    await life.system.ask(backtestKind, id, { type: 'SubmitBacktest', spec });
  }
  const spec = batchSpecOf({ owner: 'cyd', plan: { type: 'grid', grid: { fast: `1..${members}` } } });
  await life.system.ask(batchKind, 'm1', { type: 'SubmitBatch', spec, members });

  for (let restart = 1; restart <= 5; restart++) {
    await runners.begun(runners.jobs.length + 1 + Math.floor(random() * 8));
    for (let turns = Math.floor(random() * 6); turns > 0; turns--)
      await new Promise((resolve) => setImmediate(resolve));
    await life.system.stop();
    life = startTestSystem({ kinds: slotsKindsWith(results), journal: life.journal, clock: life.clock });
    running = await startSlots(life, { runners, results, slots: 2, incarnation: `p${restart}`, unfinished });
  }

  await Promise.all([...backtests.map((id) => ended(() => running.backtest(id))), ended(() => running.batch('m1'))]);
  const views = await Promise.all(backtests.map((id) => running.backtest(id)));
  expect(views.map(({ status }) => status)).toEqual(backtests.map(() => 'completed'));
  // What lost attempts had stored is gone.
  expect(new Set(results.whole.keys())).toEqual(new Set(views.map(({ attemptId }) => attemptId)));
  const batch = await running.batch('m1');
  expect(batch).toMatchObject({ status: 'completed', done: members });
  expect(new Set(results.members.keys())).toEqual(new Set(batch.attemptIds));
  const indexes = [...results.members.values()].flat().map(({ index }) => index);
  expect(indexes.sort((a, b) => a - b)).toEqual(Array.from({ length: members }, (_, i) => i));
  await life.system.stop();
});

/** Asks until it has ended: every answer comes after a turn of everybody else. */
const ended = async (view: () => Promise<{ readonly status: string }>): Promise<void> => {
  while (!['completed', 'failed', 'cancelled'].includes((await view()).status))
    await new Promise((resolve) => setImmediate(resolve));
};
