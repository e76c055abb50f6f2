/** Runs a strategy's handlers bar by bar: the trader behind every backtest that is not an order tape. */

import type { Market } from '../engine/market.ts';
import type { RuleBook } from '../engine/rule-book.ts';
import type { RunData, View } from '../engine/run-data.ts';
import type { Trader } from '../engine/trader.ts';
import type { Bars } from '../market/bars.ts';
import { barColumns } from '../market/bars.ts';
import { randomFrom } from '../random.ts';
import { enterPhase, handleOf, RunContext, TimerQueue } from './context.ts';
import type { BoundFeed } from './context.ts';
import { StrategyMistake } from './mistake.ts';
import type { Notebook } from './notebook.ts';
import type { ParamValue } from './params.ts';
import { Series, seriesParts } from './series.ts';
import type { BarSeries, SeriesClock } from './series.ts';
import type { Strategy } from './strategy.ts';

interface StrategyTraderParts {
  readonly strategy: Strategy;
  readonly params: Readonly<Record<string, ParamValue>>;
  readonly data: RunData;
  readonly market: Market;
  readonly book: RuleBook;
  readonly notebook: Notebook;
  readonly seed: number | string;
}

/** Times the strategy may be told news and answer with new orders within one step. */
const newsPerStepMax = 100_000;

/** Where a strategy was when it failed, for the message that its author reads. */
export interface TraderPlace {
  handler: 'init' | 'onBar' | 'onFill' | 'onOrder' | 'onTimer' | 'onStop';
}

export const strategyTrader = (parts: StrategyTraderParts, place: TraderPlace): Trader => {
  const { strategy, params, data, market, book, notebook } = parts;
  const { handlers } = strategy;
  const feedClocks = data.feeds.map((feed) => newClock(feed.bars.time.length));
  const viewClocks = data.views.map((view) => newClock(view.bars.time.length));
  const clocks = [...feedClocks, ...viewClocks];
  const bound = boundFeeds(data, feedClocks, viewClocks);
  const timers = new TimerQueue();
  const ctx = new RunContext({ book, market, feeds: bound, notebook, random: randomFrom(parts.seed), timers });

  place.handler = 'init';
  const state = handlers.init === null ? undefined : settled(handlers.init(ctx, params), 'init');
  for (const clock of clocks) clock.open = false;
  enterPhase(ctx, 'running');
  const { onBar, onFill, onOrder, onTimer } = handlers;
  const live = clocks.some((clock) => clock.live.length > 0);

  const tellNews = (): void => {
    const { news } = book.log;
    if (news.length === 0) return;
    if (onFill === null && onOrder === null) {
      news.length = 0;
      return;
    }
    for (let i = 0; i < news.length; i++) {
      const item = news[i];
      if (item === undefined) break;
      if (i >= newsPerStepMax)
        throw new StrategyMistake(
          'order-storm',
          `The strategy answered its own orders with new ones ${newsPerStepMax} times at one bar.`,
          'Make orders in onFill and onOrder only where they end the chain.',
        );
      const handle = handleOf(ctx, item.order);
      if (item.type === 'fill') {
        place.handler = 'onFill';
        if (onFill !== null) settled(onFill(ctx, Object.freeze({ ...item.fill }), handle, state, params), 'onFill');
      } else if (onOrder !== null) {
        place.handler = 'onOrder';
        settled(onOrder(ctx, handle, state, params), 'onOrder');
      }
    }
    news.length = 0;
  };

  const ringTimers = (): void => {
    for (let name = timers.takeDue(ctx.now); name !== null; name = timers.takeDue(ctx.now)) {
      place.handler = 'onTimer';
      if (onTimer !== null) settled(onTimer(ctx, name, state, params), 'onTimer');
    }
  };

  return {
    advance() {
      for (let f = 0; f < feedClocks.length; f++) {
        if (market.fresh[f] === 1) moveTo(feedClocks[f] as SeriesClock, market.index[f] as number, live); // one clock and one index per feed
      }
      for (let v = 0; v < viewClocks.length; v++) {
        const view = data.views[v] as View; // one clock per view
        const base = market.index[view.feed] as number;
        if (base >= 0) moveTo(viewClocks[v] as SeriesClock, (view.completeAfter[base] as number) - 1, live);
      }
    },
    isWarm: () =>
      clocks.every(
        ({ cursor, made }) => cursor.index >= 0 && made.every((series) => cursor.index >= seriesParts(series).warmUp),
      ),
    act() {
      if (book.log.news.length > 0) tellNews();
      if (timers.size > 0) ringTimers();
      place.handler = 'onBar';
      const returned = onBar(ctx, state, params);
      if (returned !== undefined) settled(returned, 'onBar');
    },
    stop() {
      tellNews();
      enterPhase(ctx, 'stopped');
      place.handler = 'onStop';
      if (handlers.onStop !== null) settled(handlers.onStop(ctx, state, params), 'onStop');
    },
  };
};

const newClock = (capacity: number): SeriesClock => ({
  cursor: { index: -1 },
  capacity,
  live: [],
  made: [],
  open: true,
});

/** Moves a feed's cursor, feeding each new bar to the live computations; a view may gain several at once. */
const moveTo = (clock: SeriesClock, index: number, live: boolean): void => {
  if (!live) {
    clock.cursor.index = index;
    return;
  }
  while (clock.cursor.index < index) {
    clock.cursor.index++;
    for (const computation of clock.live) computation.advance(clock.cursor.index);
  }
};

const boundFeeds = (
  data: RunData,
  feedClocks: readonly SeriesClock[],
  viewClocks: readonly SeriesClock[],
): BoundFeed[] =>
  data.ids.map((id) => {
    const feed = data.feeds.findIndex((candidate) => candidate.id === id);
    const traded = data.feeds[feed];
    if (traded !== undefined) {
      return {
        id,
        feed,
        bars: barSeries({
          id,
          symbol: traded.symbol,
          timeframeMs: traded.timeframeMs,
          bars: traded.bars,
          clock: feedClocks[feed] as SeriesClock,
        }),
      }; // one clock per feed
    }
    const v = data.views.findIndex((candidate) => candidate.id === id);
    const view = data.views[v] as View; // every id is a feed's or a view's
    const symbol = data.feeds[view.feed]?.symbol ?? id;
    return {
      id,
      feed: view.feed,
      bars: barSeries({
        id,
        symbol,
        timeframeMs: view.timeframeMs,
        bars: view.bars,
        clock: viewClocks[v] as SeriesClock,
      }),
    };
  });

const barSeries = (parts: {
  id: string;
  symbol: string;
  timeframeMs: number;
  bars: Bars;
  clock: SeriesClock;
}): BarSeries => {
  const { id, symbol, timeframeMs, bars, clock } = parts;
  const columns = Object.fromEntries(
    barColumns.map((column) => [column, new Series({ clock, values: bars[column], warmUp: 0, whole: true })]),
  );
  return Object.freeze({
    ...columns,
    id,
    symbol,
    timeframeMs,
    get length() {
      return clock.cursor.index + 1;
    },
  }) as BarSeries; // barColumns names every column of BarSeries
};

/** What a handler returned, unless it is a promise: there is nothing to wait for inside a run. */
const settled = (returned: unknown, handler: string): unknown => {
  if (typeof returned === 'object' && returned !== null && returned instanceof Promise) {
    throw new StrategyMistake(
      'async-handler',
      `${handler} is async, or returns a promise.`,
      `Remove "async" and "await": everything a strategy can reach answers at once.`,
    );
  }
  return returned;
};
