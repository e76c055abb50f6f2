import { expect, it } from 'vitest';
import type { LiveBar } from '#sdk';
import { candleInProgress, progressAfter, withMinute } from './candles.ts';
import type { Progress } from './candles.ts';

const bar = (time: string, prices: readonly [number, number, number, number], volume: number): LiveBar => ({
  time: `2026-01-31T${time}:00Z`,
  open: String(prices[0]),
  high: String(prices[1]),
  low: String(prices[2]),
  close: String(prices[3]),
  volume: String(volume),
  closed: false,
});
const at = (time: string): number => Date.parse(`2026-01-31T${time}:00Z`);
const after = (start: Progress, ...bars: readonly LiveBar[]) => candleInProgress(bars.reduce(withMinute, start));

it('takes the last telling of a minute', () => {
  const candle = after(progressAfter('1m', null), bar('09:00', [10, 10, 10, 10], 1), bar('09:00', [10, 12, 9, 11], 7));
  expect(candle).toEqual({ time: at('09:00'), open: 10, high: 12, low: 9, close: 11, volume: 7 });
});

it('adds minutes up within an interval and begins anew in the next', () => {
  const minutes = [
    bar('09:05', [10, 12, 10, 11], 5),
    bar('09:06', [11, 11, 8, 9], 3),
    bar('09:06', [11, 11, 8, 10], 4),
  ] as const;
  const start = progressAfter('5m', null);
  expect(after(start, ...minutes)).toEqual({ time: at('09:05'), open: 10, high: 12, low: 8, close: 10, volume: 9 });
  expect(after(start, ...minutes, bar('09:10', [10, 10, 10, 10], 2))).toMatchObject({ time: at('09:10'), volume: 2 });
});

it('goes on with the last candle of the history', () => {
  const last = { time: at('09:00'), open: 8, high: 9, low: 7, close: 9, volume: 100 };
  const candle = after(progressAfter('1h', last), bar('09:30', [9, 10, 9, 10], 5));
  expect(candle).toEqual({ time: at('09:00'), open: 8, high: 10, low: 7, close: 10, volume: 105 });
});

it('leaves out what is older than the history or than what came', () => {
  const last = { time: at('10:00'), open: 8, high: 9, low: 7, close: 9, volume: 100 };
  expect(after(progressAfter('1h', last), bar('09:59', [1, 1, 1, 1], 1))).toBeNull();
  const candle = after(progressAfter('1m', null), bar('09:02', [5, 5, 5, 5], 1), bar('09:01', [1, 1, 1, 1], 1));
  expect(candle).toMatchObject({ time: at('09:02'), close: 5 });
});
