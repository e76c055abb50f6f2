/** Runs a strategy's handlers bar by bar: the trader behind every backtest that is not an order tape. */

import type { Market } from '../engine/market.ts';
import type { RuleBook } from '../engine/rule-book.ts';
import type { RunMemory } from '../engine/run-memory.ts';
import type { RunData, View } from '../engine/run-data.ts';
import type { Trader } from '../engine/trader.ts';
import type { Bars } from '../market/bars.ts';
import { barColumns } from '../market/bars.ts';
import { randomFrom } from '../random.ts';
import { nearest } from './define-strategy.ts';
import { dropHandle, enterPhase, handleOf, RunContext } from './context.ts';
import type { BoundFeed } from './context.ts';
import { StrategyMistake } from './mistake.ts';
import { missingState, namedValues } from './named-values.ts';
import type { Notebook } from './notebook.ts';
import type { ParamValue } from './params.ts';
import { Series, seriesParts } from './series.ts';
import type { BarSeries, SeriesClock } from './series.ts';
import type { Strategy } from './strategy.ts';
import { TimerQueue } from './timer-queue.ts';

interface StrategyTraderParts {
  readonly strategy: Strategy;
  readonly params: Readonly<Record<string, ParamValue>>;
  readonly data: RunData;
  readonly market: Market;
  readonly book: RuleBook;
  readonly notebook: Notebook;
  readonly seed: number | string;
  readonly memory: RunMemory;
}

/** Times the strategy may be told news and answer with new orders within one step. */
const newsPerStepMax = 100_000;

/**
 * Which of the strategy's own functions is running, for the message that its author reads when it
 * throws; null while none is. `indicator` is one of its own making.
 */
export interface TraderPlace {
  handler: 'constraint' | 'init' | 'indicator' | 'onBar' | 'onFill' | 'onOrder' | 'onTimer' | 'onStop' | null;
}

export const strategyTrader = (parts: StrategyTraderParts, place: TraderPlace): Trader => {
  const { strategy, data, market, book, notebook, memory } = parts;
  const { handlers } = strategy;
  const feedClocks = data.feeds.map((feed) => newClock(feed.bars.time.length, memory));
  const viewClocks = data.views.map((view) => newClock(view.bars.time.length, memory));
  const clocks = [...feedClocks, ...viewClocks];
  /** Per view: the step at which it gained its newest bar. */
  const viewFreshAt = new Int32Array(viewClocks.length).fill(-1);
  const feeds = boundFeeds({ data, market, feedClocks, viewClocks, viewFreshAt });
  const timers = new TimerQueue();
  const ctx = new RunContext({ book, market, feeds, notebook, random: randomFrom(parts.seed), timers });
  const params = handedParams(parts.params);

  place.handler = 'init';
  const made = handlers.init === null ? undefined : settled(handlers.init(ctx, params), 'init');
  const state = made === undefined ? missingState(noState) : made;
  place.handler = null;
  for (const clock of clocks) clock.open = false;
  enterPhase(ctx, 'trading');
  const { onBar, onFill, onOrder, onTimer, onStop } = handlers;
  book.log.isHeard = onFill !== null || onOrder !== null;
  // Nobody will ask for the rows, nor be told of an order after its end: its handle is the strategy's alone.
  if (!book.log.keepsRows && !book.log.isHeard) book.log.onLetGo = (order) => dropHandle(ctx, order);
  const isLive = clocks.some((clock) => clock.live.length > 0);

  const tellNews = (): void => {
    const { news } = book.log;
    for (let i = 0; i < news.length; i++) {
      const item = news[i];
      if (item === undefined) break;
      const handle = handleOf(ctx, item.order);
      if (item.type === 'fill') {
        place.handler = 'onFill';
        if (onFill !== null) settled(onFill(ctx, Object.freeze({ ...item.fill }), handle, state, params), 'onFill');
      } else {
        place.handler = 'onOrder';
        if (onOrder !== null) settled(onOrder(ctx, handle, state, params), 'onOrder');
      }
      if (i >= newsPerStepMax) throw orderStorm();
    }
    place.handler = null;
    news.length = 0;
  };

  const ringTimers = (): void => {
    for (const name of timers.takeDue(ctx.now)) {
      place.handler = 'onTimer';
      if (onTimer !== null) settled(onTimer(ctx, name, state, params), 'onTimer');
    }
    place.handler = null;
  };

  const moveClocks = (): void => {
    for (let f = 0; f < feedClocks.length; f++) {
      if (market.fresh[f] === 1) moveTo(feedClocks[f] as SeriesClock, market.index[f] as number, isLive); // one clock and one index per feed
    }
    for (let v = 0; v < viewClocks.length; v++) {
      const view = data.views[v] as View; // one clock per view
      const clock = viewClocks[v] as SeriesClock; // as above
      const base = market.index[view.feed] as number;
      const newest = base < 0 ? -1 : (view.completeAfter[base] as number) - 1;
      if (newest > clock.cursor.index) viewFreshAt[v] = market.step;
      moveTo(clock, newest, isLive);
    }
  };

  // With one feed and nothing to compute, moving on is a single write: most runs, at every bar.
  const [soleClock] = feedClocks;
  const soleCursor = clocks.length === 1 && !isLive ? (soleClock?.cursor ?? null) : null;

  return {
    advance() {
      if (soleCursor !== null) {
        soleCursor.index = market.step;
        return;
      }
      if (!isLive) {
        moveClocks();
        return;
      }
      place.handler = 'indicator';
      enterPhase(ctx, 'computing');
      moveClocks();
      enterPhase(ctx, 'trading');
      place.handler = null;
    },
    isWarm: () =>
      clocks.every(
        ({ cursor, made: series }) =>
          cursor.index >= 0 && series.every((one) => cursor.index >= seriesParts(one).warmUp),
      ),
    act() {
      if (book.log.news.length > 0) tellNews();
      if (timers.size > 0) ringTimers();
      place.handler = 'onBar';
      const returned = onBar(ctx, state, params);
      if (returned !== undefined) settled(returned, 'onBar');
      place.handler = null;
    },
    stop() {
      tellNews();
      enterPhase(ctx, 'stopping');
      place.handler = 'onStop';
      if (onStop !== null) settled(onStop(ctx, state, params), 'onStop');
      place.handler = null;
      enterPhase(ctx, 'over');
    },
  };
};

