/**
 * The compatibility profile `backtesting.py`: the fills, the sizing and the account of version 0.6.6
 * of that library, to the last bit, its oddities included.
 */

import type { Market } from '../../engine/market.ts';
import type { Order, OrderRequest } from '../../engine/order.ts';
import type { OpenTrade, OrderChange, PositionView, RuleBook, RuleBookFactory } from '../../engine/rule-book.ts';
import { tell } from '../../engine/run-log.ts';
import type { RunLog } from '../../engine/run-log.ts';
import { newOrder } from '../new-order.ts';
import { Account } from './account.ts';
import type { BacktestingPyConfig } from './config.ts';
import { profitAt, widened } from './held-trade.ts';
import type { HeldTrade } from './held-trade.ts';
import { makeMatching } from './matching.ts';
import { isProtective, OrderQueue } from './order-queue.ts';
import type { QueuedOrder } from './order-queue.ts';
import { refusalOf, unitsOf, wholeUnits } from './order-request.ts';

export const backtestingPyRuleBook =
  (config: BacktestingPyConfig): RuleBookFactory =>
  (market, log) =>
    new BacktestingPyRuleBook(market, config, log);

/** The only feed that is traded: others may be looked at. */
const tradedFeed = 0;

class BacktestingPyRuleBook implements RuleBook {
  readonly log: RunLog;
  readonly closesOnEntry: boolean;
  readonly sizesAtFill = true;
  ruined = false;
  #started = false;
  #close = NaN; // of the newest bar, scaled
  readonly #market: Market;
  readonly #config: BacktestingPyConfig;
  readonly #closes: Float64Array;
  readonly #queue = new OrderQueue();
  readonly #account: Account;
  readonly #matchBar: (bar: number) => void;

