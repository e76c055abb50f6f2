/** The whole saga on the real kernel: submitted, dispatched, run by slots, stored, told. */

import { describe, expect, test } from 'vitest';
import { startTestSystem } from '#kernel/testing';
import { backtestKind } from '../backtest/backtest.ts';
import { leaseMs } from '../backtest/lease.ts';
import { batchSpecOf, specOf } from '../backtest/testing/specs.ts';
import { batchKind } from '../batch/batch.ts';
import { dispatcherKind } from '../dispatcher/dispatcher.ts';
import { inboxKind } from '../inbox/inbox.ts';
import { completed, endless, excluded, FakeRunners, threw } from './testing/fake-runner.ts';
import { MemoryResults, slotsKindsWith, startSlots } from './testing/slots-system.ts';
import type { SlotsOptions } from './testing/slots-system.ts';

const spec = specOf();

type TestSystem = ReturnType<typeof startTestSystem>;

/** `before`: a system that has ended, whose journal and clock go on. */
const start = async ({
  before,
  results = new MemoryResults(),
  ...options
}: SlotsOptions & { readonly before?: Pick<TestSystem, 'journal' | 'clock'> } = {}) => {
  const rest = before === undefined ? {} : { journal: before.journal, clock: before.clock };
  return startSlots(startTestSystem({ kinds: slotsKindsWith(results), ...rest }), { ...options, results });
};

