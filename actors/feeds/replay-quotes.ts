/** Stored bars as quotes again: four for each bar, from its open by its extremes to its close. Pure. */

import { decimal, decimalText } from '#domain';
import type { Bars } from '#domain';

/** A quote of a replay without its time, and where it lies in its bar: from 0 to 1. */
export interface ReplayStep {
  readonly share: number;
  readonly bid: string;
  readonly ask: string;
  readonly last: string;
  readonly size: string;
}

/** Quotes per bar. */
const stepsPerBar = 4;

/**
 * The steps of the bar at `place`: a rising bar goes by its low first, a falling one by its high,
 * which is the shorter way. Bid and ask stand one tick around the price.
 */
export const replayBar = (bars: Bars, place: number, tick: string): readonly ReplayStep[] => {
  const open = bars.open[place] ?? 0;
  const high = bars.high[place] ?? 0;
  const low = bars.low[place] ?? 0;
  const close = bars.close[place] ?? 0;
  const size = textOf((bars.volume[place] ?? 0) / stepsPerBar);
  const way = close >= open ? [open, low, high, close] : [open, high, low, close];
  const step = decimal(tick);
  return way.map((price, index) => {
    const last = decimal(textOf(price));
    const bid = last > step ? last - step : last;
    return {
      share: index / stepsPerBar,
      bid: decimalText(bid),
      ask: decimalText(last + step),
      last: decimalText(last),
      size,
    };
  });
};

/** A stored float as the decimal that it stands for: at most 8 places. */
const textOf = (value: number): string => decimalText(decimal(Math.max(0, value).toFixed(8)));
