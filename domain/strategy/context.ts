/** What a strategy sees and does, built on a rule book and a market: the implementation of `Context`. */

import type { Market } from '../engine/market.ts';
import type { Order, OrderSize, Side } from '../engine/order.ts';
import type { RuleBook } from '../engine/rule-book.ts';
import { RecentById } from '../engine/recent-by-id.ts';
import { builtInIndicators } from '../indicators/index.ts';
import { barEnd, timeframeOfMs } from '../market/timeframe.ts';
import type { Timeframe } from '../market/timeframe.ts';
import { nearest } from './define-strategy.ts';
import { StrategyMistake } from './mistake.ts';
import { namedValues } from './named-values.ts';
import type { Notebook } from './notebook.ts';
import { isWaiting, LiveOrderHandle } from './order-handle.ts';
import type { OrderDesk } from './order-handle.ts';
import { marketTerms, nameLengthMax, noOptions, readAmount, readNumber, readOptions } from './order-request.ts';
import type { OrderTerms } from './order-request.ts';
import type { BarSeries } from './series.ts';
import type { Amount, Context, OrderHandle, OrderOptions, Position } from './strategy.ts';
import { timersMax } from './timer-queue.ts';
import type { TimerQueue } from './timer-queue.ts';

/** How a strategy's ids map to the feeds that can be traded. */
export interface BoundFeed {
  readonly id: string;
  /** Index of the feed in the market; of bars built from a finer feed, that feed's. */
  readonly feed: number;
  readonly bars: BarSeries;
  /** True when these bars have a new one at the market's step. */
  readonly isFresh: () => boolean;
}

interface ContextParts {
  readonly book: RuleBook;
  readonly market: Market;
  readonly feeds: readonly BoundFeed[];
  readonly notebook: Notebook;
  readonly random: () => number;
  readonly timers: TimerQueue;
}

/** Orders a run may make in all: more is a loop gone wild, and would fill the memory of the result. */
const ordersMax = 2_000_000;
/** A wish for more than this multiple of equity that is refused was meant in percent. */
const fractionMax = 10;

/**
 * Where a run is. Orders can be made while `trading`; while indicators are `computing` the newest
 * bar is known and has not filled anything yet, so an order made then would fill at a price of the past.
 */
export type Phase = 'init' | 'computing' | 'trading' | 'stopping' | 'over';

// Set by the class itself, so that the run reaches its private state and a strategy, which holds only instances, does not.
let setPhase: (context: RunContext, phase: Phase) => void;
let findHandle: (context: RunContext, order: Order) => OrderHandle;
let forgetHandle: (context: RunContext, order: number) => void;

/** For the run alone. */
export const enterPhase = (context: RunContext, phase: Phase): void => setPhase(context, phase);

/** For the run alone: the handle of an order. */
export const handleOf = (context: RunContext, order: Order): OrderHandle => findHandle(context, order);

/** For the run alone: the order of that id has ended, and nothing leads to it any more. */
export const dropHandle = (context: RunContext, order: number): void => forgetHandle(context, order);

export class RunContext implements Context {
  readonly bars: { readonly [id: string]: BarSeries };
  readonly ids: readonly string[];
  readonly ta = builtInIndicators;
  readonly #parts: ContextParts;
  readonly #desk: OrderDesk;
  readonly #timeframe: Timeframe;
  readonly #feedOf: ReadonlyMap<string, BoundFeed>;
  readonly #handles = new RecentById<OrderHandle>();
  /** Per feed the newest order that was made to reach a target. */
  readonly #targetOrders: Order[] = [];
  #phase: Phase = 'init';

  static {
    setPhase = (context, phase) => {
      context.#phase = phase;
    };
    findHandle = (context, order) => context.#handleOf(order);
    forgetHandle = (context, order) => {
      context.#handles.delete(order);
    };
  }

