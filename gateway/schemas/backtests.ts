/** What the API takes and shows of backtests and batches. */

import { Type } from 'typebox';
import type { TProperties } from 'typebox';
import { profileNames, statisticKeys } from '#domain';
import { exportFormats, resultTables } from '#ports';
import { choice, closed, GivenInstant, Id, Instant, nullable } from './basics.ts';
import { Diagnostic } from './strategies.ts';
import { SymbolName } from './trading.ts';

export const BacktestId = Type.String({
  pattern: '^[A-Za-z0-9_-]{1,120}$',
  description: 'Id of a backtest or a batch.',
  examples: ['9q4e2a7c5k1m8v3r', 'batch-3b5n7j2wd6f8hs1z'],
});

const Interval = Type.String({
  maxLength: 8,
  description: 'Length of a bar: 1m, 15m, 4h, 1d, 1w, 1M (m minutes, M months).',
  examples: ['1d'],
});

export const Params = Type.Record(Type.String({ maxLength: 100 }), Type.Unknown(), {
  description: 'Values of the parameters that the strategy declares; absent ones take their defaults.',
  examples: [{ fast: 10, slow: 30 }],
});

const Axes = Type.Record(Type.String({ maxLength: 100 }), Type.Unknown(), {
  description: 'What to try of each parameter: a list, { from, to, step }, or a text such as "20..200:20".',
  examples: [{ fast: [5, 10], slow: '20..200:20' }],
});

const Period = closed({ from: Type.Optional(nullable(GivenInstant)), to: Type.Optional(nullable(GivenInstant)) });
export const Seed = Type.Union([Type.Integer(), Type.String({ minLength: 1, maxLength: 100 })], {
  description: 'Of all randomness: the same seed gives the same result.',
});

const Plan = Type.Union(
  [
    closed({ type: Type.Literal('grid'), grid: Axes }, { description: 'All combinations.' }),
    closed(
      {
        type: Type.Literal('random'),
        space: Axes,
        count: Type.Integer({ minimum: 1, maximum: 1_000_000, description: 'Combinations to draw.' }),
        seed: Type.Optional(Seed),
      },
      { description: 'A sample of the combinations.' },
    ),
    closed({ type: Type.Literal('list'), params: Type.Array(Params, { minItems: 1 }) }, { description: 'These.' }),
    closed(
      {
        type: Type.Literal('walk-forward'),
        grid: Axes,
        windows: Type.Integer({ minimum: 1, maximum: 1_000 }),
        inSampleShare: Type.Optional(
          Type.Number({ exclusiveMinimum: 0, exclusiveMaximum: 1, description: 'Part that chooses. Default 0.7.' }),
        ),
        anchored: Type.Optional(Type.Boolean({ description: 'Every window begins at the first bar.' })),
      },
      { description: 'Chooses in each window, and judges by the bars after it.' },
    ),
  ],
  { description: 'Makes it a batch: many backtests of one strategy.' },
);

const Feed = closed({
  id: Type.String({ minLength: 1, maxLength: 64, description: 'As the strategy knows it.' }),
  symbol: SymbolName,
  interval: Interval,
});

/** Symbols, periods of a batch, feeds: more are several batches. */
const partsMax = 100;

export const NewBacktest = closed({
  strategyId: Id,
  version: Type.Optional(Type.Integer({ minimum: 1, description: 'Default: the newest.' })),
  params: Type.Optional(Params),
  symbols: Type.Optional(
    Type.Array(SymbolName, {
      minItems: 1,
      maxItems: partsMax,
      description: "In the order of the strategy's data. Either these or feeds.",
      examples: [['GOOG']],
    }),
  ),
  feeds: Type.Optional(Type.Array(Feed, { minItems: 1, maxItems: partsMax })),
  interval: Type.Optional(Interval),
  from: Type.Optional(nullable(GivenInstant)),
  to: Type.Optional(nullable(GivenInstant)),
  profile: Type.Optional(choice(profileNames, { default: 'native', description: 'Whose rules orders are filled by.' })),
  config: Type.Optional(
    Type.Record(Type.String(), Type.Unknown(), {
      description: 'Settings of the profile: cash, costs, fills.',
      examples: [{ cash: 10_000 }],
    }),
  ),
  seed: Type.Optional(Seed),
  priority: Type.Optional(Type.Integer({ minimum: 0, maximum: 9, description: '9 is first; 5 is usual.' })),
  batch: Type.Optional(Plan),
  periods: Type.Optional(
    Type.Array(Period, {
      minItems: 1,
      maxItems: partsMax,
      description: 'Of a batch: each is tried with all combinations.',
    }),
  ),
  each: Type.Optional(
    Type.Boolean({ description: 'Of a batch: each symbol by itself, instead of all of them together.' }),
  ),
  rankBy: Type.Optional(
    choice(statisticKeys, { default: 'sharpe', description: 'Of a batch: the statistic that ranks.' }),
  ),
});

const Statistics = Type.Record(Type.String(), nullable(Type.Number()), {
  description: 'Percentages are fractions: 0.25 is 25 %. null: too few samples.',
});

const FeedOnWire = Type.Object({ id: Type.String(), symbol: Type.String(), interval: Type.String() });

const common = {
  id: Type.String(),
  owner: Type.String(),
  strategyId: Type.String(),
  strategyName: Type.String(),
  strategyVersion: Type.Integer(),
  createdAt: Instant,
  finishedAt: nullable(Instant),
} as const satisfies TProperties;

