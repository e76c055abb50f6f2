/** Several bars drawn as one, where a chart has fewer points than the data has bars. */

import type { Bars } from '#domain';

export interface ThinBars extends Pick<Bars, 'time' | 'open' | 'high' | 'low' | 'close'> {
  /** Bars of the data in each of these; the last may have fewer. */
  readonly each: number;
}

/** At most `max` bars with the opens, highs, lows and closes of the whole; the same arrays where they are few enough. */
export const thinBars = ({ time, open, high, low, close }: Bars, max: number): ThinBars => {
  const each = Math.max(1, Math.ceil(time.length / max));
  if (each === 1) return { time, open, high, low, close, each };
  const count = Math.ceil(time.length / each);
  const thin = {
    time: new Float64Array(count),
    open: new Float64Array(count),
    high: new Float64Array(count),
    low: new Float64Array(count),
    close: new Float64Array(count),
    each,
  };
  for (let k = 0; k < count; k++) {
    const from = k * each;
    const to = Math.min(time.length, from + each);
    thin.time[k] = time[from] ?? 0;
    thin.open[k] = open[from] ?? 0;
    thin.high[k] = high.subarray(from, to).reduce((most, value) => Math.max(most, value), -Infinity);
    thin.low[k] = low.subarray(from, to).reduce((least, value) => Math.min(least, value), Infinity);
    thin.close[k] = close[to - 1] ?? 0;
  }
  return thin;
};
