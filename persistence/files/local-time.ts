/** Local times of a named zone as moments, for files that tell the exchange's wall clock. */

import { dayMs, hourMs } from '#domain';

/**
 * A function from local time (given as if it were UTC, milliseconds) to milliseconds UTC, for rows in
 * ascending order. An hour that comes twice when clocks go back is its first pass until times would
 * run backwards, then its second; an hour that never was counts on from before the change. Null for
 * a zone that nobody knows.
 */
export const localTimeConverter = (zone: string): ((local: number) => number) | null => {
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
      era: 'short',
    });
  } catch {
    return null; // the caller knows how the zone was given
  }
  const offsetAt = (moment: number): number => {
    const part: Record<string, string> = Object.fromEntries(
      format.formatToParts(moment).map(({ type, value }) => [type, value]),
    );
    return (
      Date.UTC(
        Number(part['year']),
        Number(part['month']) - 1,
        Number(part['day']),
        Number(part['hour']),
        Number(part['minute']),
        Number(part['second']),
      ) -
      Math.floor(moment / 1000) * 1000
    );
  };

  // Asking for an offset costs microseconds, so it is asked once per hour of local time.
  let cachedHour = NaN;
  let early = 0;
  let late = 0;
  let last = -Infinity;
  return (local) => {
    const hour = Math.floor(local / hourMs);
    if (hour !== cachedHour) {
      cachedHour = hour;
      // offsets a day before and after are those before and after any change near this hour
      const before = offsetAt(local - dayMs);
      const after = offsetAt(local + dayMs);
      early = before;
      late = before;
      if (before !== after) {
        const start = hour * hourMs;
        const holdsBefore = offsetAt(start - before) === before;
        const holdsAfter = offsetAt(start - after) === after;
        if (holdsAfter) late = after;
        if (holdsAfter && !holdsBefore) early = after;
      }
    }
    const moment = local - early;
    last = moment > last || early === late ? moment : local - late;
    return last;
  };
};
