/**
 * The data of a run: which feeds are traded, which are only looked at, and their common timeline.
 * Made once for a strategy's data declaration and shared by all runs over it.
 */

import type { Feed } from '../market/feed.ts';
import type { Bars } from '../market/bars.ts';
import { formatTime } from '../market/calendar.ts';
import { MarketDataMistake } from '../market/mistake.ts';
import { resampleBars } from '../market/resample.ts';
import { barEnd, formatTimeframe, parseTimeframe, timeframeOfMs } from '../market/timeframe.ts';
import { prepareStatistics } from '../statistics/statistics.ts';
import type { PreparedStatistics } from '../statistics/statistics.ts';
import type { DataDeclaration } from '../strategy/strategy.ts';

/** Bars of a longer timeframe, seen but not traded: orders to their id go to the finer feed. */
export interface View {
  readonly id: string;
  /** Index of the traded feed. */
  readonly feed: number;
  readonly timeframeMs: number;
  readonly bars: Bars;
  /** Per bar of the traded feed: how many bars of the view are complete. */
  readonly completeAfter: Int32Array;
}

export interface RunData {
  /** The traded feeds, in the order of the strategy's declaration. */
  readonly feeds: readonly Feed[];
  readonly views: readonly View[];
  /** Ids as the strategy knows them, feeds first, in the order of declaration. */
  readonly ids: readonly string[];
  /** Union of the feeds' bar times, ascending, milliseconds UTC. */
  readonly timeline: Float64Array;
  /** The first step at which orders may be made and from which statistics count; the bars before it warm indicators. */
  readonly tradeStep: number;
  readonly statistics: PreparedStatistics;
}

/**
 * Joins what a strategy declares with what the run supplies. With `tradeFrom` (milliseconds UTC) the
 * bars before it are for indicators only. Throws {@link MarketDataMistake}.
 */
export const prepareRunData = (
  declared: readonly DataDeclaration[] | 'all',
  supplied: readonly Feed[],
  tradeFrom = -Infinity,
): RunData => {
  if (supplied.length === 0)
    throw new MarketDataMistake('data-missing', 'The run has no price data.', 'Give at least one file with --data.');
  checkIds(supplied);
  const declarations = declared === 'all' ? supplied.map(({ id }): DataDeclaration => ({ id })) : declared;
  const sources = matchFeeds(declarations, supplied);
  const feeds: Feed[] = [];
  const views: View[] = [];
  for (const declaration of declarations) {
    const source = sources.get(declaration.id);
    if (source === undefined) views.push(viewOf(declaration, feeds));
    else feeds.push(inTimeframe(source, declaration));
  }
  checkOneTimeframe(feeds);
  const timeline = unionOfTimes(feeds);
  checkNoOverlap(feeds, timeline);
  const tradeStep = timeline.findIndex((time) => time >= tradeFrom);
  if (tradeStep < 0)
    throw new MarketDataMistake(
      'data-span',
      'The span has no bars from which on to trade.',
      'Choose a span that reaches into the data.',
    );
  return {
    feeds,
    views,
    ids: declarations.map(({ id }) => id),
    timeline,
    tradeStep,
    statistics: prepareStatistics(timeline, feeds, tradeStep),
  };
};

const checkIds = (supplied: readonly Feed[]): void => {
  const twice = supplied.find(({ id }, i) => supplied.findIndex((feed) => feed.id === id) !== i);
  if (twice === undefined) return;
  throw new MarketDataMistake(
    'data-twice',
    `The run supplies two feeds named "${twice.id}".`,
    `Name each by an id of its own: --data ${twice.id}=… --data other=….`,
  );
};

/** Which supplied feed serves which declared id: by id or symbol where they agree, else in order. */
const matchFeeds = (declarations: readonly DataDeclaration[], supplied: readonly Feed[]): Map<string, Feed> => {
  const wanted = declarations.filter(({ from }) => from === undefined);
  const matched = new Map<string, Feed>();
  const free = new Set(supplied);
  const take = (declaration: DataDeclaration, feed: Feed | undefined): void => {
    if (feed === undefined || matched.has(declaration.id)) return;
    matched.set(declaration.id, feed);
    free.delete(feed);
  };
  for (const declaration of wanted) {
    const sameSymbol = supplied.filter((feed) => feed.symbol === (declaration.symbol ?? declaration.id));
    take(
      declaration,
      supplied.find((feed) => feed.id === declaration.id) ?? (sameSymbol.length === 1 ? sameSymbol[0] : undefined),
    );
  }
  for (const declaration of wanted) {
    if (declaration.symbol === undefined) take(declaration, free.values().next().value);
  }
  const missing = wanted.filter(({ id }) => !matched.has(id));
  if (missing.length > 0) {
    const names = missing
      .map(({ id, symbol }) => (symbol === undefined ? `"${id}"` : `"${id}" (${symbol})`))
      .join(', ');
    throw new MarketDataMistake(
      'data-missing',
      `The strategy asks for data ${names}, which the run does not supply; it has ${supplied.map((feed) => feed.id).join(', ')}.`,
      `Name the file with its id: --data ${missing[0]?.id ?? 'main'}=prices.csv.`,
    );
  }
  const [unused] = free;
  if (unused !== undefined) {
    throw new MarketDataMistake(
      'data-unused',
      `The run supplies "${unused.id}", but the strategy asks for ${wanted.map(({ id }) => `"${id}"`).join(', ')} only.`,
      "Give only the data that it uses, or declare the others: data: 'all' takes whatever is supplied.",
    );
  }
  return matched;
};

