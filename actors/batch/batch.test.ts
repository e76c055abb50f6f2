import { describe, expect, test } from 'vitest';
import { given } from '#kernel/testing';
import { attemptIdOf, leaseMs, slotNameOf } from '../backtest/lease.ts';
import { batchSpecOf, statisticsOf } from '../backtest/testing/specs.ts';
import type { ReservePortion } from './batch-messages.ts';
import { batchKind } from './batch.ts';
import type { BatchEvent } from './batch-state.ts';

const at = Date.UTC(2026, 0, 1);
const spec = batchSpecOf();
const options = { id: 'm1', now: at };
const attempt = (number: number, incarnation = 'aaaa'): string => attemptIdOf(slotNameOf(incarnation, 1), number);

const recordedWith = (members: number): BatchEvent => ({ type: 'BatchRecorded', spec, members, at });
const reserved = (number: number, from: number, to: number, incarnation = 'aaaa'): BatchEvent => ({
  type: 'PortionReserved',
  lease: { attemptId: attempt(number, incarnation), slot: 'one', until: at + leaseMs },
  range: { from, to },
  at,
});
const stored = (number: number, changed: Partial<Extract<BatchEvent, { type: 'PortionStored' }>> = {}) => ({
  type: 'PortionStored' as const,
  attemptId: attempt(number),
  done: 0,
  failed: 0,
  excluded: 0,
  best: [],
  failure: null,
  walkForward: [],
  ...changed,
});
const member = (index: number, sharpe: number) => ({
  index,
  params: { fast: index },
  statistics: statisticsOf({ sharpe }),
  tradeHash: '0'.repeat(32),
});

