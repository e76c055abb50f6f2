/** Stories of strategies, backtests and batches. */

import { backtestKind, batchKind, strategyKind } from '#actors';
import type { BacktestSpec, BatchSpec } from '#actors';
import { statisticKeys } from '#domain';
import type { Statistics } from '#domain';
import type { Diagnostic } from '#ports';
import { hourMs, source } from './story.ts';
import type { Story } from './story.ts';

export const strategy: Story = {
  name: 'strategy',
  kind: strategyKind,
  id: 'ada.cross',
  async play({ tell, until, wait }) {
    const address = { kind: 'strategy', id: 'ada.cross' };
    const say = (command: Parameters<typeof tell<typeof strategyKind>>[2]) => tell(strategyKind, 'ada.cross', command);
    const details = { name: 'cross', description: 'Two averages.', tags: ['trend'] };
    await say({ type: 'CreateStrategy', ...details, source: source('1'), message: 'First', by: 'ada' });
    await until(address, 'VersionsKept');
    await say({ type: 'SaveStrategy', expectedVersion: 1, source: source('2'), message: 'Second', by: 'ada' });
    await until(address, 'VersionsKept', 2);
    await say({ type: 'SaveStrategy', expectedVersion: 2, name: 'crossing', tags: [], by: 'ada' });
    const declared = {
      name: 'crossing',
      description: null,
      params: { fast: { kind: 'int', default: 10, min: 1, max: 100, step: 1, label: null } },
      data: [{ id: 'main' }],
      hasConstraint: false,
    } as const;
    const outcome = { version: 2, at: Date.UTC(2026, 0, 1), ok: true, diagnostics: [], trades: 3, bars: 250 };
    await say({ type: 'RecordTest', outcome, declared });
    const failed = { ...outcome, ok: false, diagnostics: [diagnostic], trades: null, bars: null };
    await say({ type: 'RecordTest', outcome: failed, declared: null });
    await say({ type: 'RestoreVersion', version: 1, source: source('1'), by: 'ada' });
    await until(address, 'VersionsKept', 3);
    wait(hourMs);
  },
};

export const deletedStrategy: Story = {
  name: 'strategy-deleted',
  kind: strategyKind,
  id: 'ada.gone',
  async play({ tell, until }) {
    const details = { name: 'gone', description: '', tags: [], source: source('1'), message: 'First', by: 'ada' };
    await tell(strategyKind, 'ada.gone', { type: 'CreateStrategy', ...details });
    await until({ kind: 'strategy', id: 'ada.gone' }, 'VersionsKept');
    await tell(strategyKind, 'ada.gone', { type: 'DeleteStrategy', expectedVersion: 1 });
  },
};

const diagnostic: Diagnostic = {
  code: 'strategy-threw',
  message: 'x is not defined.',
  remedy: 'Declare it.',
  file: 'strategy.ts',
  line: 3,
  column: 5,
  codeFrame: '> 3 | x',
};

const statistics = (known: Partial<Statistics>): Statistics =>
  // Every key is set, so it is whole.
  ({ ...Object.fromEntries(statisticKeys.map((key) => [key, null])), ...known }) as Statistics;

const spec: BacktestSpec = {
  owner: 'ada',
  strategyId: 'ada.cross',
  strategyName: 'cross',
  strategyVersion: 2,
  source: source('2'),
  params: { fast: 5 },
  feeds: [{ id: 'main', symbol: 'GOOG', interval: '1d' }],
  from: Date.UTC(2020, 0, 1),
  to: null,
  profile: 'native',
  config: { cash: 10_000 },
  seed: '1',
  priority: 5,
};

export const completedBacktest: Story = {
  name: 'backtest-completed',
  kind: backtestKind,
  id: 'b1',
  async play({ tell, until }) {
    const say = (command: Parameters<typeof tell<typeof backtestKind>>[2]) => tell(backtestKind, 'b1', command);
    await say({ type: 'SubmitBacktest', spec });
    await say({ type: 'ReserveCapacity', attemptId: 'aa-1-1', slot: 'aa-1' });
    await say({ type: 'RunStarted', attemptId: 'aa-1-1' });
    await say({ type: 'AttemptLost', attemptId: 'aa-1-1', reason: 'killed', blame: 'work' });
    await until({ kind: 'backtest', id: 'b1' }, 'ResultsRemoved');
    await say({ type: 'ReserveCapacity', attemptId: 'aa-1-2', slot: 'aa-1' });
    await say({ type: 'RunStarted', attemptId: 'aa-1-2' });
    await say({ type: 'RenewLease', attemptId: 'aa-1-2' });
    const result = statistics({ return: 0.123, sharpe: 1.05, maxDrawdown: -0.084, trades: 42 });
    await say({ type: 'ResultsStored', attemptId: 'aa-1-2', statistics: result, tradeHash: 'f'.repeat(32) });
  },
};