/** A supplied feed in the timeframe that the strategy declares; the finer bars stay for `finer-bars` fills. */
const inTimeframe = (feed: Feed, { id, timeframe }: DataDeclaration): Feed => {
  const named = { ...feed, id };
  if (timeframe === undefined) return named;
  const from = timeframeOfMs(feed.timeframeMs);
  const to = parseTimeframe(timeframe);
  if (to.ms === from.ms) return named;
  return {
    ...named,
    timeframeMs: to.ms,
    bars: resampleBars(feed.bars, { from, to }).bars,
    finer: feed.finer ?? feed.bars,
  };
};

const viewOf = ({ id, from, timeframe }: DataDeclaration, feeds: readonly Feed[]): View => {
  const feed = feeds.findIndex((candidate) => candidate.id === from);
  const base = feeds[feed];
  if (base === undefined || timeframe === undefined) {
    throw new MarketDataMistake(
      'data-view',
      `data "${id}" must be built from an id that has data of its own.`,
      'Write from: with the id of a feed that is not itself built from another, and a timeframe.',
    );
  }
  const to = parseTimeframe(timeframe);
  const { bars, completeAfter } = resampleBars(base.bars, { from: timeframeOfMs(base.timeframeMs), to });
  return { id, feed, timeframeMs: to.ms, bars, completeAfter };
};

/** Feeds traded together share a timeframe: a longer bar could fill an order at a price from before it was made. */
const checkOneTimeframe = (feeds: readonly Feed[]): void => {
  const [first, ...others] = feeds;
  const odd = others.find((feed) => feed.timeframeMs !== first?.timeframeMs);
  if (first === undefined || odd === undefined) return;
  const longer = formatTimeframe(Math.max(odd.timeframeMs, first.timeframeMs));
  throw new MarketDataMistake(
    'data-timeframes',
    `"${first.id}" has bars of ${formatTimeframe(first.timeframeMs)} and "${odd.id}" of ${formatTimeframe(odd.timeframeMs)}.`,
    `Declare timeframe: '${longer}' for both, or build the longer bars with from:.`,
  );
};

/**
 * Bars of feeds traded together start at the same times, or do not overlap: an order made after one
 * bar would else fill at the open of another that began before it. A bar ends with its timeframe, or
 * with its feed's next bar where that comes earlier (days at a change of the clocks).
 */
const checkNoOverlap = (feeds: readonly Feed[], timeline: Float64Array): void => {
  if (feeds.length < 2) return;
  for (const feed of feeds) {
    const timeframe = timeframeOfMs(feed.timeframeMs);
    const { time } = feed.bars;
    let step = 0;
    for (let bar = 0; bar < time.length; bar++) {
      const start = time[bar] as number; // bar < length
      while ((timeline[step] as number) < start) step++; // the timeline has every bar's time
      const following = timeline[step + 1] ?? Infinity;
      if (following >= Math.min(barEnd(start, timeframe), time[bar + 1] ?? Infinity)) continue;
      const other = feeds.find(({ bars }) => bars.time.includes(following));
      throw new MarketDataMistake(
        'data-overlap',
        `A bar of "${other?.id ?? ''}" starts at ${formatTime(following)}, in the middle of the bar of "${feed.id}" that starts at ${formatTime(start)}.`,
        'Give both bars that start at the same times: finer ones, from which timeframe: in the declaration makes longer bars that do.',
      );
    }
  }
};

const unionOfTimes = (feeds: readonly Feed[]): Float64Array => {
  const [only, ...others] = feeds;
  if (only !== undefined && others.length === 0) return only.bars.time;
  const all = new Float64Array(feeds.reduce((sum, feed) => sum + feed.bars.time.length, 0));
  let at = 0;
  for (const feed of feeds) {
    all.set(feed.bars.time, at);
    at += feed.bars.time.length;
  }
  all.sort();
  let count = 0;
  for (let i = 0; i < all.length; i++) {
    if (i === 0 || all[i] !== all[i - 1]) all[count++] = all[i] as number; // i < length
  }
  return all.slice(0, count);
};
