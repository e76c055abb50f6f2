/** Bars in ClickHouse: kept as they were imported, longer ones made from them on read. */

import { allocateBars, barColumns, minuteMs, parseTimeframe, periodEnd, periodStart } from '#domain';
import type { Bars, Timeframe } from '#domain';
import type { BarsQuery, RevisedHistory, StoredInterval } from '#ports';
import type { ClickHouse } from './clickhouse.ts';
import { readCoverage, recount } from './coverage.ts';
import type { Columns } from './native-format.ts';
import { revisionOf } from './revision.ts';

export const openHistory = (clickHouse: ClickHouse): RevisedHistory => ({
  async bars(query) {
    const wanted = parseTimeframe(query.interval);
    const stored = await storedFor(clickHouse, query.symbol, wanted);
    if (stored === null || !(query.from < query.to) || query.limit < 1) return allocateBars(0);
    return stored === query.interval
      ? barsOf(await selectStored(clickHouse, query, stored, wanted))
      : resampledBars(await selectResampled(clickHouse, query, stored, wanted), wanted);
  },

  async insert(symbol, interval, bars) {
    refuseTimes(bars.time);
    for (let from = 0; from < bars.time.length; from += insertRowsMax) {
      const columns = Object.fromEntries(
        barColumns.map((name) => [
          name,
          { type: 'Float64', values: bars[name].subarray(from, from + insertRowsMax) } as const,
        ]),
      );
      await clickHouse.insert({ table: 'bar', constants: { symbol, interval }, columns });
    }
    // Times ascend.
    const [first, last] = [bars.time[0], bars.time.at(-1)];
    if (first !== undefined && last !== undefined) await recount(clickHouse, { symbol, interval }, { first, last });
  },

  coverage: (symbol) => readCoverage(clickHouse, symbol),

  async revision(query) {
    const wanted = parseTimeframe(query.interval);
    // Of minutes there is one answer, and where there are none, none is read.
    const interval = isWholeDays(wanted) ? await storedFor(clickHouse, query.symbol, wanted) : '1m';
    const span = interval === query.interval ? wholeSpan(query) : resampledSpan(query, wanted);
    return revisionOf(clickHouse, { symbol: query.symbol, interval: interval ?? '1m', ...span });
  },
});

/** 12 MB a statement: enough for the engine's speed, little enough that other writing comes in between. */
const insertRowsMax = 250_000;

/** The years of ClickHouse's calendar, by which months are told. */
const timeMin = Date.UTC(1900, 0, 1);
const timeMax = Date.UTC(2299, 0, 1);

const refuseTimes = (time: Float64Array): void => {
  for (const value of time) {
    if (Number.isInteger(value) && value >= timeMin && value < timeMax) continue;
    throw new Error(`A bar's time must be whole milliseconds of the years 1900 to 2298, not ${value}.`);
  }
};

/** Of what bars of a timeframe are made: whole days from stored days, if there are any, else from minutes. */
const storedFor = async (clickHouse: ClickHouse, symbol: string, wanted: Timeframe): Promise<StoredInterval | null> => {
  if (wanted.ms < minuteMs) return null;
  const found = await clickHouse.select(
    // The table is ordered by both, so this reads a few rows.
    `SELECT * FROM (SELECT '1d' AS stored FROM bar WHERE symbol = {symbol:String} AND interval = '1d' LIMIT 1
       UNION ALL SELECT '1m' AS stored FROM bar WHERE symbol = {symbol:String} AND interval = '1m' LIMIT 1)`,
    { symbol },
  );
  const kept = found.texts('stored');
  if (kept.includes('1d') && isWholeDays(wanted)) return '1d';
  return kept.includes('1m') ? '1m' : null;
};

const isWholeDays = ({ unit }: Timeframe): boolean => unit === 'day' || unit === 'week' || unit === 'month';

const selectStored = async (
  clickHouse: ClickHouse,
  query: BarsQuery,
  interval: StoredInterval,
  wanted: Timeframe,
): Promise<Columns> => {
  const key = { symbol: query.symbol, interval, limit: query.limit };
  const span = wholeSpan(query);
  // From the old end the engine stops by itself where the page is full.
  const { from, to } =
    query.descending !== true || query.limit > pageBarsMax
      ? span
      : await spanOfPage(clickHouse, { ...key, ...span }, wanted, true);
  return clickHouse.select(
    `SELECT toFloat64(time) AS time_ms, open, high, low, close, volume FROM bar FINAL WHERE ${ofSpan}
     ORDER BY time ${query.descending === true ? 'DESC' : ''} LIMIT {limit:UInt64}`,
    { ...key, from: Math.max(from, span.from), to },
  );
};

