/** At what price an order fills in a bar: Lean's fill models on trade bars. */

import type { Bars } from '../../market/bars.ts';
import type { Order } from '../../engine/order.ts';
import type { FillModel } from './config.ts';

/** An order that waits, with what its fill model remembers. */
export interface Ticket {
  readonly order: Order;
  /** Index of the feed's newest bar when it was made: it fills on later bars only. */
  readonly madeAtBar: number;
  /** Day (since 1970) with whose close it expires, null for never. */
  readonly lastDay: number | null;
  triggered: boolean;
  /** What splits have made of one currency unit of a trailing distance. */
  trailScale: number;
}

interface Match {
  readonly bars: Bars;
  /** Bar of the feed that is looked at. */
  readonly index: number;
  readonly slip: number;
  readonly model: FillModel;
}

/**
 * The price at which the ticket fills in a bar, NaN when it does not. May trigger a stop-limit or a
 * limit-if-touched and move a trailing stop. A limit must be crossed, not only touched.
 */
export const fillPrice = (ticket: Ticket, { bars, index, slip, model }: Match): number => {
  const { order } = ticket;
  const isBuy = order.side === 'buy';
  const high = bars.high[index] as number; // index is a bar of the feed, here and below
  const low = bars.low[index] as number;
  const open = bars.open[index] as number;
  const close = bars.close[index] as number;
  const worse = isBuy ? slip : -slip;
  const stop = order.stop ?? NaN;
  const limit = order.limit ?? NaN;
  switch (order.type) {
    case 'market':
    case 'market-on-open':
      return open + worse;
    case 'market-on-close':
      return close + worse;
    case 'limit':
      if (isBuy ? low >= limit : high <= limit) return NaN;
      if (model === 'equity') return isBuy ? Math.min(open, limit) : Math.max(open, limit);
      return isBuy ? Math.min(high, limit) : Math.max(low, limit);
    case 'stop':
      // The model of equities fills when touched, gaps at the open; the other when crossed, at the worse of stop and close.
      if (model === 'equity') {
        if (isBuy ? high < stop : low > stop) return NaN;
        return (isBuy ? Math.max(open, stop) : Math.min(open, stop)) + worse;
      }
      if (isBuy) return high > stop ? Math.max(stop, close + slip) : NaN;
      return low < stop ? Math.min(stop, close - slip) : NaN;
    case 'stop-limit':
      if (isBuy ? high > stop : low < stop) ticket.triggered = true;
      if (!ticket.triggered) return NaN;
      if (isBuy) return close < limit ? Math.min(high, limit) : NaN;
      return close > limit ? Math.max(low, limit) : NaN;
    case 'limit-if-touched':
      if (isBuy ? low <= stop : high >= stop) ticket.triggered = true;
      if (!ticket.triggered || (isBuy ? close > limit : close < limit)) return NaN;
      return model === 'equity' ? close : limit;
    case 'trailing-stop':
      if (isBuy ? high >= stop : low <= stop)
        return isBuy ? Math.max(stop, close + slip) : Math.min(stop, close - slip);
      moveTrail(ticket, isBuy ? low : high);
      return NaN;
    case 'trailing-stop-limit':
      return NaN; // refused when submitted
  }
};

/**
 * The price at which an order is valued for its fee while `close` is the newest: of one with a price
 * of its own, that price where it is the better one (Lean's `Order.GetValue`).
 */
export const valuedAt = ({ type, side, limit, stop }: Order, close: number): number => {
  const own =
    type === 'stop' || type === 'trailing-stop'
      ? stop
      : type === 'market-on-open' || type === 'market-on-close'
        ? null
        : limit;
  if (own === null) return close;
  return side === 'buy' ? Math.min(own, close) : Math.max(own, close);
};

/** The stop of a trailing order at that distance from a price. */
export const trailFrom = (order: Order, price: number, scale = 1): number => {
  const { trail } = order.request;
  if (trail === undefined) return NaN;
  const distance = 'amount' in trail ? trail.amount * scale : price * trail.fraction;
  return order.side === 'buy' ? price + distance : price - distance;
};

/** Moves the stop after the best price of the bar, never back. */
const moveTrail = ({ order, trailScale }: Ticket, best: number): void => {
  const moved = trailFrom(order, best, trailScale);
  const stop = order.stop ?? moved;
  order.stop = order.side === 'buy' ? Math.min(stop, moved) : Math.max(stop, moved);
};
