import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { allocateBars, barColumns, sliceBars } from './bars.ts';
import type { Bars } from './bars.ts';
import { formatShort, parseTime } from './calendar.ts';
import { resampleBars } from './resample.ts';
import { barEnd, parseTimeframe } from './timeframe.ts';

const barsOf = (
  rows: readonly (readonly [time: string, open: number, high: number, low: number, close: number, volume: number])[],
): Bars => {
  const bars = allocateBars(rows.length);
  rows.forEach(([time, ...numbers], i) => {
    bars.time[i] = parseTime(time);
    barColumns.slice(1).forEach((column, k) => {
      bars[column][i] = numbers[k] ?? NaN;
    });
  });
  return bars;
};
const dates = (bars: Bars): string[] => Array.from(bars.time, formatShort);

const minutes = parseTimeframe('1m');
const hours = parseTimeframe('1h');
const days = parseTimeframe('1d');
const weeks = parseTimeframe('1w');
const months = parseTimeframe('1M');

/** Two sessions of a market that trades from 14:30 to 14:33. */
const sessions = barsOf([
  ['2024-01-04T14:30', 10, 12, 9, 11, 100],
  ['2024-01-04T14:31', 11, 15, 11, 13, 200],
  ['2024-01-04T14:32', 13, 13, 8, 9, 300],
  ['2024-01-05T14:30', 9, 10, 7, 8, 50],
  ['2024-01-05T14:31', 8, 9, 6, 7, 60],
]);

describe('resampleBars', () => {
  test('takes the first open, the extremes, the last close and all the volume', () => {
    const { bars } = resampleBars(sessions, { from: minutes, to: days });
    expect(dates(bars)).toEqual(['2024-01-04', '2024-01-05']);
    expect([bars.open, bars.high, bars.low, bars.close, bars.volume].map((column) => [...column])).toEqual([
      [10, 9],
      [15, 10],
      [8, 6],
      [9, 7],
      [600, 110],
    ]);
  });

  test('shows a day of a session market only with the first bar of the next session', () => {
    expect([...resampleBars(sessions, { from: minutes, to: days }).completeAfter]).toEqual([0, 0, 0, 1, 1]);
  });

  test('shows a bar at once when a finer bar reaches its end', () => {
    const hourly = barsOf([
      ['2024-01-04T22:00', 1, 1, 1, 1, 1],
      ['2024-01-04T23:00', 1, 1, 1, 1, 1],
      ['2024-01-05T00:00', 1, 1, 1, 1, 1],
    ]);
    expect([...resampleBars(hourly, { from: hours, to: days }).completeAfter]).toEqual([0, 1, 1]);
  });

  test('leaves the last bar unfinished when its time is not up', () => {
    const { bars, completeAfter } = resampleBars(sessions, { from: minutes, to: hours });
    expect(bars.time.length).toBe(2);
    expect(completeAfter.at(-1)).toBe(1);
  });

  test('makes weeks from Monday and months from the first', () => {
    const daily = barsOf([
      ['2024-02-28', 1, 1, 1, 1, 1],
      ['2024-02-29', 2, 2, 2, 2, 1],
      ['2024-03-01', 3, 3, 3, 3, 1],
      ['2024-03-04', 4, 4, 4, 4, 1],
    ]);
    const weekly = resampleBars(daily, { from: days, to: weeks });
    expect(dates(weekly.bars)).toEqual(['2024-02-26', '2024-03-04']);
    expect([...weekly.completeAfter]).toEqual([0, 0, 0, 1]);
    const monthly = resampleBars(daily, { from: days, to: months });
    expect(dates(monthly.bars)).toEqual(['2024-02-01', '2024-03-01']);
    expect([...monthly.completeAfter]).toEqual([0, 1, 1, 1]); // 29 February ends the month
  });

  test('with end labels puts a bar dated at a boundary into the period that ends there', () => {
    const fives = barsOf([
      ['2006-01-02T09:05', 1, 3, 1, 2, 10],
      ['2006-01-02T09:10', 2, 5, 2, 4, 10],
      ['2006-01-02T09:15', 4, 4, 0, 1, 10],
      ['2006-01-02T09:20', 1, 1, 1, 1, 10],
    ]);
    const { bars, completeAfter } = resampleBars(fives, {
      from: parseTimeframe('5m'),
      to: parseTimeframe('15m'),
      label: 'end',
    });
    expect(dates(bars)).toEqual(['2006-01-02 09:15', '2006-01-02 09:30']);
    expect([bars.open[0], bars.high[0], bars.low[0], bars.close[0], bars.volume[0]]).toEqual([1, 5, 0, 1, 30]);
    expect([...completeAfter]).toEqual([0, 0, 1, 1]);
  });

  test('with end labels dates a week of days by its last trading day', () => {
    const daily = barsOf([
      ['2006-04-12', 1, 1, 1, 1, 1],
      ['2006-04-13', 1, 1, 1, 1, 1],
      ['2006-04-18', 1, 1, 1, 1, 1],
    ]);
    expect(dates(resampleBars(daily, { from: days, to: weeks, label: 'end' }).bars)).toEqual([
      '2006-04-13',
      '2006-04-18',
    ]);
  });

  test('refuses bars finer than the data', () => {
    expect(() => resampleBars(sessions, { from: days, to: hours })).toThrow(
      expect.objectContaining({ code: 'timeframe-too-fine' }),
    );
  });

  test('gives nothing for nothing', () => {
    expect(resampleBars(allocateBars(0), { from: minutes, to: days })).toEqual({
      bars: allocateBars(0),
      completeAfter: new Int32Array(0),
    });
  });
});

