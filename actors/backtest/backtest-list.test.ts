import { describe, expect, test } from 'vitest';
import type { ListEntry, ListProjection } from '#ports';
import type { BatchEvent } from '../batch/batch-state.ts';
import { backtestsList, batchesList } from './backtest-list.ts';
import type { BacktestEvent } from './backtest-state.ts';
import { batchSpecOf, specOf, statisticsOf } from './testing/specs.ts';

const at = Date.UTC(2026, 0, 1);

/** The one entry that a list has after the events. */
const entryAfter = <E extends BacktestEvent | BatchEvent>(list: ListProjection<E>, events: readonly E[]) => {
  let entry: ListEntry | null = null;
  for (const [seq, event] of events.entries()) {
    for (const change of list.changes(event, { id: 'b1', seq, at })) {
      if (change.type === 'put') entry = change.entry;
      else if (change.type === 'patch' && entry !== null) entry = change.patch(entry);
    }
  }
  return entry;
};

describe('the list of backtests', () => {
  const recorded: BacktestEvent = { type: 'BacktestRecorded', spec: specOf(), at };

  test('shows a single one by its owner, symbol and strategy, without its source', () => {
    const entry = entryAfter(backtestsList, [recorded]);
    expect(entry).toMatchObject({
      id: 'b1',
      owner: 'ann',
      at,
      symbol: 'GOOG',
      status: 'queued',
      parent: 'ann.s1',
      doc: { id: 'b1', kind: 'single', strategyName: 'SMA cross', status: 'queued', createdAt: at },
    });
    expect(entry?.doc).not.toHaveProperty('source');
  });

  test('follows it to its end', () => {
    const statistics = statisticsOf({ return: 0.1 });
    const completed = { attemptId: 'a', statistics, tradeHash: 'h' };
    const entry = entryAfter(backtestsList, [
      recorded,
      { type: 'CapacityReserved', lease: { attemptId: 'a', slot: 's', until: at }, attempts: 1 },
      { type: 'RunStarted', attemptId: 'a', at: at + 1 },
      { type: 'ResultsStored', ...completed },
      { type: 'BacktestCompleted', ...completed, at: at + 2 },
      { type: 'CapacityReleased', attemptId: 'a' },
      { type: 'OwnerNotified', at: at + 2 },
    ]);
    expect(entry).toMatchObject({
      status: 'completed',
      doc: { status: 'completed', attempts: 1, startedAt: at + 1, finishedAt: at + 2, statistics, tradeHash: 'h' },
    });
  });

  test('has batches beside them, with what their portions came to', () => {
    const portion = { best: [], failure: null, walkForward: [] };
    const entry = entryAfter(batchesList, [
      { type: 'BatchRecorded', spec: batchSpecOf(), members: 1_000, at },
      {
        type: 'PortionReserved',
        lease: { attemptId: 'a', slot: 's', until: at },
        range: { from: 0, to: 16 },
        at: at + 1,
      },
      { type: 'PortionStored', attemptId: 'a', done: 10, failed: 2, excluded: 4, ...portion },
      { type: 'PortionStored', attemptId: 'b', done: 15, failed: 2, excluded: 4, ...portion },
    ]);
    expect(entry).toMatchObject({
      status: 'running',
      symbol: 'GOOG',
      doc: { kind: 'batch', plan: 'grid', members: 1_000, done: 15, failed: 2, excluded: 4 },
    });
  });
});
