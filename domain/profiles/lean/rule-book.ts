/**
 * The compatibility profile `lean`: how QuantConnect's engine fills and books orders on bars, with
 * its margin account. On daily bars a market order waits for the next open, as the market is closed
 * when a day's bar is known.
 */

import type { Market } from '../../engine/market.ts';
import type { Order, OrderRequest } from '../../engine/order.ts';
import type { OrderChange, PositionView, RuleBook, RuleBookFactory } from '../../engine/rule-book.ts';
import { tell } from '../../engine/run-log.ts';
import type { RunLog } from '../../engine/run-log.ts';
import { dayIndex, dayMs } from '../../market/calendar.ts';
import { Account } from './account.ts';
import { lackOfBuyingPower, positionFor, truncateToLots } from './buying-power.ts';
import type { LeanConfig } from './config.ts';
import { slippageFor } from './costs.ts';
import { orderOnGrid, refusalOf, roundToTick } from './intake.ts';
import { closingOrder, closingRequest, isCalled } from './margin-call.ts';
import { fillPrice, trailFrom } from './matching.ts';
import type { Ticket } from './matching.ts';
import { exitsOf, siblingsOf } from './order-groups.ts';
import { closesDay, closingDay, isOver } from './trading-day.ts';
import { WaitingOrders } from './waiting-orders.ts';

export const leanRuleBook =
  (config: LeanConfig): RuleBookFactory =>
  (market, log) =>
    new LeanRuleBook(market, config, log);

class LeanRuleBook implements RuleBook {
  readonly log: RunLog;
  ruined = false;
  readonly #market: Market;
  readonly #config: LeanConfig;
  readonly #account: Account;
  readonly #waiting = new WaitingOrders();

  constructor(market: Market, config: LeanConfig, log: RunLog) {
    this.#market = market;
    this.#config = config;
    this.log = log;
    this.#account = new Account(market, config, this.log);
  }

  get cash(): number {
    return this.#account.cash;
  }

  get equity(): number {
    return this.#account.equity;
  }

  position(feed: number): PositionView {
    return this.#account.holding(feed);
  }

  firstStep(warm: number): number {
    return warm;
  }

