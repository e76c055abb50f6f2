/**
 * The compatibility profile `lean`: how QuantConnect's engine fills and books orders on bars, with
 * its margin account. On daily bars a market order waits for the next open, as the market is closed
 * when a day's bar is known.
 */

import type { Market } from '../../engine/market.ts';
import type { Order, OrderRequest } from '../../engine/order.ts';
import type { OrderChange, PositionView, RuleBook, RuleBookFactory } from '../../engine/rule-book.ts';
import { newRunLog, tell } from '../../engine/run-log.ts';
import type { RunLog } from '../../engine/run-log.ts';
import { dayIndex, dayMs } from '../../market/calendar.ts';
import { lackOfBuyingPower, positionFor, truncateToLots } from './buying-power.ts';
import type { AccountState } from './buying-power.ts';
import type { LeanConfig } from './config.ts';
import { applyActions } from './corporate-actions.ts';
import { feeFor, slippageFor } from './costs.ts';
import { Holding } from './holding.ts';
import { newOrder, refusalOf, roundToTick } from './intake.ts';
import { fillPrice, trailFrom, valuedAt } from './matching.ts';
import type { Ticket } from './matching.ts';
import { closesDay, closingDay, isOver } from './trading-day.ts';

export const leanRuleBook =
  (config: LeanConfig): RuleBookFactory =>
  (market) =>
    new LeanRuleBook(market, config);

class LeanRuleBook implements RuleBook {
  readonly log: RunLog;
  ruined = false;
  cash: number;
  equity: number;
  readonly #market: Market;
  readonly #config: LeanConfig;
  readonly #holdings: readonly Holding[];
  /** Per feed: how many of its corporate actions have been applied. */
  readonly #actionsDone: Int32Array;
  /** Waiting orders in the order of their ids. */
  #tickets: Ticket[] = [];
  /** Children that wait for their parent's fill. */
  #held: Order[] = [];
  #tradeCount = 0;

  constructor(market: Market, config: LeanConfig) {
    this.#market = market;
    this.#config = config;
    this.cash = config.cash;
    this.equity = config.cash;
    this.log = newRunLog(market.timeline.length);
    this.#holdings = market.feeds.map((feed, f) => new Holding(feed, f));
    this.#actionsDone = new Int32Array(market.feeds.length);
  }

  position(feed: number): PositionView {
    return this.#holding(feed);
  }

  firstStep(warm: number): number {
    return warm;
  }

