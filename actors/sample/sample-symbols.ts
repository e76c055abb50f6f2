/**
 * The symbols that a new platform starts with: made up, so that there is something to trade and to
 * test with no network. History and live prices are generated; the same day gives the same bits.
 */

import {
  allocateBars,
  barColumns,
  dayIndex,
  dayMs,
  generatePrices,
  parseTimeframe,
  resampleBars,
  startOfDay,
} from '#domain';
import type { Bars, MarketKind } from '#domain';
import type { ListSymbol, SymbolView } from '../symbol/symbol-messages.ts';

export interface SampleSymbol extends Pick<
  SymbolView,
  'symbol' | 'description' | 'kind' | 'currency' | 'tick' | 'lot' | 'multiplier'
> {
  readonly generate: {
    readonly market: MarketKind;
    /** Five years ago. */
    readonly price: number;
    /** Of a year; 0.25 is 25 %. */
    readonly volatility: number;
    readonly drift: number;
    readonly dailyVolume: number;
  };
}

export const sampleSymbols: readonly SampleSymbol[] = [
  {
    symbol: 'ACME',
    description: 'Acme Industries (made up)',
    kind: 'stock',
    currency: 'USD',
    tick: '0.01',
    lot: '1',
    multiplier: '1',
    generate: { market: 'stock', price: 82, volatility: 0.24, drift: 0.09, dailyVolume: 4_000_000 },
  },
  {
    symbol: 'GLOBEX',
    description: 'Globex Technologies (made up)',
    kind: 'stock',
    currency: 'USD',
    tick: '0.01',
    lot: '1',
    multiplier: '1',
    generate: { market: 'stock', price: 240, volatility: 0.42, drift: 0.12, dailyVolume: 9_000_000 },
  },
  {
    symbol: 'BTC-USD',
    description: 'Bitcoin in dollars (generated prices)',
    kind: 'crypto',
    currency: 'USD',
    tick: '0.01',
    lot: '0.000001',
    multiplier: '1',
    generate: { market: 'crypto', price: 28_000, volatility: 0.55, drift: 0.2, dailyVolume: 18_000 },
  },
  {
    symbol: 'ETH-USD',
    description: 'Ether in dollars (generated prices)',
    kind: 'crypto',
    currency: 'USD',
    tick: '0.01',
    lot: '0.000001',
    multiplier: '1',
    generate: { market: 'crypto', price: 1_700, volatility: 0.7, drift: 0.2, dailyVolume: 240_000 },
  },
  {
    symbol: 'EUR-USD',
    description: 'Euro in dollars (generated prices)',
    kind: 'forex',
    currency: 'USD',
    tick: '0.00001',
    lot: '1',
    multiplier: '1',
    generate: { market: 'fx', price: 1.12, volatility: 0.075, drift: 0, dailyVolume: 900_000 },
  },
  {
    symbol: 'INDEX-F',
    description: 'Future on an index of 500 stocks, 50 dollars a point (made up)',
    kind: 'future',
    currency: 'USD',
    tick: '0.25',
    lot: '1',
    multiplier: '50',
    // A future trades nearly around the clock on weekdays, as currencies do.
    generate: { market: 'fx', price: 3_900, volatility: 0.17, drift: 0.07, dailyVolume: 1_400_000 },
  },
];

const dailyYears = 5;
const minuteDays = 30;
const minute = parseTimeframe('1m');
const day = parseTimeframe('1d');

export interface SampleHistory {
  /** Five years, the last thirty days of them made of the minutes. */
  readonly daily: Bars;
  /** Thirty days. */
  readonly minutes: Bars;
}

/** A sample's history up to the midnight (UTC) before a time, milliseconds UTC. */
export const sampleHistory = (sample: SampleSymbol, now: number): SampleHistory => {
  const end = startOfDay(dayIndex(now));
  const minutesFrom = end - minuteDays * dayMs;
  const dailyFrom = end - Math.round(dailyYears * 365.25) * dayMs;
  const older = generated(sample, { timeframe: day, from: dailyFrom, to: minutesFrom, price: sample.generate.price });
  const minutes = generated(sample, {
    timeframe: minute,
    from: minutesFrom,
    to: end,
    price: older.close.at(-1) ?? sample.generate.price,
  });
  return { daily: joined(older, resampleBars(minutes, { from: minute, to: day }).bars), minutes };
};

/** What lists the symbol, with a live market that goes on where its history ends. */
export const sampleListing = (sample: SampleSymbol, { minutes }: SampleHistory): ListSymbol => {
  const { symbol, description, kind, currency, tick, lot, multiplier, generate } = sample;
  const decimals = tick.split('.')[1]?.length ?? 0;
  return {
    type: 'ListSymbol',
    description,
    kind,
    currency,
    tick,
    lot,
    multiplier,
    feed: {
      type: 'synthetic',
      seed: `sample/${symbol}`,
      startPrice: (minutes.close.at(-1) ?? generate.price).toFixed(decimals),
      annualVolatility: generate.volatility,
      quotesPerSecond: 2,
    },
  };
};

interface Span {
  readonly timeframe: typeof day;
  readonly from: number;
  readonly to: number;
  readonly price: number;
}

const generated = ({ symbol, tick, generate }: SampleSymbol, { timeframe, from, to, price }: Span): Bars => {
  const { market, volatility, drift, dailyVolume } = generate;
  const [made] = generatePrices({
    seed: `sample/${timeframe.unit}`,
    market,
    timeframe,
    start: from,
    // As many as there would be without nights and weekends; what lies behind the end is cut off.
    bars: Math.ceil((to - from) / timeframe.ms),
    symbols: [{ symbol, price, volatility, drift, tick: Number(tick), dailyVolume }],
  });
  if (made === undefined) throw new Error('One symbol was asked for.');
  const { bars } = made;
  const count = bars.time.findIndex((time) => time >= to);
  return count < 0 ? bars : cut(bars, count);
};

/** A copy, so that what was generated beyond can be freed. */
const cut = (bars: Bars, count: number): Bars => {
  const kept = allocateBars(count);
  for (const column of barColumns) kept[column].set(bars[column].subarray(0, count));
  return kept;
};

const joined = (first: Bars, second: Bars): Bars => {
  const all = allocateBars(first.time.length + second.time.length);
  for (const column of barColumns) {
    all[column].set(first[column]);
    all[column].set(second[column], first.time.length);
  }
  return all;
};
