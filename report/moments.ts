/** How the times of a run are shown: as dates, or as numbers of bars where the data has none. */

import { dayMs } from '#domain';
import { showTime } from './show-number.ts';

export interface Moments {
  /** False when rows were numbered instead of dated. */
  readonly areDates: boolean;
  /** A time in milliseconds UTC, for people. */
  readonly show: (time: number) => string;
  /** The same for the axis of a chart: seconds UTC, or the number of the bar. */
  readonly onAxis: (time: number) => number;
}

/** Price files without dates are read as one row a day from 1970 on (see persistence/files). */
const numberedStartMax = 1000 * dayMs;
/** Gaps looked at: a market that rests at weekends does not have so many days in a row. */
const gapsLookedAt = 8;

export const momentsOf = (timeline: Float64Array): Moments =>
  isNumbered(timeline)
    ? { areDates: false, show: (time) => `bar ${String(Math.round(time / dayMs))}`, onAxis: (time) => time / dayMs }
    : { areDates: true, show: showTime, onAxis: (time) => time / 1000 };

const isNumbered = (timeline: Float64Array): boolean => {
  const [first] = timeline;
  if (first === undefined || first < 0 || first >= numberedStartMax) return false;
  return timeline.subarray(1, 1 + gapsLookedAt).every((time, i) => time - (timeline[i] ?? 0) === dayMs);
};
