/** Timeframes: how much time one bar covers, as text (`15m`, `1d`, `1M`), as a value, and told from data. */

import {
  dayMs,
  hourMs,
  minuteMs,
  monthIndex,
  secondMs,
  startOfMonth,
  weekday,
  weekIndex,
  startOfWeek,
  weekMs,
} from './calendar.ts';
import { MarketDataMistake } from './mistake.ts';

export type TimeframeUnit = 'second' | 'minute' | 'hour' | 'day' | 'week' | 'month';

/** `count` units. `ms` is exact but for months, where it is the average month of the calendar times `count`. */
export interface Timeframe {
  readonly ms: number;
  readonly unit: TimeframeUnit;
  readonly count: number;
}

/** The average Gregorian month, 30.436875 days: twelve make the average year of 365.2425 days. */
export const averageMonthMs = 2_629_746_000;

const letters: readonly { readonly letter: string; readonly unit: TimeframeUnit; readonly ms: number }[] = [
  { letter: 's', unit: 'second', ms: secondMs },
  { letter: 'm', unit: 'minute', ms: minuteMs },
  { letter: 'h', unit: 'hour', ms: hourMs },
  { letter: 'd', unit: 'day', ms: dayMs },
  { letter: 'w', unit: 'week', ms: weekMs },
  { letter: 'M', unit: 'month', ms: averageMonthMs },
];

/** More than this of any unit is a typing mistake: ten thousand minutes are a week. */
const countMax = 10_000;

/**
 * Reads `1m`, `15m`, `4h`, `1d`, `1w`, `1M` and the like (`m` minutes, `M` months).
 * Throws {@link MarketDataMistake} `timeframe-unknown` for anything else.
 */
export const parseTimeframe = (text: string): Timeframe => {
  const found = /^([1-9]\d{0,4})([smhdwM])$/.exec(text.trim());
  const count = Number(found?.[1]);
  const entry = letters.find(({ letter }) => letter === found?.[2]);
  if (entry === undefined || count > countMax) {
    const shown = text.length > 40 ? `${text.slice(0, 40)}…` : text;
    throw new MarketDataMistake(
      'timeframe-unknown',
      `"${shown}" is no timeframe.`,
      'Write a number and a unit: 30s, 1m, 15m, 4h, 1d, 1w or 1M (m is minutes, M is months).',
    );
  }
  return { ms: count * entry.ms, unit: entry.unit, count };
};

/** The shortest text for a timeframe or for a bar's length in milliseconds: 3,600,000 is `1h`, not `60m`. */
export const formatTimeframe = (timeframe: Timeframe | number): string => {
  const { unit, count, ms } = typeof timeframe === 'number' ? timeframeOfMs(timeframe) : timeframe;
  const entry = letters.find((candidate) => candidate.unit === unit);
  return entry === undefined || count < 1 || !Number.isInteger(count) ? `${ms}ms` : `${count}${entry.letter}`;
};

/**
 * The timeframe of a bar's length in milliseconds, in its largest whole unit. Whole average months
 * are months. A length that is no whole number of seconds has a fractional count of seconds.
 */
export const timeframeOfMs = (ms: number): Timeframe => {
  if (ms > 0 && ms % averageMonthMs === 0) return { ms, unit: 'month', count: ms / averageMonthMs };
  for (const unitMs of [weekMs, dayMs, hourMs, minuteMs]) {
    const unit = letters.find((entry) => entry.ms === unitMs)?.unit;
    if (unit !== undefined && ms > 0 && ms % unitMs === 0) return { ms, unit, count: ms / unitMs };
  }
  return { ms, unit: 'second', count: ms / secondMs };
};

/**
 * Start of the period that holds `time`. Periods are aligned to UTC: seconds to days count from
 * 1970-01-01, weeks from a Monday, months from January; so `4h` starts at 00:00, 04:00, … and `3M`
 * at quarters.
 */
export const periodStart = (time: number, { ms, unit, count }: Timeframe): number => {
  if (unit === 'month') return startOfMonth(Math.floor(monthIndex(time) / count) * count);
  if (unit === 'week') return startOfWeek(Math.floor(weekIndex(time) / count) * count);
  return Math.floor(time / ms) * ms;
};

/** Start of the period after the one that holds `time`. */
export const periodEnd = (time: number, { ms, unit, count }: Timeframe): number => {
  if (unit === 'month') return startOfMonth((Math.floor(monthIndex(time) / count) + 1) * count);
  if (unit === 'week') return startOfWeek((Math.floor(weekIndex(time) / count) + 1) * count);
  return (Math.floor(time / ms) + 1) * ms;
};

/**
 * When a bar dated `time` is over. A bar of months ends with its period, whatever day in it is its
 * date: files date them by the first day, the last day or the last trading day.
 */
export const barEnd = (time: number, timeframe: Timeframe): number =>
  timeframe.unit === 'month' ? periodEnd(time, timeframe) : time + timeframe.ms;

/** Spacings looked at to tell a timeframe: enough for a clear majority, spread over the whole data. */
const spacingSamplesMax = 100_000;

/**
 * Tells the timeframe of bars from their start times (milliseconds UTC, ascending): the most common
 * spacing, the shorter of two equally common ones. Nights, weekends, holidays and missing bars are
 * rarer than the regular step, so they do not matter; Friday to Monday counts as one day. Spacings
 * of a month's, a quarter's or a year's days are months. Null for fewer than two bars or when the
 * common spacing is no whole number of seconds.
 */
export const detectTimeframe = (time: ArrayLike<number>): Timeframe | null => {
  const spacings = new SpacingCounter(time.length);
  for (let i = 1; i < time.length; i += spacings.stride) spacings.see(time[i - 1] ?? NaN, time[i] ?? NaN);
  return spacings.timeframe();
};

/** Counts the spacings of bars that come one after the other, for {@link detectTimeframe}. */
export class SpacingCounter {
  /** It is to be shown the spacing before every so many of the bars, from the second one on. */
  readonly stride: number;
  readonly #counts = new Map<number, number>();

  /** How many bars there are, at most. */
  constructor(bars: number) {
    this.stride = Math.max(1, Math.floor((bars - 1) / spacingSamplesMax));
  }

  see(from: number, to: number): void {
    const spacing = to - from;
    if (!(spacing > 0)) return;
    const step = spacing === 3 * dayMs && weekday(from) === fridayIndex ? dayMs : monthly(spacing);
    this.#counts.set(step, (this.#counts.get(step) ?? 0) + 1);
  }

  timeframe(): Timeframe | null {
    let common = 0;
    let most = 0;
    for (const [step, count] of this.#counts) {
      if (count > most || (count === most && step < common)) {
        common = step;
        most = count;
      }
    }
    return common > 0 && common % secondMs === 0 ? timeframeOfMs(common) : null;
  }
}

const fridayIndex = 4;

/** A spacing of the days that 1, 3, 6 or 12 months can have, as average months; else as it is. */
const monthly = (spacing: number): number => {
  if (spacing < 28 * dayMs) return spacing;
  for (const months of [1, 3, 6, 12]) {
    const offBy = Math.abs(spacing - months * averageMonthMs);
    // months differ by 3 days, and dating by the last trading day moves either end by up to 3 more
    if (offBy <= 3 * dayMs) return months * averageMonthMs;
  }
  return spacing;
};
