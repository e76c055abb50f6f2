/** What tests of backtests and batches submit. */

import { statisticKeys } from '#domain';
import type { Statistics } from '#domain';
import type { BatchSpec } from '../../batch/batch-messages.ts';
import type { BacktestSpec } from '../backtest-messages.ts';

export const specOf = (changed: Partial<BacktestSpec> = {}): BacktestSpec => ({
  owner: 'ann',
  strategyId: 'ann.s1',
  strategyName: 'SMA cross',
  strategyVersion: 1,
  source: { files: { 'strategy.ts': '' }, entry: 'strategy.ts' },
  params: {},
  feeds: [{ id: 'main', symbol: 'GOOG', interval: '1d' }],
  from: null,
  to: null,
  profile: 'native',
  config: {},
  seed: '1',
  priority: 5,
  ...changed,
});

export const batchSpecOf = (changed: Partial<BatchSpec> = {}): BatchSpec => {
  const { params, feeds, from: _from, to: _to, ...rest } = specOf();
  return {
    ...rest,
    params,
    plan: { type: 'grid', grid: { fast: '1..10', slow: '1..100' } },
    feedSets: [feeds],
    periods: [{ from: null, to: null }],
    rankBy: 'sharpe',
    ...changed,
  };
};

/** Every statistic null but those given. */
export const statisticsOf = (known: Partial<Statistics> = {}): Statistics =>
  // Every key is set, so it is whole.
  ({ ...Object.fromEntries(statisticKeys.map((key) => [key, null])), ...known }) as Statistics;
