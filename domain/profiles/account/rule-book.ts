/**
 * The rules of a strategy that runs live: nothing fills here. What the account did is told from what
 * was recorded of it, and what the strategy orders at the newest bar is left to be done.
 *
 * A live run is the run over all bars so far, done again at each new one. It comes out the same as
 * before because everything that the strategy can see of the account stands in the facts, bar by bar:
 * an order is accepted when it is made, whatever the account says to it a moment later, and what
 * the account said is news at the next bar.
 */

import { gridOf, fromSteps, isCountable, stepsTowardZero } from '../../money.ts';
import type { Grid } from '../../money.ts';
import type { Market } from '../../engine/market.ts';
import { limitOnGrid } from '../../engine/native/slippage.ts';
import type { Wish } from '../../engine/native/sizing.ts';
import type { Fill, Order, OrderRequest } from '../../engine/order.ts';
import type { OrderChange, PositionView, RuleBook } from '../../engine/rule-book.ts';
import { newRunLog, tell } from '../../engine/run-log.ts';
import type { RunLog } from '../../engine/run-log.ts';
import { StrategyMistake } from '../../strategy/mistake.ts';
import { newOrder } from '../new-order.ts';
import { notSupported, putOnGrid } from './accepted-orders.ts';
import type { AccountFacts, BarFacts, OrderNews, RecordedOrder, Standing } from './account-facts.ts';
import { carriedMax, countDifferences, idAt, missedReason, ordersPerBarMax, textOf } from './recorded-orders.ts';

/** Part of a price by which it may move against an order until it fills, where the order would take all the money. */
const priceAllowance = 0.005;
/** Sums of doubles that stand for the same money differ by less. */
const relativeTolerance = 2 ** -30;

const nothing: Standing = { cash: 0, free: 0, elsewhere: 0, positions: [] };

export class AccountRuleBook implements RuleBook {
  readonly log: RunLog;
  readonly ruined = false;
  /** Orders of bars decided before that the run has now made otherwise. */
  differences = 0;
  readonly #facts: AccountFacts;
  readonly #market: Market;
  readonly #ticks: readonly Grid[];
  readonly #lots: readonly Grid[];
  #standing: Standing;
  /** The next entry of the facts. */
  #next = 0;
  #isMissed = false;
  /** Of this step, by place. */
  #made: Order[] = [];
  /** Value of this step's orders as far as they open positions, before costs. */
  #promised = 0;
  readonly #byKey = new Map<string, Order>();
  #open: Order[] = [];
  /** What is handed out at the end: orders of bars that were not decided before, and older ones changed at the newest. */
  readonly #wanted: Order[] = [];
  readonly #changed = new Set<Order>();
  /** What was recorded of this step's orders; null where nothing had been decided. */
  #recorded: readonly RecordedOrder[] | null = null;

  constructor(facts: AccountFacts, market: Market) {
    this.#facts = facts;
    this.#market = market;
    this.log = newRunLog(market.timeline.length);
    this.#ticks = market.feeds.map(({ instrument }) => gridOf(instrument.tick));
    this.#lots = market.feeds.map(({ instrument }) => gridOf(instrument.lot));
    // Before anything is known of the account it is taken to be as it was first seen.
    this.#standing = facts.bars.find(({ standing }) => standing !== undefined)?.standing ?? nothing;
    for (const [id, { feed, side, type, quantity, limit, time, place }] of facts.carried
      .slice(0, carriedMax)
      .entries()) {
      const request: OrderRequest = { feed, side, type, size: { quantity }, ...(limit === null ? {} : { limit }) };
      const order: Order = { ...newOrder(request, id, market), createdTime: time };
      this.#byKey.set(textOf({ time, place }), order);
      this.#open.push(order);
    }
  }

  get cash(): number {
    return this.#standing.cash;
  }

  get equity(): number {
    const { cash, elsewhere, positions } = this.#standing;
    let equity = cash + elsewhere;
    for (let feed = 0; feed < positions.length; feed++) {
      const quantity = positions[feed]?.quantity ?? 0;
      if (quantity !== 0) equity += quantity * this.#priceOf(feed);
    }
    return equity;
  }

