/**
 * How a bar fills the queue of orders under the rules of backtesting.py 0.6.6: first the orders at
 * the front (stop-losses, closes), then the others by age, each at most once a pass.
 */

import type { Bars } from '../../market/bars.ts';
import type { Order } from '../../engine/order.ts';
import { floorDivide } from '../floor-divide.ts';
import type { Account } from './account.ts';
import type { BacktestingPyConfig } from './config.ts';
import { commissionOf, widened } from './held-trade.ts';
import type { HeldTrade } from './held-trade.ts';
import { isProtective } from './order-queue.ts';
import type { OrderQueue, QueuedOrder } from './order-queue.ts';

export interface MatchingParts {
  readonly config: BacktestingPyConfig;
  readonly bars: Bars;
  readonly account: Account;
  readonly queue: OrderQueue;
  /** Puts the protective orders that an entry asked for into the queue. */
  readonly protectEntry: (entry: QueuedOrder, trade: HeldTrade) => void;
  /** Tells that an order left the queue unfilled. */
  readonly drop: (queued: QueuedOrder, reason: string) => void;
}

/** Fills what bar `bar` fills. */
export const makeMatching = ({
  config,
  bars,
  account,
  queue,
  protectEntry,
  drop,
}: MatchingParts): ((bar: number) => void) => {
  const unit = config.fractionalUnit;
  const pass: QueuedOrder[] = []; // kept between bars, so that a bar allocates nothing

  const matchBar = (bar: number): void => {
    const open = (bars.open[bar] as number) * unit; // 0 ≤ bar < length: the run only names bars of the feed
    const high = (bars.high[bar] as number) * unit;
    const low = (bars.low[bar] as number) * unit;
    const close = (bars.close[bar] as number) * unit;
    const previousClose = (bars.close[bar - 1] ?? NaN) * unit; // orders are looked at from bar 1 on
    let lookAgain = false;

    pass.length = 0;
    for (const queued of queue.orders) pass.push(queued);
    for (const queued of pass) {
      if (!queued.waiting) continue; // left the queue earlier in this pass
      const isBuy = queued.size > 0;

      const stop = queued.stop;
      if (stop !== null) {
        if (isBuy ? high < stop : low > stop) continue;
        queued.stop = null; // from here on a market or a limit order
      }

      const limit = queued.limit;
      const atPastClose = config.tradeOnClose && !isProtective(queued);
      let price: number;
      if (limit !== null) {
        if (isBuy ? low > limit : high < limit) continue;
        // Stop and limit in one bar: assume that the limit was reached before the stop had made it count.
        if (stop !== null && (isBuy ? limit <= stop : limit >= stop)) continue;
        price = isBuy ? Math.min(stop ?? open, limit) : Math.max(stop ?? open, limit);
      } else {
        price = atPastClose ? previousClose : open;
        if (stop !== null) price = isBuy ? Math.max(price, stop) : Math.min(price, stop);
      }
      const isMarket = limit === null && stop === null;
      const fillBar = isMarket && atPastClose ? bar - 1 : bar;

      if (queued.closes !== null) {
        closeWith(queued, queued.closes, price, fillBar);
        continue;
      }
      const trade = enter(queued, price, fillBar, close);
      if (trade === null || (queued.stopLoss === null && queued.takeProfit === null)) continue;
      lookAgain ||= isMarket || (stop !== null && limit === null && runsToTarget(queued, high, low));
    }
    // Protective orders of what was just entered may fill in this same bar.
    if (lookAgain) matchBar(bar);
  };

  const closeWith = (queued: QueuedOrder, trade: HeldTrade, price: number, bar: number): void => {
    const units = Math.min(Math.abs(trade.size), Math.abs(queued.size));
    if (trade.isOpen) {
      queued.order.quantity = units * unit;
      account.reduceTrade(trade, queued.size < 0 ? -units : units, { order: queued.order, price, bar });
      queue.remove(queued);
    } else {
      drop(queued, 'The trade was closed before.');
    }
  };

  /** Nets against opposite trades, then opens what is left; null when nothing was opened. */
  const enter = (queued: QueuedOrder, price: number, bar: number, close: number): HeldTrade | null => {
    const { order } = queued;
    const entryPrice = widened(price, config.spread, queued.size);
    // Of a fraction the fixed fee is divided by the fraction, not by units: so does the original.
    const costPerUnit = entryPrice + commissionOf(config.commission, queued.size, price) / Math.abs(queued.size);
    let size = queued.size;
    if (size > -1 && size < 1) {
      const units = Math.trunc(floorDivide(account.buyingPowerAt(close) * Math.abs(size), costPerUnit));
      if (units === 0) {
        drop(queued, 'Not even one unit is affordable.');
        return null;
      }
      size = size < 0 ? -units : units;
      order.quantity = units * unit;
    }

    const left = config.hedging ? size : netAgainst(size, order, price, bar);
    if (Math.abs(left) * costPerUnit > account.buyingPowerAt(close)) {
      drop(queued, 'The margin does not suffice.');
      return null;
    }
    queue.remove(queued);
    if (left === 0) return null;
    const trade = account.openTrade(left, { order, price: entryPrice, bar });
    protectEntry(queued, trade);
    return trade;
  };

  /** Closes opposite trades, oldest first, at the price without spread; returns the units that remain to be opened. */
  const netAgainst = (size: number, order: Order, price: number, bar: number): number => {
    let left = size;
    for (let at = 0; at < account.trades.length && left !== 0;) {
      const trade = account.trades[at] as HeldTrade; // at < length
      if (trade.size > 0 === size > 0) {
        at++;
      } else if (Math.abs(left) >= Math.abs(trade.size)) {
        left += trade.size;
        account.closeTrade(trade, { order, price, bar }); // takes it out of the list: `at` is the next one
      } else {
        account.reduceTrade(trade, left, { order, price, bar });
        left = 0;
      }
    }
    return left;
  };

  return matchBar;
};

/**
 * A stop entry and its take-profit lie in one direction: reached both within a bar whose range
 * leaves the stop-loss alone, there is no doubt about what happened.
 */
const runsToTarget = ({ size, stopLoss, takeProfit }: QueuedOrder, high: number, low: number): boolean => {
  if (takeProfit === null) return false;
  return size > 0
    ? takeProfit <= high && (stopLoss ?? -Infinity) < low
    : takeProfit >= low && (stopLoss ?? Infinity) > high;
};
