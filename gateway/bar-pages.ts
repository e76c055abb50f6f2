/** Bars of the history in pages, without a gap and without a bar twice. */

import { MarketDataMistake, parseTimeframe, periodEnd } from '#domain';
import type { Bars, Timeframe } from '#domain';
import type { History } from '#ports';
import { ProblemError } from './errors.ts';
import { plainNumber } from './plain-number.ts';
import { instantOf } from './wire.ts';

export interface BarOnWire {
  readonly time: string;
  readonly open: string;
  readonly high: string;
  readonly low: string;
  readonly close: string;
  readonly volume: string;
}

export interface BarSpan {
  readonly symbol: string;
  readonly interval: string;
  /** Milliseconds UTC, half-open. */
  readonly from: number;
  readonly to: number;
  readonly descending: boolean;
}

export interface BarPage {
  readonly bars: readonly BarOnWire[];
  /** What is left, to ask for the next page; null: nothing. */
  readonly rest: BarSpan | null;
}

/** Rows read at once for a file: 2 MB of columns, and half a megabyte of text. */
const fileRowsAtOnce = 10_000;

/** Bars shorter than a minute are not stored. */
export const timeframeOf = (interval: string, pointer = 'interval'): Timeframe => {
  try {
    const timeframe = parseTimeframe(interval);
    if (timeframe.unit !== 'second') return timeframe;
  } catch (error) {
    if (!(error instanceof MarketDataMistake)) throw error;
  }
  const message = `"${interval}" is no interval of stored bars.`;
  throw new ProblemError('request-invalid', message, {
    errors: [{ pointer, message, remedy: 'Write a number and a unit, such as 1m, 15m, 4h, 1d, 1w or 1M.' }],
  });
};

export const barPage = async (history: History, span: BarSpan, limit: number): Promise<BarPage> => {
  if (span.from >= span.to) return { bars: [], rest: null };
  // One more than is shown tells whether there is more.
  const columns = await history.bars({ ...span, limit: limit + 1 });
  const length = Math.min(columns.time.length, limit);
  const last = columns.time[length - 1];
  const hasMore = columns.time.length > limit && last !== undefined;
  return { bars: rowsOf(columns, length), rest: hasMore ? restAfter(span, last) : null };
};

/** Going on behind the period of the last bar, for a part of it would be made into a bar of its own. */
const restAfter = (span: BarSpan, last: number): BarSpan =>
  span.descending ? { ...span, to: last } : { ...span, from: periodEnd(last, timeframeOf(span.interval)) };

const rowsOf = ({ time, open, high, low, close, volume }: Bars, length: number): readonly BarOnWire[] => {
  const rows: BarOnWire[] = [];
  const at = (column: Float64Array, row: number): string => plainNumber(column[row] ?? 0);
  for (let row = 0; row < length; row++) {
    rows.push({
      time: instantOf(time[row] ?? 0),
      open: at(open, row),
      high: at(high, row),
      low: at(low, row),
      close: at(close, row),
      volume: at(volume, row),
    });
  }
  return rows;
};

/** The lines of a CSV file, read as they are sent. */
export async function* barFile(history: History, span: BarSpan, limit: number): AsyncGenerator<string> {
  yield 'time,open,high,low,close,volume\n';
  let rest: BarSpan | null = span;
  let left = limit;
  while (rest !== null && left > 0) {
    const page: BarPage = await barPage(history, rest, Math.min(left, fileRowsAtOnce));
    yield page.bars
      .map(({ time, open, high, low, close, volume }) => `${time},${open},${high},${low},${close},${volume}\n`)
      .join('');
    left -= page.bars.length;
    rest = page.rest;
  }
}