  position(feed: number): PositionView {
    const { quantity = 0, averagePrice = 0 } = this.#standing.positions[feed] ?? {};
    const unrealized = quantity === 0 ? 0 : quantity * (this.#priceOf(feed) - averagePrice);
    return { quantity, averagePrice, unrealized };
  }

  firstStep(warm: number): number {
    return warm;
  }

  /**
   * The position that a wish comes to at the newest close. Where the account could just pay for it, but
   * not for its fee and a price that moves a little, it becomes the largest that it surely can pay for.
   */
  unitsFor(feed: number, wish: Wish): number {
    const price = this.#priceOf(feed);
    if (!(price > 0)) return 0;
    const wanted = ('value' in wish ? wish.value : wish.fraction * this.equity) / price;
    if (!Number.isFinite(wanted)) return 0;
    const held = this.position(feed).quantity;
    const missing = wanted - held;
    const closing = held * missing < 0 ? Math.min(Math.abs(held), Math.abs(missing)) : 0;
    const opening = Math.abs(missing) - closing;
    const free = this.#standing.free + closing * price;
    const withCosts = 1 + this.#facts.feeRate + priceAllowance;
    const affordable = Math.max(0, free - this.#promised * withCosts) / (price * withCosts);
    const isBeyondReach = opening * price > (free - this.#promised) * (1 + relativeTolerance);
    if (opening <= affordable || isBeyondReach) return this.roundUnits(feed, wanted);
    return this.roundUnits(feed, held + Math.sign(missing) * (closing + affordable));
  }

  roundUnits(feed: number, units: number): number {
    const grid = this.#lotsOf(feed);
    return fromSteps(grid, stepsTowardZero(grid, units));
  }

  openOrders(): readonly Order[] {
    return this.#open;
  }

  submit(request: OrderRequest): Order {
    const { step } = this.#market;
    const place = this.#made.length;
    if (place >= ordersPerBarMax)
      throw new StrategyMistake(
        'live-orders-max',
        `The strategy made more than ${ordersPerBarMax} orders at one bar.`,
        'Make orders when something changes; live, a bar has at most that many.',
      );
    const order = newOrder(request, idAt(step, place), this.#market);
    const reason = notSupported(request) ?? putOnGrid(order, this.#lotsOf(request.feed), this.#ticksOf(request.feed));
    if (reason === null) {
      this.#open.push(order);
      this.#promised += this.#openingValue(order);
    } else {
      order.status = 'rejected';
      order.reason = reason;
    }
    this.#made.push(order);
    this.#byKey.set(textOf({ time: order.createdTime, place }), order);
    tell(this.log, order);
    return order;
  }

  amend(order: Order, change: OrderChange): string | null {
    const reason = this.#cannotChange(order);
    if (reason !== null) return reason;
    if (order.type !== 'limit') return `A ${order.type} order has nothing to amend.`;
    if (change.stop !== undefined) return 'A limit order has no stop.';
    const quantity = this.roundUnits(order.feed, change.quantity ?? order.quantity);
    const limit = change.limit ?? order.limit;
    if (!(quantity > 0) || limit === null || !isCountable(this.#ticksOf(order.feed), limit))
      return 'The quantity or the limit is nothing that an order can have.';
    order.quantity = quantity;
    order.limit = limitOnGrid(this.#ticksOf(order.feed), order.side === 'buy' ? 1 : -1, limit);
    this.#noteChange(order);
    return null;
  }

  cancel(order: Order): boolean {
    if (this.#cannotChange(order) !== null) return false;
    order.status = 'cancelled';
    order.reason = 'Cancelled by the strategy.';
    this.#close(order);
    this.#noteChange(order);
    return true;
  }

  open(): void {
    this.#endStep();
    const facts = this.#takeFacts();
    const { timeline, step } = this.#market;
    this.#isMissed = this.#wasDecided() ? facts?.isMissed === true : step < timeline.length - 1;
    if (facts?.standing !== undefined) this.#standing = facts.standing;
    for (const news of facts?.news ?? []) this.#hear(news);
    if (this.#standing.positions.some(({ quantity }) => quantity !== 0)) this.log.exposed[step] = 1;
    this.#recorded = this.#wasDecided() ? (facts?.orders ?? []) : null;
  }

  close(): void {
    this.log.equity[this.#market.step] = this.equity;
  }

  finish(): void {
    this.#endStep();
    this.log.news.length = 0; // what is new at the newest bar is told at the next one
    this.log.orders.push(...this.#wanted, ...this.#changed);
  }

  /** The step before is over: its orders are compared, or kept to be handed out. */
  #endStep(): void {
    if (this.#recorded !== null) this.differences += countDifferences(this.#made, this.#recorded);
    else this.#wanted.push(...this.#made);
    if (this.#isMissed)
      for (const order of this.#made) if (order.status === 'waiting') this.#end(order, 'rejected', missedReason);
    this.#made = [];
    this.#promised = 0;
    this.#recorded = null;
  }

  #takeFacts(): BarFacts | undefined {
    const { bars } = this.#facts;
    while ((bars[this.#next]?.time ?? Infinity) < this.#market.time) this.#next++;
    return bars[this.#next]?.time === this.#market.time ? bars[this.#next] : undefined;
  }

  #wasDecided(): boolean {
    const { decidedUntil } = this.#facts;
    return decidedUntil !== null && this.#market.time <= decidedUntil;
  }

  /** Makes the order what the account shows of it, and tells what is new in that. */
  #hear({ status, quantity, limit, filledQuantity, fillPrice, fee, reason, ...key }: OrderNews): void {
    const order = this.#byKey.get(textOf(key));
    if (order === undefined) return;
    const filled = filledQuantity - order.filledQuantity;
    const wasOpen = order.status === 'waiting' || order.status === 'partly-filled';
    Object.assign(order, { status, quantity, limit, filledQuantity, fillPrice, reason });
    order.updatedStep = this.#market.step;
    const isOpen = status === 'waiting' || status === 'partly-filled';
    if (wasOpen && !isOpen) this.#close(order);
    if (!wasOpen && isOpen) this.#open.push(order);
    tell(this.log, order, filled > 0 && fillPrice !== null ? this.#fillOf(order, filled, fillPrice, fee) : null);
  }

  #fillOf(order: Order, quantity: number, price: number, commission: number): Fill {
    const { step, time, index } = this.#market;
    return {
      order: order.id,
      feed: order.feed,
      side: order.side,
      quantity,
      price,
      commission,
      step,
      bar: index[order.feed] ?? -1,
      time,
      tag: order.request.tag ?? null,
    };
  }

  #end(order: Order, status: 'rejected', reason: string): void {
    order.status = status;
    order.reason = reason;
    order.updatedStep = this.#market.step;
    this.#close(order);
    tell(this.log, order);
  }

  #close(order: Order): void {
    this.#open = this.#open.filter((other) => other !== order);
  }

  #cannotChange(order: Order): string | null {
    if (!this.#open.includes(order)) return `The order is ${order.status}.`;
    // Of an order that was made at this very bar nobody has heard yet.
    return this.#isMissed && !this.#made.includes(order) ? missedReason : null;
  }

  #noteChange(order: Order): void {
    order.updatedStep = this.#market.step;
    if (this.#recorded === null && !this.#made.includes(order)) this.#changed.add(order);
    tell(this.log, order);
  }

  /** Value of the part of an order that opens a position. */
  #openingValue({ feed, side, quantity, limit }: Order): number {
    const held = this.position(feed).quantity * (side === 'buy' ? 1 : -1);
    const opening = held < 0 ? Math.max(0, quantity + held) : quantity;
    return opening * (limit ?? this.#priceOf(feed));
  }

  /** The newest close, NaN before the first. */
  #priceOf(feed: number): number {
    const { feeds, index } = this.#market;
    return feeds[feed]?.bars.close[index[feed] ?? -1] ?? NaN;
  }

  #lotsOf(feed: number): Grid {
    return this.#lots[feed] ?? gridOf(0);
  }

  #ticksOf(feed: number): Grid {
    return this.#ticks[feed] ?? gridOf(0);
  }
}
