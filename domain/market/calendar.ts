/**
 * Dates and times of day as arithmetic on milliseconds since 1970-01-01 UTC, on the proleptic
 * Gregorian calendar. Nothing here asks the host: strategies run where `Date` has been replaced.
 */

export const secondMs = 1_000;
export const minuteMs = 60_000;
export const hourMs = 3_600_000;
export const dayMs = 86_400_000;
export const weekMs = 604_800_000;

/** A day as people write it; `month` and `day` count from 1. */
export interface CivilDate {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

/** Days since 1970-01-01 of the day that holds `time`. */
export const dayIndex = (time: number): number => Math.floor(time / dayMs);

/** Weeks, from Monday, since the one that holds 1970-01-01. */
export const weekIndex = (time: number): number => Math.floor((dayIndex(time) + firstWeekOffsetDays) / 7);

/** Months since January 1970. */
export const monthIndex = (time: number): number => {
  const { year, month } = dateOf(time);
  return (year - 1970) * 12 + month - 1;
};

/** Years since 1970. */
export const yearIndex = (time: number): number => dateOf(time).year - 1970;

export const startOfDay = (index: number): number => index * dayMs;
export const startOfWeek = (index: number): number => (index * 7 - firstWeekOffsetDays) * dayMs;
export const startOfMonth = (index: number): number => {
  const year = Math.floor(index / 12);
  return daysFromCivil(1970 + year, index - year * 12 + 1, 1) * dayMs;
};
export const startOfYear = (index: number): number => daysFromCivil(1970 + index, 1, 1) * dayMs;

/** 0 for Monday to 6 for Sunday. */
export const weekday = (time: number): number => {
  const sinceSomeMonday = dayIndex(time) + firstWeekOffsetDays;
  return sinceSomeMonday - Math.floor(sinceSomeMonday / 7) * 7;
};

export const isWeekend = (time: number): boolean => weekday(time) >= 5;

/** Milliseconds since the midnight before `time`. */
export const timeOfDay = (time: number): number => time - dayIndex(time) * dayMs;

/** The date that holds `time`. After Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms". */
export const dateOf = (time: number): CivilDate => {
  // Years are counted from March, so that the leap day is a year's last and months follow a pattern.
  const shifted = dayIndex(time) + daysToEpoch;
  const era = Math.floor(shifted / daysInEra);
  const dayOfEra = shifted - era * daysInEra;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36524) - Math.floor(dayOfEra / 146096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const fromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9;
  return {
    year: era * 400 + yearOfEra + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * fromMarch + 2) / 5) + 1,
  };
};

/** Days since 1970-01-01; the inverse of {@link dateOf}. `month` 1 to 12; `day` may lie outside its month. */
export const daysFromCivil = (year: number, month: number, day: number): number => {
  const marchYear = month <= 2 ? year - 1 : year;
  const era = Math.floor(marchYear / 400);
  const yearOfEra = marchYear - era * 400;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * daysInEra + dayOfEra - daysToEpoch;
};

/** How many days that month has: 29 for February 2024. */
export const daysInMonth = (year: number, month: number): number =>
  month === 2 ? (isLeapYear(year) ? 29 : 28) : month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;

const isLeapYear = (year: number): boolean => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);

/** Midnight UTC of a date, or NaN when there is no such day. */
export const timeOfDate = (year: number, month: number, day: number): number =>
  month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month)
    ? daysFromCivil(year, month, day) * dayMs
    : NaN;

/** `2024-02-29`. */
export const formatDate = (time: number): string => {
  const { year, month, day } = dateOf(time);
  const digits = year < 0 || year > 9999 ? `${year < 0 ? '-' : '+'}${padded(Math.abs(year), 6)}` : padded(year, 4);
  return `${digits}-${padded(month, 2)}-${padded(day, 2)}`;
};

/** `2024-02-29T14:30:00Z`, with milliseconds where there are any: `2024-02-29T14:30:00.250Z`. */
export const formatTime = (time: number): string => `${formatDate(time)}T${clockText(time)}Z`;

/** For people: `2024-02-29` at midnight, else `2024-02-29 14:30` with seconds where there are any. */
export const formatShort = (time: number): string => {
  const text = clockText(time);
  if (text === '00:00:00') return formatDate(time);
  return `${formatDate(time)} ${text.endsWith(':00') ? text.slice(0, 5) : text}`;
};

/**
 * Reads `2024-02-29`, or that with a time after `T` or a blank: `14:30`, `14:30:05`, `14:30:05.25`,
 * then nothing (UTC), `Z`, `+02:00`, `+0200` or `+02`. NaN for anything else, also for days that do
 * not exist. Digits beyond milliseconds are dropped.
 */
export const parseTime = (text: string): number => {
  const found = isoPattern.exec(text);
  if (found === null) return NaN;
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '', zone = ''] = found;
  const date = timeOfDate(Number(year), Number(month), Number(day));
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return NaN;
  return (
    date +
    Number(hour) * hourMs +
    Number(minute) * minuteMs +
    Number(second) * secondMs +
    Number(fraction.slice(0, 3).padEnd(3, '0')) -
    zoneOffsetMs(zone)
  );
};

/** Milliseconds that a zone such as `+05:30`, `-0400`, `+02`, `Z` or '' is ahead of UTC; NaN if beyond a day. */
export const zoneOffsetMs = (zone: string): number => {
  if (zone === '' || zone === 'Z' || zone === 'z') return 0;
  const digits = zone.slice(1).replace(':', '');
  const hours = Number(digits.slice(0, 2));
  const minutes = Number(digits.slice(2, 4) || '0');
  if (hours > 23 || minutes > 59) return NaN;
  return (zone.startsWith('-') ? -1 : 1) * (hours * hourMs + minutes * minuteMs);
};

const isoPattern =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?\s?(Z|[+-]\d{2}(?::?\d{2})?)?)?$/;

const firstWeekOffsetDays = 3; // 1970-01-01 was a Thursday
const daysInEra = 146_097; // 400 years, after which the calendar repeats
const daysToEpoch = 719_468; // from 0000-03-01 to 1970-01-01

const clockText = (time: number): string => {
  const ofDay = Math.floor(timeOfDay(time));
  const seconds = Math.floor(ofDay / secondMs);
  const text = `${padded(Math.floor(seconds / 3600), 2)}:${padded(Math.floor(seconds / 60) % 60, 2)}:${padded(seconds % 60, 2)}`;
  const fraction = ofDay % secondMs;
  return fraction === 0 ? text : `${text}.${padded(fraction, 3)}`;
};

const padded = (value: number, width: number): string => String(value).padStart(width, '0');
