/** Small markets for the tests of the native engine: bars written by hand, and a loop that plays them. */

import { allocateBars } from '../../market/bars.ts';
import type { Bars } from '../../market/bars.ts';
import type { Feed } from '../../market/feed.ts';
import type { Market } from '../market.ts';
import type { Order, OrderRequest, Side } from '../order.ts';
import type { RuleBook } from '../rule-book.ts';
import { newRunLog } from '../run-log.ts';
import { nativeRuleBook } from './native-rule-book.ts';
import { parseNativeConfig } from './native-config.ts';

/** Open, high, low, close, and volume (default 1,000). */
export type Row = readonly [open: number, high: number, low: number, close: number, volume?: number];

export const dayMs = 86_400_000;
/** 2024-01-01, a Monday. */
export const startTime = 19_723 * dayMs;

export const barsOf = (rows: readonly Row[], { start = startTime, stepMs = dayMs } = {}): Bars => {
  const bars = allocateBars(rows.length);
  rows.forEach(([open, high, low, close, volume = 1000], i) => {
    bars.time[i] = start + i * stepMs;
    bars.open[i] = open;
    bars.high[i] = high;
    bars.low[i] = low;
    bars.close[i] = close;
    bars.volume[i] = volume;
  });
  return bars;
};

export interface FeedOptions extends Partial<Omit<Feed, 'bars' | 'instrument'>> {
  readonly tick?: number;
  readonly lot?: number;
  readonly multiplier?: number;
}

/** A feed with cents and whole units, unless told otherwise. */
export const feedOf = (bars: Bars, { tick = 0.01, lot = 1, multiplier = 1, ...rest }: FeedOptions = {}): Feed => ({
  id: 'main',
  symbol: 'TEST',
  timeframeMs: dayMs,
  ...rest,
  instrument: { symbol: 'TEST', tick, lot, multiplier, currency: 'USD' },
  bars,
});

export interface Play {
  readonly book: RuleBook;
  readonly market: Market;
  readonly orders: readonly Order[];
}

/** What is done after a step's bars have closed: by step. */
export type Script = Readonly<Record<number, (book: RuleBook, market: Market) => void>>;

/** Plays a script over feeds under native settings. */
export const play = (
  feeds: readonly Feed[],
  config: unknown,
  script: Script | ((book: RuleBook, market: Market) => void),
): Play => {
  const timeline = Float64Array.from(new Set(feeds.flatMap(({ bars }) => [...bars.time]))).sort();
  const market: Market = {
    feeds,
    timeline,
    step: -1,
    time: NaN,
    index: new Int32Array(feeds.length).fill(-1),
    fresh: new Uint8Array(feeds.length),
  };
  const book = nativeRuleBook(parseNativeConfig(config))(market, newRunLog(timeline.length));
  for (let step = 0; step < timeline.length; step++) {
    market.step = step;
    market.time = timeline[step]!; // step < length
    feeds.forEach(({ bars }, f) => {
      const isFresh = bars.time[market.index[f]! + 1] === market.time; // one index per feed
      market.fresh[f] = isFresh ? 1 : 0;
      if (isFresh) market.index[f]!++; // as above
    });
    book.open();
    if (!book.ruined) (typeof script === 'function' ? script : script[step])?.(book, market);
    book.close();
  }
  book.finish();
  return { book, market, orders: book.log.orders };
};

/** A request for `quantity` units of the first feed. */
export const ask = (side: Side, quantity: number, rest: Partial<OrderRequest> = {}): OrderRequest => ({
  feed: 0,
  side,
  size: { quantity },
  type: 'market',
  ...rest,
});
