/** The trading calendar of a run, read off its timeline: which steps end a day, and how many days make a year. */

import { dayIndex, dayMs, isWeekend, weekday } from '../market/calendar.ts';

/** A year by the calendar, for growth rates: 365.25 days. */
export const yearMs = 365.25 * dayMs;

/** Days a year of markets that rest at weekends, and of those that do not. */
const tradingDaysPerYear = 252;
const calendarDaysPerYear = 365;

/**
 * Bars further apart than this are weekly or longer; up to three days apart they are daily, since a
 * weekend or a holiday of a short sample must not make it weekly.
 */
const dailyGapDaysMax = 3;

/** Part of the expected one in seven that Saturdays must reach for a market to count as open at weekends. */
const saturdayShareMin = 0.6 / 7;

const friday = 4;
const saturday = 5;

/** Made once per timeline and shared by all runs over it. */
export interface Calendar {
  /** Steps at which a day (UTC) ends: one sample of equity each, ascending, the last step among them. */
  readonly dayEnds: Int32Array;
  /** Samples that make a year: 252, 365 with weekends; 52, 12 or fewer where bars are longer than days. */
  readonly samplesPerYear: number;
  readonly tradesAtWeekends: boolean;
}

/**
 * Reads the calendar off a timeline (milliseconds UTC, ascending), from step `firstStep` on.
 *
 * A market without Saturdays that also trades on Fridays is given a week of five days: a stray
 * Sunday evening, as currencies have, belongs to Monday, so that 252 samples do make a year.
 */
export const prepareCalendar = (timeline: Float64Array, firstStep = 0): Calendar => {
  const days = lastStepsOfDays(timeline, firstStep);
  const gap = medianGapDays(timeline, days);
  if (gap > dailyGapDaysMax) {
    return { dayEnds: days, samplesPerYear: Math.max(1, Math.round(365.25 / gap)), tradesAtWeekends: false };
  }
  const byWeekday = countWeekdays(timeline, days);
  const tradesAtWeekends = (byWeekday[saturday] ?? 0) > saturdayShareMin * days.length;
  if (tradesAtWeekends) return { dayEnds: days, samplesPerYear: calendarDaysPerYear, tradesAtWeekends };
  const hasFridays = (byWeekday[friday] ?? 0) > 0;
  const dayEnds = hasFridays
    ? days.filter((step, i) => i === days.length - 1 || !isWeekend(timeline[step] ?? 0))
    : days;
  return { dayEnds, samplesPerYear: tradingDaysPerYear, tradesAtWeekends };
};

const lastStepsOfDays = (timeline: Float64Array, firstStep: number): Int32Array => {
  const ends: number[] = [];
  for (let i = firstStep; i < timeline.length; i++) {
    const day = dayIndex(timeline[i] ?? 0);
    if (i === timeline.length - 1 || dayIndex(timeline[i + 1] ?? 0) !== day) ends.push(i);
  }
  return Int32Array.from(ends);
};

const medianGapDays = (timeline: Float64Array, days: Int32Array): number => {
  if (days.length < 2) return 1;
  const gaps = new Float64Array(days.length - 1);
  for (let i = 1; i < days.length; i++) {
    gaps[i - 1] = dayIndex(timeline[days[i] ?? 0] ?? 0) - dayIndex(timeline[days[i - 1] ?? 0] ?? 0);
  }
  return gaps.sort()[gaps.length >> 1] ?? 1;
};

const countWeekdays = (timeline: Float64Array, days: Int32Array): Int32Array => {
  const counts = new Int32Array(7);
  for (const step of days) {
    const day = weekday(timeline[step] ?? 0);
    counts[day] = (counts[day] ?? 0) + 1;
  }
  return counts;
};