describe('resampleBars, for any data', () => {
  const anyBars = fc
    .array(
      fc.record({
        skip: fc.integer({ min: 1, max: 3000 }),
        a: fc.integer({ min: 1, max: 1e6 }),
        b: fc.integer({ min: 1, max: 1e6 }),
        c: fc.integer({ min: 1, max: 1e6 }),
        d: fc.integer({ min: 1, max: 1e6 }),
        volume: fc.integer({ min: 0, max: 1e6 }),
      }),
      { maxLength: 120 },
    )
    .map((rows) => {
      const bars = allocateBars(rows.length);
      let time = Date.UTC(2023, 11, 29);
      rows.forEach(({ skip, a, b, c, d, volume }, i) => {
        time += skip * 60_000;
        bars.time[i] = time;
        bars.open[i] = a;
        bars.close[i] = b;
        bars.high[i] = Math.max(a, b, c, d);
        bars.low[i] = Math.min(a, b, c, d);
        bars.volume[i] = volume;
      });
      return bars;
    });
  const anyOptions = fc.record({
    from: fc.constant(minutes),
    to: fc.constantFrom('1m', '5m', '1h', '4h', '1d', '1w', '1M').map(parseTimeframe),
    label: fc.constantFrom('start' as const, 'end' as const),
  });

  test('keeps extremes, first open, last close and the sum of the volumes', () => {
    fc.assert(
      fc.property(anyBars, anyOptions, (bars, options) => {
        const coarse = resampleBars(bars, options).bars;
        const sum = (column: Float64Array): number => column.reduce((total, value) => total + value, 0);
        expect(sum(coarse.volume)).toBe(sum(bars.volume));
        expect(Math.max(...coarse.high)).toBe(Math.max(...bars.high));
        expect(Math.min(...coarse.low)).toBe(Math.min(...bars.low));
        expect(coarse.open[0]).toBe(bars.open[0]);
        expect(coarse.close.at(-1)).toBe(bars.close.at(-1));
        for (let k = 0; k < coarse.time.length; k++) {
          const [open = NaN, high = NaN, low = NaN, close = NaN] = [
            coarse.open[k],
            coarse.high[k],
            coarse.low[k],
            coarse.close[k],
          ];
          expect(high >= Math.max(open, close) && low <= Math.min(open, close)).toBe(true);
          if (k > 0) expect(coarse.time[k] ?? NaN).toBeGreaterThan(coarse.time[k - 1] ?? NaN);
        }
      }),
    );
  });

  test('never changes a complete bar, nor what is complete, when more data come', () => {
    fc.assert(
      fc.property(anyBars, anyOptions, fc.nat(), (bars, options, cut) => {
        const length = bars.time.length === 0 ? 0 : cut % (bars.time.length + 1);
        const whole = resampleBars(bars, options);
        const part = resampleBars(sliceBars(bars, 0, length), options);
        expect([...part.completeAfter]).toEqual([...whole.completeAfter.subarray(0, length)]);
        const complete = part.completeAfter.at(-1) ?? 0;
        for (const column of barColumns) {
          expect([...part.bars[column].subarray(0, complete)]).toEqual([...whole.bars[column].subarray(0, complete)]);
        }
      }),
    );
  });

  test('never shows a bar whose period the closes seen so far have not passed', () => {
    fc.assert(
      fc.property(anyBars, anyOptions, (bars, options) => {
        const { bars: coarse, completeAfter } = resampleBars(bars, options);
        for (let i = 0; i < bars.time.length; i++) {
          const newest = (completeAfter[i] ?? 0) - 1;
          if (newest < 0) continue;
          const time = bars.time[i] ?? NaN;
          const label = coarse.time[newest] ?? NaN;
          if (options.label === 'start') expect(barEnd(label, options.to)).toBeLessThanOrEqual(barEnd(time, minutes));
          else expect(label).toBeLessThanOrEqual(time);
        }
      }),
    );
  });
});
