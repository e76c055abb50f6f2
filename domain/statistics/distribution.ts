/** Distributions of returns, as a report draws them. */

import type { Calendar } from './trading-days.ts';

export interface Histogram {
  /** Lower edge of the first bin, and the width of all. */
  readonly from: number;
  readonly width: number;
  readonly counts: readonly number[];
}

/** More bins than this can't be told apart in a report's chart. */
const binsMax = 60;

/**
 * Counts `values` in bins of equal width by the rule of Freedman and Diaconis (2 × interquartile
 * range ÷ cube root of n). One edge lies at zero, so that no bin holds both gains and losses. Values
 * that are not finite are left out; null when none is left.
 */
export const histogram = (values: Iterable<number>): Histogram | null => {
  const sorted = Float64Array.from([...values].filter(Number.isFinite)).sort();
  const low = sorted[0];
  const high = sorted[sorted.length - 1];
  if (low === undefined || high === undefined) return null;
  const range = high - low;
  const spread = (sorted[Math.floor(sorted.length * 0.75)] ?? high) - (sorted[Math.floor(sorted.length * 0.25)] ?? low);
  // Two bins are lost at most to the edge at zero.
  const narrowest = range / (binsMax - 2);
  const width = range === 0 ? Math.abs(low) || 1 : Math.max((2 * spread) / Math.cbrt(sorted.length), narrowest);
  const first = Math.floor(low / width);
  const counts = new Array<number>(Math.floor(high / width) - first + 1).fill(0);
  for (const value of sorted) {
    const bin = Math.floor(value / width) - first;
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return { from: first * width, width, counts };
};

/** The daily returns on which the statistics rest; they end when equity is zero or less. */
export const dailyReturns = (equity: Float64Array, startCash: number, calendar: Calendar): Float64Array => {
  const returns = new Float64Array(calendar.dayEnds.length);
  let count = 0;
  let before = startCash;
  while (count < returns.length && before > 0) {
    const now = equity[calendar.dayEnds[count] ?? 0] ?? 0;
    returns[count++] = now / before - 1;
    before = now;
  }
  return returns.subarray(0, count);
};
