/** True range and its averages. */

import { builtIn } from './indicator.ts';
import type { SingleRun } from './indicator.ts';
import { bars } from './parameter.ts';
import { isZero, wilderRun } from './smoothing.ts';

/** Largest of high − low, |high − previous close| and |low − previous close|; NaN without a previous close. */
export const trueRangeOf = (high: number, low: number, previousClose: number): number =>
  Math.max(high, previousClose) - Math.min(low, previousClose);

const trueRangeRun = (): SingleRun => {
  const state = { close: NaN };
  return {
    lookback: 1,
    next: (high: number, low: number, close: number) => {
      const range = trueRangeOf(high, low, state.close);
      state.close = close;
      return range;
    },
  };
};

/** True range (J. W. Wilder, 1978; TA-Lib TRANGE). */
export const trueRange = builtIn({
  name: 'trueRange',
  title: 'True range',
  group: 'volatility',
  takes: ['high', 'low', 'close'],
  gives: ['value'],
  parameters: [],
  start: () => trueRangeRun(),
});

/** Average true range by Wilder's average, started at the mean of the first `period` ranges (TA-Lib ATR). */
export const atr = builtIn({
  name: 'atr',
  title: 'Average true range',
  group: 'volatility',
  takes: ['high', 'low', 'close'],
  gives: ['value'],
  parameters: [bars('period', 14)],
  start: (period: number) => {
    const range = trueRangeRun();
    const average = wilderRun(period);
    let isFirst = true;
    return {
      lookback: period,
      next: (high: number, low: number, close: number) => {
        const today = range.next(high, low, close);
        if (isFirst) {
          isFirst = false;
          return NaN;
        }
        return average.next(today);
      },
    };
  },
});

/** Normalised average true range: 100 × average true range ÷ close; 0 where close is 0 (J. Forman, TASC 2006; TA-Lib NATR). */
export const natr = builtIn({
  name: 'natr',
  title: 'Normalised average true range',
  group: 'volatility',
  takes: ['high', 'low', 'close'],
  gives: ['value'],
  parameters: [bars('period', 14)],
  start: (period: number) => {
    const average = atr.start(period);
    return {
      lookback: period,
      next: (high: number, low: number, close: number) => {
        const range = average.next(high, low, close);
        if (!isZero(close)) return (range / close) * 100;
        return range === range ? 0 : NaN; // still NaN during the lookback
      },
    };
  },
});
