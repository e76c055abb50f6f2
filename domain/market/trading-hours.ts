/** When generated markets trade: the bars' start times over sessions, weekends and holidays. */

import { dateOf, dayIndex, dayMs, hourMs, isWeekend, minuteMs, startOfDay, weekday } from './calendar.ts';
import type { Timeframe } from './timeframe.ts';

/**
 * `stock`: Monday to Friday 14:30 to 21:00 UTC, holidays of New York, no daylight saving.
 * `crypto`: always. `fx`: Sunday 22:00 to Friday 22:00 UTC.
 */
export const marketKinds = ['stock', 'crypto', 'fx'] as const;

export type MarketKind = (typeof marketKinds)[number];

/** Bars to be filled with prices; all columns have the same length. */
export interface Slots {
  /** Start of each bar, milliseconds UTC; midnight for bars of a day. */
  readonly time: Float64Array;
  /** Share of a day's trading that the bar covers: 1 for a day, 1/390 for a minute of a stock. */
  readonly dayShare: Float64Array;
  /** Where the bar lies in its session, 0 at the open to 1 at the close (its middle). */
  readonly position: Float64Array;
  /** Days without trading just before the bar: 0 inside a session, about 0.73 over night. */
  readonly closedDays: Float64Array;
}

export interface SlotRequest {
  readonly market: MarketKind;
  /** A day or less. */
  readonly timeframe: Timeframe;
  readonly start: number;
  /** No bar starts at or after this. */
  readonly end: number;
  /** At most so many bars. */
  readonly barsMax: number;
}

interface Session {
  readonly open: number;
  readonly close: number;
}

/** All bars that start in the period. */
export const slotsOf = ({ market, timeframe, start, end, barsMax }: SlotRequest): Slots => {
  const daily = timeframe.ms >= dayMs;
  const capacity = Math.min(barsMax, Math.ceil((end - start) / (daily ? dayMs : timeframe.ms)) + 2);
  const time = new Float64Array(capacity);
  const dayShare = new Float64Array(capacity);
  const position = new Float64Array(capacity);
  const closedDays = new Float64Array(capacity);
  let count = 0;
  let lastClose: number | null = null;
  for (let day = dayIndex(start); startOfDay(day) < end && count < barsMax; day++) {
    const session = sessionOf(market, day);
    if (session === null) continue;
    const length = session.close - session.open;
    const step = daily ? length : timeframe.ms;
    for (let open = session.open; open < session.close && count < barsMax; open += step) {
      const label = daily ? startOfDay(day) : open;
      const close = Math.min(open + step, session.close);
      if (label >= start && label < end) {
        time[count] = label;
        dayShare[count] = (close - open) / fullSessionMs[market];
        position[count] = (open + close - 2 * session.open) / (2 * length);
        closedDays[count] = lastClose === null ? 0 : (open - lastClose) / dayMs;
        count++;
      }
      lastClose = close;
    }
  }
  const filled = (column: Float64Array): Float64Array => column.subarray(0, count);
  return {
    time: filled(time),
    dayShare: filled(dayShare),
    position: filled(position),
    closedDays: filled(closedDays),
  };
};

const stockOpenMs = 14 * hourMs + 30 * minuteMs;
const stockCloseMs = 21 * hourMs;
const fxBreakMs = 22 * hourMs;

const fullSessionMs: Readonly<Record<MarketKind, number>> = {
  stock: stockCloseMs - stockOpenMs,
  crypto: dayMs,
  fx: dayMs,
};

/** Hours of trading on a day (index since 1970); null when there is none. */
const sessionOf = (market: MarketKind, day: number): Session | null => {
  const midnight = startOfDay(day);
  switch (market) {
    case 'crypto':
      return { open: midnight, close: midnight + dayMs };
    case 'fx': {
      const ofWeek = weekday(midnight);
      if (ofWeek === saturday) return null;
      return {
        open: ofWeek === sunday ? midnight + fxBreakMs : midnight,
        close: ofWeek === friday ? midnight + fxBreakMs : midnight + dayMs,
      };
    }
    case 'stock':
      return isWeekend(midnight) || isHoliday(midnight)
        ? null
        : { open: midnight + stockOpenMs, close: midnight + stockCloseMs };
  }
};

const monday = 0;
const thursday = 3;
const friday = 4;
const saturday = 5;
const sunday = 6;

/** New York's fixed and Monday holidays and Thanksgiving; one that falls on a weekend is kept on the nearer weekday of its month. */
const isHoliday = (midnight: number): boolean => {
  const { month, day } = dateOf(midnight);
  const ofWeek = weekday(midnight);
  const nthInMonth = Math.ceil(day / 7);
  const observed = (m: number, d: number): boolean => {
    if (month !== m) return false;
    return day === d || (ofWeek === monday && day === d + 1) || (ofWeek === friday && day === d - 1);
  };
  if (observed(1, 1) || observed(6, 19) || observed(7, 4) || observed(12, 25)) return true;
  if (ofWeek === monday) {
    if ((month === 1 || month === 2) && nthInMonth === 3) return true;
    if (month === 5 && day > 24) return true;
    if (month === 9 && nthInMonth === 1) return true;
  }
  return ofWeek === thursday && month === 11 && nthInMonth === 4;
};
