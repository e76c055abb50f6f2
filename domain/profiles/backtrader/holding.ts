/** What is held in one feed: the position at its average price, and the trade from flat to flat that it belongs to. */

import type { Feed } from '../../market/feed.ts';
import type { Order, Trade } from '../../engine/order.ts';
import type { PositionView } from '../../engine/rule-book.ts';
import type { Costs } from './commission-scheme.ts';

/** How a trade of some units changes a position: what it closes and what it opens, both signed as the units. */
export interface Split {
  opened: number;
  closed: number;
}

/** Splits `units` into what closes and what opens a position of `size`. */
export const splitUnits = (size: number, units: number, into: Split): void => {
  const after = size + units;
  if (after === 0 || (size > 0 && units <= 0 && after > 0) || (size < 0 && units >= 0 && after < 0)) {
    into.opened = 0;
    into.closed = units;
  } else if (size === 0 || size > 0 === units > 0) {
    into.opened = units;
    into.closed = 0;
  } else {
    into.opened = after;
    into.closed = -size;
  }
};

/** The average price after `units` more at `price`: new units average in, a reversal starts afresh. */
export const averagePriceAfter = (size: number, averagePrice: number, units: number, price: number): number => {
  const after = size + units;
  if (after === 0) return 0;
  if (size === 0) return price;
  if (size > 0 === units > 0 && units !== 0) return (averagePrice * size + units * price) / after;
  return size > 0 === after > 0 ? averagePrice : price;
};

interface TradeInProgress {
  readonly isLong: boolean;
  readonly entryBar: number;
  readonly entryTime: number;
  readonly order: Order;
  size: number;
  /** Average price of what is open. */
  price: number;
  gross: number;
  commission: number;
  opened: number;
  entryPrice: number;
  closed: number;
  exitPrice: number;
}

/** A part of a fill that opens or closes units. */
export interface TradePart {
  readonly order: Order;
  /** Signed. */
  readonly units: number;
  readonly price: number;
  readonly commission: number;
  readonly bar: number;
  readonly time: number;
}

export class Holding implements PositionView {
  readonly feed: Feed;
  readonly costs: Costs;
  readonly #feedIndex: number;
  quantity = 0;
  averagePrice = 0;
  /** Price up to which a future's gains are settled in cash. */
  settledPrice = 0;
  /** Day of the last interest, as days since 1970. */
  interestDay = 0;
  /** Interest paid since units were last closed. */
  interestDue = 0;
  /** Newest close, 0 before the first bar. */
  close = 0;
  #trade: TradeInProgress | null = null;

  constructor(feed: Feed, feedIndex: number, costs: Costs) {
    this.feed = feed;
    this.#feedIndex = feedIndex;
    this.costs = costs;
  }

  get unrealized(): number {
    return this.costs.profit(this.quantity, this.averagePrice, this.close);
  }

  /** Units and price of a fill; the average price follows. */
  update(units: number, price: number): void {
    this.averagePrice = averagePriceAfter(this.quantity, this.averagePrice, units, price);
    this.quantity += units;
  }

  /** Books a part of a fill to the trade; returns the trade when this closed it. */
  book(part: TradePart, id: number): Trade | null {
    const { units, price } = part;
    const trade = (this.#trade ??= newTrade(part));
    trade.commission += part.commission;
    const before = trade.size;
    trade.size += units;
    if (Math.abs(trade.size) > Math.abs(before)) {
      trade.price = (before * trade.price + units * price) / trade.size;
      trade.entryPrice =
        trade.opened === 0
          ? price
          : (trade.entryPrice * trade.opened + Math.abs(units) * price) / (trade.opened + Math.abs(units));
      trade.opened += Math.abs(units);
      return null;
    }
    trade.gross += this.costs.profit(-units, trade.price, price);
    trade.exitPrice =
      trade.closed === 0
        ? price
        : (trade.exitPrice * trade.closed + Math.abs(units) * price) / (trade.closed + Math.abs(units));
    trade.closed += Math.abs(units);
    if (trade.size !== 0) return null;
    this.#trade = null;
    return this.#asTrade(
      trade,
      id,
      { bar: part.bar, time: part.time, price: trade.exitPrice },
      trade.gross - trade.commission,
    );
  }

  /** The trade that is still open, marked to the newest close. */
  openTrade(id: number): Trade | null {
    const trade = this.#trade;
    if (trade === null) return null;
    const marked = trade.gross + this.costs.profit(trade.size, trade.price, this.close) - trade.commission;
    return this.#asTrade(trade, id, null, marked);
  }

  #asTrade(
    trade: TradeInProgress,
    id: number,
    exit: { bar: number; time: number; price: number } | null,
    pnl: number,
  ): Trade {
    const { order, opened, entryPrice } = trade;
    return {
      id,
      feed: this.#feedIndex,
      side: trade.isLong ? 'long' : 'short',
      quantity: opened,
      entryBar: trade.entryBar,
      entryTime: trade.entryTime,
      entryPrice,
      exitBar: exit?.bar ?? null,
      exitTime: exit?.time ?? null,
      exitPrice: exit?.price ?? null,
      stopLoss: order.request.stopLoss ?? null,
      takeProfit: order.request.takeProfit ?? null,
      pnl,
      returnFraction: pnl / (entryPrice * opened * this.costs.multiplier),
      commission: trade.commission,
      tag: order.request.tag ?? null,
    };
  }
}

const newTrade = ({ order, units, bar, time }: TradePart): TradeInProgress => ({
  isLong: units > 0,
  entryBar: bar,
  entryTime: time,
  order,
  size: 0,
  price: 0,
  gross: 0,
  commission: 0,
  opened: 0,
  entryPrice: 0,
  closed: 0,
  exitPrice: 0,
});
