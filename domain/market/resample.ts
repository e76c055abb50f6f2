/** Builds coarser bars out of finer ones, and says when each of them may be seen. */

import { allocateBars } from './bars.ts';
import type { Bars } from './bars.ts';
import { MarketDataMistake } from './mistake.ts';
import { barEnd, formatTimeframe, periodEnd, periodStart } from './timeframe.ts';
import type { Timeframe } from './timeframe.ts';

export interface ResampleOptions {
  /** The timeframe of the bars given. */
  readonly from: Timeframe;
  /** The timeframe of the bars wanted: at least as long. */
  readonly to: Timeframe;
  /**
   * How bars are dated. `start` (default): by their start; a coarse bar covers [start, end).
   * `end`, as backtrader does: finer and coarse bars by their end, a coarse bar covers (start, end].
   * Finer bars of a day or longer are dated by the day itself, which is inside their period either
   * way; with `end` their coarse bar then carries the date of its last finer bar.
   */
  readonly label?: 'start' | 'end';
}

export interface Resampled {
  /** The coarse bars; the last one may be unfinished. */
  readonly bars: Bars;
  /**
   * Per finer bar: how many coarse bars are complete once it has closed. Never falls.
   *
   * A coarse bar is complete when its period is over, judged by the closes seen so far: with the
   * finer bar that reaches its end, else with the first finer bar of a later period. So the day bar
   * of a market that closes at 16:00 is complete with the next session's first bar: at 16:00 nobody
   * can know that no trade follows before midnight. Bars after a finer bar never change what is
   * complete at it, nor the values of complete bars.
   */
  readonly completeAfter: Int32Array;
}

/**
 * Open of the first finer bar, highest high, lowest low, close of the last, sum of the volumes, per
 * period aligned to the UTC calendar (weeks from Monday). Periods without bars give no bar.
 * Throws {@link MarketDataMistake} `timeframe-too-fine` when the wanted bars are shorter than those given.
 */
export const resampleBars = (bars: Bars, { from, to, label = 'start' }: ResampleOptions): Resampled => {
  if (to.ms < from.ms) {
    throw new MarketDataMistake(
      'timeframe-too-fine',
      `Bars of ${formatTimeframe(to)} can't be made from bars of ${formatTimeframe(from)}.`,
      `Use data of ${formatTimeframe(to)} or finer.`,
    );
  }
  const byDay = from.unit === 'day' || from.unit === 'week' || from.unit === 'month';
  const endDated = label === 'end' && !byDay;
  const coarse = allocateBars(countPeriods(bars.time, to, endDated));
  const completeAfter = new Int32Array(bars.time.length);

  let k = -1;
  let end = -Infinity;
  for (let i = 0; i < bars.time.length; i++) {
    const time = at(bars.time, i);
    if (endDated ? time > end : time >= end) {
      k++;
      end = endOf(time, to, endDated);
      coarse.time[k] = endDated ? end : label === 'end' ? time : periodStart(time, to);
      coarse.open[k] = at(bars.open, i);
      coarse.high[k] = at(bars.high, i);
      coarse.low[k] = at(bars.low, i);
    }
    if (at(bars.high, i) > at(coarse.high, k)) coarse.high[k] = at(bars.high, i);
    if (at(bars.low, i) < at(coarse.low, k)) coarse.low[k] = at(bars.low, i);
    coarse.close[k] = at(bars.close, i);
    coarse.volume[k] = at(coarse.volume, k) + at(bars.volume, i);
    if (label === 'end' && byDay) coarse.time[k] = time;
    const closedAt = endDated ? time : barEnd(time, from);
    completeAfter[i] = closedAt >= end ? k + 1 : k;
  }
  return { bars: coarse, completeAfter };
};

const countPeriods = (time: Float64Array, to: Timeframe, endDated: boolean): number => {
  let count = 0;
  let end = -Infinity;
  for (let i = 0; i < time.length; i++) {
    const start = at(time, i);
    if (endDated ? start > end : start >= end) {
      count++;
      end = endOf(start, to, endDated);
    }
  }
  return count;
};

/** End of the period to which a finer bar dated `time` belongs. */
const endOf = (time: number, to: Timeframe, endDated: boolean): number =>
  endDated && periodStart(time, to) === time ? time : periodEnd(time, to);

/** The loops stay within the columns' length, where every index has a number. */
const at = (column: Float64Array, i: number): number => column[i] as number;