  constructor(market: Market, config: BacktestingPyConfig, log: RunLog) {
    const feed = market.feeds[tradedFeed];
    if (feed === undefined) throw new RangeError('A run needs at least one feed.');
    this.log = log;
    this.closesOnEntry = config.exclusiveOrders;
    this.#market = market;
    this.#config = config;
    this.#closes = feed.bars.close;
    this.#account = new Account({ market, bars: feed.bars, config, queue: this.#queue, log: this.log });
    this.#matchBar = makeMatching({
      config,
      bars: feed.bars,
      account: this.#account,
      queue: this.#queue,
      protectEntry: (entry, trade) => this.#protectEntry(entry, trade),
      drop: (queued, reason) => this.#drop(queued, reason),
    });
  }

  get cash(): number {
    return this.#account.freeMarginAt(this.#close);
  }

  get equity(): number {
    return this.ruined ? 0 : this.#account.equityAt(this.#close);
  }

  /** The bar after the one at which the indicators are warm, and never the first. */
  firstStep(warm: number): number {
    return Math.max(1, warm + 1);
  }

  position(feed: number): PositionView {
    let units = 0;
    let cost = 0;
    let unrealized = 0;
    if (feed === tradedFeed) {
      for (const trade of this.#account.trades) {
        units += trade.size;
        cost += trade.size * trade.entryPrice;
        unrealized += profitAt(trade, this.#close);
      }
    }
    const unit = this.#config.fractionalUnit;
    return { quantity: units * unit, averagePrice: units === 0 ? 0 : cost / units / unit, unrealized };
  }

  /** Whole units, toward zero, at the newest close with spread and commission counted in. */
  unitsFor(_feed: number, wish: { readonly value: number } | { readonly fraction: number }): number {
    const amount = 'value' in wish ? wish.value : wish.fraction * this.equity;
    if (amount === 0 || !(this.#close > 0)) return 0;
    const price = widened(this.#close, this.#config.spread, amount);
    const { fixed, relative } = this.#config.commission;
    const affordable = Math.max(0, Math.abs(amount) - fixed) / (price + price * relative);
    return Math.sign(amount) * wholeUnits(affordable) * this.#config.fractionalUnit;
  }

  roundUnits(_feed: number, units: number): number {
    const unit = this.#config.fractionalUnit;
    return wholeUnits(units / unit) * unit;
  }

  openOrders(): readonly Order[] {
    return this.#queue.orders.map(({ order }) => order);
  }

  /** Closes each open trade at market, ahead of the queue; returns the first of these orders. */
  closePosition(feed: number): Order | null {
    let first: Order | null = null;
    if (feed !== tradedFeed) return first;
    for (const trade of this.#account.trades) {
      const order = this.#closeAtMarket(trade);
      first ??= order;
    }
    return first;
  }

  openTrades(): readonly OpenTrade[] {
    const unit = this.#config.fractionalUnit;
    return this.#account.trades.map((trade) => ({
      id: trade.id,
      feed: tradedFeed,
      quantity: trade.size * unit,
      entryBar: trade.entryBar,
      tag: trade.tag,
      stopLoss: trade.stopLoss?.order.stop ?? null,
      takeProfit: trade.takeProfit?.order.limit ?? null,
    }));
  }

  submit(request: OrderRequest): Order {
    const order = this.#newOrder(request);
    const refusal = this.ruined ? 'The account has been closed out.' : refusalOf(request, tradedFeed);
    if (refusal !== null) return this.#reject(order, refusal);
    return request.closesTrade === undefined ? this.#place(order) : this.#placeClose(order, request.closesTrade);
  }

  amend(order: Order, change: OrderChange): string | null {
    const queued = this.#queue.find(order);
    if (queued === undefined) return 'The order does not wait any more.';
    const unit = this.#config.fractionalUnit;
    if (change.quantity !== undefined) {
      if (queued.closes !== null) return 'A protective order always covers its whole trade.';
      const units = unitsOf({ quantity: change.quantity }, unit);
      if (typeof units === 'string') return units;
      queued.size = order.side === 'sell' ? -units : units;
      order.quantity = change.quantity;
    }
    if (change.limit !== undefined) {
      if (order.limit === null) return 'The order has no limit.';
      order.limit = change.limit;
      queued.limit = change.limit * unit;
    }
    if (change.stop !== undefined) {
      if (queued.stop === null) return order.stop === null ? 'The order has no stop.' : 'The stop has been reached.';
      order.stop = change.stop;
      queued.stop = change.stop * unit;
    }
    // The original knows no amendment: it is a cancellation and a new order, which goes to the end of its line.
    this.#queue.remove(queued);
    if (queued.closes !== null && queued.stop !== null) this.#queue.putFirst(queued);
    else this.#queue.putLast(queued);
    this.#touched(order);
    return null;
  }

  cancel(order: Order): boolean {
    const queued = this.#queue.find(order);
    if (queued === undefined) return false;
    this.#drop(queued, 'Cancelled.');
    return true;
  }

  protect(tradeId: number, exit: 'stop-loss' | 'take-profit', price: number | null): Order | null {
    const trade = this.#account.trades.find(({ id }) => id === tradeId);
    if (trade === undefined) return null;
    const old = exit === 'stop-loss' ? trade.stopLoss : trade.takeProfit;
    if (old !== null) this.#drop(old, price === null ? 'Cancelled.' : 'Replaced.');
    return price === null ? null : this.#addExit(trade, exit, price * this.#config.fractionalUnit).order;
  }

  open(): void {
    const bar = this.#market.index[tradedFeed] ?? -1;
    const step = this.#market.step;
    if (this.ruined || bar < 0) {
      this.log.equity[step] = this.ruined ? 0 : this.#config.cash;
      return;
    }
    if (this.#account.trades.length > 0) this.log.exposed[step] = 1;
    if (this.#market.fresh[tradedFeed] === 1) this.#takeBar(bar);
    else this.log.equity[step] = this.equity;
  }

  close(): void {
    // Equity is taken and ruin decided before the strategy acts, as the original does.
  }

  finish(): void {
    const bar = this.#market.index[tradedFeed] ?? -1;
    if (this.#config.finalizeTrades && !this.ruined && this.#started) {
      for (const trade of this.#account.trades.toReversed()) this.#closeAtMarket(trade);
      // The last bar is processed a second time, with everything that waits: closes, but also new entries.
      this.#takeBar(bar);
    }
    if (bar >= 0) this.#account.listOpenTrades(this.#close);
  }

  #takeBar(bar: number): void {
    this.#close = (this.#closes[bar] as number) * this.#config.fractionalUnit; // bar is the feed's newest
    if (bar > 0) {
      this.#started = true;
      if (this.#queue.orders.length > 0) this.#matchBar(bar);
    }
    const equity = this.#account.equityAt(this.#close);
    this.log.equity[this.#market.step] = equity;
    if (equity <= 0) this.#closeOut(bar);
  }

  #closeOut(bar: number): void {
    const { trades } = this.#account;
    // The original walks the list from which it takes: every other trade is passed over and stays open.
    for (let at = 0; at < trades.length; at++) {
      this.#account.closeTrade(trades[at] as HeldTrade, { order: null, price: this.#close, bar }); // at < length
    }
    this.#account.cash = 0;
    this.log.equity[this.#market.step] = 0;
    this.ruined = true;
  }

  #newOrder(request: OrderRequest): Order {
    const order = newOrder(request, this.log.orders.length, this.#market);
    this.log.orders.push(order);
    tell(this.log, order);
    return order;
  }

  #place(order: Order): Order {
    const { request } = order;
    const units = unitsOf(request.size, this.#config.fractionalUnit);
    if (typeof units === 'string') return this.#reject(order, units);
    const unit = this.#config.fractionalUnit;
    const size = request.side === 'sell' ? -units : units;
    const queued: QueuedOrder = {
      order,
      size,
      limit: scaled(request.limit, unit),
      stop: scaled(request.stop, unit),
      stopLoss: scaled(request.stopLoss, unit),
      takeProfit: scaled(request.takeProfit, unit),
      closes: null,
      waiting: false,
    };
    const price = queued.limit ?? queued.stop ?? widened(this.#close, this.#config.spread, size);
    const [below, above] = size > 0 ? [queued.stopLoss, queued.takeProfit] : [queued.takeProfit, queued.stopLoss];
    if (!((below ?? -Infinity) < price && price < (above ?? Infinity))) {
      const names = size > 0 ? 'stop-loss < price < take-profit' : 'take-profit < price < stop-loss';
      return this.#reject(order, `Not so: ${names} (${below ?? 'none'}, ${price}, ${above ?? 'none'}).`);
    }
    if (this.#config.exclusiveOrders) this.#makeWay();
    this.#queue.putLast(queued);
    return order;
  }

  /** Withdraws waiting orders and closes what is open, for an exclusive order. */
  #makeWay(): void {
    const { orders } = this.#queue;
    // The original removes from the list that it walks, so the order after each removed one is passed over.
    for (let at = 0; at < orders.length; at++) {
      const queued = orders[at] as QueuedOrder; // at < length
      if (!isProtective(queued)) this.#drop(queued, 'A newer order took its place.');
    }
    for (const trade of this.#account.trades) this.#closeAtMarket(trade);
  }

  #closeAtMarket(trade: HeldTrade): Order {
    const order = this.#newOrder({
      feed: tradedFeed,
      side: trade.size > 0 ? 'sell' : 'buy',
      size: { quantity: Math.abs(trade.size) * this.#config.fractionalUnit },
      type: 'market',
      closesTrade: trade.id,
      ...(trade.tag === null ? {} : { tag: trade.tag }),
    });
    this.#queue.putFirst(exitFor(trade, order, -trade.size));
    return order;
  }

  #placeClose(order: Order, tradeId: number): Order {
    const trade = this.#account.trades.find(({ id }) => id === tradeId);
    if (trade === undefined) return this.#reject(order, 'There is no such open trade.');
    if (order.type !== 'market' || (order.side === 'buy') === trade.size > 0) {
      return this.#reject(order, 'A trade is closed by a market order of the other side.');
    }
    const units = unitsOf(order.request.size, this.#config.fractionalUnit);
    if (typeof units === 'string' || units < 1) return this.#reject(order, 'A trade is closed by whole units.');
    this.#queue.putFirst(exitFor(trade, order, trade.size > 0 ? -units : units));
    return order;
  }

  #protectEntry(entry: QueuedOrder, trade: HeldTrade): void {
    // The take-profit first: the stop-loss goes to the front of the queue and is looked at before it.
    if (entry.takeProfit !== null)
      entry.order.takeProfitOrder = this.#addExit(trade, 'take-profit', entry.takeProfit).order.id;
    if (entry.stopLoss !== null) entry.order.stopLossOrder = this.#addExit(trade, 'stop-loss', entry.stopLoss).order.id;
  }

  #addExit(trade: HeldTrade, exit: 'stop-loss' | 'take-profit', price: number): QueuedOrder {
    const unit = this.#config.fractionalUnit;
    const isStop = exit === 'stop-loss';
    const order = this.#newOrder({
      feed: tradedFeed,
      side: trade.size > 0 ? 'sell' : 'buy',
      size: { quantity: Math.abs(trade.size) * unit },
      type: isStop ? 'stop' : 'limit',
      ...(isStop ? { stop: price / unit } : { limit: price / unit }),
      closesTrade: trade.id,
      ...(trade.tag === null ? {} : { tag: trade.tag }),
    });
    const queued: QueuedOrder = {
      ...exitFor(trade, order, -trade.size),
      ...(isStop ? { stop: price } : { limit: price }),
    };
    if (isStop) {
      trade.stopLoss = queued;
      this.#queue.putFirst(queued);
    } else {
      trade.takeProfit = queued;
      this.#queue.putLast(queued);
    }
    return queued;
  }

  #drop(queued: QueuedOrder, reason: string): void {
    this.#queue.remove(queued);
    const trade = queued.closes;
    if (trade?.isOpen === true && trade.stopLoss === queued) trade.stopLoss = null;
    else if (trade?.isOpen === true && trade.takeProfit === queued) trade.takeProfit = null;
    queued.order.status = 'cancelled';
    queued.order.reason = reason;
    this.#touched(queued.order);
  }

  #reject(order: Order, reason: string): Order {
    order.status = 'rejected';
    order.reason = reason;
    return order;
  }

  #touched(order: Order): void {
    order.updatedStep = this.#market.step;
    tell(this.log, order);
  }
}

const exitFor = (trade: HeldTrade, order: Order, size: number): QueuedOrder => ({
  order,
  size,
  limit: null,
  stop: null,
  stopLoss: null,
  takeProfit: null,
  closes: trade,
  waiting: false,
});

/** The original takes a price of 0 for none. */
const scaled = (price: number | undefined, unit: number): number | null =>
  price === undefined || price === 0 ? null : price * unit;
