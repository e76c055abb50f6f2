/** A backtest's result as JSON for programs: `{ statistics, trades, orders, equity, … }`. */

import type { BacktestResult } from '#domain';
import { formatTime } from '#domain';

/** Points of the arrays written at a time: the text of a long run need not fit in memory. */
const pointsPerPiece = 50_000;

/** The result's JSON in pieces, to be written one after another; `cached` when it was known from before. */
export function* resultJson(result: BacktestResult, { cached }: { readonly cached: boolean }): Generator<string> {
  const { timeline, equity, statistics, profileStatistics, trades, orders, fills, ...rest } = result;
  const head = {
    strategy: rest.strategy,
    engineVersion: rest.engineVersion,
    params: rest.params,
    settings: rest.settings,
    feeds: rest.feeds,
    tradeHash: rest.tradeHash,
    cached,
    warmUpSteps: rest.warmUpSteps,
    statistics: { ...statistics, ...profileStatistics },
    log: rest.log,
    logDropped: rest.logDropped,
    notes: rest.notes,
    plots: rest.plots,
  };
  yield JSON.stringify(head, null, 2).slice(0, -2);
  yield* list('trades', trades, (trade) => ({
    ...trade,
    entryTime: isoOrNull(trade.entryTime),
    exitTime: isoOrNull(trade.exitTime),
  }));
  yield* list('orders', orders, ({ request, ...order }) => ({
    ...order,
    createdTime: isoOrNull(order.createdTime),
    tag: request.tag ?? null,
  }));
  yield* list('fills', fills, (fill) => ({ ...fill, time: isoOrNull(fill.time) }));
  yield* numbers('time', timeline);
  yield* numbers('equity', equity);
  yield '\n}\n';
}

function* list<T>(name: string, items: readonly T[], shape: (item: T) => object): Generator<string> {
  yield `,\n  "${name}": [`;
  for (let i = 0; i < items.length; i += pointsPerPiece) {
    yield items
      .slice(i, i + pointsPerPiece)
      .map((item, k) => `${i + k === 0 ? '' : ','}\n    ${JSON.stringify(shape(item))}`)
      .join('');
  }
  yield items.length === 0 ? ']' : '\n  ]';
}

function* numbers(name: string, values: Float64Array): Generator<string> {
  yield `,\n  "${name}": [`;
  for (let i = 0; i < values.length; i += pointsPerPiece) {
    yield `${i === 0 ? '' : ','}${Array.from(values.subarray(i, i + pointsPerPiece), (value) => (Number.isFinite(value) ? String(value) : 'null')).join(',')}`;
  }
  yield ']';
}

const isoOrNull = (time: number | null): string | null =>
  time === null || !Number.isFinite(time) ? null : formatTime(time);
