/** When a trading day ends for Lean: with its last bar where the market closes, at midnight UTC where it never does. */

import { dayIndex, dayMs } from '../../market/calendar.ts';
import type { Feed } from '../../market/feed.ts';

/** Whether a bar is its day's last. Known from the calendar: only the next bar's time is looked at. */
export const closesDay = ({ bars, timeframeMs }: Feed, bar: number): boolean =>
  timeframeMs >= dayMs || dayIndex(bars.time[bar + 1] ?? Infinity) !== dayIndex(bars.time[bar] ?? NaN);

/**
 * The day (since 1970) with whose close a DAY order ends that is made once `bar` has closed: the next
 * one after a day's last bar. `now` stands for the time of a bar that is not there yet.
 */
export const closingDay = (feed: Feed, bar: number, now: number, alwaysOpen: boolean): number => {
  const time = feed.bars.time[bar] ?? now;
  if (alwaysOpen) return dayIndex(time + feed.timeframeMs);
  return lastDayOf(time, feed) + (closesDay(feed, bar) ? 1 : 0);
};

/**
 * Whether a day's close has come with `bar`, one of the feed's. Asked before orders are matched: the bar
 * that ends with the close does not fill what ends with it.
 */
export const isOver = (day: number, feed: Feed, bar: number, alwaysOpen: boolean): boolean => {
  const time = feed.bars.time[bar] ?? NaN;
  if (alwaysOpen) return dayIndex(time + feed.timeframeMs) > day;
  return closesDay(feed, bar) && lastDayOf(time, feed) >= day;
};

/** A week's bar ends on a later day than it begins. */
const lastDayOf = (time: number, { timeframeMs }: Feed): number => dayIndex(time + Math.max(0, timeframeMs - dayMs));
