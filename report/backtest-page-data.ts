/** What the charts of a backtest's report draw, thinned so that the file stays small and the browser quick. */

import type { BacktestResult, Bars, Feed } from '#domain';
import { drawdownSeries } from '#domain';
import type { PageData, PageFeed, PageTrade } from './page/page-data.ts';

/** Points of a curve and bars of a price chart in the page; more than a screen has pixels is enough. */
const curvePointsMax = 6_000;
const barsMax = 12_000;
const tradesMax = 5_000;
/** Price charts in one report: of more symbols the first are shown. */
const feedsMax = 20;

/** Times before this are not dates but numbered bars (files without a time column). */
const firstRealTime = 1000 * 86_400_000;

export const pageData = (result: BacktestResult, feeds: readonly Feed[]): PageData => {
  const { timeline, equity } = result;
  const startCash = Number(result.settings['cash'] ?? equity[0] ?? 0);
  return {
    ...curveOf({ timeline, equity, startCash, benchmark: buyAndHold(result, feeds, startCash) }),
    feeds: feeds.slice(0, feedsMax).map((feed, i) => pageFeed(feed, result, i)),
    plots: Object.entries(result.plots).map(([name, { steps: at, values }]) => {
      const kept = keptSteps(Float64Array.from(values), curvePointsMax);
      return {
        name,
        time: kept.map((k) => seconds(timeline[at[k] ?? 0])),
        values: kept.map((k) => (Number.isFinite(values[k]) ? rounded(values[k]) : null)),
      };
    }),
  };
};

interface Curve {
  readonly timeline: Float64Array;
  readonly equity: Float64Array;
  readonly startCash: number;
  /** Equity of what the run is compared with, step by step. */
  readonly benchmark: Float64Array | null;
}

/** The curves of equity and drawdown. */
export const curveOf = ({ timeline, equity, startCash, benchmark }: Curve): Pick<PageData, 'hasTimes' | 'curve'> => {
  const steps = keptSteps(equity, curvePointsMax);
  const drawdown = drawdownSeries(equity, startCash);
  return {
    hasTimes: (timeline[timeline.length - 1] ?? 0) > firstRealTime,
    curve: {
      time: steps.map((step) => seconds(timeline[step])),
      equity: steps.map((step) => rounded(equity[step])),
      buyAndHold: steps.map((step) => (benchmark === null ? null : rounded(benchmark[step]))),
      drawdown: steps.map((step) => rounded(drawdown[step])),
    },
  };
};

const seconds = (time: number | undefined): number => (time ?? 0) / 1000;
const rounded = (value: number | undefined): number => Number((value ?? 0).toPrecision(9));

/** Indexes of the points to keep: of each stretch its lowest and its highest, so that no extreme is lost. */
const keptSteps = (values: Float64Array, most: number): number[] => {
  if (values.length <= most) return Array.from(values, (_value, i) => i);
  const kept: number[] = [0];
  const stretch = Math.ceil((values.length * 2) / most);
  for (let from = 1; from < values.length - 1; from += stretch) {
    const to = Math.min(values.length - 1, from + stretch);
    let low = from;
    let high = from;
    for (let i = from; i < to; i++) {
      if ((values[i] as number) < (values[low] as number)) low = i; // i, low and high are within the array
      if ((values[i] as number) > (values[high] as number)) high = i;
    }
    kept.push(Math.min(low, high));
    if (low !== high) kept.push(Math.max(low, high));
  }
  kept.push(values.length - 1);
  return kept;
};

/** The starting capital put into the first symbol at its first close. null where several are traded. */
const buyAndHold = ({ timeline }: BacktestResult, feeds: readonly Feed[], startCash: number): Float64Array | null => {
  const [feed] = feeds;
  if (feed === undefined || feeds.length > 1 || feed.bars.close.length !== timeline.length) return null;
  const { close } = feed.bars;
  const scale = startCash / (close[0] ?? 1);
  return close.map((value) => value * scale);
};

const pageFeed = (feed: Feed, { trades }: BacktestResult, index: number): PageFeed => {
  const bars = thinned(feed.bars);
  const own = trades.filter((trade) => trade.feed === index).slice(0, tradesMax);
  return {
    symbol: feed.symbol,
    time: Array.from(bars.time, (time) => time / 1000),
    open: Array.from(bars.open, rounded),
    high: Array.from(bars.high, rounded),
    low: Array.from(bars.low, rounded),
    close: Array.from(bars.close, rounded),
    trades: own.map((trade): PageTrade => [trade.entryTime / 1000, trade.entryPrice, trade.exitTime === null ? null : trade.exitTime / 1000, trade.exitPrice, trade.side === 'long' ? 1 : -1, rounded(trade.pnl)]),
  };
};

/** Several bars drawn as one where there are too many. */
const thinned = (bars: Bars): Pick<Bars, 'time' | 'open' | 'high' | 'low' | 'close'> => {
  const length = bars.time.length;
  if (length <= barsMax) return bars;
  const each = Math.ceil(length / barsMax);
  const count = Math.ceil(length / each);
  const out = { time: new Float64Array(count), open: new Float64Array(count), high: new Float64Array(count).fill(-Infinity), low: new Float64Array(count).fill(Infinity), close: new Float64Array(count) };
  for (let i = 0; i < length; i++) {
    const k = Math.floor(i / each);
    if (i % each === 0) {
      out.time[k] = bars.time[i] as number; // i < length
      out.open[k] = bars.open[i] as number;
    }
    out.high[k] = Math.max(out.high[k] as number, bars.high[i] as number);
    out.low[k] = Math.min(out.low[k] as number, bars.low[i] as number);
    out.close[k] = bars.close[i] as number;
  }
  return out;
};
