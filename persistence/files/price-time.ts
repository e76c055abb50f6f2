/** Dates and times as vendors write them, one cell at a time, to milliseconds UTC. */

import { hourMs, minuteMs, secondMs, timeOfDate, zoneOffsetMs } from '#domain';

/** Order of day, month and year where all three are digits and the first is not a year of four. */
export type DateOrder = 'day-first' | 'month-first' | 'year-first';

export interface ParsedTime {
  /** Milliseconds UTC, or as if local time were UTC when `zoned` is false. */
  readonly time: number;
  /** True when the text itself says which moment it is: an offset, `Z`, or a count since 1970. */
  readonly zoned: boolean;
  /** True when there is a time of day. */
  readonly clock: boolean;
}

/** Reads one cell; null when it is no time. Digits beyond milliseconds are dropped. */
export const parseTimeText = (text: string, order: DateOrder | null): ParsedTime | null => {
  const trimmed = text.trim();
  if (/^\d+$/.test(trimmed)) return timeOfDigits(trimmed);
  if (/^\d{9,10}\.\d+$/.test(trimmed))
    return { time: Math.floor(Number(trimmed) * secondMs), zoned: true, clock: true };
  const found = datePattern.exec(trimmed);
  if (found === null) return null;
  const [date = '', rest = ''] = [found[1], found[2]];
  const midnight = parseDate(date, order);
  if (!Number.isFinite(midnight)) return null;
  if (rest.trim() === '') return { time: midnight, zoned: false, clock: false };
  const clock = parseClock(rest);
  return clock === null ? null : { time: midnight + clock.ms - clock.offsetMs, zoned: clock.zoned, clock: true };
};

export interface ParsedClock {
  readonly ms: number;
  readonly offsetMs: number;
  readonly zoned: boolean;
}

/** Reads a time of day: `9:30`, `09:30:00.000`, `093000`, `9:30 PM`, `11-AM`, each with or without an offset. */
export const parseClock = (text: string): ParsedClock | null => {
  const found = clockPattern.exec(text.trim());
  if (found === null) return null;
  const [, hour, minute, second, fraction, compact, half, zoneName, zone] = found;
  let [h, m, s] = [Number(hour ?? 0), Number(minute ?? 0), Number(second ?? 0)];
  if (compact !== undefined) {
    // HHMM, or HHMMSS with its leading zeros lost: 90000 is nine o'clock
    const digits = compact.length > 4 ? compact.padStart(6, '0') : `${compact.padStart(4, '0')}00`;
    [h, m, s] = [Number(digits.slice(0, 2)), Number(digits.slice(2, 4)), Number(digits.slice(4, 6))];
  }
  if (half !== undefined) {
    if (h < 1 || h > 12) return null;
    h = (h % 12) + (half.toLowerCase() === 'pm' ? 12 : 0);
  } else if (hour !== undefined && minute === undefined) {
    return null; // a lone hour is a time only with AM or PM
  }
  if (h > 23 || m > 59 || s > 59) return null;
  const ms = h * hourMs + m * minuteMs + s * secondMs + Number((fraction ?? '').slice(0, 3).padEnd(3, '0'));
  const offsetMs = zoneOffsetMs(zone ?? '');
  return Number.isNaN(offsetMs) ? null : { ms, offsetMs, zoned: zone !== undefined || zoneName !== undefined };
};

/** Time of a cell of digits alone: a date (8, 12 or 14 digits) or seconds, ms, µs or ns since 1970, by length. */
const timeOfDigits = (digits: string): ParsedTime | null => {
  const value = Number(digits);
  switch (digits.length) {
    case 8: {
      const time = compactDate(digits);
      return Number.isNaN(time) ? null : { time, zoned: false, clock: false };
    }
    case 12:
    case 14: {
      const clock = parseClock(digits.slice(8));
      const time = compactDate(digits) + (clock?.ms ?? NaN);
      if (!Number.isNaN(time)) return { time, zoned: false, clock: true };
      return digits.length === 12 ? { time: value, zoned: true, clock: true } : null;
    }
    case 9:
    case 10:
      return { time: value * secondMs, zoned: true, clock: true };
    case 13:
      return { time: value, zoned: true, clock: true };
    case 16:
      return { time: Math.floor(value / 1e3), zoned: true, clock: true };
    case 19:
      return { time: Math.floor(value / 1e6), zoned: true, clock: true };
    default:
      return null;
  }
};

/** True when three groups of digits could be day-month-year or month-day-year alike; null when they are neither. */
export const dateOrderOf = (text: string): 'day-first' | 'month-first' | 'either' | null => {
  const found = /^(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})(?!\d)/.exec(text.trim());
  if (found === null) return null;
  const [first, second] = [Number(found[1]), Number(found[3])];
  if (first > 12 && second <= 12) return 'day-first';
  if (second > 12 && first <= 12) return 'month-first';
  return first > 12 ? null : 'either';
};

const compactDate = (digits: string): number =>
  timeOfDate(Number(digits.slice(0, 4)), Number(digits.slice(4, 6)), Number(digits.slice(6, 8)));

const monthNames: readonly string[] = [
  'jan',
  'feb',
  'mar',
  'apr',
  'may',
  'jun',
  'jul',
  'aug',
  'sep',
  'oct',
  'nov',
  'dec',
];

const numericDate = /^(\d{1,4})([-/.])(\d{1,2})\2(\d{1,4})$/;
const namedDate = /^(?:(\d{1,2})[- ]?([a-z]{3,9})[-, ]*(\d{4}|\d{2})|([a-z]{3,9})[- ]?(\d{1,2})[-, ]+(\d{4}))$/i;
const datePattern =
  /^(\d{8}|\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}|\d{1,2}[- ]?[a-z]{3,9}[-, ]*(?:\d{4}|\d{2})|[a-z]{3,9}[- ]?\d{1,2}[-, ]+\d{4})(?:$|[T\s,]+(.*)$)/i;
const clockPattern =
  /^(?:(\d{1,2})(?::(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?|(\d{3,6}))[\s-]?([ap]m)?\s*(Z|UTC|GMT)?\s*([+-]\d{2}(?::?\d{2})?)?$/i;

const parseDate = (text: string, order: DateOrder | null): number => {
  if (/^\d{8}$/.test(text)) return compactDate(text);
  const numeric = numericDate.exec(text);
  if (numeric !== null) {
    const [first = '', second = '', third = ''] = [numeric[1], numeric[3], numeric[4]];
    if (first.length === 4) return third.length > 2 ? NaN : timeOfDate(Number(first), Number(second), Number(third));
    if (first.length > 2 || order === null) return NaN;
    if (order === 'year-first') return timeOfDate(fullYear(first), Number(second), Number(third));
    const year = fullYear(third);
    return order === 'day-first'
      ? timeOfDate(year, Number(second), Number(first))
      : timeOfDate(year, Number(first), Number(second));
  }
  const named = namedDate.exec(text);
  if (named === null) return NaN;
  const month = monthNames.indexOf((named[2] ?? named[4] ?? '').slice(0, 3).toLowerCase()) + 1;
  return timeOfDate(fullYear(named[3] ?? named[6] ?? ''), month, Number(named[1] ?? named[5]));
};

/** Two-digit years are 1970 to 2069. */
const fullYear = (text: string): number => {
  const year = Number(text);
  return text.length === 4 ? year : text.length === 2 ? year + (year < 70 ? 2000 : 1900) : NaN;
};
