/** What can be told about bars by looking at them: span, timeframe, gaps, and the grid of their prices. */

import type { Bars } from './bars.ts';
import { isWeekend } from './calendar.ts';
import { GapFinder } from './gap-finder.ts';
import type { Gap } from './gap-finder.ts';
import { detectTimeframe } from './timeframe.ts';
import type { Timeframe } from './timeframe.ts';

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
  /** Of the closes above 0; Infinity when there are none. */
  readonly lowestClose: number;
}

export const describeBars = (bars: Bars): BarsDescription => {
  const describer = new BarsDescriber({ count: bars.time.length, timeframe: detectTimeframe(bars.time) });
  describer.add(bars);
  return describer.description();
};

/** Values looked at per column to tell decimals: enough to see rare ones, few enough for any size. */
const samplesMax = 5_000;
/** More than one bar in so many on a weekend: it is traded on. */
const weekendShareMin = 0.01;

const priceColumns = ['open', 'high', 'low', 'close'] as const;

/** Describes bars that come in portions, in order of time; memory does not grow with them. */
export class BarsDescriber {
  readonly #count: number;
  readonly #timeframe: Timeframe | null;
  readonly #gaps: GapFinder | null;
  readonly #stride: number;
  readonly #prices: number[] = [];
  readonly #volumes: number[] = [];
  #seen = 0;
  #first: number | null = null;
  #last: number | null = null;
  #weekends = 0;
  #zeroVolumes = 0;
  #lowestClose = Infinity;

  /** How many bars there will be, and how long they are. */
  constructor({ count, timeframe }: { readonly count: number; readonly timeframe: Timeframe | null }) {
    this.#count = count;
    this.#timeframe = timeframe;
    this.#gaps = timeframe === null ? null : new GapFinder(timeframe);
    this.#stride = Math.max(1, Math.floor(count / samplesMax));
  }

  add(bars: Bars): void {
    const { time, close, volume } = bars;
    for (let i = 0; i < time.length; i++) {
      const at = time[i] ?? NaN;
      if (this.#last === null) this.#first = at;
      else this.#gaps?.see(this.#last, at);
      this.#last = at;
      const price = close[i] ?? NaN;
      if (price > 0 && price < this.#lowestClose) this.#lowestClose = price;
      if (volume[i] === 0) this.#zeroVolumes++;
      if (this.#seen++ % this.#stride === 0) this.#sample(bars, i);
    }
  }

  description(): BarsDescription {
    const tradesOnWeekends = this.#volumes.length > 0 && this.#weekends / this.#volumes.length >= weekendShareMin;
    const priceDecimals = decimalsOf(this.#prices);
    return {
      count: this.#count,
      first: this.#first,
      last: this.#last,
      timeframe: this.#timeframe,
      ...(this.#gaps?.found(tradesOnWeekends) ?? { gapCount: 0, largestGap: null }),
      tradesOnWeekends,
      priceDecimals,
      suggestedTick: tickOf(this.#prices, priceDecimals),
      volumeDecimals: decimalsOf(this.#volumes),
      zeroVolumeCount: this.#zeroVolumes,
      lowestClose: this.#lowestClose,
    };
  }

  #sample(bars: Bars, i: number): void {
    if (isWeekend(bars.time[i] ?? 0)) this.#weekends++;
    for (const column of priceColumns) this.#prices.push(bars[column][i] ?? 0);
    this.#volumes.push(bars.volume[i] ?? 0);
  }
}

/** The decimal places that at least one value in a hundred needs, at most 8. */
const decimalsOf = (values: readonly number[]): number => {
  const needing = new Array<number>(decimalsMax + 1).fill(0);
  for (const value of values) {
    const decimals = decimalsOfValue(value);
    needing[decimals] = (needing[decimals] ?? 0) + 1;
  }
  let more = 0;
  for (let decimals = decimalsMax; decimals > 0; decimals--) {
    more += needing[decimals] ?? 0;
    if (more >= Math.max(1, values.length / 100)) return decimals;
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
const tickOf = (prices: readonly number[], decimals: number): number => {
  const scale = [1, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8][decimals] ?? 1e8;
  let common = 0;
  for (const price of prices) common = greatestCommonDivisor(common, Math.abs(Math.round(price * scale)));
  const step =
    prices.length < coarseTickSamplesMin
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