export const failedBacktest: Story = {
  name: 'backtest-failed',
  kind: backtestKind,
  id: 'b2',
  async play({ tell }) {
    await tell(backtestKind, 'b2', { type: 'SubmitBacktest', spec });
    await tell(backtestKind, 'b2', { type: 'ReserveCapacity', attemptId: 'aa-1-1', slot: 'aa-1' });
    await tell(backtestKind, 'b2', { type: 'RunStarted', attemptId: 'aa-1-1' });
    await tell(backtestKind, 'b2', { type: 'RunFailed', attemptId: 'aa-1-1', diagnostic });
  },
};

export const cancelledBacktest: Story = {
  name: 'backtest-cancelled',
  kind: backtestKind,
  id: 'b3',
  async play({ tell, until }) {
    await tell(backtestKind, 'b3', { type: 'SubmitBacktest', spec: { ...spec, params: {} } });
    await tell(backtestKind, 'b3', { type: 'ReserveCapacity', attemptId: 'aa-1-1', slot: 'aa-1' });
    await tell(backtestKind, 'b3', { type: 'CancelBacktest' });
    await until({ kind: 'backtest', id: 'b3' }, 'ResultsRemoved');
  },
};

const { params: _params, feeds, from: _from, to: _to, ...shared } = spec;
const batchSpec: BatchSpec = {
  ...shared,
  params: {},
  plan: { type: 'grid', grid: { fast: '1..20' } },
  feedSets: [feeds],
  periods: [{ from: null, to: null }],
  rankBy: 'sharpe',
};

const stored = (attemptId: string, done: number) =>
  ({
    type: 'PortionStored',
    attemptId,
    done,
    failed: 1,
    excluded: 1,
    best: [{ index: 3, params: { fast: 4 }, statistics: statistics({ sharpe: 2 }), tradeHash: 'e'.repeat(32) }],
    failure: 'x is not defined.',
    walkForward: [],
  }) as const;

export const completedBatch: Story = {
  name: 'batch-completed',
  kind: batchKind,
  id: 'm1',
  async play({ tell, until }) {
    const say = (command: Parameters<typeof tell<typeof batchKind>>[2]) => tell(batchKind, 'm1', command);
    const reserve = (number: number) =>
      say({ type: 'ReservePortion', attemptId: `aa-1-${number}`, slot: 'aa-1', members: 16 });
    await say({ type: 'SubmitBatch', spec: batchSpec, members: 8 });
    await reserve(1);
    await say({ type: 'RenewPortion', attemptId: 'aa-1-1' });
    await say({ type: 'PortionLost', attemptId: 'aa-1-1', reason: 'killed' });
    await until({ kind: 'batch', id: 'm1' }, 'ResultsRemoved');
    // More often than there are portions: what comes too late is refused.
    for (let number = 2; number <= 9; number++) {
      await reserve(number);
      await say(stored(`aa-1-${number}`, 1));
    }
  },
};

export const failedBatch: Story = {
  name: 'batch-failed',
  kind: batchKind,
  id: 'm2',
  async play({ tell, until }) {
    await tell(batchKind, 'm2', { type: 'SubmitBatch', spec: batchSpec, members: 20 });
    await tell(batchKind, 'm2', { type: 'ReservePortion', attemptId: 'aa-1-1', slot: 'aa-1', members: 16 });
    await tell(batchKind, 'm2', { type: 'FailBatch', attemptId: 'aa-1-1', reason: 'There is no parameter "slow".' });
    await until({ kind: 'batch', id: 'm2' }, 'ResultsRemoved');
  },
};

export const cancelledBatch: Story = {
  name: 'batch-cancelled',
  kind: batchKind,
  id: 'm3',
  async play({ tell }) {
    const plan = { type: 'walk-forward', grid: { fast: '1..20' }, windows: 4, anchored: true } as const;
    await tell(batchKind, 'm3', { type: 'SubmitBatch', spec: { ...batchSpec, plan }, members: 2 });
    await tell(batchKind, 'm3', { type: 'ReservePortion', attemptId: 'aa-1-1', slot: 'aa-1', members: 16 });
    const window = {
      inSampleFrom: 0,
      outOfSampleFrom: 700,
      outOfSampleTo: null,
      params: { fast: 3 },
      inSampleScore: 1.5,
      outOfSampleScore: 0.5,
      outOfSampleReturn: 0.01,
      degradation: 0.33,
    };
    const walkForward = [{ index: 0, windows: [window], degradation: 0.33, profitableWindows: 1 }];
    await tell(batchKind, 'm3', { ...stored('aa-1-1', 1), failed: 0, excluded: 0, failure: null, walkForward });
    await tell(batchKind, 'm3', { type: 'CancelBatch' });
  },
};
