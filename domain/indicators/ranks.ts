/** Indicators that rank the newest value among the ones before it. */

import { builtIn } from './indicator.ts';
import type { SingleRun } from './indicator.ts';
import { rsi } from './momentum.ts';
import { bars } from './parameter.ts';
import { averageRun } from './window-averages.ts';

/** Every value of the window is compared at each bar, so it is kept short. */
const rankPeriodMax = 10_000;

/** The newest values, counted against another. */
class Ranking {
  private readonly values: Float64Array;
  private index = 0;

  constructor(length: number) {
    this.values = new Float64Array(length).fill(NaN);
  }

  push(value: number): void {
    this.values[this.index] = value;
    this.index = this.index + 1 === this.values.length ? 0 : this.index + 1;
  }

  /** How many of the values are below `bound`. */
  below(bound: number): number {
    const { values } = this;
    let count = 0;
    for (let i = 0; i < values.length; i++) if ((values[i] as number) < bound) count++; // i < length
    return count;
  }
}

const percentRankRun = (length: number): SingleRun => {
  const ranking = new Ranking(length);
  let waiting = length - 1;
  return {
    lookback: length - 1,
    next: (value: number) => {
      ranking.push(value);
      if (waiting > 0) {
        waiting--;
        return NaN;
      }
      return ranking.below(value) / length;
    },
  };
};

/** Fraction of the period's values, the newest included, that are below the newest. */
export const percentRank = builtIn({
  name: 'percentRank',
  title: 'Percent rank',
  group: 'statistics',
  takes: ['value'],
  gives: ['value'],
  parameters: [bars('period', 50, 1, rankPeriodMax)],
  start: (period: number) => percentRankRun(period),
});

/** DV2: percent rank, 0 to 100, of the averaged ratio of close to median price; the ratio is 1 where that is 0 (D. Varadi). */
export const dv2 = builtIn({
  name: 'dv2',
  title: 'DV2',
  group: 'momentum',
  takes: ['high', 'low', 'close'],
  gives: ['value'],
  parameters: [bars('period', 252, 1, rankPeriodMax), bars('average', 2)],
  start: (period: number, average: number) => {
    const ratios = averageRun(average);
    const rank = percentRankRun(period);
    let waiting = ratios.lookback;
    return {
      lookback: ratios.lookback + rank.lookback,
      next: (high: number, low: number, close: number) => {
        const middle = (high + low) / 2;
        const ratio = ratios.next(middle === 0 ? 1 : close / middle);
        if (waiting > 0) {
          waiting--;
          return NaN;
        }
        return 100 * rank.next(ratio);
      },
    };
  },
});

/**
 * Connors' relative strength index: mean of the index of price, the index of the length of its streak
 * and the percent rank of its last change among the `rank` changes before (L. Connors, C. Alvarez, 2012).
 */
export const connorsRsi = builtIn({
  name: 'connorsRsi',
  title: "Connors' relative strength index",
  group: 'momentum',
  takes: ['value'],
  gives: ['value'],
  parameters: [bars('period', 3, 2), bars('streak', 2, 2), bars('rank', 100, 1, rankPeriodMax)],
  start: (period: number, streakLength: number, rank: number) => {
    const ofPrice = rsi.start(period);
    const ofStreak = rsi.start(streakLength);
    const changes = new Ranking(rank);
    const state = { previous: NaN };
    const lookback = Math.max(period, streakLength, rank + 1);
    let streak = 0;
    let seen = 0;
    return {
      lookback,
      next: (value: number) => {
        const { previous } = state;
        state.previous = value;
        if (value > previous) streak = streak > 0 ? streak + 1 : 1;
        else if (value < previous) streak = streak < 0 ? streak - 1 : -1;
        const priceIndex = ofPrice.next(value);
        const streakIndex = ofStreak.next(streak);
        const bar = seen;
        if (seen < lookback) seen++;
        if (bar === 0) return NaN;
        const change = previous === 0 ? 0 : (value - previous) / previous;
        const place = (100 * changes.below(change)) / rank;
        changes.push(change);
        return bar < lookback ? NaN : (priceIndex + streakIndex + place) / 3;
      },
    };
  },
});