/** The values as the strategy's functions receive them: a misspelt name is told, where undefined would be a default. */
export const handedParams = (values: Readonly<Record<string, ParamValue>>): Readonly<Record<string, ParamValue>> => {
  const names = Object.keys(values);
  return namedValues(
    values,
    (name) =>
      new StrategyMistake(
        'param-unknown',
        `There is no parameter "${name}".`,
        names.length === 0
          ? 'This strategy declares no params.'
          : `${nearest(name, names)}The parameters are ${names.join(', ')}.`,
      ),
  );
};

const noState = (name: string): StrategyMistake =>
  new StrategyMistake(
    'state-missing',
    `There is no state with ${name}: init returned nothing, or there is no init.`,
    'End init with return { … }: what it returns is the state of the other handlers.',
  );

const orderStorm = (): StrategyMistake =>
  new StrategyMistake(
    'order-storm',
    `The strategy answered its own orders with new ones ${newsPerStepMax} times at one bar.`,
    'Make orders in onFill and onOrder only where they end the chain.',
  );

const newClock = (capacity: number, memory: RunMemory): SeriesClock => ({
  cursor: { index: -1 },
  capacity,
  live: [],
  made: [],
  open: true,
  memory,
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

interface Binding {
  readonly data: RunData;
  readonly market: Market;
  readonly feedClocks: readonly SeriesClock[];
  readonly viewClocks: readonly SeriesClock[];
  readonly viewFreshAt: Int32Array;
}

const boundFeeds = ({ data, market, feedClocks, viewClocks, viewFreshAt }: Binding): BoundFeed[] =>
  data.ids.map((id): BoundFeed => {
    const feed = data.feeds.findIndex((candidate) => candidate.id === id);
    const traded = data.feeds[feed];
    if (traded !== undefined) {
      const clock = feedClocks[feed] as SeriesClock; // one clock per feed
      return { id, feed, bars: barSeries({ ...traded, clock }), isFresh: () => market.fresh[feed] === 1 };
    }
    const v = data.views.findIndex((candidate) => candidate.id === id);
    const view = data.views[v] as View; // every id is a feed's or a view's
    const symbol = data.feeds[view.feed]?.symbol ?? id;
    const clock = viewClocks[v] as SeriesClock; // one clock per view
    return {
      id,
      feed: view.feed,
      bars: barSeries({ ...view, symbol, clock }),
      isFresh: () => viewFreshAt[v] === market.step,
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
  if (typeof returned !== 'object' || returned === null || !('then' in returned) || typeof returned.then !== 'function')
    return returned;
  // The refusal below tells more than what the promise may come to; a rejection must not end the process.
  returned.then(undefined, () => undefined);
  throw new StrategyMistake(
    'async-handler',
    `${handler} is async, or returns a promise.`,
    'Remove "async" and "await": everything a strategy can reach answers at once.',
  );
};