  /** As `SetHoldings` for a fraction of the portfolio's value; a value in currency in whole lots at the close. */
  unitsFor(feed: number, wish: { readonly value: number } | { readonly fraction: number }): number {
    const holding = this.#holding(feed);
    if (!(holding.close > 0)) return 0;
    if ('value' in wish) return truncateToLots(wish.value / (holding.close * holding.multiplier), this.#lot(feed));
    return positionFor(this.#account(), holding, wish.fraction, this.#lot(feed), this.#config);
  }

  roundUnits(feed: number, units: number): number {
    return truncateToLots(units, this.#lot(feed));
  }

  openOrders(): readonly Order[] {
    return [...this.#tickets.map(({ order }) => order), ...this.#held];
  }

  submit(request: OrderRequest): Order {
    const order = newOrder(
      request,
      this.log.orders.length,
      this.#market,
      this.#lot(request.feed),
      this.#tick(request.feed),
    );
    this.log.orders.push(order);
    const holding = this.#holding(request.feed);
    const parent = request.parent === undefined ? undefined : this.log.orders[request.parent];
    const refusal =
      refusalOf(request, this.#config.alwaysOpen) ?? (order.quantity > 0 ? null : 'The quantity is less than a lot.');
    if (refusal !== null) return this.#end(order, 'rejected', refusal);
    if (request.parent !== undefined && parent?.status !== 'filled') {
      if (parent === undefined || !isOpen(parent))
        return this.#end(order, 'rejected', 'Its parent is not there any more.');
      order.status = 'held';
      this.#held.push(order);
      return this.#told(order);
    }
    const lack = lackOfBuyingPower(this.#account(), holding, order, this.#config);
    if (lack !== null) return this.#end(order, 'rejected', lack);
    const ticket = this.#enqueue(order);
    this.#told(order);
    const bar = this.#market.index[request.feed] as number; // one entry per feed
    if (order.type === 'market' && bar >= 0 && this.#isOpenNow(request.feed)) {
      // The market is open: a market order fills at the price that is now.
      const slip = slippageFor(this.#config.slippage, holding.feed.bars, bar, order.quantity);
      this.#tickets.splice(this.#tickets.indexOf(ticket), 1);
      this.#fill(order, holding.close + (order.side === 'buy' ? slip : -slip), bar);
    }
    return order;
  }

  amend(order: Order, change: OrderChange): string | null {
    const ticket = this.#tickets.find((candidate) => candidate.order === order);
    if (ticket === undefined && !this.#held.includes(order)) return 'The order does not wait any more.';
    if (change.limit !== undefined && order.limit === null) return 'The order has no limit.';
    if (change.stop !== undefined && order.stop === null) return 'The order has no stop.';
    const quantity =
      change.quantity === undefined ? order.quantity : truncateToLots(change.quantity, this.#lot(order.feed));
    if (!(quantity > 0)) return 'The quantity is less than a lot.';
    order.quantity = quantity;
    if (change.limit !== undefined) order.limit = roundToTick(change.limit, this.#tick(order.feed));
    if (change.stop !== undefined) order.stop = roundToTick(change.stop, this.#tick(order.feed));
    this.#told(order);
    return null;
  }

  cancel(order: Order): boolean {
    return this.#drop(order, 'cancelled', 'Cancelled.');
  }

  open(): void {
    const { index, fresh, step } = this.#market;
    let held = false;
    for (let f = 0; f < this.#holdings.length; f++) {
      const holding = this.#holdings[f] as Holding; // f < length
      if (fresh[f] === 1) {
        this.#actOn(f, holding);
        holding.close = holding.feed.bars.close[index[f] as number] as number; // a fresh feed has a bar
      }
      if (holding.quantity !== 0) held = true;
    }
    if (this.#tickets.length > 0 && !this.ruined) held = this.#match() || held;
    if (held) {
      this.log.exposed[step] = 1;
      this.#value();
      if (this.#marginUsed() > this.equity * (1 + this.#config.marginCallBuffer)) this.#callMargin();
    }
    this.#value();
    if (this.equity <= 0 && !this.ruined) this.#ruin();
  }

  close(): void {
    this.#value();
    if (this.#holdings.some(({ quantity }) => quantity !== 0)) this.log.exposed[this.#market.step] = 1;
    this.log.equity[this.#market.step] = this.equity;
  }

  finish(): void {
    for (const holding of this.#holdings) this.log.trades.push(...holding.openTrades(() => this.#tradeCount++));
  }

  #holding(feed: number): Holding {
    const holding = this.#holdings[feed];
    if (holding === undefined) throw new RangeError(`There is no feed ${feed}.`);
    return holding;
  }

  #lot(feed: number): number {
    const { lot } = this.#holding(feed).feed.instrument;
    return this.#config.lotSize ?? (lot > 0 ? lot : 1);
  }

  #tick(feed: number): number {
    return this.#holding(feed).feed.instrument.tick;
  }

  /** When a bar within a day is known the market trades on; when a day's bar is known it has closed. */
  #isOpenNow(feed: number): boolean {
    return this.#config.alwaysOpen || this.#holding(feed).feed.timeframeMs < dayMs;
  }

  #account(): AccountState {
    this.#value();
    return { portfolioValue: this.equity, marginUsed: this.#marginUsed() };
  }

  #marginUsed(): number {
    let used = 0;
    for (const holding of this.#holdings)
      if (holding.quantity !== 0) used += Math.abs(holding.value) / this.#config.leverage;
    return used;
  }

  #value(): void {
    let value = 0;
    for (const holding of this.#holdings) if (holding.quantity !== 0) value += holding.value;
    this.equity = this.cash + value;
  }

  #actOn(feed: number, holding: Holding): void {
    if (holding.feed.actions === undefined) return;
    this.#actionsDone[feed] = applyActions({
      holding,
      done: this.#actionsDone[feed] as number, // one entry per feed
      time: this.#market.time,
      orders: this.openOrders().filter((order) => order.feed === feed),
      tickets: this.#tickets.filter(({ order }) => order.feed === feed),
      tick: this.#tick(feed),
      pay: (amount) => {
        this.cash += amount;
      },
      log: this.log,
    });
  }

  #enqueue(order: Order): Ticket {
    const { feed, request } = order;
    const bar = this.#market.index[feed] as number; // one entry per feed
    const { timeInForce, expiresAt } = request;
    if (order.type === 'trailing-stop')
      order.stop = roundToTick(request.stop ?? trailFrom(order, this.#holding(feed).close), this.#tick(feed));
    const ticket: Ticket = {
      order,
      madeAtBar: bar,
      lastDay:
        timeInForce === 'DAY'
          ? closingDay(this.#holding(feed).feed, bar, this.#market.time, this.#config.alwaysOpen)
          : expiresAt === undefined
            ? null
            : dayIndex(expiresAt),
      triggered: false,
      trailScale: 1,
    };
    this.#tickets.push(ticket);
    return ticket;
  }

  /** One round over the waiting orders; true when something filled. */
  #match(): boolean {
    const before = this.log.fills.length;
    for (const ticket of this.#tickets.slice()) {
      const { order } = ticket;
      const { feed } = this.#holding(order.feed);
      const bar = this.#market.index[order.feed] as number; // one entry per feed
      if (!isOpen(order) || this.#market.fresh[order.feed] !== 1 || bar <= ticket.madeAtBar) continue;
      if (ticket.lastDay !== null && isOver(ticket.lastDay, feed, bar, this.#config.alwaysOpen)) {
        this.#drop(order, 'expired', 'The order has expired.');
        continue;
      }
      const lack = lackOfBuyingPower(this.#account(), this.#holding(order.feed), order, this.#config);
      if (lack !== null) {
        this.#drop(order, 'rejected', lack);
        continue;
      }
      if (!this.#mayFill(ticket, bar)) continue;
      const slip = slippageFor(this.#config.slippage, feed.bars, bar, order.quantity);
      const price = fillPrice(ticket, { bars: feed.bars, index: bar, slip, model: this.#config.fillModel });
      if (Number.isNaN(price)) continue;
      this.#tickets.splice(this.#tickets.indexOf(ticket), 1);
      this.#fill(order, price, bar);
    }
    return this.log.fills.length > before;
  }

  /** Within a day, orders for the open wait for another day and orders for the close for its last bar. */
  #mayFill({ order, madeAtBar }: Ticket, bar: number): boolean {
    const { feed } = this.#holding(order.feed);
    const { bars, timeframeMs } = feed;
    if (timeframeMs >= dayMs) return true;
    if (order.type === 'market-on-open')
      return dayIndex(bars.time[bar] as number) > dayIndex(bars.time[madeAtBar] ?? 0); // a bar of the feed
    return order.type !== 'market-on-close' || closesDay(feed, bar);
  }

  #fill(order: Order, price: number, bar: number): void {
    const { log } = this;
    const holding = this.#holding(order.feed);
    const { bars } = holding.feed;
    const units = signed(order);
    const value = order.quantity * price * holding.multiplier;
    const fee = feeFor(
      this.#config.fee,
      order.quantity,
      order.quantity * valuedAt(order, holding.close) * holding.multiplier,
    );
    const time = bars.time[bar] as number; // a bar of the feed
    this.cash -= units * price * holding.multiplier + fee;
    order.status = 'filled';
    order.filledQuantity = order.quantity;
    order.fillPrice = price;
    order.updatedStep = this.#market.step;
    const fill = {
      order: order.id,
      feed: order.feed,
      side: order.side,
      quantity: order.quantity,
      price,
      commission: fee,
      step: this.#market.step,
      bar,
      time,
      tag: order.request.tag ?? null,
    };
    log.fills.push(fill);
    tell(log, order, fill);
    log.commission += fee;
    log.turnover += value;
    holding.book(
      { order, units, price, fee, bar, time },
      () => this.#tradeCount++,
      (trade) => void log.trades.push(trade),
    );
    this.#afterFill(order);
  }

  /** Orders of the same group, and the other exit of the same bracket. */
  #siblings(order: Order): readonly Order[] {
    const { ocoGroup, parent } = order.request;
    const entry = parent === undefined ? undefined : this.log.orders[parent];
    const exits = [entry?.stopLossOrder, entry?.takeProfitOrder];
    return this.openOrders().filter(
      (other) =>
        other !== order &&
        ((ocoGroup !== undefined && other.request.ocoGroup === ocoGroup) ||
          (exits.includes(order.id) && exits.includes(other.id))),
    );
  }

  /** Brackets and groups: exits are ordered at the fill, one cancels the others. */
  #afterFill(order: Order): void {
    const { request } = order;
    for (const sibling of this.#siblings(order))
      this.#drop(sibling, 'cancelled', 'Another order of its group came first.');
    for (const child of this.#held.filter((candidate) => candidate.request.parent === order.id)) {
      this.#held.splice(this.#held.indexOf(child), 1);
      child.status = 'waiting';
      this.#enqueue(child);
    }
    const exit = {
      feed: order.feed,
      side: order.side === 'buy' ? 'sell' : 'buy',
      size: { quantity: order.quantity },
      parent: order.id,
      ...(request.tag === undefined ? {} : { tag: request.tag }),
    } as const;
    if (request.stopLoss !== undefined)
      order.stopLossOrder = this.submit({ ...exit, type: 'stop', stop: request.stopLoss }).id;
    if (request.takeProfit !== undefined)
      order.takeProfitOrder = this.submit({ ...exit, type: 'limit', limit: request.takeProfit }).id;
  }

  /** Closes at the newest close what the margin cannot carry any more, the worst losers first. */
  #callMargin(): void {
    const { portfolioValue, marginUsed } = this.#account();
    const { leverage } = this.#config;
    const excess = marginUsed - portfolioValue;
    for (const [feed, holding] of [...this.#holdings.entries()].toSorted(
      ([, a], [, b]) => a.unrealized - b.unrealized,
    )) {
      if (holding.quantity === 0) continue;
      const unit = (holding.close * holding.multiplier) / leverage;
      const kept = truncateToLots(Math.max(0, Math.abs(holding.quantity) * unit - excess) / unit, this.#lot(feed));
      const quantity = Math.abs(holding.quantity) - kept;
      const request: OrderRequest = {
        feed,
        side: holding.quantity > 0 ? 'sell' : 'buy',
        size: { quantity },
        type: 'market',
        tag: 'Margin Call',
      };
      const order = newOrder(request, this.log.orders.length, this.#market, this.#lot(feed), 0);
      this.log.orders.push(order);
      this.#fill(order, holding.close, this.#market.index[feed] as number); // one entry per feed
      const after = this.#account();
      if (after.marginUsed <= after.portfolioValue) return;
    }
  }

  /** Lean stops when nothing is left. */
  #ruin(): void {
    this.ruined = true;
    for (const order of this.openOrders()) this.#drop(order, 'cancelled', 'The portfolio is worth nothing any more.');
  }

  #drop(order: Order, status: 'cancelled' | 'expired' | 'rejected', reason: string): boolean {
    const waiting = this.#tickets.some((ticket) => ticket.order === order) || this.#held.includes(order);
    if (!waiting) return false;
    this.#tickets = this.#tickets.filter((ticket) => ticket.order !== order);
    this.#held = this.#held.filter((candidate) => candidate !== order);
    this.#end(order, status, reason);
    // Lean ends a group as a whole, whichever way one of it ends.
    for (const sibling of this.#siblings(order))
      this.#drop(sibling, 'cancelled', 'Another order of its group has ended.');
    for (const child of this.#held.filter(({ request }) => request.parent === order.id))
      this.#drop(child, 'cancelled', 'Its parent has ended.');
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

const signed = ({ side, quantity }: Order): number => (side === 'buy' ? quantity : -quantity);

const isOpen = ({ status }: Order): boolean => status === 'waiting' || status === 'held' || status === 'partly-filled';
