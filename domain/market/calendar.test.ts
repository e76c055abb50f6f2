import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  dateOf,
  dayIndex,
  daysInMonth,
  formatDate,
  formatShort,
  formatTime,
  isWeekend,
  monthIndex,
  parseTime,
  startOfDay,
  startOfMonth,
  startOfWeek,
  startOfYear,
  timeOfDate,
  timeOfDay,
  weekday,
  weekIndex,
  yearIndex,
} from './calendar.ts';

/** From year 1 to year 9999, where the host's own calendar can be asked. */
const times = fc.integer({ min: -62_135_596_800_000, max: Date.UTC(9999, 11, 31) });

describe('calendar', () => {
  test('agrees with the host on dates, weekdays and text for any time', () => {
    fc.assert(
      fc.property(times, (time) => {
        const host = new Date(time);
        expect(dateOf(time)).toEqual({
          year: host.getUTCFullYear(),
          month: host.getUTCMonth() + 1,
          day: host.getUTCDate(),
        });
        expect(weekday(time)).toBe((host.getUTCDay() + 6) % 7);
        expect(formatTime(time).replace(/(:\d\d)Z$/, '$1.000Z')).toBe(host.toISOString());
        expect(timeOfDate(host.getUTCFullYear(), host.getUTCMonth() + 1, host.getUTCDate())).toBe(
          startOfDay(dayIndex(time)),
        );
      }),
    );
  });

  test('puts each time between the start of its period and the start of the next', () => {
    fc.assert(
      fc.property(times, (time) => {
        for (const [index, start] of [
          [dayIndex, startOfDay],
          [weekIndex, startOfWeek],
          [monthIndex, startOfMonth],
          [yearIndex, startOfYear],
        ] as const) {
          expect(start(index(time))).toBeLessThanOrEqual(time);
          expect(start(index(time) + 1)).toBeGreaterThan(time);
        }
      }),
    );
  });

  test('reads back what it writes', () => {
    fc.assert(
      fc.property(times, (time) => {
        expect(parseTime(formatTime(time))).toBe(time);
        expect(parseTime(formatDate(time))).toBe(startOfDay(dayIndex(time)));
      }),
    );
  });

  test('starts weeks on Monday', () => {
    expect(weekday(parseTime('2006-01-02'))).toBe(0);
    expect(formatDate(startOfWeek(weekIndex(parseTime('2006-01-08'))))).toBe('2006-01-02');
    expect([parseTime('2006-01-06'), parseTime('2006-01-07'), parseTime('2006-01-08')].map(isWeekend)).toEqual([
      false,
      true,
      true,
    ]);
  });

  test('knows leap years by the Gregorian rule', () => {
    expect([1900, 2000, 2023, 2024].map((year) => daysInMonth(year, 2))).toEqual([28, 29, 28, 29]);
    expect(timeOfDate(2023, 2, 29)).toBeNaN();
  });

  test('works before 1970', () => {
    expect(formatTime(-1)).toBe('1969-12-31T23:59:59.999Z');
    expect(timeOfDay(-1)).toBe(86_399_999);
    expect(monthIndex(-1)).toBe(-1);
    expect(yearIndex(-1)).toBe(-1);
  });

  test('honours an offset in the text and drops digits beyond milliseconds', () => {
    expect(parseTime('2024-03-01T09:30:00-05:00')).toBe(Date.UTC(2024, 2, 1, 14, 30));
    expect(parseTime('2024-03-01 09:30+0530')).toBe(Date.UTC(2024, 2, 1, 4, 0));
    expect(parseTime('2021-12-31 23:01:00.000000')).toBe(Date.UTC(2021, 11, 31, 23, 1));
    expect(parseTime('2021-12-31 23:01:00.1239')).toBe(Date.UTC(2021, 11, 31, 23, 1, 0, 123));
  });

  test.each([
    '',
    '2024',
    '2024-02-30',
    '2024-13-01',
    '2024-01-01T24:00',
    '2024-01-01T10:60',
    '2024-01-01T10:00+25:00',
    '20240101',
    'yesterday',
    '2024-01-01T',
  ])('refuses "%s"', (text) => {
    expect(parseTime(text)).toBeNaN();
  });

  test('writes times for people as short as they can be', () => {
    expect(formatShort(Date.UTC(2024, 1, 29))).toBe('2024-02-29');
    expect(formatShort(Date.UTC(2024, 1, 29, 14, 30))).toBe('2024-02-29 14:30');
    expect(formatShort(Date.UTC(2024, 1, 29, 14, 30, 5))).toBe('2024-02-29 14:30:05');
  });
});
