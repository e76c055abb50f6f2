import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { randomFrom } from '../random.ts';
import { parseTime } from './calendar.ts';
import { MarketDataMistake } from './mistake.ts';
import {
  barEnd,
  detectTimeframe,
  formatTimeframe,
  parseTimeframe,
  periodEnd,
  periodStart,
  timeframeOfMs,
} from './timeframe.ts';

const times = (...texts: string[]): Float64Array => Float64Array.from(texts, parseTime);
const detected = (time: ArrayLike<number>): string | null => {
  const timeframe = detectTimeframe(time);
  return timeframe === null ? null : formatTimeframe(timeframe);
};

describe('timeframes as text', () => {
  test.each([
    ['1m', 60_000, 'minute', 1],
    ['5m', 300_000, 'minute', 5],
    ['15m', 900_000, 'minute', 15],
    ['1h', 3_600_000, 'hour', 1],
    ['4h', 14_400_000, 'hour', 4],
    ['1d', 86_400_000, 'day', 1],
    ['1w', 604_800_000, 'week', 1],
    ['1M', 2_629_746_000, 'month', 1],
    ['30s', 30_000, 'second', 30],
  ])('reads %s', (text, ms, unit, count) => {
    expect(parseTimeframe(text)).toEqual({ ms, unit, count });
    expect(formatTimeframe(parseTimeframe(text))).toBe(text);
    expect(formatTimeframe(ms)).toBe(text);
  });

  test.each([
    '',
    '1',
    'm',
    '0m',
    '-1d',
    '1.5h',
    '1y',
    '1D',
    '10001m',
    '99999m',
    'daily',
    '1m1m',
    '1e3m',
    'x'.repeat(1000),
  ])('refuses "%s" with what to write instead', (text) => {
    expect(() => parseTimeframe(text)).toThrow(MarketDataMistake);
    expect(() => parseTimeframe(text)).toThrow(
      expect.objectContaining({ code: 'timeframe-unknown', remedy: expect.stringContaining('15m') as string }),
    );
  });

  test('writes a length in its largest whole unit', () => {
    expect(
      ['90000', '5400000', '172800000', '1209600000', '7889238000'].map((ms) => formatTimeframe(Number(ms))),
    ).toEqual(['90s', '90m', '2d', '2w', '3M']);
    expect(formatTimeframe(1500)).toBe('1500ms');
  });
});

describe('periods', () => {
  test('hold their time and meet without gap, for every unit', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -1e12, max: 4e12 }),
        fc.constantFrom('1s', '1m', '5m', '4h', '1d', '2d', '1w', '2w', '1M', '3M', '12M'),
        (time, text) => {
          const timeframe = parseTimeframe(text);
          const start = periodStart(time, timeframe);
          const end = periodEnd(time, timeframe);
          expect(start <= time && time < end).toBe(true);
          expect(periodStart(end, timeframe)).toBe(end);
          expect(periodEnd(end - 1, timeframe)).toBe(end);
        },
      ),
    );
  });

  test('align weeks to Monday, months to January and quarters to the year', () => {
    const time = parseTime('2024-05-16T10:31');
    expect(periodStart(time, parseTimeframe('1w'))).toBe(parseTime('2024-05-13'));
    expect(periodEnd(time, parseTimeframe('1M'))).toBe(parseTime('2024-06-01'));
    expect(periodStart(time, parseTimeframe('3M'))).toBe(parseTime('2024-04-01'));
    expect(periodStart(time, parseTimeframe('4h'))).toBe(parseTime('2024-05-16T08:00'));
  });

  test('end a month bar with its month, whichever day it is dated', () => {
    for (const date of ['2024-02-01', '2024-02-28', '2024-02-29']) {
      expect(barEnd(parseTime(date), parseTimeframe('1M'))).toBe(parseTime('2024-03-01'));
    }
  });
});

describe('detectTimeframe', () => {
  test('sees days through weekends and holidays', () => {
    expect(detected(times('2024-07-01', '2024-07-02', '2024-07-03', '2024-07-05', '2024-07-08', '2024-07-09'))).toBe(
      '1d',
    );
  });

  test('takes Friday to Monday for a day, even when nothing else is there', () => {
    expect(detected(times('2024-07-05', '2024-07-08'))).toBe('1d');
  });

  test('sees hours through nights', () => {
    expect(
      detected(
        times(
          '2024-07-01T14:00',
          '2024-07-01T15:00',
          '2024-07-02T14:00',
          '2024-07-02T15:00',
          '2024-07-03T14:00',
          '2024-07-03T15:00',
        ),
      ),
    ).toBe('1h');
  });

  test('sees minutes in thin data where most minutes are missing', () => {
    const random = randomFrom('thin');
    const time: number[] = [];
    for (let i = 0; i < 3000; i++) if (random() < 0.3) time.push(i * 60_000);
    expect(detected(time)).toBe('1m');
  });

  test('sees weeks dated by their last trading day', () => {
    expect(detected(times('2006-01-06', '2006-01-13', '2006-01-20', '2006-04-07', '2006-04-13', '2006-04-21'))).toBe(
      '1w',
    );
  });

  test('sees months dated by the first day, the last day or the last trading day', () => {
    expect(detected(times('2023-01-01', '2023-02-01', '2023-03-01'))).toBe('1M');
    expect(detected(times('2012-01-31', '2012-02-29', '2012-03-31', '2012-04-30'))).toBe('1M');
    expect(detected(times('2024-01-31', '2024-02-29', '2024-03-28', '2024-04-30'))).toBe('1M');
  });

  test('sees quarters and years', () => {
    expect(detected(times('2023-01-01', '2023-04-01', '2023-07-01', '2023-10-01'))).toBe('3M');
    expect(detected(times('2021-01-01', '2022-01-01', '2023-01-01', '2024-01-01', '2025-01-01'))).toBe('12M');
  });

  test('does not mind two-day, four-week or ninety-minute bars', () => {
    expect(detected([0, 2, 4, 6].map((day) => day * 86_400_000))).toBe('2d');
    expect(detected([0, 90, 180, 270].map((minute) => minute * 60_000))).toBe('90m');
  });

  test('says nothing about fewer than two bars or spacings below a second', () => {
    expect(detected([])).toBeNull();
    expect(detected([5])).toBeNull();
    expect(detected([0, 7, 14])).toBeNull();
    expect(detected([1000, 1000])).toBeNull();
  });

  test('agrees with the length of regular bars with any tenth missing', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('1m', '5m', '1h', '4h', '1d', '1w'),
        fc.integer({ min: 2, max: 9 }),
        (text, every) => {
          const { ms } = parseTimeframe(text);
          const time = Array.from({ length: 200 }, (_, i) => i * ms).filter((_, i) => i % (every + 3) !== 0);
          expect(detected(time)).toBe(text);
        },
      ),
    );
  });

  test('puts a length and its timeframe in one-to-one relation', () => {
    for (const text of ['1s', '1m', '1h', '1d', '1w', '1M', '3M'])
      expect(timeframeOfMs(parseTimeframe(text).ms)).toEqual(parseTimeframe(text));
  });
});