describe('a batch', () => {
  test('hands out its members in portions that shrink towards the end, each once', () => {
    let events: readonly BatchEvent[] = [recordedWith(100)];
    const ranges: [number, number][] = [];
    for (let number = 1; ; number++) {
      const command: ReservePortion = { type: 'ReservePortion', attemptId: attempt(number), slot: 'one', members: 50 };
      const { decision } = given(batchKind, events, options).when(command);
      if (decision.reply === null || decision.reply === undefined) break;
      ranges.push([decision.reply.from, decision.reply.to]);
      events = [...events, ...(decision.events ?? [])];
    }
    expect(ranges.map(([from, to]) => to - from)).toEqual([25, 19, 14, 11, 8, 7, 7, 7, 2]);
    expect(ranges.every(([from], i) => from === (ranges[i - 1]?.[1] ?? 0))).toBe(true);
  });

  test('hands out lost members again before others, and not to the attempt that has lost them', () => {
    const events: BatchEvent[] = [
      recordedWith(100),
      reserved(1, 0, 25),
      reserved(2, 25, 44),
      { type: 'PortionLost', attemptId: attempt(1), reason: 'gone' },
    ];
    given(batchKind, events, options)
      .when({ type: 'ReservePortion', attemptId: attempt(3), slot: 'one', members: 5 })
      .then({
        events: [reserved(3, 0, 25)],
        reply: { spec, from: 0, to: 25, members: 100, finished: 0, portions: 2 },
      });
    given(batchKind, events, options)
      .when({ type: 'ReservePortion', attemptId: attempt(1), slot: 'one', members: 5 })
      .then({ refusal: { code: 'attempt-stale' } });
  });

  test('comes back until what does not count is removed, also when it has ended', () => {
    const remove = (number: number) => ({ type: 'task', task: 'remove-results', input: [attempt(number)] }) as const;
    const open: BatchEvent[] = [recordedWith(100), reserved(1, 0, 25)];
    const { state } = given(batchKind, open, options).when({ type: 'CancelBatch' });
    expect(state?.leftAttemptIds).toEqual([attempt(1)]);
    expect(batchKind.recovered?.(state ?? null, { id: options.id, now: options.now, seq: 4 })).toEqual([remove(1)]);
    const cancelled: BatchEvent[] = [...open, { type: 'BatchCancelled', at: options.now }];
    given(batchKind, cancelled, options)
      .when({ type: 'ResumeBatch', alive: null })
      .then({ effects: [remove(1)] });
    const removed = { type: 'ResultsRemoved', attemptIds: [attempt(1)] } as const;
    given(batchKind, cancelled, options)
      .when(removed)
      .then({ events: [removed], timers: [{ type: 'clear', name: 'resume' }] });
  });

  test('keeps the best of all portions in an order that does not depend on their arrival', () => {
    const open = [recordedWith(60), reserved(1, 0, 30), reserved(2, 30, 60)];
    const one = stored(1, { done: 30, best: [member(3, 2), member(7, 1)] });
    const two = stored(2, { done: 30, best: [member(40, 2), member(31, 3)] });
    const bestAfter = (events: readonly BatchEvent[]) =>
      [...open, ...events].reduce(batchKind.evolve, null)?.best.map(({ index }) => index);
    expect(bestAfter([one, two])).toEqual([31, 3, 40, 7]);
    expect(bestAfter([two, one])).toEqual([31, 3, 40, 7]);
  });

  test('writes down only members that enter its best twenty', () => {
    const twenty = Array.from({ length: 20 }, (_, i) => member(i, 10 - i / 100));
    const events = [recordedWith(60), reserved(1, 0, 30), reserved(2, 30, 60), stored(1, { done: 30, best: twenty })];
    const { decision } = given(batchKind, events, options).when({
      ...stored(2),
      done: 30,
      best: [member(40, 11), member(41, 1)],
    });
    expect(decision.events?.[0]).toMatchObject({ type: 'PortionStored', best: [{ index: 40 }] });
  });

  test('completes with its last portion and reports the best', () => {
    const { decision } = given(batchKind, [recordedWith(30), reserved(1, 0, 30)], options).when({
      ...stored(1),
      done: 28,
      failed: 1,
      excluded: 1,
      best: [member(3, 2)],
    });
    expect(decision.events?.map(({ type }) => type)).toEqual(['PortionStored', 'BatchCompleted', 'OwnerNotified']);
    expect(decision.timers).toEqual([{ type: 'clear', name: 'resume' }]);
    expect(decision.send).toMatchObject([
      {
        to: { kind: 'inbox', id: 'ann' },
        command: {
          kind: 'batch.completed',
          text: '28 backtests done, 1 failed, 1 excluded. The best by sharpe, with fast=3: return n/a, Sharpe 2.00, maximum drawdown n/a, 0 trades.',
        },
      },
    ]);
  });

  test('fails when none of its members came to an end', () => {
    const { state } = given(batchKind, [recordedWith(30), reserved(1, 0, 30)], options).when({
      ...stored(1),
      failed: 30,
      failure: 'x is not defined.',
    });
    expect(state).toMatchObject({ status: 'failed', failure: 'x is not defined.' });
  });

  test('takes a portion once, and nothing of an attempt that was given up', () => {
    const events = [recordedWith(60), reserved(1, 0, 30), stored(1, { done: 30 })];
    given(batchKind, events, options)
      .when(stored(1, { done: 30 }))
      .then({ reply: null });
    const lost: BatchEvent = { type: 'PortionLost', attemptId: attempt(1), reason: 'gone' };
    given(batchKind, [recordedWith(60), reserved(1, 0, 30), lost], options)
      .when(stored(1, { done: 30 }))
      .then({ refusal: { code: 'attempt-stale' } });
  });

  test('gives up portions of ended processes and of ended leases, and keeps the others', () => {
    const events = [recordedWith(60), reserved(1, 0, 30), reserved(2, 30, 40, 'bbbb')];
    const lost = given(batchKind, events, options).when({ type: 'ResumeBatch', alive: ['bbbb'] });
    expect(lost.state?.lost).toMatchObject([{ from: 0, to: 30, losses: 1 }]);
    expect(lost.state?.open).toMatchObject([{ range: { from: 30, to: 40 } }]);
    const all = given(batchKind, events, options).when({ type: 'ResumeBatch', alive: null }, { now: at + leaseMs });
    expect(all.state?.open).toEqual([]);
  });

  test('is given up when the same members are lost again and again', () => {
    let events: readonly BatchEvent[] = [recordedWith(1)];
    for (let number = 1; number <= 10; number++) {
      events = [...events, reserved(number, 0, 1)];
      const { decision } = given(batchKind, events, options).when({
        type: 'PortionLost',
        attemptId: attempt(number),
        reason: 'killed',
      });
      events = [...events, ...(decision.events ?? [])];
    }
    expect(events.reduce(batchKind.evolve, null)).toMatchObject({ status: 'failed' });
  });

  test('is cancelled, and refuses portions afterwards', () => {
    const events = [recordedWith(60), reserved(1, 0, 30)];
    const { decision } = given(batchKind, events, options).when({ type: 'CancelBatch' });
    expect(decision.reply).toMatchObject({ status: 'cancelled' });
    given(batchKind, [...events, ...(decision.events ?? [])], options)
      .when(stored(1, { done: 30 }))
      .then({ refusal: { code: 'batch-finished' } });
  });

  test('tells watchers how far it is, from the event alone', () => {
    const events = [recordedWith(60), reserved(1, 0, 30), stored(1, { done: 30 }), reserved(2, 30, 60)];
    const { decision } = given(batchKind, events, options).when(
      stored(2, { done: 20, failed: 10, best: [member(40, 2)] }),
    );
    expect(decision.events?.slice(0, 2).map((event) => batchKind.publish?.(event, 'm1')[0]?.data)).toMatchObject([
      { type: 'state', view: { id: 'm1', done: 50, failed: 10, excluded: 0 }, entered: [{ index: 40 }] },
      { type: 'state', view: { id: 'm1', status: 'completed' } },
    ]);
  });

  test('refuses plans without members and rankings that do not exist', () => {
    given(batchKind, [], options)
      .when({ type: 'SubmitBatch', spec, members: 0 })
      .then({ refusal: { code: 'batch-plan' } });
    given(batchKind, [], options)
      .when({ type: 'SubmitBatch', spec: { ...spec, rankBy: 'luck' }, members: 5 })
      .then({ refusal: { code: 'batch-plan' } });
  });
});