export const backtestStatuses = [
  'queued',
  'reserved',
  'running',
  'storing',
  'completed',
  'failed',
  'cancelled',
] as const;

const singleParts = {
  kind: Type.Literal('single'),
  ...common,
  params: Params,
  feeds: Type.Array(FeedOnWire),
  from: nullable(Instant),
  to: nullable(Instant),
  profile: Type.String(),
  status: choice(backtestStatuses),
  attempts: Type.Integer(),
  attemptId: nullable(Type.String({ description: 'Whose result counts; set when completed.' })),
  statistics: nullable(Statistics),
  tradeHash: nullable(Type.String({ description: 'Equal runs have equal hashes.' })),
  failure: nullable(Diagnostic),
  startedAt: nullable(Instant),
};

export const Backtest = Type.Object({ ...singleParts, version: Type.Integer() }, { title: 'Backtest' });

const batchParts = {
  kind: Type.Literal('batch'),
  ...common,
  feedSets: Type.Array(Type.Array(FeedOnWire)),
  periods: Type.Array(Type.Object({ from: nullable(Instant), to: nullable(Instant) })),
  rankBy: Type.String(),
  status: choice(['queued', 'running', 'completed', 'failed', 'cancelled']),
  members: Type.Integer({ description: 'Backtests in all.' }),
  done: Type.Integer(),
  failed: Type.Integer(),
  excluded: Type.Integer({ description: "By the strategy's constraint." }),
  failure: nullable(Type.String()),
};

const WalkForward = Type.Object({
  index: Type.Integer(),
  windows: Type.Array(
    Type.Object({
      inSampleFrom: Instant,
      outOfSampleFrom: Instant,
      outOfSampleTo: nullable(Instant),
      params: nullable(Params),
      inSampleScore: nullable(Type.Number()),
      outOfSampleScore: nullable(Type.Number()),
      outOfSampleReturn: nullable(Type.Number()),
      degradation: nullable(Type.Number()),
    }),
  ),
  degradation: nullable(Type.Number({ description: 'Mean of out-of-sample score ÷ in-sample score.' })),
  profitableWindows: nullable(Type.Number()),
});

const Batch = Type.Object(
  {
    ...batchParts,
    plan: Plan,
    best: Type.Array(
      Type.Object({ index: Type.Integer(), params: Params, statistics: Statistics, tradeHash: Type.String() }),
      { description: 'Best first, at most 20.' },
    ),
    attemptIds: Type.Array(Type.String()),
    walkForward: Type.Array(WalkForward),
    version: Type.Integer(),
  },
  { title: 'Batch' },
);

export const AnyBacktest = Type.Union([Backtest, Batch]);

/** In lists, where both kinds stand in one table. */
export const BacktestEntry = Type.Object(
  {
    ...common,
    kind: choice(['single', 'batch']),
    status: choice(backtestStatuses),
    failure: Type.Unknown({ description: 'null, or why.' }),
  },
  { title: 'BacktestEntry', additionalProperties: true },
);

export const ResultTableName = choice(resultTables);
export const ExportFormatName = choice(exportFormats);

const Member = Type.Object(
  {
    index: Type.Integer(),
    params: Params,
    symbols: Type.Array(Type.String()),
    statistics: nullable(Statistics),
    tradeHash: nullable(Type.String()),
    failure: nullable(Type.String({ description: 'Why it has no statistics.' })),
    equity: Type.Array(Type.Number(), { description: 'Currency, at most 500 points.' }),
  },
  { title: 'BatchMember' },
);

export const Ranking = Type.Object(
  {
    rankedBy: Type.String(),
    total: Type.Integer(),
    data: Type.Array(Member),
    nextCursor: nullable(Type.String()),
  },
  { title: 'Ranking' },
);

export const BacktestResults = Type.Object(
  {
    kind: Type.Literal('single'),
    attemptId: Type.String(),
    tradeHash: Type.String(),
    params: Params,
    statistics: Statistics,
    profileStatistics: Type.Unknown({ description: "The reproduced engine's own statistics, where it has some." }),
    settings: Type.Record(Type.String(), Type.Unknown()),
    feeds: Type.Array(
      Type.Object({
        id: Type.String(),
        symbol: Type.String(),
        timeframeMs: Type.Integer(),
        bars: Type.Integer(),
        firstTime: Instant,
        lastTime: Instant,
      }),
    ),
    notes: Type.Array(Type.String()),
  },
  { title: 'BacktestResults', additionalProperties: true },
);

export const ResultRows = Type.Object(
  {
    data: Type.Array(Type.Record(Type.String(), Type.Unknown())),
    total: Type.Integer({ description: 'Rows of the whole table.' }),
    offset: Type.Integer(),
    nextOffset: nullable(Type.Integer({ description: 'null: that was the last row.' })),
  },
  { title: 'ResultRows' },
);

const AxisValues = Type.Object({ param: Type.String(), values: Type.Array(Type.Unknown()) });

export const HeatMapOnWire = Type.Object(
  {
    statistic: Type.String(),
    x: AxisValues,
    y: AxisValues,
    aggregate: choice(['best', 'mean', 'median']),
    rows: Type.Array(Type.Array(nullable(Type.Number())), {
      description: 'One for each value of y, a cell for each of x.',
    }),
    lowest: nullable(Type.Number()),
    highest: nullable(Type.Number()),
  },
  { title: 'HeatMap' },
);
