/** Candles of a chart: from bars of the history, and the one in progress from live minutes. */

import type { Bar, LiveBar } from '#sdk';

export interface Candle {
  /** Milliseconds UTC at which it begins. */
  readonly time: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
}

export const intervals = ['1m', '5m', '15m', '1h', '1d'] as const;
export type Interval = (typeof intervals)[number];

const intervalMs: Readonly<Record<Interval, number>> = {
  '1m': 60_000,
  '5m': 300_000,
  '15m': 900_000,
  '1h': 3_600_000,
  '1d': 86_400_000,
};

export const candleOf = ({ time, open, high, low, close, volume }: Bar): Candle => ({
  time: Date.parse(time),
  open: Number(open),
  high: Number(high),
  low: Number(low),
  close: Number(close),
  volume: Number(volume),
});

/** The candle in progress: what its ended minutes made, and the minute that goes on. */
export interface Progress {
  readonly interval: Interval;
  /** null: no minute of this candle has ended. */
  readonly ended: Candle | null;
  readonly minute: Candle | null;
}

/** `last` is the last candle of the history, which may be the one in progress. */
export const progressAfter = (interval: Interval, last: Candle | null): Progress => ({
  interval,
  ended: last,
  minute: null,
});

/** A minute comes again and again as it goes on; the last telling counts. Late minutes change nothing. */
export const withMinute = (progress: Progress, bar: LiveBar): Progress => {
  const minute = candleOf(bar);
  const { interval, ended, minute: before } = progress;
  if (before !== null && minute.time < before.time) return progress;
  if (before === null || minute.time === before.time) {
    const isOld = ended !== null && startOf(minute.time, interval) < startOf(ended.time, interval);
    return isOld ? progress : { interval, ended, minute };
  }
  const ofBefore = merged(ended, before, interval);
  const goesOn = startOf(minute.time, interval) === startOf(before.time, interval);
  return { interval, ended: goesOn ? ofBefore : null, minute };
};

export const candleInProgress = ({ interval, ended, minute }: Progress): Candle | null =>
  minute === null ? null : merged(ended, minute, interval);

const startOf = (time: number, interval: Interval): number => time - (time % intervalMs[interval]);

const merged = (ended: Candle | null, minute: Candle, interval: Interval): Candle => {
  const time = startOf(minute.time, interval);
  if (ended === null || startOf(ended.time, interval) !== time) return { ...minute, time };
  return {
    time,
    open: ended.open,
    high: Math.max(ended.high, minute.high),
    low: Math.min(ended.low, minute.low),
    close: minute.close,
    // A candle of one minute that the history has already is that minute.
    volume: interval === '1m' ? minute.volume : ended.volume + minute.volume,
  };
};
