/** The task that follows the market for a deployment: the bars that close next, with those from the history that were missed before them. */

import { barColumns, minuteMs, parseTimeframe, periodStart } from '#domain';
import type { Bars } from '#domain';
import type { Clock } from '#kernel';
import type { History } from '#ports';
import { patiently } from '../slots/patience.ts';
import type { TakeBars } from './deployment-messages.ts';
import type { Deployment } from './deployment-state.ts';
import type { LiveBars } from './live-bars.ts';
import { lastTimeOf, pieceMsOf, rowLength, rowsAfter, withPieces } from './taken-bars.ts';
import type { FeedProgress, Row, TakenFeed } from './taken-bars.ts';

export interface FollowNeeds {
  readonly liveBars: Pick<LiveBars, 'next'>;
  readonly history: Pick<History, 'bars'>;
  readonly clock: Clock;
}

/** Bars of a feed that are made up for one by one; after a longer absence the strategy begins anew. */
const missedBarsMax = 5_000;

export const followBars = async (
  { liveBars, history, clock }: FollowNeeds,
  { spec, feeds }: Deployment,
  signal: AbortSignal,
): Promise<TakeBars> => {
  const wanted = spec.feeds.map(({ symbol, interval }, place) => ({
    symbol,
    pieceMs: pieceMsOf(interval),
    next: feeds[place]?.next ?? 0,
  }));
  const { since, pieces } = await liveBars.next(wanted, signal);
  const taken: TakenFeed[] = [];
  const made: (readonly number[])[] = [];
  for (const [place, { symbol, interval }] of spec.feeds.entries()) {
    const progress = feeds[place] ?? { rows: [], partial: null, next: 0 };
    const live = pieces[place] ?? [];
    const first = live[0]?.[0];
    const isGap = first !== undefined && first > progress.next && pieceMsOf(interval) === minuteMs;
    const missed = isGap
      ? await patiently(() => missedOf(history, { symbol, interval, progress, until: first }), { clock, signal })
      : null;
    made.push(missed?.rows ?? []);
    taken.push(withPieces(interval, missed ?? progress, live));
  }
  if (made.some((rows) => rows.length >= missedBarsMax * rowLength)) {
    const startOver = periodStart(clock.now(), parseTimeframe(spec.feeds[0]?.interval ?? '1m'));
    return { type: 'TakeBars', feeds: taken, since, startOver };
  }
  const feedsTaken = taken.map((feed, place) => ({ ...feed, rows: [...(made[place] ?? []), ...feed.rows] }));
  return { type: 'TakeBars', feeds: feedsTaken, since, startOver: null };
};

/**
 * What the history has between how far a feed had come and `until`: whole bars, and the bar in progress.
 * A bar in progress before that, of which the history knows nothing, ends as it was.
 */
const missedOf = async (
  history: FollowNeeds['history'],
  {
    symbol,
    interval,
    progress: { rows, partial, next },
    until,
  }: { readonly symbol: string; readonly interval: string; readonly progress: FeedProgress; readonly until: number },
): Promise<TakenFeed> => {
  const timeframe = parseTimeframe(interval);
  const begun = periodStart(until, timeframe);
  const from = periodStart(next, timeframe);
  const whole =
    from < begun ? rowsOf(await history.bars({ symbol, interval, from, to: begun, limit: missedBarsMax })) : [];
  const minutes = piecesOf(
    await history.bars({
      symbol,
      interval: '1m',
      from: Math.max(begun, next),
      to: until,
      limit: Math.ceil((until - begun) / minuteMs) + 1,
    }),
  );
  const isOpen = partial !== null && partial[0] === begun;
  const isKnown = partial === null || isOpen || whole[0] === partial[0];
  const progress = withPieces(interval, { partial: isOpen ? partial : null, next: Math.max(begun, next) }, minutes);
  return {
    rows: rowsAfter([...(isKnown ? [] : partial), ...whole], lastTimeOf(rows) ?? -Infinity),
    partial: progress.partial,
    next: until,
  };
};

const rowsOf = (bars: Bars): readonly number[] =>
  Array.from({ length: bars.time.length * rowLength }, (_, at) => {
    const column = barColumns[at % rowLength] ?? 'time';
    return bars[column][Math.floor(at / rowLength)] ?? NaN;
  });

const piecesOf = ({ time, open, high, low, close, volume }: Bars): readonly Row[] =>
  Array.from({ length: time.length }, (_, row): Row => [
    time[row] ?? NaN,
    open[row] ?? NaN,
    high[row] ?? NaN,
    low[row] ?? NaN,
    close[row] ?? NaN,
    volume[row] ?? NaN,
  ]);
