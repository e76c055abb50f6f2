/** A market made of a seed: quotes on the price grid that walk as prices do. Pure. */

import { decimal, decimalText, randomFrom } from '#domain';
import type { Quote } from '../market/market-messages.ts';

export interface WalkSettings {
  readonly symbol: string;
  readonly seed: string;
  /** Decimal texts; `startPrice` is put on the grid. */
  readonly startPrice: string;
  readonly tick: string;
  readonly lot: string;
  /** 0.2: twenty percent a year. */
  readonly annualVolatility: number;
}

/** Part of the price that lies between bid and ask, at least one tick: two hundredths of a percent. */
const relativeSpread = 0.0002;
/** Pull of the price back to where it began, per year: without it a long walk ends at 0 or in the sky. */
const reversionPerYear = 2;
const yearMs = 365.25 * 86_400_000;
/** Sizes of trades in lots: e to a normal number of this spread, times this middle. */
const middleLots = 20;
const sizeSpread = 0.9;

/**
 * The next quote after `elapsedMs`. The logarithm of the price follows an Ornstein–Uhlenbeck process
 * around that of the start price, taken by its exact step (Gillespie 1996, Phys. Rev. E 54, 2084).
 */
export const syntheticWalk = ({
  symbol,
  seed,
  startPrice,
  tick,
  lot,
  annualVolatility,
}: WalkSettings): ((at: number, elapsedMs: number) => Quote) => {
  const random = randomFrom(seed);
  const normal = normalFrom(random);
  const tickSize = decimal(tick) > 0n ? decimal(tick) : 1n;
  const lotSize = decimal(lot) > 0n ? decimal(lot) : 1n;
  const start = Number(decimal(startPrice)) / Number(tickSize);
  let deviation = 0;
  return (at, elapsedMs) => {
    const years = elapsedMs / yearMs;
    const kept = Math.exp(-reversionPerYear * years);
    const spread = annualVolatility * Math.sqrt((1 - kept * kept) / (2 * reversionPerYear));
    deviation = deviation * kept + spread * normal();
    const mid = Math.max(2, start * Math.exp(deviation));
    const half = Math.max(0.5, (mid * relativeSpread) / 2);
    const bid = BigInt(Math.max(1, Math.floor(mid - half)));
    const ask = BigInt(Math.max(Number(bid) + 1, Math.ceil(mid + half)));
    const lots = BigInt(Math.max(1, Math.round(middleLots * Math.exp(sizeSpread * normal()))));
    const last = random() < 0.5 ? bid : ask;
    return {
      symbol,
      bid: decimalText(bid * tickSize),
      ask: decimalText(ask * tickSize),
      last: decimalText(last * tickSize),
      size: decimalText(lots * lotSize),
      at,
    };
  };
};

/** Standard normal numbers by the polar method (Marsaglia and Bray 1964, SIAM Review 6, 260). */
const normalFrom = (random: () => number): (() => number) => {
  let spare: number | null = null;
  return () => {
    if (spare !== null) {
      const value = spare;
      spare = null;
      return value;
    }
    for (;;) {
      const x = 2 * random() - 1;
      const y = 2 * random() - 1;
      const square = x * x + y * y;
      if (square === 0 || square >= 1) continue;
      const scale = Math.sqrt((-2 * Math.log(square)) / square);
      spare = y * scale;
      return x * scale;
    }
  };
};
