/** Bars of a deployment's feed as they grow out of what the market closes: minutes, or bars that are shorter. Pure. */

import { allocateBars, minuteMs, parseTimeframe, periodEnd, periodStart } from '#domain';
import type { Bars } from '#domain';

/** One bar: time, open, high, low, close, volume. */
export type Row = readonly [time: number, open: number, high: number, low: number, close: number, volume: number];

/** How far a feed has come. */
export interface FeedProgress {
  /** Closed bars, {@link rowLength} numbers each, times ascending. */
  readonly rows: readonly number[];
  /** The bar in progress, as far as it is known. */
  readonly partial: Row | null;
  /** Everything that begins before was taken. */
  readonly next: number;
}

/** What is new of a feed: bars that have closed, and how far it has come with them. */
export type TakenFeed = FeedProgress;

export const rowLength = 6;

/** Length of what bars of an interval are made of: minutes where they are whole minutes, else they come as they are. */
export const pieceMsOf = (interval: string): number => {
  const { ms } = parseTimeframe(interval);
  return ms % minuteMs === 0 ? minuteMs : ms;
};

/** Where a feed begins that is followed from now on: with the bar in progress. */
export const startOf = (interval: string, now: number): number => periodStart(now, parseTimeframe(interval));

/** Takes in pieces, times ascending; those that were taken before are left out. `rows` are the bars that have closed with them. */
export const withPieces = (
  interval: string,
  { partial, next }: Pick<FeedProgress, 'partial' | 'next'>,
  pieces: readonly Row[],
): TakenFeed => {
  const timeframe = parseTimeframe(interval);
  const pieceMs = pieceMsOf(interval);
  const rows: number[] = [];
  let open = partial;
  let from = next;
  for (const piece of pieces) {
    const [time] = piece;
    if (time < from) continue;
    from = time + pieceMs;
    const start = periodStart(time, timeframe);
    if (open !== null && open[0] < start) {
      rows.push(...open);
      open = null;
    }
    open = open === null ? [start, piece[1], piece[2], piece[3], piece[4], piece[5]] : joined(open, piece);
    if (from >= periodEnd(start, timeframe)) {
      rows.push(...open);
      open = null;
    }
  }
  return { rows, partial: open, next: from };
};

const joined = (bar: Row, [, , high, low, close, volume]: Row): Row => [
  bar[0],
  bar[1],
  Math.max(bar[2], high),
  Math.min(bar[3], low),
  close,
  bar[5] + volume,
];

/** The time of the last of the rows; null where there are none. */
export const lastTimeOf = (rows: readonly number[]): number | null => rows.at(-rowLength) ?? null;

/** The rows whose times are after that. */
export const rowsAfter = (rows: readonly number[], time: number): readonly number[] => {
  let at = 0;
  while (at < rows.length && (rows[at] ?? Infinity) <= time) at += rowLength;
  return at === 0 ? rows : rows.slice(at);
};

/** Bars with rows behind them, as columns. */
export const withRows = (bars: Bars, rows: readonly number[]): Bars => {
  const before = bars.time.length;
  const all = allocateBars(before + rows.length / rowLength);
  const columns = [all.time, all.open, all.high, all.low, all.close, all.volume];
  const old = [bars.time, bars.open, bars.high, bars.low, bars.close, bars.volume];
  for (const [place, column] of columns.entries()) {
    column.set(old[place] ?? []);
    for (let at = place, row = before; at < rows.length; at += rowLength, row++) column[row] = rows[at] ?? NaN;
  }
  return all;
};
