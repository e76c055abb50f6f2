/** What can be told about bars by looking at them: span, timeframe, gaps, and the grid of their prices. */

import type { Bars } from './bars.ts';
import { dayMs, isWeekend, timeOfDay } from './calendar.ts';
import { detectTimeframe } from './timeframe.ts';
import type { Timeframe } from './timeframe.ts';

/** A stretch without bars where bars were to be expected. */
export interface Gap {
  /** Times of the bars before and after it. */
  readonly from: number;
  readonly to: number;
}

export interface BarsDescription {
  readonly count: number;
  /** Times of the first and last bar; null when there are no bars. */
  readonly first: number | null;
  readonly last: number | null;
  readonly timeframe: Timeframe | null;
  readonly gapCount: number;
  readonly largestGap: Gap | null;
  /** True when at least one bar in a hundred lies on a Saturday or Sunday (UTC). */
  readonly tradesOnWeekends: boolean;
  /** Decimal places that the prices use, 0 to 8. */
  readonly priceDecimals: number;
  /** The price step that fits the prices seen. */
  readonly suggestedTick: number;
  readonly volumeDecimals: number;
  readonly zeroVolumeCount: number;
}

export const describeBars = (bars: Bars): BarsDescription => {
  const count = bars.time.length;
  const timeframe = detectTimeframe(bars.time);
  const tradesOnWeekends = weekendShare(bars.time) >= 0.01;
  const prices = [bars.open, bars.high, bars.low, bars.close];
  const priceDecimals = decimalsOf(prices);
  let zeroVolumeCount = 0;
  for (let i = 0; i < count; i++) if (bars.volume[i] === 0) zeroVolumeCount++;
  return {
    count,
    first: bars.time[0] ?? null,
    last: bars.time[count - 1] ?? null,
    timeframe,
    ...findGaps(bars.time, timeframe, tradesOnWeekends),
    tradesOnWeekends,
    priceDecimals,
    suggestedTick: tickOf(prices, priceDecimals),
    volumeDecimals: decimalsOf([bars.volume]),
    zeroVolumeCount,
  };
};

/** Values looked at per column to tell decimals: enough to see rare ones, few enough for any size. */
const samplesMax = 5_000;

/** A market that rests at weekends may pause this long without a gap: Thursday to Tuesday at Easter. */
const holidayWeekendMs = 5 * dayMs;

const weekendShare = (time: Float64Array): number => {
  const stride = Math.max(1, Math.floor(time.length / samplesMax));
  let weekends = 0;
  let seen = 0;
  for (let i = 0; i < time.length; i += stride) {
    seen++;
    if (isWeekend(time[i] ?? 0)) weekends++;
  }
  return seen === 0 ? 0 : weekends / seen;
};

/**
 * Spacings that are longer than the timeframe, less those that belong to the market: weekends and
 * holidays of a market that rests then, and pauses that recur between the same two times of day on
 * at least one day in twenty (nights, lunch breaks).
 */
const findGaps = (
  time: Float64Array,
  timeframe: Timeframe | null,
  tradesOnWeekends: boolean,
): { gapCount: number; largestGap: Gap | null } => {
  if (timeframe === null) return { gapCount: 0, largestGap: null };
  const intraday = timeframe.ms < dayMs;
  // daily bars dated a little early or late and months of 31 days are no gaps
  const longest = intraday
    ? timeframe.ms
    : timeframe.ms === dayMs && !tradesOnWeekends
      ? holidayWeekendMs
      : 1.5 * timeframe.ms;
  const pauses = intraday ? recurringPauses(time, timeframe.ms) : new Set<number>();
  let gapCount = 0;
  let largestGap: Gap | null = null;
  for (let i = 1; i < time.length; i++) {
    const from = time[i - 1] ?? NaN;
    const to = time[i] ?? NaN;
    const spacing = to - from;
    if (spacing <= longest || (spacing <= holidayWeekendMs && pauses.has(pauseKey(from, to)))) continue;
    gapCount++;
    if (largestGap === null || spacing > largestGap.to - largestGap.from) largestGap = { from, to };
  }
  return { gapCount, largestGap };
};

const recurringPauses = (time: Float64Array, barMs: number): Set<number> => {
  const counts = new Map<number, number>();
  let days = 1;
  for (let i = 1; i < time.length; i++) {
    const from = time[i - 1] ?? NaN;
    const to = time[i] ?? NaN;
    if (Math.floor(from / dayMs) !== Math.floor(to / dayMs)) days++;
    if (to - from <= barMs) continue;
    const key = pauseKey(from, to);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const often = Math.max(2, days / 20);
  return new Set([...counts].filter(([, count]) => count >= often).map(([key]) => key));
};

const pauseKey = (from: number, to: number): number => timeOfDay(from) * dayMs + timeOfDay(to);

/** The decimal places that at least one value in a hundred needs, at most 8. */
const decimalsOf = (columns: readonly Float64Array[]): number => {
  const needing = new Array<number>(decimalsMax + 1).fill(0);
  let seen = 0;
  forSamples(columns, (value) => {
    seen++;
    const decimals = decimalsOfValue(value);
    needing[decimals] = (needing[decimals] ?? 0) + 1;
  });
  let more = 0;
  for (let decimals = decimalsMax; decimals > 0; decimals--) {
    more += needing[decimals] ?? 0;
    if (more >= Math.max(1, seen / 100)) return decimals;
  }
  return 0;
};

const decimalsMax = 8;

const decimalsOfValue = (value: number): number => {
  let scale = 1;
  for (let decimals = 0; decimals < decimalsMax; decimals++) {
    if (Math.round(value * scale) / scale === value) return decimals;
    scale *= 10;
  }
  return decimalsMax;
};

/** Fewer prices than this do not tell a step of 0.25 from chance. */
const coarseTickSamplesMin = 800;

/** One unit of the last decimal place; five, twenty-five or fifty of them where all prices are multiples of that. */
const tickOf = (prices: readonly Float64Array[], decimals: number): number => {
  const scale = [1, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8][decimals] ?? 1e8;
  let common = 0;
  let seen = 0;
  forSamples(prices, (value) => {
    seen++;
    common = greatestCommonDivisor(common, Math.abs(Math.round(value * scale)));
  });
  const step =
    seen < coarseTickSamplesMin
      ? 1
      : common % 50 === 0 && common > 0
        ? 50
        : common % 25 === 0 && common > 0
          ? 25
          : common % 5 === 0 && common > 0
            ? 5
            : 1;
  return step / scale;
};

const greatestCommonDivisor = (a: number, b: number): number => {
  let [x, y] = [a, b];
  while (y !== 0) [x, y] = [y, x % y];
  return x;
};

const forSamples = (columns: readonly Float64Array[], visit: (value: number) => void): void => {
  for (const column of columns) {
    const stride = Math.max(1, Math.floor(column.length / samplesMax));
    for (let i = 0; i < column.length; i += stride) visit(column[i] ?? 0);
  }
};
