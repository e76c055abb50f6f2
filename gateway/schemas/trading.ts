/** What the API takes and shows of accounts, orders and positions. */

import { Type } from 'typebox';
import { choice, closed, Decimal, Instant, nullable } from './basics.ts';

/** As exchanges write them; capital letters. */
export const SymbolName = Type.String({
  pattern: '^[A-Z0-9._-]{1,24}$',
  description: 'A listed symbol, in capital letters.',
  examples: ['GOOG', 'BTC-USD'],
});

/** `USER.LOCAL`. */
export const AccountId = Type.String({
  pattern: String.raw`^[A-Za-z0-9_-]{1,60}\.[A-Za-z0-9_-]{1,60}$`,
  description: 'Id of an account.',
  examples: ['8x1c0v9rk2m4qy7t.3b5n7j2wd6f8hs1z'],
});

/** `USER.LOCAL.ORDER`: an order names its account. */
export const OrderId = Type.String({
  pattern: String.raw`^[A-Za-z0-9_-]{1,60}\.[A-Za-z0-9_-]{1,60}\.[A-Za-z0-9_-]{1,60}$`,
  description: 'Id of an order. It begins with the id of its account.',
  examples: ['8x1c0v9rk2m4qy7t.3b5n7j2wd6f8hs1z.9q4e2a7c5k1m8v3r'],
});

export const Currency = Type.String({
  pattern: '^[A-Z0-9]{2,8}$',
  description: 'ISO 4217, or that of a coin.',
  examples: ['USD'],
});

export const NewAccount = closed({
  name: Type.String({ minLength: 1, maxLength: 80, description: 'For you.', examples: ['Breakouts'] }),
  currency: Type.Optional(Currency),
  initialCash: Type.Optional(Decimal('Cash to begin with, in the currency of the account. Default 100000.')),
  feeRate: Type.Optional(Decimal('Commission as a share of what is traded: 0.001 is 0.1 %. Default 0.')),
});

export const Position = Type.Object(
  {
    accountId: Type.String(),
    symbol: Type.String(),
    quantity: Decimal('Units; negative when short.'),
    averagePrice: Decimal('What a unit of the open position cost on average.'),
    lastPrice: nullable(Decimal('The live price that it is valued at; null while the market is silent.')),
    unrealisedProfit: nullable(Decimal('In the currency of the account, at lastPrice.')),
    realisedProfit: Decimal('In the currency of the account, of what was closed.'),
  },
  { title: 'Position' },
);

export const Account = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    type: Type.Literal('paper'),
    currency: Type.String(),
    cash: Decimal("The ledger's balance."),
    reserved: Decimal('Held for open buy orders.'),
    equity: Decimal('Cash and positions, at live prices where there are any, else at what the positions cost.'),
    realisedProfit: Decimal(),
    fees: Decimal('Paid so far.'),
    positions: Type.Array(Type.Omit(Position, ['accountId'])),
    openOrders: Type.Integer(),
    createdAt: Instant,
    version: Type.Integer(),
  },
  { title: 'Account' },
);

/** In lists: without what changes with the market. */
export const AccountEntry = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    type: Type.Literal('paper'),
    currency: Type.String(),
    cash: Decimal("The ledger's balance."),
    createdAt: Instant,
  },
  { title: 'AccountEntry' },
);

const Side = choice(['buy', 'sell']);
const OrderType = choice(['market', 'limit']);
const TimeInForce = choice(['GTC', 'DAY', 'IOC', 'FOK'], {
  description:
    'GTC: until cancelled; DAY: until midnight UTC; IOC: at once, the rest is cancelled; FOK: at once and whole, or not at all.',
});

export const NewOrder = closed({
  accountId: AccountId,
  clientOrderId: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 64,
      description:
        'Your own id of the order, unique in the account: placing it again is answered with the order as it is. One is made when absent.',
      examples: ['breakout-2026-01-31-1'],
    }),
  ),
  symbol: SymbolName,
  side: Side,
  type: OrderType,
  timeInForce: Type.Optional(TimeInForce),
  quantity: Decimal("Units, a whole number of the symbol's lots."),
  limitPrice: Type.Optional(Decimal("For limit orders: the worst price, on the symbol's price steps.")),
});

export const OrderChange = Type.Object(
  {
    quantity: Type.Optional(Decimal('The new quantity in all, what was filled included.')),
    limitPrice: Type.Optional(Decimal('The new limit price.')),
  },
  { additionalProperties: false, minProperties: 1 },
);

const orderStatuses = ['accepted', 'partially-filled', 'filled', 'cancelled', 'rejected', 'expired'] as const;

export const Order = Type.Object(
  {
    id: Type.String(),
    accountId: Type.String(),
    clientOrderId: Type.String(),
    symbol: Type.String(),
    side: Side,
    type: OrderType,
    timeInForce: TimeInForce,
    quantity: Decimal('Units.'),
    limitPrice: nullable(Decimal('null for market orders.')),
    filledQuantity: Decimal('Units.'),
    filledPrice: nullable(Decimal('On average; null before the first fill.')),
    status: choice(orderStatuses),
    reason: nullable(Type.String({ description: 'Why it was rejected, cancelled or has expired.' })),
    placedAt: Instant,
    updatedAt: Instant,
  },
  { title: 'Order' },
);

export const Fill = Type.Object(
  {
    id: Type.String(),
    accountId: Type.String(),
    orderId: Type.String(),
    symbol: Type.String(),
    side: Side,
    quantity: Decimal('Units.'),
    price: Decimal(),
    fee: Decimal('In the currency of the account.'),
    realised: Decimal('Profit that the fill realised, in the currency of the account.'),
    at: Instant,
  },
  { title: 'Fill' },
);

export const AccountPerformance = Type.Object(
  {
    accountId: Type.String(),
    realisedProfit: Decimal(),
    unrealisedProfit: Decimal('At live prices where there are any.'),
    fees: Decimal(),
    equity: Decimal(),
    returnPercent: Decimal('Of all that was paid in.'),
    maxDrawdownPercent: Decimal(),
    trades: Type.Integer({ description: 'Fills that closed a position or a part of one.' }),
    winRatePercent: nullable(Decimal('null before the first trade.')),
    bySymbol: Type.Array(
      Type.Object({ symbol: Type.String(), realisedProfit: Decimal(), fees: Decimal(), fills: Type.Integer() }),
    ),
    equityCurve: Type.Array(Type.Object({ at: Instant, equity: Decimal() }), {
      description: 'After each fill and deposit, at most 500.',
    }),
  },
  { title: 'AccountPerformance' },
);
