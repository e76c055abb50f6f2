/** A trading floor for the tests of rule books: bars written by hand, and orders made as they close. */

import type { Market } from '../engine/market.ts';
import type { Order, OrderRequest } from '../engine/order.ts';
import type { RuleBook, RuleBookFactory } from '../engine/rule-book.ts';
import { newRunLog } from '../engine/run-log.ts';
import { allocateBars } from '../market/bars.ts';
import { dayMs } from '../market/calendar.ts';
import type { CorporateAction } from '../market/corporate-action.ts';

/** Volume is 0 unless given. */
export type Row = readonly [open: number, high: number, low: number, close: number, volume?: number];

/** An order at market unless told otherwise; `units` are signed. */
export type Ask = Partial<OrderRequest> & { readonly units: number };

export interface Floor {
  readonly book: RuleBook;
  /** Moves to the next bar and lets `act` trade there. */
  next(act?: () => void): void;
  ask(ask: Ask): Order;
}

export interface FloorOptions {
  readonly barMs?: number;
  readonly tick?: number;
  readonly lot?: number;
  /** Of every feed. */
  readonly actions?: readonly CorporateAction[];
}

/** The time of the first bar. */
export const day0 = 13_000 * dayMs;

/** A bar that stands still. */
export const flat: Row = [100, 100, 100, 100];

/** One feed per list of rows, all of one length; null where a feed has no bar. */
export const openFloor = (
  ruleBook: RuleBookFactory,
  feedsOfRows: readonly (readonly (Row | null)[])[],
  { barMs = dayMs, tick = 0, lot = 0, actions = [] }: FloorOptions = {},
): Floor => {
  const length = feedsOfRows[0]?.length ?? 0;
  const feeds = feedsOfRows.map((rows, f) => {
    const present = rows.flatMap((row, i) => (row === null ? [] : [{ row, time: day0 + i * barMs }]));
    const bars = allocateBars(present.length);
    present.forEach(({ row: [open, high, low, close, volume = 0], time }, i) => {
      Object.entries({ time, open, high, low, close, volume }).forEach(([column, value]) => {
        bars[column as keyof typeof bars][i] = value; // the keys are the columns
      });
    });
    const symbol = `S${f}`;
    const instrument = { symbol, tick, lot, multiplier: 1, currency: 'USD' };
    return { id: `feed${f}`, symbol, timeframeMs: barMs, instrument, bars, actions };
  });
  const timeline = Float64Array.from({ length }, (_, i) => day0 + i * barMs);
  const market: Market = {
    feeds,
    timeline,
    step: -1,
    time: NaN,
    index: new Int32Array(feeds.length).fill(-1),
    fresh: new Uint8Array(feeds.length),
  };
  const book = ruleBook(market, newRunLog(length));
  return {
    book,
    next(act = () => {}) {
      market.step++;
      market.time = timeline[market.step] ?? NaN;
      feeds.forEach(({ bars }, f) => {
        const next = (market.index[f] ?? -1) + 1;
        market.fresh[f] = bars.time[next] === market.time ? 1 : 0;
        if (market.fresh[f] === 1) market.index[f] = next;
      });
      book.open();
      act();
      book.close();
    },
    ask: ({ units, ...rest }) =>
      book.submit({
        feed: 0,
        side: units > 0 ? 'buy' : 'sell',
        size: { quantity: Math.abs(units) },
        type: 'market',
        ...rest,
      }),
  };
};

/** What came of a play. */
export interface Played {
  readonly orders: Order[];
  readonly book: RuleBook;
}

/** Makes the orders at the first of `steps` bars, plays the rest and returns the orders. */
export const playOn = (floor: Floor, steps: number, asks: readonly Ask[]): Played => {
  const orders: Order[] = [];
  floor.next(() => asks.forEach((ask) => orders.push(floor.ask(ask))));
  for (let i = 1; i < steps; i++) floor.next();
  floor.book.finish();
  return { orders, book: floor.book };
};

export const fillsOf = (book: RuleBook): readonly (readonly [bar: number, units: number, price: number])[] =>
  book.log.fills.map(({ bar, side, quantity, price }) => [bar, side === 'buy' ? quantity : -quantity, price]);