/**
 * Bars that begin in [from, to), each made of all its parts, so that a page which follows another
 * never begins with the rest of a bar that was given out already.
 */
const selectResampled = async (
  clickHouse: ClickHouse,
  query: BarsQuery,
  interval: StoredInterval,
  wanted: Timeframe,
): Promise<Columns> => {
  const span = resampledSpan(query, wanted);
  const key = { symbol: query.symbol, interval, limit: query.limit };
  const { from, to } =
    query.limit > pageBarsMax ? span : await spanOfPage(clickHouse, { ...key, ...span }, wanted, query.descending);
  return clickHouse.select(
    `SELECT toFloat64(min(time)) AS time_ms, argMin(open, time) AS first_open, max(high) AS highest,
       min(low) AS lowest, argMax(close, time) AS last_close, ${sumInOrder} AS traded
     FROM bar FINAL WHERE ${ofSpan}
     GROUP BY ${periodOf(wanted)} ORDER BY time_ms ${query.descending === true ? 'DESC' : ''} LIMIT {limit:UInt64}`,
    { ...key, from, to },
  );
};

const ofSpan = `symbol = {symbol:String} AND interval = {interval:String}
       AND time >= {from:Int64} AND time < {to:Int64}`;

/** Up to here the end of the page is looked for first: without that each page would read all that follows. */
const pageBarsMax = 10_000;

interface Span {
  readonly from: number;
  readonly to: number;
}

const wholeSpan = ({ from, to }: BarsQuery): Span => ({ from: wholeTime(from), to: wholeTime(to) });

const resampledSpan = ({ from, to }: BarsQuery, wanted: Timeframe): Span => ({
  from: firstStart(from, wanted),
  to: firstStart(to, wanted),
});

type PageKey = Span & Readonly<Record<string, string | number>>;

/** Of the span that part which the page's bars are made of. Reads times alone, and no further than the page. */
const spanOfPage = async (
  clickHouse: ClickHouse,
  key: PageKey,
  wanted: Timeframe,
  descending = false,
): Promise<Span> => {
  const found = await clickHouse.select(
    `SELECT toFloat64(min(found)) AS first, toFloat64(max(found)) AS last, toFloat64(count()) AS periods
     FROM (SELECT time AS found FROM bar WHERE ${ofSpan}
       ORDER BY time ${descending ? 'DESC' : ''} LIMIT 1 BY ${periodOf(wanted)} LIMIT {limit:UInt64})`,
    key,
  );
  const [first = 0, last = 0, periods = 0] = ['first', 'last', 'periods'].map((name) => found.numbers(name)[0]);
  if (periods === 0) return { from: key.from, to: key.from };
  return descending
    ? { from: periodStart(first, wanted), to: key.to }
    : { from: key.from, to: wholeTime(periodEnd(last, wanted)) };
};

/** Float sums depend on their order; that of time is the same on every machine, and that of the engine's resampling. */
const sumInOrder = 'arraySum(part -> part.2, arraySort(part -> part.1, groupArray((time, volume))))';

/** A whole number that is the same for all times of a period, as `periodStart` of the domain tells periods. */
const periodOf = ({ unit, count, ms }: Timeframe): string => {
  if (unit === 'month') {
    const date = `fromUnixTimestamp64Milli(time, 'UTC')`;
    return `floor((toYear(${date}) * 12 + toMonth(${date}) - 1 - ${1970 * 12}) / ${count})`;
  }
  if (unit === 'week') return `floor((floor(time / ${dayMs}) + ${firstWeekOffsetDays}) / ${7 * count})`;
  return `floor(time / ${ms})`;
};

const dayMs = 86_400_000;
/** 1970-01-01 was a Thursday; weeks begin on Monday. */
const firstWeekOffsetDays = 3;

/** The first start of a period that is not before `time`. */
const firstStart = (time: number, wanted: Timeframe): number => {
  const at = wholeTime(time);
  return periodStart(at, wanted) === at ? at : wholeTime(periodEnd(at, wanted));
};

/** Callers give infinite bounds; there are no bars beyond these. */
const wholeTime = (time: number): number => Math.ceil(Math.min(Math.max(time, timeMin), timeMax));

const barsOf = (found: Columns): Bars => ({
  time: found.numbers('time_ms'),
  open: found.numbers('open'),
  high: found.numbers('high'),
  low: found.numbers('low'),
  close: found.numbers('close'),
  volume: found.numbers('volume'),
});

const resampledBars = (found: Columns, wanted: Timeframe): Bars => ({
  time: found.numbers('time_ms').map((time) => periodStart(time, wanted)),
  open: found.numbers('first_open'),
  high: found.numbers('highest'),
  low: found.numbers('lowest'),
  close: found.numbers('last_close'),
  volume: found.numbers('traded'),
});
