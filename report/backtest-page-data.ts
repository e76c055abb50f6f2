/** What the charts of a backtest's report draw, thinned so that the file stays small and the browser quick. */

import type { BacktestResult, Feed, Trade } from '#domain';
import { drawdownSeries, keptSteps, prepareBenchmark, prepareCalendar } from '#domain';
import { momentsOf } from './moments.ts';
import type { Moments } from './moments.ts';
import type { PageData, PageFeed, PagePlot, PageTrade } from './page/page-data.ts';
import { startCashOf } from './start-cash.ts';
import { thinBars } from './thin-bars.ts';

/** Points of a curve in the page, by its own extremes and by those of the drawdown: more than a screen has pixels. */
const curvePointsMax = 4_000;
/** Bars of one price chart, and of all: a bar takes about 50 bytes, and a page should stay below 5 MB. */
const feedBarsMax = 12_000;
const barsMax = 40_000;
/** Price charts in one report. Of more symbols those with the most trades are shown. */
const feedsMax = 20;
/** Trades in all charts together, at about 50 bytes. */
const tradesMax = 30_000;
/** Points of one of the strategy's own lines, and of all of them. */
const plotPointsMax = 4_000;
const plotsPointsMax = 40_000;

export const pageData = (result: BacktestResult, feeds: readonly Feed[]): PageData => {
  const { timeline, equity } = result;
  const moments = momentsOf(timeline);
  return {
    ...curveData({ timeline, equity, startCash: startCashOf(result), feeds }),
    feeds: feedsData(result, feeds, moments),
    plots: plotsData(result, moments),
  };
};

interface Curve {
  readonly timeline: Float64Array;
  readonly equity: Float64Array;
  readonly startCash: number;
  /** What the run is compared with: equal parts of these, bought and held. None: with nothing. */
  readonly feeds: readonly Feed[];
}

/** The curves of equity and drawdown. */
export const curveData = ({ timeline, equity, startCash, feeds }: Curve): Pick<PageData, 'hasDates' | 'curve'> => {
  const drawdown = drawdownSeries(equity, startCash);
  const steps = union(keptSteps(equity, curvePointsMax), keptSteps(drawdown, curvePointsMax));
  const { areDates, onAxis } = momentsOf(timeline);
  return {
    hasDates: areDates,
    curve: {
      time: Array.from(steps, (step) => onAxis(timeline[step] ?? 0)),
      equity: Array.from(steps, (step) => short(equity[step])),
      benchmark: buyAndHold(timeline, steps, feeds, startCash),
      drawdown: Array.from(steps, (step) => short(drawdown[step])),
    },
  };
};

const union = (left: Int32Array, right: Int32Array): Int32Array => Int32Array.from(new Set([...left, ...right])).sort();

/** Nine digits: more than a chart can show, and a shorter file. */
const short = (value: number | undefined): number => Number((value ?? 0).toPrecision(9));

/** The starting cash in equal parts of all symbols, at the steps given: the benchmark of the statistics, step by step. */
const buyAndHold = (timeline: Float64Array, steps: Int32Array, feeds: readonly Feed[], startCash: number): number[] => {
  if (feeds.length === 0) return [];
  const { returns } = prepareBenchmark(timeline, feeds, { ...prepareCalendar(timeline), dayEnds: steps }, 0);
  let value = startCash;
  const values = Array.from(returns, (change) => short((value *= 1 + change)));
  return values.every(Number.isFinite) ? values : [];
};

const feedsData = (
  { feeds: summaries, trades }: BacktestResult,
  feeds: readonly Feed[],
  moments: Moments,
): PageFeed[] => {
  const own = feeds.map((): Trade[] => []);
  for (const trade of trades) own[trade.feed]?.push(trade);
  const drawn = feeds
    .map((_feed, i) => i)
    .sort((a, b) => (own[b]?.length ?? 0) - (own[a]?.length ?? 0) || a - b)
    .slice(0, feedsMax)
    .sort((a, b) => a - b);
  const room = Math.min(feedBarsMax, Math.floor(barsMax / drawn.length));
  const tradeRoom = Math.floor(tradesMax / drawn.length);
  return drawn.flatMap((i) => {
    const [feed, summary, made = []] = [feeds[i], summaries[i], own[i]];
    if (feed === undefined || summary === undefined) return [];
    const { each, ...bars } = thinBars(feed.bars, room);
    return {
      feed: i,
      symbol: summary.symbol,
      barsEach: each,
      time: Array.from(bars.time, moments.onAxis),
      open: Array.from(bars.open, short),
      high: Array.from(bars.high, short),
      low: Array.from(bars.low, short),
      close: Array.from(bars.close, short),
      trades: made.slice(0, tradeRoom).map((trade) => tradeData(trade, moments)),
      tradesLeftOut: Math.max(0, made.length - tradeRoom),
    };
  });
};

const tradeData = (
  { entryTime, entryPrice, exitTime, exitPrice, side, pnl }: Trade,
  { onAxis }: Moments,
): PageTrade => [
  onAxis(entryTime),
  short(entryPrice),
  exitTime === null ? null : onAxis(exitTime),
  exitPrice === null ? null : short(exitPrice),
  side === 'long' ? 1 : -1,
  short(pnl),
];

const plotsData = ({ plots, timeline }: BacktestResult, { onAxis }: Moments): PagePlot[] => {
  const named = Object.entries(plots);
  const room = Math.max(4, Math.min(plotPointsMax, Math.floor(plotsPointsMax / named.length)));
  return named.map(([name, { steps, values }]) => {
    // What is not a number is a gap in a short line; a long one is drawn through it, for its extremes.
    const used =
      values.length <= room
        ? values.map((_value, i) => i)
        : values.flatMap((value, i) => (Number.isFinite(value) ? i : []));
    const kept = keptSteps(
      Float64Array.from(used, (i) => values[i] ?? 0),
      room,
    );
    const at = Array.from(kept, (k) => used[k] ?? 0);
    return {
      name,
      time: at.map((i) => onAxis(timeline[steps[i] ?? 0] ?? 0)),
      values: at.map((i) => (Number.isFinite(values[i]) ? short(values[i]) : null)),
    };
  });
};