describe('a backtest', () => {
  test('runs to its end, and its owner is told how it did', async () => {
    const { system, untilStatus, backtest, results, published } = await start();
    await system.ask(backtestKind, 'b1', { type: 'SubmitBacktest', spec });
    await untilStatus('backtest:b1', 'completed');
    const view = await backtest('b1');
    expect(view).toMatchObject({ status: 'completed', attempts: 1, attemptId: 'aaaa-1-1', statistics: { trades: 7 } });
    expect([...results.whole.keys()]).toEqual(['aaaa-1-1']);
    expect(published.find(({ data }) => (data as { type?: string }).type === 'progress')?.data).toMatchObject({
      backtestId: 'b1',
      percent: 50,
      equity: 10_500,
    });
    await untilNotified(system, 1);
    expect(await system.ask(inboxKind, 'ann', { type: 'GetInbox' })).toMatchObject({
      reply: { latest: [{ kind: 'backtest.completed', about: { backtestId: 'b1' } }] },
    });
    await system.stop();
  });

  test("fails with the strategy's mistake, and with data that do not exist", async () => {
    const { system, untilStatus, backtest, runners } = await start();
    runners.answering = threw;
    await system.ask(backtestKind, 'b1', { type: 'SubmitBacktest', spec });
    await untilStatus('backtest:b1', 'failed');
    expect(await backtest('b1')).toMatchObject({ attempts: 1, failure: { code: 'strategy-threw' } });
    const feeds = [{ id: 'main', symbol: 'NOWHERE', interval: '1d' }];
    await system.ask(backtestKind, 'b2', { type: 'SubmitBacktest', spec: specOf({ feeds }) });
    await untilStatus('backtest:b2', 'failed');
    expect(await backtest('b2')).toMatchObject({ failure: { code: 'data-missing' } });
    expect(runners.jobs).toHaveLength(1);
    await system.stop();
  });

  test('is done again in a new place when its place fails, and given up after the third', async () => {
    const { system, untilStatus, backtest, runners, results } = await start();
    runners.answering = (job, signal) => {
      if (runners.jobs.length < 3) throw new Error('killed');
      return completed(job, signal);
    };
    await system.ask(backtestKind, 'b1', { type: 'SubmitBacktest', spec });
    await untilStatus('backtest:b1', 'completed');
    expect(await backtest('b1')).toMatchObject({ attempts: 3, attemptId: 'aaaa-1-3' });
    expect(runners.opened).toBe(3);
    expect(new Set(results.removed)).toEqual(new Set(['aaaa-1-1', 'aaaa-1-2']));
    runners.answering = () => {
      throw new Error('killed');
    };
    await system.ask(backtestKind, 'b2', { type: 'SubmitBacktest', spec });
    await untilStatus('backtest:b2', 'failed');
    expect(await backtest('b2')).toMatchObject({ attempts: 3, failure: { code: 'attempts-exhausted' } });
    await system.stop();
  });

  test('is cancelled while it runs, and while it waits behind it', async () => {
    const { system, backtest, runners, results, untilStatus } = await start();
    runners.answering = endless;
    await system.ask(backtestKind, 'b1', { type: 'SubmitBacktest', spec });
    await runners.begun(1);
    await system.ask(backtestKind, 'b2', { type: 'SubmitBacktest', spec });
    await system.ask(backtestKind, 'b2', { type: 'CancelBacktest' });
    runners.answering = completed;
    await system.ask(backtestKind, 'b1', { type: 'CancelBacktest' });
    await system.ask(backtestKind, 'b3', { type: 'SubmitBacktest', spec });
    await untilStatus('backtest:b3', 'completed');
    expect(await backtest('b1')).toMatchObject({ status: 'cancelled', attempts: 1, statistics: null });
    expect(await backtest('b2')).toMatchObject({ status: 'cancelled', attempts: 0 });
    expect([...results.whole.keys()]).toEqual([(await backtest('b3')).attemptId]);
    expect(runners.jobs).toHaveLength(2);
    await system.stop();
  });

  test('whose process died is done again by the next one at once, and one result counts', async () => {
    const runners = new FakeRunners();
    const results = new MemoryResults();
    runners.answering = endless;
    const first = await start({ runners, results });
    await first.system.ask(backtestKind, 'b1', { type: 'SubmitBacktest', spec });
    await first.untilStatus('backtest:b1', 'running');
    await runners.begun(1);
    await first.system.stop();

    runners.answering = completed;
    const unfinished = [{ id: 'b1', kind: 'single' as const }];
    const second = await start({ runners, results, incarnation: 'bbbb', before: first, unfinished });
    await second.untilStatus('backtest:b1', 'completed');
    expect(await second.backtest('b1')).toMatchObject({ attempts: 2, attemptId: 'bbbb-1-1' });
    expect([...results.whole.keys()]).toEqual(['bbbb-1-1']);
    await second.system.stop();
  });

  test('whose process died comes alive by its own timer when nobody looks for it', async () => {
    const runners = new FakeRunners();
    runners.answering = endless;
    const first = await start({ runners });
    await first.system.ask(backtestKind, 'b1', { type: 'SubmitBacktest', spec });
    await runners.begun(1);
    await first.system.ask(backtestKind, 'b2', { type: 'SubmitBacktest', spec });
    await first.system.stop();

    runners.answering = completed;
    const second = await start({ runners, incarnation: 'bbbb', before: first });
    const startedAt = second.clock.now();
    const isDone = async (id: string): Promise<boolean> => (await second.backtest(id)).status === 'completed';
    while (!((await isDone('b1')) && (await isDone('b2')))) {
      await second.clock.armed(5_000);
      second.clock.advance(5_000);
    }
    expect(second.clock.now() - startedAt).toBeLessThan(2 * leaseMs);
    expect(await second.backtest('b1')).toMatchObject({ attempts: 2 });
    expect(await second.backtest('b2')).toMatchObject({ attempts: 1 });
    await second.system.stop();
  });

  test('keeps its lease while it runs for long', async () => {
    const { system, backtest, runners, clock, untilStatus } = await start();
    let finish = (): void => undefined;
    runners.answering = (job, signal) => new Promise((resolve) => (finish = () => resolve(completed(job, signal))));
    await system.ask(backtestKind, 'b1', { type: 'SubmitBacktest', spec });
    await runners.begun(1);
    for (let quarter = 0; quarter < 12; quarter++) {
      await clock.armed(leaseMs / 4);
      clock.advance(leaseMs / 4);
      await backtest('b1');
    }
    const queue = await system.ask(dispatcherKind, 'main', { type: 'GetQueue' });
    expect(queue).toMatchObject({ reply: { waiting: 0, running: 1 } });
    finish();
    await untilStatus('backtest:b1', 'completed');
    expect(await backtest('b1')).toMatchObject({ attempts: 1 });
    await system.stop();
  });
});

