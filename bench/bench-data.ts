/** The data and the strategy that the engine's benchmarks share. */

import { readFileSync } from 'node:fs';
import type { Feed } from '#domain';
import { generatePrices, parseTimeframe } from '#domain';

/** SMA-cross, as the examples have it. */
export const crossSource = {
  entry: 'strategy.ts',
  files: { 'strategy.ts': readFileSync(new URL('../examples/sma-cross/strategy.ts', import.meta.url), 'utf8') },
};

/** One feed of made-up prices: minutes of a coin, or days of a stock. */
export const benchFeed = (kind: 'minutes' | 'days', bars: number): Feed => {
  const [made] = generatePrices({
    seed: 'bench',
    market: kind === 'minutes' ? 'crypto' : 'stock',
    timeframe: parseTimeframe(kind === 'minutes' ? '1m' : '1d'),
    start: Date.UTC(2004, 7, 19),
    bars,
    symbols: [{ symbol: 'BENCH', price: 100 }],
  });
  if (made === undefined) throw new Error('one symbol was asked for');
  return {
    id: 'main',
    symbol: made.symbol,
    timeframeMs: kind === 'minutes' ? 60_000 : 86_400_000,
    instrument: made.instrument,
    bars: made.bars,
  };
};

/** The least of several times in milliseconds: what the work takes when nothing else is on the machine. */
export const bestOf = async (times: number, work: () => unknown): Promise<number> => {
  const [best = NaN] = await bestOfEach(times, [work]);
  return best;
};

/** Runs in one turn: the first finds what the works before it left in the caches. */
const runsPerTurn = 3;

/** The same for works that are compared: by turns, so that a busy moment of the machine meets all of them. */
export const bestOfEach = async (times: number, works: readonly (() => unknown)[]): Promise<readonly number[]> => {
  const best = works.map(() => Infinity);
  for (let round = 0; round < times; round++) {
    for (const [i, work] of works.entries()) {
      for (let run = 0; run < runsPerTurn; run++) {
        const startedAt = performance.now();
        await work();
        best[i] = Math.min(best[i] ?? Infinity, performance.now() - startedAt);
      }
    }
  }
  return best;
};
