/** Which bars there are: counted when they are written, so that a list of symbols reads no bars. */

import { dayMs } from '#domain';
import type { StoredInterval, SymbolCoverage } from '#ports';
import type { ClickHouse } from './clickhouse.ts';

/** Part of the table, so it never changes: a recount reads little, and a long history has few counts. */
const spanMs = 30 * dayMs;

/** Counts the spans again into which bars from `first` to `last` (milliseconds UTC) have been written. */
export const recount = (
  clickHouse: ClickHouse,
  key: { readonly symbol: string; readonly interval: StoredInterval },
  { first, last }: { readonly first: number; readonly last: number },
): Promise<void> =>
  clickHouse.command(
    `INSERT INTO coverage (symbol, interval, span, bars, first, last)
     SELECT {symbol:String}, {interval:String}, floor(time / ${spanMs}) AS counted, count(), min(time), max(time)
     FROM bar FINAL
     WHERE symbol = {symbol:String} AND interval = {interval:String} AND time >= {from:Int64} AND time < {to:Int64}
     GROUP BY counted`,
    { ...key, from: Math.floor(first / spanMs) * spanMs, to: (Math.floor(last / spanMs) + 1) * spanMs },
  );

/** Of one symbol, or of all. */
export const readCoverage = async (
  clickHouse: ClickHouse,
  symbol: string | undefined,
): Promise<readonly SymbolCoverage[]> => {
  const found = await clickHouse.select(
    `SELECT CAST(symbol AS String) AS name, CAST(interval AS String) AS stored, toFloat64(sum(bars)) AS counted,
       toFloat64(min(first)) AS first_time, toFloat64(max(last)) AS last_time
     FROM coverage FINAL ${symbol === undefined ? '' : 'WHERE symbol = {symbol:String}'}
     GROUP BY symbol, interval ORDER BY symbol, interval`,
    symbol === undefined ? {} : { symbol },
  );
  const [bars, first, last] = [found.numbers('counted'), found.numbers('first_time'), found.numbers('last_time')];
  return found.texts('name').map((name, i): SymbolCoverage => ({
    symbol: name,
    // Only `recount` writes there.
    interval: found.texts('stored')[i] as StoredInterval,
    bars: bars[i] ?? 0,
    first: first[i] ?? 0,
    last: last[i] ?? 0,
  }));
};