describe('slots', () => {
  test('serve a user who submits one backtest before the rest of another who submitted many', async () => {
    const { system, untilStatus, runners } = await start();
    let go = (): void => undefined;
    const gate = new Promise<void>((resolve) => (go = resolve));
    runners.answering = async (job, signal) => {
      await gate;
      return completed(job, signal);
    };
    for (let i = 0; i < 20; i++)
      await system.ask(backtestKind, `a${i}`, { type: 'SubmitBacktest', spec: specOf({ params: { fast: 1 } }) });
    await system.ask(backtestKind, 'z', {
      type: 'SubmitBacktest',
      spec: specOf({ owner: 'zoe', params: { fast: 2 } }),
    });
    go();
    await untilStatus('backtest:z', 'completed');
    expect(runners.jobs.findIndex(({ params }) => params['fast'] === 2)).toBe(1);
    await untilStatus('backtest:a19', 'completed');
    await system.stop();
  });
});

describe('a batch', () => {
  test('of a thousand members is run whole by two slots, each member once', async () => {
    const { system, untilStatus, batch, results, runners } = await start({ slots: 2 });
    const submitted = batchSpecOf({ plan: { type: 'grid', grid: { fast: '1..100', slow: '1..10' } } });
    await system.ask(batchKind, 'm1', { type: 'SubmitBatch', spec: submitted, members: 1_000 });
    await untilStatus('batch:m1', 'completed');
    const view = await batch('m1');
    expect(view).toMatchObject({ done: 1_000, failed: 0, excluded: 0 });
    expect(view.best).toHaveLength(20);
    expect(view.best.slice(0, 10).every(({ params }) => params['fast'] === 50)).toBe(true);
    const members = view.attemptIds.flatMap((attemptId) => results.members.get(attemptId) ?? []);
    expect(members.map(({ index }) => index).sort((a, b) => a - b)).toEqual(Array.from({ length: 1_000 }, (_, i) => i));
    expect(runners.jobs).toHaveLength(1_000);
    expect(new Set(view.attemptIds.map((attemptId) => attemptId.split('-')[1]))).toEqual(new Set(['1', '2']));
    await system.stop();
  });

  test('counts what its strategy excludes and what fails, and goes on', async () => {
    const { system, untilStatus, batch, runners } = await start();
    runners.answering = (job, signal) =>
      (job.params['fast'] === 1 ? excluded : job.params['fast'] === 2 ? threw : completed)(job, signal);
    const submitted = batchSpecOf({ plan: { type: 'grid', grid: { fast: '1..10', slow: '1..10' } } });
    await system.ask(batchKind, 'm1', { type: 'SubmitBatch', spec: submitted, members: 100 });
    await untilStatus('batch:m1', 'completed');
    expect(await batch('m1')).toMatchObject({ done: 80, failed: 10, excluded: 10, failure: 'x is not defined.' });
    await system.stop();
  });

  test('loses one member alone that brings its place down each time', async () => {
    const { system, untilStatus, batch, runners } = await start();
    runners.answering = (job, signal) => {
      if (job.params['fast'] === 7) throw new Error('killed');
      return completed(job, signal);
    };
    const submitted = batchSpecOf({ plan: { type: 'grid', grid: { fast: '1..50' } } });
    await system.ask(batchKind, 'm1', { type: 'SubmitBatch', spec: submitted, members: 50 });
    await untilStatus('batch:m1', 'completed');
    expect(await batch('m1')).toMatchObject({ done: 49, failed: 1 });
    expect(runners.jobs.filter(({ params }) => params['fast'] === 7)).toHaveLength(2);
    await system.stop();
  });

  test('runs symbols and periods each by itself; one without data fails alone', async () => {
    const { system, untilStatus, batch, runners, results } = await start();
    const day = (number: number): number => Date.UTC(2020, 0, number);
    const feed = (symbol: string) => [{ id: 'main', symbol, interval: '1d' }];
    const submitted = batchSpecOf({
      plan: { type: 'list', params: [{ fast: 3 }] },
      feedSets: [feed('GOOG'), feed('NOWHERE')],
      periods: [
        { from: day(1), to: day(5) },
        { from: day(5), to: null },
      ],
    });
    await system.ask(batchKind, 'm1', { type: 'SubmitBatch', spec: submitted, members: 4 });
    await untilStatus('batch:m1', 'completed');
    const view = await batch('m1');
    expect(view).toMatchObject({ done: 2, failed: 2 });
    expect(runners.jobs.map(({ span }) => span)).toEqual([
      { from: day(1), to: day(5) },
      { from: day(5), to: Number.MAX_SAFE_INTEGER },
    ]);
    const members = view.attemptIds.flatMap((attemptId) => results.members.get(attemptId) ?? []);
    expect(members.filter(({ failure }) => failure !== null).map(({ symbols }) => symbols)).toEqual([
      ['NOWHERE'],
      ['NOWHERE'],
    ]);
    await system.stop();
  });

  test('is cancelled while it runs', async () => {
    const { system, untilStatus, batch, runners, results } = await start();
    runners.answering = (job, signal) => (runners.jobs.length > 20 ? endless : completed)(job, signal);
    await system.ask(batchKind, 'm1', { type: 'SubmitBatch', spec: batchSpecOf(), members: 1_000 });
    await runners.begun(21);
    await system.ask(batchKind, 'm1', { type: 'CancelBatch' });
    runners.answering = completed;
    await system.ask(backtestKind, 'b1', { type: 'SubmitBacktest', spec });
    await untilStatus('backtest:b1', 'completed');
    expect(await batch('m1')).toMatchObject({ status: 'cancelled', done: 16 });
    expect([...results.members.keys()]).toHaveLength(1);
    await system.stop();
  });

  test('whose process died goes on where it was, and each member counts once', async () => {
    const runners = new FakeRunners();
    const results = new MemoryResults();
    runners.answering = (job, signal) => (runners.jobs.length > 40 ? endless : completed)(job, signal);
    const first = await start({ runners, results });
    const submitted = batchSpecOf({ plan: { type: 'grid', grid: { fast: '1..100' } } });
    await first.system.ask(batchKind, 'm1', { type: 'SubmitBatch', spec: submitted, members: 100 });
    await runners.begun(41);
    await first.system.stop();

    runners.answering = completed;
    const unfinished = [{ id: 'm1', kind: 'batch' as const }];
    const second = await start({ runners, results, incarnation: 'bbbb', before: first, unfinished });
    await second.untilStatus('batch:m1', 'completed');
    const view = await second.batch('m1');
    expect(view).toMatchObject({ done: 100, failed: 0 });
    const members = view.attemptIds.flatMap((attemptId) => results.members.get(attemptId) ?? []);
    expect(members.map(({ index }) => index).sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, i) => i));
    await second.system.stop();
  });

  test('fails as a whole when its plan does not fit its strategy', async () => {
    const { system, untilStatus, batch } = await start();
    const submitted = batchSpecOf({ plan: { type: 'grid', grid: { wrong: '1..100' } } });
    await system.ask(batchKind, 'm1', { type: 'SubmitBatch', spec: submitted, members: 100 });
    await untilStatus('batch:m1', 'failed');
    expect((await batch('m1')).failure).toContain('"wrong"');
    await system.stop();
  });
});

/** Durable messages arrive after the commit; the inbox tells its channel. */
const untilNotified = async (system: TestSystem['system'], count: number): Promise<void> => {
  for (;;) {
    const answer = await system.ask(inboxKind, 'ann', { type: 'GetInbox' });
    if (answer.type === 'replied' && (answer.reply as { readonly unread: number }).unread >= count) return; // of GetInbox
  }
};
