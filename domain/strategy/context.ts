/** What a strategy sees and does, built on a rule book and a market: the implementation of `Context`. */

import type { Market } from '../engine/market.ts';
import type { Order, OrderRequest, OrderSize, OrderType, Side } from '../engine/order.ts';
import type { RuleBook } from '../engine/rule-book.ts';
import { builtInIndicators } from '../indicators/index.ts';
import { nearest } from './define-strategy.ts';
import { StrategyMistake } from './mistake.ts';
import type { Notebook } from './notebook.ts';
import type { BarSeries } from './series.ts';
import type { Amount, Context, OrderHandle, OrderOptions, Position } from './strategy.ts';

/** How a strategy's ids map to the feeds that can be traded. */
export interface BoundFeed {
  readonly id: string;
  /** Index of the feed in the market; of bars built from a finer feed, that feed's. */
  readonly feed: number;
  readonly bars: BarSeries;
}

interface ContextParts {
  readonly book: RuleBook;
  readonly market: Market;
  readonly feeds: readonly BoundFeed[];
  readonly notebook: Notebook;
  readonly random: () => number;
  readonly timers: TimerQueue;
}

/** Stands for options that were left out: the common case, kept free of allocation. */
const noOptions: OrderOptions = Object.freeze({});

/** Orders a run may make in all: more is a loop gone wild, and would fill the memory of the result. */
const ordersMax = 2_000_000;
/** Timers waiting at one time. */
const timersMax = 10_000;

const optionNames: readonly string[] = [
  'limit',
  'stop',
  'trailAmount',
  'trailPercent',
  'onClose',
  'timeInForce',
  'expiresAt',
  'postOnly',
  'reduceOnly',
  'stopLoss',
  'takeProfit',
  'ocoGroup',
  'tag',
];
const tagLengthMax = 64;

type Phase = 'init' | 'running' | 'stopped';

// Set by the class itself, so that the run reaches its private state and a strategy, which holds only instances, does not.
let setPhase: (context: RunContext, phase: Phase) => void;
let findHandle: (context: RunContext, order: Order) => OrderHandle;

/** For the run alone: moves a context from `init` to trading, and to its end. */
export const enterPhase = (context: RunContext, phase: Phase): void => setPhase(context, phase);

/** For the run alone: the handle of an order. */
export const handleOf = (context: RunContext, order: Order): OrderHandle => findHandle(context, order);

export class RunContext implements Context {
  readonly bars: { readonly [id: string]: BarSeries };
  readonly ids: readonly string[];
  readonly ta = builtInIndicators;
  readonly #parts: ContextParts;
  readonly #feedOf: ReadonlyMap<string, BoundFeed>;
  /** By order id; ids count up without gaps. */
  readonly #handles: Handle[] = [];
  #phase: Phase = 'init';

  static {
    setPhase = (context, phase) => {
      context.#phase = phase;
    };
    findHandle = (context, order) => context.#handleOf(order);
  }

  constructor(parts: ContextParts) {
    this.#parts = parts;
    this.#feedOf = new Map(parts.feeds.map((feed) => [feed.id, feed]));
    this.ids = Object.freeze(parts.feeds.map((feed) => feed.id));
    const bars: Record<string, BarSeries> = Object.create(null) as Record<string, BarSeries>; // no prototype: an id may be any word
    for (const feed of parts.feeds) bars[feed.id] = feed.bars;
    this.bars = Object.freeze(bars);
    Object.freeze(this);
  }

  get now(): number {
    const { market } = this.#parts;
    return market.step < 0 ? NaN : market.time + (market.feeds[0]?.timeframeMs ?? 0);
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
    return this.#parts.market.fresh[this.#feed(id)] === 1;
  }

  position(id?: string): Position {
    const view = this.#parts.book.position(id === undefined ? this.#onlyFeed('position') : this.#feed(id));
    const { quantity, averagePrice, unrealized } = view;
    return { quantity, averagePrice, unrealized, isLong: quantity > 0, isShort: quantity < 0, isFlat: quantity === 0 };
  }

