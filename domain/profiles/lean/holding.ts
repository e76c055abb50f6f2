/** What is held in one feed: units at an average price, and the lots behind them, closed first in first out. */

import type { Order, Trade } from '../../engine/order.ts';
import type { PositionView } from '../../engine/rule-book.ts';
import type { Feed } from '../../market/feed.ts';

interface Lot {
  /** Signed. */
  units: number;
  price: number;
  fee: number;
  readonly bar: number;
  readonly time: number;
  readonly order: Order;
}

/** A fill as it is booked. */
export interface Booking {
  readonly order: Order;
  /** Signed. */
  readonly units: number;
  readonly price: number;
  readonly fee: number;
  readonly bar: number;
  readonly time: number;
}

export class Holding implements PositionView {
  readonly feed: Feed;
  readonly feedIndex: number;
  /** Smallest step of what is ordered, units. */
  readonly lot: number;
  quantity = 0;
  averagePrice = 0;
  /** Newest close, 0 before the first bar. */
  close = 0;
  #lots: Lot[] = [];

  /** `lot` null: the instrument's lot, or single units where it has none. */
  constructor(feed: Feed, feedIndex: number, lot: number | null = null) {
    const { lot: ofInstrument } = feed.instrument;
    this.feed = feed;
    this.feedIndex = feedIndex;
    this.lot = lot ?? (ofInstrument > 0 ? ofInstrument : 1);
  }

  /** Grid of the prices, 0 for none. */
  get tick(): number {
    return this.feed.instrument.tick;
  }

  get multiplier(): number {
    return this.feed.instrument.multiplier;
  }

  get value(): number {
    return this.quantity * this.close * this.multiplier;
  }

  get unrealized(): number {
    return this.quantity * (this.close - this.averagePrice) * this.multiplier;
  }

  /** Books a fill; hands each round trip that it closes to `closed`. */
  book(booking: Booking, nextId: () => number, closed: (trade: Trade) => void): void {
    const { units, price, fee, bar, time, order } = booking;
    const before = this.quantity;
    this.quantity = before + units;
    if (this.quantity === 0) this.averagePrice = 0;
    else if (before === 0 || before > 0 !== this.quantity > 0) this.averagePrice = price;
    else if (before > 0 === units > 0) this.averagePrice = (this.averagePrice * before + price * units) / this.quantity;

    let left = units;
    for (let lot = this.#lots[0]; lot !== undefined && left !== 0 && lot.units > 0 !== left > 0; lot = this.#lots[0]) {
      const matched = Math.min(Math.abs(lot.units), Math.abs(left));
      const part = lot.units > 0 ? matched : -matched;
      const entryFee = lot.fee * (matched / Math.abs(lot.units));
      const exitFee = fee * (matched / Math.abs(units));
      closed(this.#trade({ ...lot, units: part, fee: entryFee }, nextId(), { bar, time, price, fee: exitFee }));
      lot.units -= part;
      lot.fee -= entryFee;
      left += part;
      if (lot.units === 0) this.#lots.shift();
    }
    if (left !== 0)
      this.#lots.push({ units: left, price, fee: fee * (Math.abs(left) / Math.abs(units)), bar, time, order });
  }

  /** The lots that are still open, marked to the newest close. */
  openTrades(nextId: () => number): Trade[] {
    return this.#lots.map((lot) => this.#trade(lot, nextId(), null));
  }

  /**
   * Turns the units into units at `factor` times the price. Returns the fraction of a unit that is
   * left over, to be paid out in cash.
   */
  split(factor: number): number {
    const exact = this.quantity / factor;
    const whole = Math.trunc(exact);
    this.quantity = whole;
    this.averagePrice = whole === 0 ? 0 : this.averagePrice * factor;
    this.close *= factor;
    for (const lot of this.#lots) {
      lot.units /= factor;
      lot.price *= factor;
    }
    const lotted = this.#lots.reduce((sum, lot) => sum + lot.units, 0);
    const last = this.#lots.at(-1);
    if (last !== undefined) last.units += whole - lotted;
    this.#lots = this.#lots.filter(({ units }) => units !== 0);
    return exact - whole;
  }

  #trade(
    { units, price, fee, bar, time, order }: Lot,
    id: number,
    exit: { bar: number; time: number; price: number; fee: number } | null,
  ): Trade {
    const commission = fee + (exit?.fee ?? 0);
    const pnl = units * ((exit?.price ?? this.close) - price) * this.multiplier - commission;
    return {
      id,
      feed: this.feedIndex,
      side: units > 0 ? 'long' : 'short',
      quantity: Math.abs(units),
      entryBar: bar,
      entryTime: time,
      entryPrice: price,
      exitBar: exit?.bar ?? null,
      exitTime: exit?.time ?? null,
      exitPrice: exit?.price ?? null,
      stopLoss: order.request.stopLoss ?? null,
      takeProfit: order.request.takeProfit ?? null,
      pnl,
      returnFraction: pnl / (price * Math.abs(units) * this.multiplier),
      commission,
      tag: order.request.tag ?? null,
    };
  }
}
