/** At what price an order fills in a bar: Lean's fill models on trade bars. */

import type { Bars } from '../../market/bars.ts';
import type { Order } from '../../engine/order.ts';

/** An order that waits, with what its fill model remembers. */
export interface Ticket {
  readonly order: Order;
  /** Index of the feed's newest bar when it was made: it fills on later bars only. */
  readonly madeAtBar: number;
  /** Day (since 1970) and time after which it expires, null for never. */
  readonly lastDay: number | null;
  readonly expiresAt: number | null;
  triggered: boolean;
  /** What splits have made of one currency unit of a trailing distance. */
  trailScale: number;
}

/**
 * The price at which the ticket fills in bar `index`, NaN when it does not. May trigger a stop-limit
 * and move a trailing stop. Limits and stops must be crossed, not only touched, except by a trailing
 * stop. A stop fills at the worse of its price and the bar's close, a limit at the better of its
 * price and the bar's far edge: the path inside the bar is not guessed at.
 */
export const fillPrice = (ticket: Ticket, bars: Bars, index: number, slip: number): number => {
  const { order } = ticket;
  const isBuy = order.side === 'buy';
  const high = bars.high[index] as number; // index is a bar of the feed, here and below
  const low = bars.low[index] as number;
  const close = bars.close[index] as number;
  const worse = isBuy ? slip : -slip;
  const stop = order.stop ?? NaN;
  const limit = order.limit ?? NaN;
  switch (order.type) {
    case 'market':
    case 'market-on-open':
      return (bars.open[index] as number) + worse;
    case 'market-on-close':
      return close + worse;
    case 'limit':
      if (isBuy) return low < limit ? Math.min(high, limit) : NaN;
      return high > limit ? Math.max(low, limit) : NaN;
    case 'stop':
      if (isBuy) return high > stop ? Math.max(stop, close + slip) : NaN;
      return low < stop ? Math.min(stop, close - slip) : NaN;
    case 'stop-limit':
      if (isBuy ? high > stop : low < stop) ticket.triggered = true;
      if (!ticket.triggered) return NaN;
      if (isBuy) return close < limit ? Math.min(high, limit) : NaN;
      return close > limit ? Math.max(low, limit) : NaN;
    case 'trailing-stop':
      if (isBuy ? high >= stop : low <= stop) return isBuy ? Math.max(stop, close + slip) : Math.min(stop, close - slip);
      moveTrail(ticket, isBuy ? low : high);
      return NaN;
    case 'trailing-stop-limit':
      return NaN; // refused when submitted
  }
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
