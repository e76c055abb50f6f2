/** How backtesting.py reads a timeline: whether it has dates, and which steps end the periods whose returns count. */

import { dayIndex, dayMs, isWeekend, monthIndex, secondMs, weekIndex, yearIndex } from '../market/calendar.ts';

/** What a timeline counts: calendar time, or just bars. */
export type Periodicity = DatedPeriods | NumberedBars;

interface DatedPeriods {
  readonly kind: 'dated';
  /** Median distance of the last bars, milliseconds. */
  readonly distanceMs: number;
  /** Steps that end a day, or a week, month or year where bars are that long. */
  readonly periodEnds: readonly number[];
  /** 252, 365 with weekends, 52, 12 or 1. */
  readonly periodsPerYear: number;
}

interface NumberedBars {
  readonly kind: 'numbered';
  /** What the timeline adds from bar to bar: 1, or what an importer took the numbers for, seconds or days. */
  readonly distance: number;
}

/** The median is taken over so many bars, from the end. */
const barsLookedAt = 100;

/** More weekend bars than this are no exceptions: the market trades at weekends. */
const weekendShareMax = (2 / 7) * 0.6;

export const readPeriodicity = (timeline: Float64Array): Periodicity => {
  const distance = distanceOfNumbers(timeline);
  if (distance !== null) return { kind: 'numbered', distance };
  const distanceMs = medianDistance(timeline);
  const dated = (periodOf: (time: number) => number, periodsPerYear: number): DatedPeriods => ({
    kind: 'dated',
    distanceMs,
    periodEnds: endsOf(timeline, periodOf),
    periodsPerYear,
  });
  const days = Math.floor(distanceMs / dayMs);
  if (days === 7) return dated(weekIndex, 52);
  if (days === 31) return dated(monthIndex, 12);
  if (days === 365) return dated(yearIndex, 1);
  let weekendBars = 0;
  for (const time of timeline) if (isWeekend(time)) weekendBars++;
  return dated(dayIndex, weekendBars / timeline.length > weekendShareMax ? 365 : 252);
};

/**
 * Bars that count up evenly from the epoch are numbered: nobody has prices of every millisecond or
 * second of 1970, nor of every day from its first, weekends and all.
 */
const distanceOfNumbers = (timeline: Float64Array): number | null => {
  const count = timeline.length;
  const start = timeline[0] ?? 0;
  const end = timeline[count - 1] ?? 0;
  const distance = count > 1 ? (end - start) / (count - 1) : 1;
  if (distance === dayMs) return start === 0 ? distance : null;
  return (distance === 1 || distance === secondMs) && start >= 0 && end < 365 * dayMs ? distance : null;
};

const medianDistance = (timeline: Float64Array): number => {
  const from = Math.max(0, timeline.length - barsLookedAt);
  const distances = new Float64Array(Math.max(0, timeline.length - from - 1));
  for (let i = 0; i < distances.length; i++) distances[i] = (timeline[from + i + 1] ?? 0) - (timeline[from + i] ?? 0);
  distances.sort();
  const middle = distances.length >> 1;
  const upper = distances[middle] ?? NaN;
  return distances.length % 2 === 1 ? upper : ((distances[middle - 1] ?? NaN) + upper) / 2;
};

const endsOf = (timeline: Float64Array, periodOf: (time: number) => number): readonly number[] => {
  const ends: number[] = [];
  for (let step = 0; step < timeline.length; step++) {
    const next = timeline[step + 1];
    if (next === undefined || periodOf(next) !== periodOf(timeline[step] ?? 0)) ends.push(step);
  }
  return ends;
};
