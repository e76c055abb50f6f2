/** Returns by calendar month: the table of years and months of a report. */

import { dateOf, startOfMonth, monthIndex } from '../market/calendar.ts';

export interface YearOfReturns {
  readonly year: number;
  /** Twelve entries, January first; null for a month without data, or after equity was lost. */
  readonly months: readonly (number | null)[];
  readonly total: number | null;
}

/**
 * The change of equity in each month (UTC) and year that the timeline touches, as fractions, each
 * against the last equity before it; the first against the starting cash. Years in order, none left out.
 */
export const monthlyReturns = (
  timeline: Float64Array,
  equity: Float64Array,
  startCash: number,
): readonly YearOfReturns[] => {
  const years: { year: number; months: (number | null)[]; total: number | null }[] = [];
  let monthBase = startCash;
  let yearBase = startCash;
  let last = startCash;
  let end = -Infinity;
  for (let i = 0; i < timeline.length; i++) {
    const time = timeline[i] ?? 0;
    if (time >= end) {
      const { year } = dateOf(time);
      end = startOfMonth(monthIndex(time) + 1);
      monthBase = last;
      let row = years.at(-1);
      if (row === undefined || row.year !== year) {
        yearBase = last;
        for (let next = row === undefined ? year : row.year + 1; next <= year; next++) {
          row = { year: next, months: new Array<number | null>(12).fill(null), total: null };
          years.push(row);
        }
      }
    }
    last = equity[i] ?? 0;
    const isMonthEnd = i === timeline.length - 1 || (timeline[i + 1] ?? 0) >= end;
    const row = years.at(-1);
    if (isMonthEnd && row !== undefined) {
      row.months[dateOf(time).month - 1] = monthBase > 0 ? last / monthBase - 1 : null;
      row.total = yearBase > 0 ? last / yearBase - 1 : null;
    }
  }
  return years;
};
