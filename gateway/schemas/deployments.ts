/** What the API takes and shows of strategies that run live, and of what they want. */

import { Type } from 'typebox';
import { Params, Seed } from './backtests.ts';
import { choice, closed, Decimal, Id, Instant, nullable } from './basics.ts';
import { Diagnostic } from './strategies.ts';
import { AccountId, SymbolName } from './trading.ts';

/** `USER.LOCAL`. */
export const DeploymentId = Type.String({
  pattern: String.raw`^[A-Za-z0-9_-]{1,60}\.[A-Za-z0-9_-]{1,60}$`,
  description: 'Id of a deployment.',
  examples: ['8x1c0v9rk2m4qy7t.5d8g1k4mw9p2r6vz'],
});

/** Feeds of one deployment: each is followed and decided. */
export const feedsMax = 10;

const LiveInterval = Type.String({
  pattern: String.raw`^[1-9]\d{0,4}[smhdwM]$`,
  description: 'Length of a bar: from 5s on, such as 30s, 1m, 15m, 4h, 1d.',
  examples: ['1m'],
});

export const NewDeployment = closed({
  accountId: AccountId,
  version: Type.Optional(Type.Integer({ minimum: 1, description: 'Default: the newest.' })),
  params: Type.Optional(Params),
  symbols: Type.Optional(
    Type.Array(SymbolName, {
      minItems: 1,
      maxItems: feedsMax,
      description: "In the order of the strategy's data. Either these or feeds.",
      examples: [['BTC-USD']],
    }),
  ),
  feeds: Type.Optional(
    Type.Array(
      closed({
        id: Type.String({ minLength: 1, maxLength: 64, description: 'As the strategy knows it.' }),
        symbol: SymbolName,
        interval: LiveInterval,
      }),
      { minItems: 1, maxItems: feedsMax },
    ),
  ),
  interval: Type.Optional(LiveInterval),
  seed: Type.Optional(Seed),
});

export const deploymentStatuses = ['active', 'paused', 'stopped', 'failed'] as const;
export const signalStatuses = ['pending', 'acted', 'refused', 'skipped'] as const;

export const Signal = Type.Object(
  {
    id: Type.String(),
    deploymentId: Type.String(),
    strategyId: Type.String(),
    strategyName: Type.String(),
    accountId: Type.String(),
    symbol: Type.String(),
    action: choice(['place', 'cancel', 'amend'], { description: 'A new order, or a change of one from before.' }),
    side: choice(['buy', 'sell']),
    orderType: Type.String({ description: 'As the strategy asks; accounts take market and limit.' }),
    timeInForce: Type.String(),
    quantity: Decimal('Units.'),
    limitPrice: nullable(Decimal()),
    tag: nullable(Type.String({ description: "The strategy's own label." })),
    barAt: Instant,
    at: Instant,
    status: choice(signalStatuses, {
      description:
        'pending: decided, not yet done; acted: the account has taken it; refused: the account has not; skipped: it was not asked.',
    }),
    code: nullable(Type.String({ description: 'Why not; all codes are in docs/errors.md.' })),
    reason: nullable(Type.String()),
    orderId: nullable(Type.String({ description: 'The order that was placed, cancelled or changed.' })),
  },
  { title: 'Signal', description: 'What a running strategy wants, and what became of it.' },
);

const shared = {
  id: Type.String(),
  strategyId: Type.String(),
  strategyName: Type.String(),
  strategyVersion: Type.Integer(),
  accountId: Type.String(),
  params: Params,
  feeds: Type.Array(Type.Object({ id: Type.String(), symbol: Type.String(), interval: Type.String() })),
  seed: Seed,
  status: choice(deploymentStatuses),
  failure: nullable(Diagnostic),
  startedAt: Instant,
  endedAt: nullable(Instant),
};

export const ListedDeployment = Type.Object(shared, { title: 'ListedDeployment' });

export const Deployment = Type.Object(
  {
    ...shared,
    actsFromAt: Type.String({
      ...Instant,
      description: 'The first bar at which the strategy acted with the memory that it has now.',
    }),
    lastBarAt: nullable(Instant),
    lastDecidedAt: nullable(Instant),
    isWarm: nullable(
      Type.Boolean({ description: 'Whether the indicators have seen enough bars; null before the first decision.' }),
    ),
    differences: Type.Integer({
      description: 'Orders of past bars that the strategy, run again, would now make otherwise than it did.',
    }),
    signals: Type.Object(
      Object.fromEntries(signalStatuses.map((status) => [status, Type.Integer()])) as Record<
        (typeof signalStatuses)[number],
        ReturnType<typeof Type.Integer>
      >, // an entry for each status
      { description: 'How many there were, by what became of them.' },
    ),
    openOrders: Type.Integer(),
    latestSignals: Type.Array(Signal, { description: 'The newest first, at most 20.' }),
    version: Type.Integer(),
  },
  { title: 'Deployment', description: 'A strategy that runs live on an account.' },
);

export const signalFilters = {
  strategyId: Type.Optional(Id),
  accountId: Type.Optional(AccountId),
  deploymentId: Type.Optional(DeploymentId),
  symbol: Type.Optional(SymbolName),
  status: Type.Optional(choice(signalStatuses)),
};
