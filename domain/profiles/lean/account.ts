/** Lean's margin account: its cash, what is held, what both are worth, and how a fill and a split change them. */

import type { Market } from '../../engine/market.ts';
import type { Order } from '../../engine/order.ts';
import { recordFill, recordTrade, tell } from '../../engine/run-log.ts';
import type { RunLog } from '../../engine/run-log.ts';
import type { AccountState } from './buying-power.ts';
import type { LeanConfig } from './config.ts';
import { applyActions } from './corporate-actions.ts';
import { feeFor } from './costs.ts';
import { Holding } from './holding.ts';
import { valuedAt } from './matching.ts';
import type { WaitingOrders } from './waiting-orders.ts';

export class Account {
  cash: number;
  /** Cash and holdings at the newest closes, as of the last `revalue`. */
  equity: number;
  readonly holdings: readonly Holding[];
  readonly #market: Market;
  readonly #config: LeanConfig;
  readonly #log: RunLog;
  /** Per feed: how many of its corporate actions have been applied. */
  readonly #actionsDone: Int32Array;
  #tradeCount = 0;

  constructor(market: Market, config: LeanConfig, log: RunLog) {
    this.#market = market;
    this.#config = config;
    this.#log = log;
    this.cash = config.cash;
    this.equity = config.cash;
    this.holdings = market.feeds.map((feed, f) => new Holding(feed, f, config.lotSize));
    this.#actionsDone = new Int32Array(market.feeds.length);
  }

  holding(feed: number): Holding {
    const holding = this.holdings[feed];
    if (holding === undefined) throw new RangeError(`There is no feed ${feed}.`);
    return holding;
  }

  get holdsAny(): boolean {
    return this.holdings.some(({ quantity }) => quantity !== 0);
  }

  /** Takes in the actions and closes of the feeds that have a bar at this step; true when there were actions. */
  takeBars(waiting: WaitingOrders): boolean {
    const { index, fresh } = this.#market;
    let acted = false;
    for (let f = 0; f < this.holdings.length; f++) {
      if (fresh[f] !== 1) continue;
      const holding = this.holdings[f] as Holding; // f < length
      acted = this.#applyActions(f, holding, waiting) || acted;
      holding.close = holding.feed.bars.close[index[f] as number] as number; // a fresh feed has a bar
    }
    return acted;
  }

  revalue(): void {
    let value = 0;
    for (const holding of this.holdings) if (holding.quantity !== 0) value += holding.value;
    this.equity = this.cash + value;
  }

  /** What the account is worth and binds now. */
  state(): AccountState {
    this.revalue();
    let marginUsed = 0;
    for (const holding of this.holdings)
      if (holding.quantity !== 0) marginUsed += Math.abs(holding.value) / this.#config.leverage;
    return { portfolioValue: this.equity, marginUsed };
  }

  /** Books the fill of a whole order in bar `bar` of its feed, and tells of it. */
  fill(order: Order, price: number, bar: number): void {
    const log = this.#log;
    const holding = this.holding(order.feed);
    const { multiplier } = holding;
    const units = order.side === 'buy' ? order.quantity : -order.quantity;
    const fee = feeFor(this.#config.fee, order.quantity, order.quantity * valuedAt(order, holding.close) * multiplier);
    const time = holding.feed.bars.time[bar] as number; // a bar of the feed
    this.cash -= units * price * multiplier + fee;
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
    recordFill(log, fill);
    tell(log, order, fill);
    log.commission += fee;
    log.turnover += order.quantity * price * multiplier;
    holding.book(
      { order, units, price, fee, bar, time },
      () => this.#tradeCount++,
      (trade) => recordTrade(log, trade),
    );
  }

  /** Enters the trades that are still open in the log. */
  finish(): void {
    for (const holding of this.holdings) {
      for (const trade of holding.openTrades(() => this.#tradeCount++)) recordTrade(this.#log, trade);
    }
  }

  #applyActions(feed: number, holding: Holding, waiting: WaitingOrders): boolean {
    const done = this.#actionsDone[feed] as number; // one entry per feed
    const next = holding.feed.actions?.[done];
    if (next === undefined || next.time > this.#market.time) return false;
    this.#actionsDone[feed] = applyActions({
      holding,
      done,
      time: this.#market.time,
      orders: waiting.orders().filter((order) => order.feed === feed),
      tickets: waiting.tickets().filter(({ order }) => order.feed === feed),
      pay: (amount) => {
        this.cash += amount;
      },
      log: this.#log,
    });
    return true;
  }
}
