/** Whatever is ordered under the rules of backtrader or Lean, the account gains what its trades gained. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { OrderRequest, OrderType } from '../engine/order.ts';
import { prepareRunData } from '../engine/run-data.ts';
import { runBacktest } from '../engine/run.ts';
import { allocateBars } from '../market/bars.ts';
import type { Bars } from '../market/bars.ts';
import { dayMs } from '../market/calendar.ts';
import { backtraderProfile } from './backtrader/profile.ts';
import { leanProfile } from './lean/profile.ts';

interface Wish {
  readonly at: number;
  readonly type: OrderType;
  readonly units: number;
  /** Distance of its price from the close, as a fraction. */
  readonly distance: number;
  readonly group: boolean;
  readonly bracket: boolean;
}

const barsFrom = (moves: readonly number[]): Bars => {
  const bars = allocateBars(moves.length);
  let price = 100;
  moves.forEach((move, i) => {
    const open = price * (1 + move / 3);
    price *= 1 + move;
    bars.time[i] = i * dayMs;
    bars.open[i] = open;
    bars.close[i] = price;
    bars.high[i] = Math.max(open, price) * 1.01;
    bars.low[i] = Math.min(open, price) * 0.99;
    bars.volume[i] = 40 + (i % 5) * 20;
  });
  return bars;
};

const types: readonly OrderType[] = ['market', 'limit', 'stop', 'stop-limit', 'trailing-stop', 'market-on-close'];

const requestOf = ({ type, units, distance, group, bracket }: Wish, close: number): OrderRequest => {
  const price = close * (1 + distance);
  return {
    feed: 0,
    side: units > 0 ? 'buy' : 'sell',
    size: { quantity: Math.abs(units) },
    type,
    ...(type === 'limit' || type === 'stop-limit' ? { limit: price } : {}),
    ...(type === 'stop' || type === 'stop-limit' ? { stop: close * (1 + distance / 2) } : {}),
    ...(type === 'trailing-stop' ? { trail: { fraction: 0.03 } } : {}),
    ...(group ? { ocoGroup: 'group' } : {}),
    ...(bracket ? { stopLoss: close * (units > 0 ? 0.95 : 1.05), takeProfit: close * (units > 0 ? 1.05 : 0.95) } : {}),
  };
};

const wishes = fc.array(
  fc.record({
    at: fc.integer({ min: 0, max: 40 }),
    type: fc.constantFrom(...types),
    units: fc.integer({ min: -60, max: 60 }).filter((units) => units !== 0),
    distance: fc.double({ min: -0.05, max: 0.05, noNaN: true }),
    group: fc.boolean(),
    bracket: fc.boolean(),
  }),
  { maxLength: 25 },
);

const moves = fc.array(fc.double({ min: -0.08, max: 0.08, noNaN: true }), { minLength: 20, maxLength: 40 });

const cases: readonly (readonly [profile: string, config: object])[] = [
  ['backtrader', { commission: 0.001, slip_perc: 0.001, slip_open: true }],
  ['backtrader', { commission: 2, margin: 20, mult: 5, filler: { type: 'FixedBarPerc', perc: 30 } }],
  ['backtrader', { shortcash: false, interest: 0.1, interest_long: true, coc: true }],
  ['backtrader', { leverage: 3, checksubmit: false, filler: { type: 'BarPointPerc', minmov: 0.5, perc: 100 } }],
  ['lean', { cash: 10_000, slippage: 0.001 }],
  ['lean', { cash: 10_000, leverage: 1, fee: { type: 'percent', rate: 0.001 } }],
];

describe.each(cases)('%s with %o', (name, config) => {
  it('ends with the cash it began with and the profits of its trades', () => {
    fc.assert(
      fc.property(moves, wishes, (path, orders) => {
        const bars = barsFrom(path);
        const profile = name === 'lean' ? leanProfile(config) : backtraderProfile(config);
        const result = runBacktest({
          data: prepareRunData('all', [
            {
              id: 'main',
              symbol: 'X',
              timeframeMs: dayMs,
              instrument: { symbol: 'X', tick: 0, lot: 0, multiplier: 1, currency: 'USD' },
              bars,
            },
          ]),
          profile,
          trader: {
            name: 'wishes',
            start: ({ book, market }) => ({
              advance() {},
              isWarm: () => true,
              act() {
                for (const wish of orders)
                  if (wish.at === market.step) book.submit(requestOf(wish, bars.close[market.step] ?? NaN));
              },
              stop() {},
            }),
          },
        });
        const profits = result.trades.reduce((sum, { pnl }) => sum + pnl, 0);
        // Interest that no closing fill has taken over yet is in the cash, but in no trade.
        const interest =
          result.trades.reduce((sum, { commission }) => sum + commission, 0) -
          result.fills.reduce((sum, { commission }) => sum + commission, 0);
        const unbooked = name === 'backtrader' ? Number(result.statistics.borrow) - interest : 0;
        expect(result.equity.at(-1)).toBeCloseTo(profile.startCash + profits - unbooked, 6);
        for (const { status, filledQuantity, quantity } of result.orders) {
          expect(filledQuantity).toBeLessThanOrEqual(quantity);
          if (status === 'filled') expect(filledQuantity).toBe(quantity);
        }
      }),
      { numRuns: 60 },
    );
  });
});