  openOrders(id?: string): readonly OrderHandle[] {
    const feed = id === undefined ? null : this.#feed(id);
    const open: OrderHandle[] = [];
    for (const order of this.#parts.book.openOrders()) {
      if (feed === null || order.feed === feed) open.push(this.#handleOf(order));
    }
    return open;
  }

  buy(id: string, amount: Amount, options: OrderOptions = noOptions): OrderHandle {
    return this.#order({ call: 'buy', side: 'buy', feed: this.#feed(id), amount, options });
  }

  sell(id: string, amount: Amount, options: OrderOptions = noOptions): OrderHandle {
    return this.#order({ call: 'sell', side: 'sell', feed: this.#feed(id), amount, options });
  }

  targetQuantity(id: string, quantity: number, options: OrderOptions = noOptions): OrderHandle | null {
    checkNumber('targetQuantity', 'the quantity', quantity);
    return this.#target('targetQuantity', this.#feed(id), quantity, options);
  }

  targetValue(id: string, value: number, options: OrderOptions = noOptions): OrderHandle | null {
    checkNumber('targetValue', 'the value', value);
    const feed = this.#feed(id);
    return this.#target('targetValue', feed, this.#parts.book.unitsFor(feed, { value }), options);
  }

  targetPercent(id: string, fraction: number, options: OrderOptions = noOptions): OrderHandle | null {
    checkNumber('targetPercent', 'the fraction', fraction);
    const feed = this.#feed(id);
    return this.#target('targetPercent', feed, this.#parts.book.unitsFor(feed, { fraction }), options);
  }

  close(id: string, options: OrderOptions = noOptions): OrderHandle | null {
    const feed = this.#feed(id);
    const closing = this.#parts.book.closePosition?.(feed, typeof options.tag === 'string' ? options.tag : undefined);
    if (closing !== undefined) return closing === null ? null : this.#handleOf(closing);
    return this.#target('close', feed, 0, options);
  }

  cancelAll(id?: string): number {
    this.#mustTrade('cancelAll');
    const feed = id === undefined ? null : this.#feed(id);
    let cancelled = 0;
    for (const order of [...this.#parts.book.openOrders()]) {
      if ((feed === null || order.feed === feed) && this.#parts.book.cancel(order)) cancelled++;
    }
    return cancelled;
  }

  timer(name: string, at: number): void {
    if (typeof name !== 'string' || name.length === 0 || name.length > tagLengthMax) {
      throw new StrategyMistake(
        'timer',
        `timer: the name must be 1 to ${tagLengthMax} characters.`,
        "Write for example ctx.timer('rebalance', ctx.now + 7 * 86_400_000).",
      );
    }
    checkNumber('timer', 'the time', at);
    if (this.#parts.timers.size >= timersMax)
      throw new StrategyMistake(
        'timer',
        `timer: ${timersMax} timers are waiting already.`,
        'Set a timer again when it has rung, not at each bar.',
      );
    this.#parts.timers.add(name, at);
  }

  random(): number {
    return this.#parts.random();
  }

  log(...values: readonly unknown[]): void {
    this.#parts.notebook.log(this.#parts.market.time, values);
  }

  plot(name: string, value: number): void {
    if (typeof name !== 'string' || name.length === 0 || name.length > tagLengthMax) {
      throw new StrategyMistake(
        'plot',
        `plot: the name must be 1 to ${tagLengthMax} characters.`,
        "Write for example ctx.plot('spread', value).",
      );
    }
    if (typeof value !== 'number')
      throw new StrategyMistake(
        'plot',
        `plot("${name}"): ${typeof value} is not a number.`,
        'Plot one number; for a series write series.value.',
      );
    this.#parts.notebook.plot(name, this.#parts.market.step, value);
  }

  #target(call: string, feed: number, units: number, options: OrderOptions): OrderHandle | null {
    this.#mustTrade(call);
    const { book } = this.#parts;
    let held = book.position(feed).quantity;
    for (const order of book.openOrders()) {
      if (order.feed === feed && order.type === 'market') {
        const rest = order.quantity - order.filledQuantity;
        held += order.side === 'buy' ? rest : -rest;
      }
    }
    const missing = book.roundUnits(feed, units - held);
    if (missing === 0) return null;
    return this.#order({ call, feed, side: missing > 0 ? 'buy' : 'sell', amount: Math.abs(missing), options });
  }

  #order(ask: { call: string; feed: number; side: Side; amount: Amount; options: OrderOptions }): OrderHandle {
    const { call, feed, side, amount, options } = ask;
    this.#mustTrade(call);
    const { book } = this.#parts;
    if (book.log.orders.length >= ordersMax)
      throw new StrategyMistake(
        'orders-max',
        `The run has made ${ordersMax} orders.`,
        'Make orders when something changes, not at each bar.',
      );
    const size = this.#size(call, feed, amount);
    return this.#handleOf(book.submit(requestOf({ call, feed, side, size, options })));
  }

  #size(call: string, feed: number, amount: Amount): OrderSize {
    if (typeof amount === 'number') return { quantity: positive(call, 'the quantity', amount) };
    if (typeof amount === 'object' && amount !== null) {
      const given = amount as Readonly<Record<string, unknown>>;
      if (given['quantity'] !== undefined) return { quantity: positive(call, 'quantity', given['quantity']) };
      if (given['value'] !== undefined)
        return { quantity: this.#parts.book.unitsFor(feed, { value: positive(call, 'value', given['value']) }) };
      if (given['percent'] !== undefined) {
        const fraction = positive(call, 'percent', given['percent']);
        if (this.#parts.book.sizesAtFill && fraction < 1) return { fraction };
        return { quantity: this.#parts.book.unitsFor(feed, { fraction }) };
      }
    }
    throw new StrategyMistake(
      'order-amount',
      `${call}: the amount is missing.`,
      `Write ${call}(id, 10) for units, { value: 5000 } for currency, or { percent: 0.5 } for half of equity.`,
    );
  }

  #handleOf(order: Order): OrderHandle {
    let handle = this.#handles[order.id];
    if (handle === undefined) {
      handle = new Handle(order, this.#parts, this.#desk);
      this.#handles[order.id] = handle;
    }
    return handle;
  }

  readonly #desk: Desk = {
    find: (id) => {
      const { orders } = this.#parts.book.log;
      // Ids usually count up from the list's beginning; looking there first keeps this from being a search.
      const child =
        [orders[id], orders[id - 1]].find((candidate) => candidate?.id === id) ??
        orders.find((candidate) => candidate.id === id);
      return child === undefined ? null : this.#handleOf(child);
    },
    mustTrade: (call) => this.#mustTrade(call),
  };

  #feed(id: string): number {
    const bound = this.#feedOf.get(id);
    if (bound !== undefined) return bound.feed;
    throw new StrategyMistake(
      'unknown-data',
      `There is no data "${String(id).slice(0, 64)}".`,
      `${nearest(String(id).slice(0, 64), this.ids)}The ids are ${this.ids.join(', ')}.`,
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
    if (this.#phase === 'running') return;
    throw new StrategyMistake(
      'order-outside-run',
      this.#phase === 'init'
        ? `${call} was called in init, before the first bar.`
        : `${call} was called after the last bar.`,
      'Make orders in onBar, onFill, onOrder or onTimer.',
    );
  }
}

/** What the handles of a run need of its context. */
interface Desk {
  readonly find: (id: number) => OrderHandle | null;
  /** Throws outside the run: a promise may come to its orders when the result is already made. */
  readonly mustTrade: (call: string) => void;
}

/** A strategy's hold on one order. */
class Handle implements OrderHandle {
  readonly #order: Order;
  readonly #parts: ContextParts;
  readonly #desk: Desk;

  constructor(order: Order, parts: ContextParts, desk: Desk) {
    this.#order = order;
    this.#parts = parts;
    this.#desk = desk;
    Object.freeze(this);
  }

  get id(): number {
    return this.#order.id;
  }
  get side(): Side {
    return this.#order.side;
  }
  get type(): OrderType {
    return this.#order.type;
  }
  get status() {
    return this.#order.status;
  }
  get quantity(): number {
    return this.#order.quantity;
  }
  get filledQuantity(): number {
    return this.#order.filledQuantity;
  }
  get fillPrice(): number | null {
    return this.#order.fillPrice;
  }
  get limit(): number | null {
    return this.#order.limit;
  }
  get stop(): number | null {
    return this.#order.stop;
  }
  get reason(): string | null {
    return this.#order.reason;
  }
  get tag(): string | null {
    return this.#order.request.tag ?? null;
  }
  get isOpen(): boolean {
    const { status } = this.#order;
    return status === 'waiting' || status === 'held' || status === 'partly-filled';
  }
  get stopLoss(): OrderHandle | null {
    return this.#order.stopLossOrder === null ? null : this.#desk.find(this.#order.stopLossOrder);
  }
  get takeProfit(): OrderHandle | null {
    return this.#order.takeProfitOrder === null ? null : this.#desk.find(this.#order.takeProfitOrder);
  }

  amend(change: { readonly quantity?: number; readonly limit?: number; readonly stop?: number }): boolean {
    this.#desk.mustTrade('amend');
    const wanted: Record<string, number> = {};
    for (const field of ['quantity', 'limit', 'stop'] as const) {
      const value = change[field];
      if (value !== undefined) wanted[field] = positive('amend', field, value);
    }
    const reason = this.#parts.book.amend(this.#order, wanted);
    if (reason !== null)
      this.#parts.notebook.log(this.#parts.market.time, [`order ${this.#order.id} was not amended: ${reason}`]);
    return reason === null;
  }

  cancel(): boolean {
    this.#desk.mustTrade('cancel');
    return this.#parts.book.cancel(this.#order);
  }
}

/** Checks the options and writes them as an order request. */
const requestOf = (ask: {
  call: string;
  feed: number;
  side: Side;
  size: OrderSize;
  options: OrderOptions;
}): OrderRequest => {
  const { call, feed, side, size, options } = ask;
  if (options === noOptions) return { feed, side, size, type: 'market' };
  for (const name of Object.keys(options)) {
    if (!optionNames.includes(name))
      throw new StrategyMistake(
        'order-option',
        `${call}: there is no option "${name}".`,
        `${nearest(name, optionNames)}The options are ${optionNames.join(', ')}.`,
      );
  }
  const price = (
    name: 'limit' | 'stop' | 'stopLoss' | 'takeProfit' | 'trailAmount' | 'trailPercent' | 'expiresAt',
  ): number | undefined => (options[name] === undefined ? undefined : positive(call, name, options[name]));
  const limit = price('limit');
  const stop = price('stop');
  const trailAmount = price('trailAmount');
  const trailPercent = price('trailPercent');
  const expiresAt = price('expiresAt');
  const stopLoss = price('stopLoss');
  const takeProfit = price('takeProfit');
  if (trailAmount !== undefined && trailPercent !== undefined)
    throw new StrategyMistake(
      'order-option',
      `${call}: trailAmount and trailPercent exclude each other.`,
      'Give one of them.',
    );
  if (trailPercent !== undefined && trailPercent >= 1)
    throw new StrategyMistake(
      'order-option',
      `${call}: trailPercent ${trailPercent} is not a fraction below 1.`,
      'Write 0.05 for five percent.',
    );
  const trail =
    trailAmount !== undefined
      ? { amount: trailAmount }
      : trailPercent !== undefined
        ? { fraction: trailPercent }
        : undefined;
  const { timeInForce, postOnly, reduceOnly, ocoGroup, tag } = options;
  if (timeInForce !== undefined && !['GTC', 'DAY', 'GTD', 'IOC', 'FOK'].includes(timeInForce))
    throw new StrategyMistake(
      'order-option',
      `${call}: timeInForce "${String(timeInForce)}" is not known.`,
      'Write GTC, DAY, GTD, IOC or FOK.',
    );
  if (timeInForce === 'GTD' && expiresAt === undefined)
    throw new StrategyMistake(
      'order-option',
      `${call}: a GTD order needs expiresAt.`,
      'Write for example expiresAt: ctx.now + 5 * 86_400_000.',
    );
  const type: OrderType =
    options.onClose === true
      ? 'market-on-close'
      : trail !== undefined
        ? limit === undefined
          ? 'trailing-stop'
          : 'trailing-stop-limit'
        : limit !== undefined
          ? stop === undefined
            ? 'limit'
            : 'stop-limit'
          : stop !== undefined
            ? 'stop'
            : 'market';
  const effectiveTimeInForce = timeInForce ?? (expiresAt === undefined ? undefined : 'GTD');
  return {
    feed,
    side,
    size,
    type,
    ...(limit === undefined ? {} : { limit }),
    ...(stop === undefined ? {} : { stop }),
    ...(trail === undefined ? {} : { trail }),
    ...(effectiveTimeInForce === undefined ? {} : { timeInForce: effectiveTimeInForce }),
    ...(expiresAt === undefined ? {} : { expiresAt }),
    ...(postOnly === undefined ? {} : { postOnly: postOnly === true }),
    ...(reduceOnly === undefined ? {} : { reduceOnly: reduceOnly === true }),
    ...(stopLoss === undefined ? {} : { stopLoss }),
    ...(takeProfit === undefined ? {} : { takeProfit }),
    ...(ocoGroup === undefined ? {} : { ocoGroup: String(ocoGroup).slice(0, tagLengthMax) }),
    ...(tag === undefined ? {} : { tag: String(tag).slice(0, tagLengthMax) }),
  };
};

const checkNumber = (call: string, what: string, value: unknown): void => {
  if (typeof value !== 'number' || !Number.isFinite(value)) throw notANumber(call, what, value);
};

const positive = (call: string, what: string, value: unknown): number => {
  if (typeof value !== 'number' || !Number.isFinite(value)) throw notANumber(call, what, value);
  if (value <= 0)
    throw new StrategyMistake(
      'order-amount',
      `${call}: ${what} is ${value}, but must be above 0.`,
      'To trade the other way use the other of buy and sell.',
    );
  return value;
};

const notANumber = (call: string, what: string, value: unknown): StrategyMistake =>
  new StrategyMistake(
    'order-amount',
    `${call}: ${what} is ${typeof value === 'number' ? String(value) : `a ${typeof value}`}, but must be a finite number.`,
    typeof value === 'number'
      ? 'An indicator is NaN before it is warm: check the values that this number is made of.'
      : 'Pass a number; of a series take .value.',
  );

/** Timers of a strategy, rung in order of time. */
export class TimerQueue {
  readonly #waiting: { readonly name: string; readonly at: number }[] = [];

  get size(): number {
    return this.#waiting.length;
  }

  add(name: string, at: number): void {
    let i = this.#waiting.length;
    while (i > 0 && (this.#waiting[i - 1] as { at: number }).at > at) i--; // i − 1 is within the list
    this.#waiting.splice(i, 0, { name, at });
  }

  /** The next timer that is due at `now`, removed; null when none is. */
  takeDue(now: number): string | null {
    const first = this.#waiting[0];
    if (first === undefined || first.at > now) return null;
    this.#waiting.shift();
    return first.name;
  }
}