  /** As `SetHoldings` for a fraction of the portfolio's value; a value in currency in whole lots at the close. */
  unitsFor(feed: number, wish: { readonly value: number } | { readonly fraction: number }): number {
    const holding = this.#account.holding(feed);
    const { close, multiplier, lot } = holding;
    if (!(close > 0)) return 0;
    if ('value' in wish) return truncateToLots(wish.value / (close * multiplier), lot);
    return positionFor(this.#account.state(), holding, wish.fraction, lot, this.#config);
  }

  roundUnits(feed: number, units: number): number {
    return truncateToLots(units, this.#account.holding(feed).lot);
  }

  openOrders(): readonly Order[] {
    return this.#waiting.orders();
  }

  submit(request: OrderRequest): Order {
    const order = this.#newOrder(request);
    const refusal =
      refusalOf(request, this.#config.alwaysOpen) ?? (order.quantity > 0 ? null : 'The quantity is less than a lot.');
    if (refusal !== null) return this.#end(order, 'rejected', refusal);
    const parent = request.parent === undefined ? undefined : this.log.orders[request.parent];
    if (request.parent !== undefined && parent?.status !== 'filled') {
      if (parent === undefined || !isOpen(parent))
        return this.#end(order, 'rejected', 'Its parent is not there any more.');
      this.#waiting.hold(order);
      return this.#told(order);
    }
    const lack = this.#lackFor(order);
    if (lack !== null) return this.#end(order, 'rejected', lack);
    this.#enqueue(order);
    this.#told(order);
    const bar = this.#market.index[request.feed] as number; // one entry per feed
    if (order.type === 'market' && bar >= 0 && this.#isOpenNow(request.feed)) {
      // The market is open: a market order fills at the price that is now.
      const { close, feed } = this.#account.holding(request.feed);
      const slip = slippageFor(this.#config.slippage, feed.bars, bar, order.quantity);
      this.#fill(order, close + (order.side === 'buy' ? slip : -slip), bar);
    }
    return order;
  }

  amend(order: Order, change: OrderChange): string | null {
    if (!this.#waiting.has(order)) return 'The order does not wait any more.';
    if (change.limit !== undefined && order.limit === null) return 'The order has no limit.';
    if (change.stop !== undefined && order.stop === null) return 'The order has no stop.';
    const { lot, tick } = this.#account.holding(order.feed);
    const quantity = change.quantity === undefined ? order.quantity : truncateToLots(change.quantity, lot);
    if (!(quantity > 0)) return 'The quantity is less than a lot.';
    order.quantity = quantity;
    if (change.limit !== undefined) order.limit = roundToTick(change.limit, tick);
    if (change.stop !== undefined) order.stop = roundToTick(change.stop, tick);
    this.#told(order);
    return null;
  }

  cancel(order: Order): boolean {
    return this.#drop(order, 'cancelled', 'Cancelled.');
  }

  open(): void {
    const account = this.#account;
    if (account.takeBars(this.#waiting)) this.#dropEmptied();
    let held = account.holdsAny;
    if (!this.#waiting.isMarketEmpty && !this.ruined) held = this.#match() || held;
    if (held) {
      this.log.exposed[this.#market.step] = 1;
      if (isCalled(account.state(), this.#config.marginCallBuffer)) this.#callMargin();
    }
    account.revalue();
    if (account.equity <= 0 && !this.ruined) this.#ruin();
  }

  close(): void {
    this.#account.revalue();
    if (this.#account.holdsAny) this.log.exposed[this.#market.step] = 1;
    this.log.equity[this.#market.step] = this.equity;
  }

  finish(): void {
    this.#account.finish();
  }

  /** When a bar within a day is known the market trades on; when a day's bar is known it has closed. */
  #isOpenNow(feed: number): boolean {
    return this.#config.alwaysOpen || this.#account.holding(feed).feed.timeframeMs < dayMs;
  }

  #newOrder(request: OrderRequest): Order {
    const order = orderOnGrid(request, this.log.orders.length, this.#market, this.#account.holding(request.feed));
    this.log.orders.push(order);
    return order;
  }

  #lackFor(order: Order): string | null {
    return lackOfBuyingPower(this.#account.state(), this.#account.holding(order.feed), order, this.#config);
  }

  #enqueue(order: Order): void {
    const { feed, close, tick } = this.#account.holding(order.feed);
    const bar = this.#market.index[order.feed] as number; // one entry per feed
    const { timeInForce, expiresAt, stop } = order.request;
    if (order.type === 'trailing-stop') order.stop = roundToTick(stop ?? trailFrom(order, close), tick);
    let lastDay = expiresAt === undefined ? null : dayIndex(expiresAt);
    if (timeInForce === 'DAY') lastDay = closingDay(feed, bar, this.#market.time, this.#config.alwaysOpen);
    this.#waiting.add({ order, madeAtBar: bar, lastDay, triggered: false, trailScale: 1 });
  }

  /** One round over the waiting orders; true when something filled. */
  #match(): boolean {
    const before = this.log.fillCount;
    for (const ticket of this.#waiting.tickets()) {
      const { order } = ticket;
      const { feed } = this.#account.holding(order.feed);
      const bar = this.#market.index[order.feed] as number; // one entry per feed
      if (!isOpen(order) || this.#market.fresh[order.feed] !== 1 || bar <= ticket.madeAtBar) continue;
      if (ticket.lastDay !== null && isOver(ticket.lastDay, feed, bar, this.#config.alwaysOpen)) {
        this.#drop(order, 'expired', 'The order has expired.');
        continue;
      }
      const lack = this.#lackFor(order);
      if (lack !== null) {
        this.#drop(order, 'rejected', lack);
        continue;
      }
      if (!this.#mayFill(ticket, bar)) continue;
      const slip = slippageFor(this.#config.slippage, feed.bars, bar, order.quantity);
      const price = fillPrice(ticket, { bars: feed.bars, index: bar, slip, model: this.#config.fillModel });
      if (!Number.isNaN(price)) this.#fill(order, price, bar);
    }
    return this.log.fillCount > before;
  }

  /** Within a day, orders for the open wait for another day and orders for the close for its last bar. */
  #mayFill({ order, madeAtBar }: Ticket, bar: number): boolean {
    const { feed } = this.#account.holding(order.feed);
    const { bars, timeframeMs } = feed;
    if (timeframeMs >= dayMs) return true;
    if (order.type === 'market-on-open')
      return dayIndex(bars.time[bar] as number) > dayIndex(bars.time[madeAtBar] ?? 0); // a bar of the feed; made before its first, any day is another
    return order.type !== 'market-on-close' || closesDay(feed, bar);
  }

  /** Fills an order; exits are ordered now, and what shares a group with it goes. */
  #fill(order: Order, price: number, bar: number): void {
    this.#waiting.remove(order);
    this.#account.fill(order, price, bar);
    for (const sibling of this.#siblingsOf(order))
      this.#drop(sibling, 'cancelled', 'Another order of its group came first.');
    for (const child of this.#waiting.childrenOf(order)) {
      this.#waiting.remove(child);
      child.status = 'waiting';
      this.#enqueue(child);
    }
    const { stopLoss, takeProfit } = exitsOf(order);
    if (stopLoss !== null) order.stopLossOrder = this.submit(stopLoss).id;
    if (takeProfit !== null) order.takeProfitOrder = this.submit(takeProfit).id;
  }

  #siblingsOf(order: Order): readonly Order[] {
    return siblingsOf(order, this.openOrders(), this.log.orders);
  }

  /** Closes at the newest close what the margin cannot carry any more. */
  #callMargin(): void {
    const { portfolioValue, marginUsed } = this.#account.state();
    for (const holding of closingOrder(this.#account.holdings)) {
      const request = closingRequest(holding, marginUsed - portfolioValue, this.#config.leverage);
      if (request === null) continue;
      this.#fill(this.#newOrder(request), holding.close, this.#market.index[request.feed] as number); // one entry per feed
      if (!isCalled(this.#account.state(), 0)) return;
    }
  }

  /** Lean stops when nothing is left. */
  #ruin(): void {
    this.ruined = true;
    for (const order of this.openOrders()) this.#drop(order, 'cancelled', 'The portfolio is worth nothing any more.');
  }

  /** A split of several units into one may leave nothing of an order. */
  #dropEmptied(): void {
    for (const order of this.openOrders())
      if (order.quantity === 0) this.#drop(order, 'cancelled', 'A split has left less than a unit of it.');
  }

  #drop(order: Order, status: 'cancelled' | 'expired' | 'rejected', reason: string): boolean {
    if (!this.#waiting.has(order)) return false;
    this.#waiting.remove(order);
    this.#end(order, status, reason);
    // Lean ends a group as a whole, whichever way one of it ends.
    for (const sibling of this.#siblingsOf(order))
      this.#drop(sibling, 'cancelled', 'Another order of its group has ended.');
    for (const child of this.#waiting.childrenOf(order)) this.#drop(child, 'cancelled', 'Its parent has ended.');
    return true;
  }

  #end(order: Order, status: 'cancelled' | 'expired' | 'rejected', reason: string): Order {
    order.status = status;
    order.reason = reason;
    return this.#told(order);
  }

  #told(order: Order): Order {
    order.updatedStep = this.#market.step;
    tell(this.log, order);
    return order;
  }
}

const isOpen = ({ status }: Order): boolean => status === 'waiting' || status === 'held' || status === 'partly-filled';
