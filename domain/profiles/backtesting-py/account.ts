/** The account of a run under the profile `backtesting.py`: its cash, its open trades, and their entries in the log. */

import type { Bars } from '../../market/bars.ts';
import type { Market } from '../../engine/market.ts';
import type { Fill, Order } from '../../engine/order.ts';
import { recordFill, recordTrade, tell } from '../../engine/run-log.ts';
import type { RunLog } from '../../engine/run-log.ts';
import type { BacktestingPyConfig } from './config.ts';
import { commissionOf, profitAt } from './held-trade.ts';
import type { HeldTrade } from './held-trade.ts';
import type { OrderQueue } from './order-queue.ts';

/** Where and at what price something fills. `order` is null when the account itself is closed out. */
export interface Execution {
  readonly order: Order | null;
  readonly price: number;
  readonly bar: number;
}

export class Account {
  readonly trades: HeldTrade[] = [];
  cash: number;
  readonly #market: Market;
  readonly #bars: Bars;
  readonly #config: BacktestingPyConfig;
  readonly #queue: OrderQueue;
  readonly #log: RunLog;
  readonly #leverage: number;
  #tradesMade = 0;

  constructor(parts: {
    readonly market: Market;
    readonly bars: Bars;
    readonly config: BacktestingPyConfig;
    readonly queue: OrderQueue;
    readonly log: RunLog;
  }) {
    this.#market = parts.market;
    this.#bars = parts.bars;
    this.#config = parts.config;
    this.#queue = parts.queue;
    this.#log = parts.log;
    this.#leverage = 1 / parts.config.margin;
    this.cash = parts.config.cash;
  }

  /** Cash plus the profit of the open trades at `price`, exit commissions not deducted. */
  equityAt(price: number): number {
    let profit = 0;
    for (const trade of this.trades) profit += profitAt(trade, price);
    return this.cash + profit;
  }

  /** Equity that no trade binds, times what the margin lets it buy. Never negative. */
  buyingPowerAt(price: number): number {
    return this.freeMarginAt(price) * this.#leverage;
  }

  freeMarginAt(price: number): number {
    let used = 0;
    for (const trade of this.trades) used += (Math.abs(trade.size) * price) / this.#leverage;
    return Math.max(0, this.equityAt(price) - used);
  }

  openTrade(size: number, { order, price, bar }: Execution & { readonly order: Order }): HeldTrade {
    const trade: HeldTrade = {
      id: this.#tradesMade++,
      size,
      entryPrice: price,
      entryBar: bar,
      tag: order.request.tag ?? null,
      stopLoss: null,
      takeProfit: null,
      isOpen: true,
    };
    this.trades.push(trade);
    const commission = commissionOf(this.#config.commission, size, price);
    this.cash -= commission;
    this.#record(size, commission, { order, price, bar });
    return trade;
  }

  /** Closes `size` units (sign opposite to the trade's) of a trade; all of them when that is all it has. */
  reduceTrade(trade: HeldTrade, size: number, execution: Execution): void {
    const left = trade.size + size;
    if (left === 0) {
      this.closeTrade(trade, execution);
      return;
    }
    trade.size = left;
    if (trade.stopLoss !== null) resize(trade.stopLoss, -left, this.#config.fractionalUnit);
    if (trade.takeProfit !== null) resize(trade.takeProfit, -left, this.#config.fractionalUnit);
    // The part that goes is a trade of its own, and none of the protective orders belong to it.
    this.#settle({ ...trade, id: this.#tradesMade++, size: -size, stopLoss: null, takeProfit: null }, execution);
  }

  closeTrade(trade: HeldTrade, execution: Execution): void {
    this.trades.splice(this.trades.indexOf(trade), 1);
    trade.isOpen = false;
    for (const exit of [trade.stopLoss, trade.takeProfit]) {
      if (exit === null || !exit.waiting) continue;
      this.#queue.remove(exit);
      if (exit.order === execution.order) continue;
      exit.order.status = 'cancelled';
      exit.order.reason = 'The trade that it protected was closed.';
      exit.order.updatedStep = this.#market.step;
      tell(this.#log, exit.order);
    }
    this.#settle(trade, execution);
  }

  /** Adds the trades that are still open to the log, marked to `price`, their exits left out. */
  listOpenTrades(price: number): void {
    for (const trade of this.trades) {
      const commission = commissionOf(this.#config.commission, trade.size, trade.entryPrice);
      this.#list(trade, { price, bar: null, commission });
    }
  }

  #settle(trade: HeldTrade, execution: Execution): void {
    const { price, bar } = execution;
    const commission = commissionOf(this.#config.commission, trade.size, price);
    this.cash += profitAt(trade, price) - commission;
    this.#record(-trade.size, commission, execution);
    // The entry's fixed fee counts in full for each part of a trade that is closed in parts.
    const entryCommission = commissionOf(this.#config.commission, trade.size, trade.entryPrice);
    this.#list(trade, { price, bar, commission: commission + entryCommission });
  }

  #list(
    trade: HeldTrade,
    exit: { readonly price: number; readonly bar: number | null; readonly commission: number },
  ): void {
    const unit = this.#config.fractionalUnit;
    const units = Math.abs(trade.size);
    const gross = (trade.size < 0 ? -1 : 1) * (exit.price / trade.entryPrice - 1);
    recordTrade(this.#log, {
      id: trade.id,
      feed: 0,
      side: trade.size < 0 ? 'short' : 'long',
      quantity: units * unit,
      entryBar: trade.entryBar,
      entryTime: this.#timeOf(trade.entryBar),
      entryPrice: trade.entryPrice / unit,
      exitBar: exit.bar,
      exitTime: exit.bar === null ? null : this.#timeOf(exit.bar),
      exitPrice: exit.bar === null ? null : exit.price / unit,
      stopLoss: trade.stopLoss?.order.stop ?? null,
      takeProfit: trade.takeProfit?.order.limit ?? null,
      pnl: profitAt(trade, exit.price) - exit.commission,
      returnFraction: gross - exit.commission / (units * trade.entryPrice),
      commission: exit.commission,
      tag: trade.tag,
    });
  }

  #record(size: number, commission: number, { order, price, bar }: Execution): void {
    const unit = this.#config.fractionalUnit;
    const quantity = Math.abs(size) * unit;
    const log = this.#log;
    log.commission += commission;
    log.turnover += Math.abs(size) * price;
    log.exposed[this.#market.step] = 1;
    const fill: Fill = {
      order: order === null ? closedOutOrder : order.id,
      feed: 0,
      side: size < 0 ? 'sell' : 'buy',
      quantity,
      price: price / unit,
      commission,
      step: this.#market.step,
      bar,
      time: this.#timeOf(bar),
      tag: order?.request.tag ?? null,
    };
    recordFill(log, fill);
    if (order === null) return;
    const filled = order.filledQuantity + quantity;
    order.fillPrice =
      order.fillPrice === null ? fill.price : (order.fillPrice * order.filledQuantity + fill.price * quantity) / filled;
    order.filledQuantity = filled;
    order.status = filled < order.quantity ? 'partly-filled' : 'filled';
    order.updatedStep = this.#market.step;
    tell(log, order, fill);
  }

  #timeOf(bar: number): number {
    return this.#bars.time[bar] ?? NaN;
  }
}

/** The order id of fills that nobody ordered: the account was closed out. */
const closedOutOrder = -1;

const resize = (exit: { size: number; readonly order: Order }, size: number, unit: number): void => {
  exit.size = size;
  exit.order.quantity = Math.abs(size) * unit;
};
