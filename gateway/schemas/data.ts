/** What the API takes and shows of symbols, prices and imports. */

import { Type } from 'typebox';
import { choice, closed, Decimal, GivenInstant, Instant, nullable } from './basics.ts';
import { Currency, SymbolName } from './trading.ts';

const kinds = ['stock', 'crypto', 'forex', 'future', 'other'] as const;
export const StoredInterval = choice(['1m', '1d'], { description: 'Bars are stored by the minute or by the day.' });

/** What the routes show is the replay with its time as a text. */
const ReplaySpeed = Type.Number({ exclusiveMinimum: 0, maximum: 100_000, description: '1: as fast as it was.' });

const SyntheticFeed = closed(
  {
    type: Type.Literal('synthetic'),
    seed: Type.String({ minLength: 1, maxLength: 100, description: 'The same seed walks the same way.' }),
    startPrice: Decimal('Where the walk begins.'),
    annualVolatility: Type.Number({ exclusiveMinimum: 0, maximum: 5, description: '0.25 is 25 % a year.' }),
    quotesPerSecond: Type.Number({ exclusiveMinimum: 0, maximum: 50 }),
  },
  { description: 'A random walk that needs no network.' },
);

const GivenReplayFeed = closed(
  {
    type: Type.Literal('replay'),
    interval: StoredInterval,
    from: Type.Optional(nullable(GivenInstant)),
    speed: Type.Optional(ReplaySpeed),
    loop: Type.Optional(Type.Boolean({ description: 'Begin again at the end. Default true.' })),
  },
  { description: 'Stored history again.' },
);

const ReplayFeed = Type.Object({
  type: Type.Literal('replay'),
  interval: StoredInterval,
  from: nullable(Instant),
  speed: ReplaySpeed,
  loop: Type.Boolean(),
});

export const Listing = closed({
  description: Type.Optional(Type.String({ maxLength: 200, examples: ['Alphabet Inc. C'] })),
  kind: Type.Optional(choice(kinds)),
  currency: Type.Optional(Currency),
  tick: Type.Optional(Decimal('Smallest step of the price.')),
  lot: Type.Optional(Decimal('Smallest step of the quantity.')),
  multiplier: Type.Optional(Decimal('What a price of 1 is worth in the currency; 1 but for futures.')),
  feed: Type.Optional(
    Type.Union([SyntheticFeed, GivenReplayFeed, Type.Null()], {
      description: 'Where live prices come from; null: it has history alone.',
    }),
  ),
});

export const ListedSymbol = Type.Object(
  {
    symbol: Type.String(),
    description: Type.String(),
    kind: choice(kinds),
    currency: Type.String(),
    tick: Decimal('Smallest step of the price.'),
    lot: Decimal('Smallest step of the quantity.'),
    multiplier: Decimal(),
    feed: Type.Union([SyntheticFeed, ReplayFeed, Type.Null()]),
    listedAt: Instant,
    updatedAt: Instant,
    coverage: Type.Array(
      Type.Object({ interval: StoredInterval, bars: Type.Integer(), first: Instant, last: Instant }),
      { description: 'The history that is stored.' },
    ),
  },
  { title: 'ListedSymbol' },
);

const Quote = Type.Object(
  {
    symbol: Type.String(),
    bid: Decimal(),
    ask: Decimal(),
    last: Decimal(),
    size: Decimal('Units of the last trade.'),
    at: Instant,
  },
  { title: 'Quote' },
);

const LiveBar = Type.Object({
  time: Instant,
  open: Decimal(),
  high: Decimal(),
  low: Decimal(),
  close: Decimal(),
  volume: Decimal('Units.'),
});

const MarketStatus = choice(['live', 'silent'], { description: 'silent: no quote for a minute.' });

export const Market = Type.Object(
  {
    symbol: Type.String(),
    status: MarketStatus,
    quote: nullable(Quote),
    bar: Type.Union([LiveBar, Type.Null()], { description: 'The minute in progress.' }),
    dayOpen: nullable(Decimal('Since midnight UTC, as far as the platform ran.')),
    dayHigh: nullable(Decimal()),
    dayLow: nullable(Decimal()),
    dayVolume: Decimal('Units.'),
    trades: Type.Array(Type.Object({ price: Decimal(), size: Decimal(), at: Instant }), {
      description: 'The newest last, at most 100.',
    }),
  },
  { title: 'Market' },
);

export const RealTime = Type.Object(
  {
    symbol: Type.String(),
    status: MarketStatus,
    quote: nullable(Quote),
    channels: Type.Object(
      { quotes: Type.String({ examples: ['md:quote:GOOG'] }), bars: Type.String({ examples: ['md:bar:GOOG'] }) },
      { description: 'To subscribe at /connection/websocket.' },
    ),
  },
  { title: 'RealTime' },
);

export const Bar = Type.Object(
  {
    time: Type.String({ format: 'date-time', description: 'When the bar begins.' }),
    open: Decimal(),
    high: Decimal(),
    low: Decimal(),
    close: Decimal(),
    volume: Decimal('Units.'),
  },
  { title: 'Bar' },
);

const rejectedRows = Type.Array(Type.Object({ line: Type.Integer(), reason: Type.String() }), {
  description: 'The first 1,000.',
});

export const importStatuses = ['recorded', 'running', 'completed', 'failed'] as const;

const importParts = {
  id: Type.String(),
  owner: Type.String(),
  symbol: SymbolName,
  interval: nullable(StoredInterval),
  fileName: Type.String(),
  bytes: Type.Integer({ description: 'Of the content, unpacked.' }),
  status: choice(importStatuses, { description: 'recorded: it waits for another attempt.' }),
  rows: Type.Integer({ description: 'Bars taken in.' }),
  rejected: Type.Integer({ description: 'Rows left out.' }),
  notes: Type.Array(Type.String()),
  failure: nullable(Type.String()),
  createdAt: Instant,
  finishedAt: nullable(Instant),
};

export const ImportEntry = Type.Object(importParts, { title: 'ImportEntry' });
export const Import = Type.Object({ ...importParts, rejectedRows }, { title: 'Import' });
