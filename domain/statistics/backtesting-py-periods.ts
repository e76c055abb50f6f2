/** How backtesting.py reads a timeline: whether it has dates, and which steps end the periods whose returns count. */

import { dayIndex, dayMs, isWeekend, monthIndex, weekIndex, yearIndex } from '../market/calendar.ts';

export interface Periodicity {
  /** Median distance of the last bars, milliseconds. */
  readonly distanceMs: number;
  /** Steps that end a day, or a week, month or year where bars are that long. */
  readonly periodEnds: readonly number[];
  /** 252, 365 with weekends, 52, 12 or 1. */
  readonly periodsPerYear: number;
}

/** The median is taken over so many bars, from the end. */
const barsLookedAt = 100;

/** More weekend bars than this are no exceptions: the market trades at weekends. */
const weekendShareMax = (2 / 7) * 0.6;

/** null when the bars are numbered instead of dated. */
export const readPeriodicity = (timeline: Float64Array): Periodicity | null => {
  if (isNumbered(timeline)) return null;
  const distanceMs = medianDistance(timeline);
  const days = Math.floor(distanceMs / dayMs);
  if (days === 7) return { distanceMs, periodEnds: endsOf(timeline, weekIndex), periodsPerYear: 52 };
  if (days === 31) return { distanceMs, periodEnds: endsOf(timeline, monthIndex), periodsPerYear: 12 };
  if (days === 365) return { distanceMs, periodEnds: endsOf(timeline, yearIndex), periodsPerYear: 1 };
  let weekendBars = 0;
  for (const time of timeline) if (isWeekend(time)) weekendBars++;
  const tradesAtWeekends = weekendBars / timeline.length > weekendShareMax;
  return { distanceMs, periodEnds: endsOf(timeline, dayIndex), periodsPerYear: tradesAtWeekends ? 365 : 252 };
};

/**
 * True for bars that count up by one, or by what an importer makes of such numbers: seconds. Nobody
 * has prices of every second of 1970.
 */
const isNumbered = (timeline: Float64Array): boolean => {
  const count = timeline.length;
  const start = timeline[0] ?? 0;
  const end = timeline[count - 1] ?? 0;
  if (start < 0 || end >= 365 * dayMs) return false;
  const step = count > 1 ? (end - start) / (count - 1) : 1;
  return step === 1 || step === 1000;
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
