/**
 * What is told outside of each event, by its name: exactly these fields, so that no secret and no source code
 * ever goes along with them. A field may be added; whatever else changes is another name.
 */

import { Type } from 'typebox';
import type { Static, TProperties, TSchema } from 'typebox';

const closed = <P extends TProperties>(properties: P, description: string) =>
  Type.Object(properties, { additionalProperties: false, description });
const orNull = <S extends TSchema>(schema: S) => Type.Union([schema, Type.Null()]);
const words = <const W extends readonly string[]>(...options: W) =>
  Type.Unsafe<W[number]>({ type: 'string', enum: [...options] });

const Id = Type.String();
const Amount = Type.String({ description: 'A decimal number.' });
const Instant = Type.String({ format: 'date-time' });
const Side = words('buy', 'sell');
const Count = Type.Integer({ minimum: 0 });

/** Of which strategy; null where its first event could not be found. */
const ofStrategy = { strategyId: orNull(Id), strategyVersion: orNull(Type.Integer()) };
const Failure = Type.Object(
  {
    code: Type.String(),
    message: Type.String(),
    file: orNull(Type.String()),
    line: orNull(Type.Integer()),
    column: orNull(Type.Integer()),
  },
  { additionalProperties: false },
);
const order = {
  orderId: Id,
  accountId: Id,
};
const placed = {
  ...order,
  clientOrderId: Id,
  symbol: Type.String(),
  side: Side,
  orderType: words('market', 'limit'),
  timeInForce: Type.String(),
  quantity: Amount,
  limitPrice: orNull(Amount),
};
const ended = { ...order, symbol: Type.String(), reason: Type.String() };
const deployment = { deploymentId: Id };
const settled = {
  signalId: Id,
  deploymentId: Id,
  code: orNull(Type.String()),
  reason: orNull(Type.String()),
  orderId: orNull(Id),
};

export const publicEventSchemas = {
  'user.registered': closed({ role: words('viewer', 'trader', 'quant', 'admin') }, 'Somebody has registered.'),
  'strategy.created': closed({ strategyId: Id, name: Type.String() }, 'A strategy, with its first version.'),
  'strategy.version-saved': closed(
    { strategyId: Id, strategyVersion: Type.Integer(), commit: Type.String() },
    'A new version of a strategy.',
  ),
  'strategy.deleted': closed({ strategyId: Id, name: Type.String() }, 'A strategy is gone.'),
  'backtest.submitted': closed(
    {
      backtestId: Id,
      ...ofStrategy,
      strategyName: Type.String(),
      symbols: Type.Array(Type.String()),
      profile: Type.String(),
    },
    'A backtest waits for its turn.',
  ),
  'backtest.started': closed(
    { backtestId: Id, ...ofStrategy, attemptId: Id },
    'A backtest runs; once for each attempt, of which there is nearly always one.',
  ),
  'backtest.completed': closed(
    {
      backtestId: Id,
      ...ofStrategy,
      statistics: Type.Record(Type.String(), orNull(Type.Number()), {
        description: 'By key, as the API shows them; null where too little is known.',
      }),
      tradeHash: Type.String(),
    },
    'A backtest has a result.',
  ),
  'backtest.failed': closed({ backtestId: Id, ...ofStrategy, failure: Failure }, 'A backtest will have no result.'),
  'backtest.cancelled': closed({ backtestId: Id, ...ofStrategy }, 'Somebody has cancelled a backtest.'),
  'batch.submitted': closed({ batchId: Id, ...ofStrategy, members: Count }, 'A batch waits for its turn.'),
  'batch.completed': closed({ batchId: Id, ...ofStrategy }, 'All members of a batch are done.'),
  'batch.failed': closed({ batchId: Id, ...ofStrategy, reason: Type.String() }, 'A batch can not go on.'),
  'batch.cancelled': closed({ batchId: Id, ...ofStrategy }, 'Somebody has cancelled a batch.'),
  'account.opened': closed({ accountId: Id, currency: Type.String(), initialCash: Amount }, 'A paper account.'),
  'order.placed': closed(placed, 'An account has taken an order.'),
  'order.amended': closed({ ...order, quantity: Amount, limitPrice: Amount }, 'An open order has other terms.'),
  'order.cancelled': closed(ended, 'An order was cancelled.'),
  'order.rejected': closed(
    ended,
    'An order that had been taken was rejected. One that is refused at once is no event.',
  ),
  'order.expired': closed(ended, 'The time of an order is over.'),
  'trade.executed': closed(
    {
      ...order,
      fillId: Id,
      symbol: Type.String(),
      side: Side,
      quantity: Amount,
      price: Amount,
      fee: Amount,
      realised: Amount,
      position: Type.Object({ quantity: Amount, averagePrice: Amount }, { additionalProperties: false }),
    },
    'An order was filled; with the position afterwards.',
  ),
  'import.started': closed({ importId: Id, symbol: orNull(Type.String()), attempt: Count }, 'A file is being read.'),
  'import.completed': closed(
    {
      importId: Id,
      symbol: orNull(Type.String()),
      interval: words('1m', '1d'),
      rows: Count,
      rejected: Count,
    },
    'The prices of a file are in history.',
  ),
  'import.failed': closed(
    { importId: Id, symbol: orNull(Type.String()), reason: Type.String() },
    'Nothing was brought in from a file.',
  ),
  'deployment.started': closed(
    {
      ...deployment,
      strategyId: Id,
      strategyVersion: Type.Integer(),
      accountId: Id,
      symbols: Type.Array(Type.String()),
    },
    'A strategy runs live on an account.',
  ),
  'deployment.paused': closed(deployment, 'It goes on deciding, and acts on nothing.'),
  'deployment.resumed': closed(deployment, 'It acts again.'),
  'deployment.stopped': closed(deployment, 'It has ended for good.'),
  'deployment.failed': closed({ ...deployment, failure: Failure }, 'The strategy threw or took too long.'),
  'signal.created': closed(
    {
      signalId: Id,
      deploymentId: Id,
      strategyId: Id,
      accountId: Id,
      symbol: Type.String(),
      action: words('place', 'cancel', 'amend'),
      side: Side,
      orderType: Type.String(),
      quantity: Amount,
      limitPrice: orNull(Amount),
      tag: orNull(Type.String()),
      barTime: Instant,
    },
    'What a live strategy wants at a bar.',
  ),
  'signal.acted': closed(settled, 'The account has taken it.'),
  'signal.refused': closed(settled, 'The account has not.'),
  'signal.skipped': closed(settled, 'The account was never asked.'),
} as const satisfies Readonly<Record<string, TSchema>>;

export type PublicEventName = keyof typeof publicEventSchemas;

/** The data of the event of that name. */
export type PublicData<N extends PublicEventName> = Static<(typeof publicEventSchemas)[N]>;

/** What one journal event is told as. */
export type Told = {
  readonly [N in PublicEventName]: { readonly name: N; readonly data: PublicData<N> };
}[PublicEventName];