  constructor(parts: ContextParts) {
    const { book, market, feeds, notebook } = parts;
    this.#parts = parts;
    this.#desk = {
      book,
      market,
      notebook,
      find: (id) => this.#find(id),
      mustTrade: (call) => this.#mustTrade(call),
    };
    this.#timeframe = timeframeOfMs(market.feeds[0]?.timeframeMs ?? 0);
    this.#feedOf = new Map(feeds.map((feed) => [feed.id, feed]));
    this.ids = Object.freeze(feeds.map((feed) => feed.id));
    this.bars = namedValues(Object.fromEntries(feeds.map(({ id, bars }) => [id, bars])), (name) =>
      this.#unknownData(name),
    );
    Object.freeze(this);
  }

  get now(): number {
    const { market } = this.#parts;
    return market.step < 0 ? NaN : barEnd(market.time, this.#timeframe);
  }

  get step(): number {
    return this.#parts.market.step;
  }

  get cash(): number {
    return this.#parts.book.cash;
  }

  get equity(): number {
    return this.#parts.book.equity;
  }

  isFresh(id: string): boolean {
    return this.#bound('isFresh', id).isFresh();
  }

  position(id?: string): Position {
    const view = this.#parts.book.position(id === undefined ? this.#onlyFeed('position') : this.#feed('position', id));
    const { quantity, averagePrice, unrealized } = view;
    return { quantity, averagePrice, unrealized, isLong: quantity > 0, isShort: quantity < 0, isFlat: quantity === 0 };
  }

  openOrders(id?: string): readonly OrderHandle[] {
    const feed = id === undefined ? null : this.#feed('openOrders', id);
    const open: OrderHandle[] = [];
    for (const order of this.#parts.book.openOrders()) {
      if (feed === null || order.feed === feed) open.push(this.#handleOf(order));
    }
    return open;
  }

  buy(id: string, amount: Amount, options: OrderOptions = noOptions): OrderHandle {
    return this.#trade('buy', id, amount, options);
  }

  sell(id: string, amount: Amount, options: OrderOptions = noOptions): OrderHandle {
    return this.#trade('sell', id, amount, options);
  }

  targetQuantity(id: string, quantity: number, options: OrderOptions = noOptions): OrderHandle | null {
    const feed = this.#feedToTrade('targetQuantity', id);
    const units = readNumber('order-amount', 'targetQuantity', 'the quantity', quantity);
    return this.#target(feed, units, readOptions('targetQuantity', options));
  }

  targetValue(id: string, value: number, options: OrderOptions = noOptions): OrderHandle | null {
    const feed = this.#feedToTrade('targetValue', id);
    const wish = { value: readNumber('order-amount', 'targetValue', 'the value', value) };
    const units = this.#parts.book.unitsFor(feed, wish);
    return this.#target(feed, units, readOptions('targetValue', options));
  }

  targetPercent(id: string, fraction: number, options: OrderOptions = noOptions): OrderHandle | null {
    const feed = this.#feedToTrade('targetPercent', id);
    const wish = { fraction: readNumber('order-amount', 'targetPercent', 'the fraction', fraction) };
    const units = this.#parts.book.unitsFor(feed, wish);
    const handle = this.#target(feed, units, readOptions('targetPercent', options));
    if (handle !== null) checkFraction('targetPercent', fraction, handle);
    return handle;
  }

  close(id: string, options: OrderOptions = noOptions): OrderHandle | null {
    const feed = this.#feedToTrade('close', id);
    const { book } = this.#parts;
    if (book.closePosition === undefined) return this.#target(feed, 0, readOptions('close', options));
    const { type, tag, ...others } = readOptions('close', options);
    if (type !== 'market' || Object.keys(others).length > 0) {
      throw new StrategyMistake(
        'order-option',
        'close: under the rules of this run positions are closed at market.',
        'Give no option but tag, or sell and buy with the options you want.',
      );
    }
    this.#cancelTargetOrder(feed);
    const closing = book.closePosition(feed, tag);
    return closing === null ? null : this.#handleOf(closing);
  }

  cancelAll(id?: string): number {
    this.#mustTrade('cancelAll');
    const feed = id === undefined ? null : this.#feed('cancelAll', id);
    const { book } = this.#parts;
    let cancelled = 0;
    // A copy: cancelling changes the book's own list, and one cancellation may bring others about.
    for (const order of book.openOrders().slice()) {
      if ((feed === null || order.feed === feed) && book.cancel(order)) cancelled++;
    }
    return cancelled;
  }

  timer(name: string, at: number): void {
    const { timers, market } = this.#parts;
    if (!isName(name)) {
      throw new StrategyMistake(
        'timer',
        `timer: the name must be 1 to ${nameLengthMax} characters.`,
        "Write for example ctx.timer('rebalance', ctx.now + 7 * 86_400_000).",
      );
    }
    if (Number.isNaN(at) && market.step < 0) {
      throw new StrategyMistake(
        'timer',
        'timer: the time is NaN: before the first bar there is no ctx.now.',
        'In init give a time of your own in milliseconds UTC, or set the timer in onBar.',
      );
    }
    if (timers.size >= timersMax) {
      throw new StrategyMistake(
        'timer',
        `timer: ${timersMax} timers are waiting already.`,
        'Set a timer again when it has rung, not at each bar.',
      );
    }
    timers.add(name, readNumber('timer', 'timer', 'the time', at));
  }

  random(): number {
    return this.#parts.random();
  }

  log(...values: readonly unknown[]): void {
    if (this.#phase !== 'over') this.#parts.notebook.log(this.#parts.market.time, values);
  }

  plot(name: string, value: number): void {
    if (!isName(name)) {
      throw new StrategyMistake(
        'plot',
        `plot: the name must be 1 to ${nameLengthMax} characters.`,
        "Write for example ctx.plot('spread', value).",
      );
    }
    if (typeof value !== 'number') {
      throw new StrategyMistake(
        'plot',
        `plot("${name}"): the value is no number.`,
        'Plot one number; for a series write series.value.',
      );
    }
    if (this.#phase !== 'over') this.#parts.notebook.plot(name, this.#parts.market.step, value);
  }

  #trade(side: Side, id: string, amount: Amount, options: OrderOptions): OrderHandle {
    const feed = this.#feedToTrade(side, id);
    const { kind, size } = readAmount(side, amount);
    const terms = readOptions(side, options);
    const handle = this.#handleOf(this.#submit(feed, side, this.#sizeOf(feed, kind, size), terms));
    if (kind === 'percent') checkFraction(side, size, handle);
    return handle;
  }

  #sizeOf(feed: number, kind: 'quantity' | 'value' | 'percent', size: number): OrderSize {
    const { book } = this.#parts;
    if (kind === 'quantity') return { quantity: size };
    if (kind === 'value') return { quantity: book.unitsFor(feed, { value: size }) };
    if (book.sizesAtFill === true && size > 0 && size < 1) return { fraction: size };
    return { quantity: book.unitsFor(feed, { fraction: size }) };
  }

  /** Orders what is missing to `units`, counting market orders that wait as filled. */
  #target(feed: number, units: number, terms: OrderTerms): OrderHandle | null {
    const { book } = this.#parts;
    this.#cancelTargetOrder(feed);
    let held = book.position(feed).quantity;
    for (const order of book.openOrders()) {
      if (order.feed === feed && fillsSurely(order)) {
        const rest = order.quantity - order.filledQuantity;
        held += order.side === 'buy' ? rest : -rest;
      }
    }
    const missing = book.roundUnits(feed, units - held);
    if (missing === 0) return null;
    const order = this.#submit(feed, missing > 0 ? 'buy' : 'sell', { quantity: Math.abs(missing) }, terms);
    this.#targetOrders[feed] = order;
    return this.#handleOf(order);
  }

  /** A limit or stop order that was to reach an earlier target makes way, else targets would add up. */
  #cancelTargetOrder(feed: number): void {
    const order = this.#targetOrders[feed];
    if (order !== undefined && isWaiting(order) && !fillsSurely(order)) this.#parts.book.cancel(order);
  }

  #submit(feed: number, side: Side, size: OrderSize, terms: OrderTerms): Order {
    const { book } = this.#parts;
    // Most orders have no options; copying terms takes longer than all the rest.
    const order = book.submit(
      terms === marketTerms ? { feed, side, size, type: 'market' } : { feed, side, size, ...terms },
    );
    if (order.id < ordersMax) return order; // ids count up
    throw new StrategyMistake(
      'orders-max',
      `The run has made ${ordersMax} orders.`,
      'Make orders when something changes, not at each bar.',
    );
  }

  #handleOf(order: Order): OrderHandle {
    let handle = this.#handles.get(order.id);
    if (handle === undefined) {
      handle = new LiveOrderHandle(order, this.#desk);
      // Of an order that was refused at once nothing more is told, so nothing would ever let it go.
      if (order.status !== 'rejected' || this.#parts.book.log.onLetGo === null) this.#handles.set(order.id, handle);
    }
    return handle;
  }

  #find(id: number): OrderHandle | null {
    const { orders } = this.#parts.book.log;
    // Ids usually count up from the list's beginning; looking there first keeps this from being a search.
    const order =
      [orders[id], orders[id - 1]].find((candidate) => candidate?.id === id) ??
      orders.find((candidate: Order | undefined) => candidate?.id === id);
    return order === undefined ? null : this.#handleOf(order);
  }

  #bound(call: string, id: string): BoundFeed {
    const bound = this.#feedOf.get(id);
    if (bound !== undefined) return bound;
    if (typeof id === 'string') throw this.#unknownData(id);
    throw new StrategyMistake(
      'unknown-data',
      `${call} was not told which data: its first argument is no id.`,
      `Write ${call}('${this.ids[0]}', …). The ids are ${this.ids.join(', ')}.`,
    );
  }

  #feed(call: string, id: string): number {
    return this.#bound(call, id).feed;
  }

  /** The feed to which an order goes, at a moment when orders can be made. */
  #feedToTrade(call: string, id: string): number {
    this.#mustTrade(call);
    return this.#feed(call, id);
  }

  #unknownData(name: string): StrategyMistake {
    const id = name.slice(0, nameLengthMax);
    return new StrategyMistake(
      'unknown-data',
      `There is no data "${id}".`,
      `${nearest(id, this.ids)}The ids are ${this.ids.join(', ')}.`,
    );
  }

  #onlyFeed(call: string): number {
    const [first, ...others] = this.#parts.feeds;
    if (first !== undefined && others.every((other) => other.feed === first.feed)) return first.feed;
    throw new StrategyMistake(
      'unknown-data',
      `${call}() must name its data, since there are several.`,
      `Write ${call}('${this.ids[0]}').`,
    );
  }

  #mustTrade(call: string): void {
    if (this.#phase !== 'trading') throw outsideRun(call, this.#phase);
  }
}

const isName = (name: unknown): boolean => typeof name === 'string' && name.length > 0 && name.length <= nameLengthMax;

/** Market orders fill with the next bar, whatever the price does. */
const fillsSurely = ({ type, status }: Order): boolean =>
  status !== 'held' && (type === 'market' || type === 'market-on-close' || type === 'market-on-open');

/** 95 for 95 %: the rules can only say that it can't be afforded. */
const checkFraction = (call: string, fraction: number, { status }: OrderHandle): void => {
  if (status !== 'rejected' || Math.abs(fraction) <= fractionMax) return;
  throw new StrategyMistake(
    'order-amount',
    `${call}: ${fraction} is ${fraction * 100} % of equity.`,
    `Write a fraction: ${fraction / 100} for ${fraction} percent.`,
  );
};

const outsideRun = (call: string, phase: Exclude<Phase, 'trading'>): StrategyMistake => {
  const when = {
    init: 'in init, before the first bar',
    computing: 'inside an indicator',
    stopping: 'after the last bar',
    over: 'after the last bar',
  }[phase];
  return new StrategyMistake(
    'order-outside-run',
    `${call} was called ${when}.`,
    'Make orders in onBar, onFill, onOrder or onTimer.',
  );
};
