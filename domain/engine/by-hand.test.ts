import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { generatePrices } from '../market/generate.ts';
import { parseTimeframe } from '../market/timeframe.ts';
import { crossOver, crossUnder } from '../strategy/cross.ts';
import { defineStrategy } from '../strategy/define-strategy.ts';
import { int } from '../strategy/params.ts';
import type { Feed } from '../market/feed.ts';
import { flatBars, run } from './test-run.ts';
import { feedOf } from './native/test-market.ts';

const cross = defineStrategy({
  name: 'cross',
  params: { fast: int(3), slow: int(7) },
  init: ({ bars, ta }, p) => ({ fast: ta.sma(bars.main.close, p.fast), slow: ta.sma(bars.main.close, p.slow) }),
  onBar(ctx, { fast, slow }) {
    if (crossOver(fast, slow)) ctx.buy('main', { value: 5_000 });
    else if (crossUnder(fast, slow)) ctx.close('main');
  },
});

interface HandFill {
  readonly bar: number;
  readonly lots: number;
  readonly cents: number;
}

/**
 * The same as a plain loop in whole cents: decide at a close, fill at the next open, whole units,
 * commission of 0.1 % in hundred-millionths of a dollar (the quantum of an account of 10,000).
 */
const byHand = (
  { bars }: Feed,
  fastBars: number,
  slowBars: number,
): { fills: readonly HandFill[]; equity: readonly number[]; held: readonly number[] } => {
  const cents = (price: number | undefined): number => Math.round((price ?? NaN) * 100);
  const closes = [...bars.close].map(cents);
  const mean = (i: number, n: number): number =>
    closes.slice(i - n + 1, i + 1).reduce((sum, close) => sum + close, 0) / n;
  const quantaPerCent = 10n ** 6n;
  let cash = 1_000_000n * quantaPerCent;
  let held = 0;
  let wish: 'buy' | 'sell' | null = null;
  let wishLots = 0;
  const fills: HandFill[] = [];
  const equity: number[] = [];
  const heldAfter: number[] = [];
  for (let i = 0; i < closes.length; i++) {
    if (wish !== null) {
      const price = cents(bars.open[i]);
      const value = BigInt(price) * BigInt(wishLots) * quantaPerCent;
      const commission = value / 1000n; // exact: a cent has 10^6 quanta
      if (wish === 'buy' && value + commission > cash) wish = null; // could not be afforded after all
      else {
        cash += (wish === 'buy' ? -value : value) - commission;
        held += wish === 'buy' ? wishLots : -wishLots;
        fills.push({ bar: i, lots: wish === 'buy' ? wishLots : -wishLots, cents: price });
        wish = null;
      }
    }
    if (i >= slowBars - 1) {
      const [fast, slow] = [mean(i, fastBars), mean(i, slowBars)];
      const [fastBefore, slowBefore] = i >= slowBars ? [mean(i - 1, fastBars), mean(i - 1, slowBars)] : [NaN, NaN];
      const close = closes[i] as number; // i < length
      if (fast > slow && fastBefore <= slowBefore) {
        const lots = Math.floor(500_000 / close);
        if (lots > 0 && BigInt(lots) * BigInt(close) * quantaPerCent * 1001n <= cash * 1000n)
          [wish, wishLots] = ['buy', lots];
      } else if (fast < slow && fastBefore >= slowBefore && held > 0) [wish, wishLots] = ['sell', held];
    }
    heldAfter.push(held);
    equity.push(Number(cash + BigInt(held) * BigInt(closes[i] as number) * quantaPerCent) / 1e8); // i < length
  }
  return { fills, equity, held: heldAfter };
};

/** Closes in whole dollars: means of 2, 4 and 8 of them are exact, so that both sides see the same ties. */
const walkArbitrary = fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 200, maxLength: 300 }).map((moves) => {
  let price = 100;
  return moves.map((move) => (price = Math.max(10, price + move)));
});

const toQuantum = (money: number): number => Math.round(money * 1e8);

describe('a crossing of averages worked out by hand', () => {
  const compare = (feed: Feed, fast: number, slow: number): number => {
    const result = run(cross, [feed], { params: { fast, slow }, config: { commission: 0.001 } });
    const hand = byHand(feed, fast, slow);
    expect(
      result.fills.map(({ bar, side, quantity, price }): HandFill => ({
        bar,
        lots: side === 'buy' ? quantity : -quantity,
        cents: Math.round(price * 100),
      })),
    ).toEqual(hand.fills);
    // Cash is exact; what is held is marked in floating point, far below the quantum.
    expect([...result.equity].map(toQuantum)).toEqual(hand.equity.map(toQuantum));
    const whenFlat = (_money: number, step: number): boolean => hand.held[step] === 0;
    expect([...result.equity].filter(whenFlat)).toEqual(hand.equity.filter(whenFlat));
    return hand.fills.length;
  };

  it('gives the same fills and the same equity, on random walks', () => {
    let fills = 0;
    fc.assert(
      fc.property(walkArbitrary, fc.constantFrom([1, 2], [2, 4], [4, 8], [1, 8]), (closes, [fast = 1, slow = 2]) => {
        fills += compare(feedOf(flatBars(closes)), fast, slow);
      }),
      { numRuns: 40 },
    );
    expect(fills).toBeGreaterThan(200);
  });

  it('gives the same on the prices that the platform generates', () => {
    const [generated] = generatePrices({
      seed: 'by hand',
      market: 'stock',
      timeframe: parseTimeframe('1d'),
      start: 0,
      bars: 500,
      symbols: [{ symbol: 'A' }],
    });
    const { bars } = generated as NonNullable<typeof generated>; // one symbol was asked for
    expect(compare(feedOf(bars), 3, 7)).toBeGreaterThan(20);
  });
});
