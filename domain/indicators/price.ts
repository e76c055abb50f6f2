/** One price from a bar's four. */

import { builtIn } from './indicator.ts';

/** (open + high + low + close) ÷ 4 (TA-Lib AVGPRICE). */
export const avgPrice = builtIn({
  name: 'avgPrice',
  title: 'Average price',
  group: 'price',
  takes: ['open', 'high', 'low', 'close'],
  gives: ['value'],
  parameters: [],
  start: () => ({
    lookback: 0,
    next: (open: number, high: number, low: number, close: number) => (high + low + close + open) / 4,
  }),
});

/** (high + low) ÷ 2 (TA-Lib MEDPRICE). */
export const medPrice = builtIn({
  name: 'medPrice',
  title: 'Median price',
  group: 'price',
  takes: ['high', 'low'],
  gives: ['value'],
  parameters: [],
  start: () => ({ lookback: 0, next: (high: number, low: number) => (high + low) / 2 }),
});

/** (high + low + close) ÷ 3 (TA-Lib TYPPRICE). */
export const typPrice = builtIn({
  name: 'typPrice',
  title: 'Typical price',
  group: 'price',
  takes: ['high', 'low', 'close'],
  gives: ['value'],
  parameters: [],
  start: () => ({ lookback: 0, next: (high: number, low: number, close: number) => (high + low + close) / 3 }),
});

/** (high + low + 2 × close) ÷ 4 (TA-Lib WCLPRICE). */
export const wclPrice = builtIn({
  name: 'wclPrice',
  title: 'Weighted close price',
  group: 'price',
  takes: ['high', 'low', 'close'],
  gives: ['value'],
  parameters: [],
  start: () => ({ lookback: 0, next: (high: number, low: number, close: number) => (high + low + 2 * close) / 4 }),
});
