/** How a request becomes an order of Lean's, and which requests it does not know. */

import type { Market } from '../../engine/market.ts';
import type { Order, OrderRequest } from '../../engine/order.ts';
import { newOrder } from '../new-order.ts';
import { truncateToLots } from './buying-power.ts';
import type { Holding } from './holding.ts';

/** Why Lean would not take a request, null when it would. */
export const refusalOf = (request: OrderRequest, alwaysOpen: boolean): string | null => {
  const { size, type, limit, stop, timeInForce, expiresAt, trail } = request;
  if (!('quantity' in size))
    return 'A fraction of what is affordable at the fill is known to backtesting.py only: give units.';
  if (!(size.quantity > 0) || !Number.isFinite(size.quantity)) return 'The quantity must be greater than 0.';
  if (request.postOnly === true || request.reduceOnly === true)
    return 'Lean knows no post-only and no reduce-only here.';
  if (request.closesTrade !== undefined) return 'Lean nets positions: single trades cannot be closed.';
  if (timeInForce === 'IOC' || timeInForce === 'FOK') return `Lean knows no ${timeInForce}.`;
  if (timeInForce === 'GTD' && expiresAt === undefined) return 'GTD needs the time at which the order expires.';
  if (type === 'trailing-stop-limit') return 'Lean knows no trailing stop with a limit.';
  if ((type === 'market-on-open' || type === 'market-on-close') && alwaysOpen)
    return 'A market that never closes has no open and no close.';
  if ((type === 'limit' || type === 'stop-limit' || type === 'limit-if-touched') && limit === undefined)
    return `A ${type} order needs its limit.`;
  if ((type === 'stop' || type === 'stop-limit' || type === 'limit-if-touched') && stop === undefined)
    return `A ${type} order needs its stop.`;
  if (type === 'trailing-stop' && trail === undefined) return 'A trailing stop needs its distance.';
  return null;
};

/** An order with its quantity in whole lots and its prices on the tick; not yet judged. */
export const orderOnGrid = (request: OrderRequest, id: number, market: Market, { lot, tick }: Holding): Order => {
  const order = newOrder(request, id, market);
  order.quantity = truncateToLots(order.quantity, lot);
  if (order.limit !== null) order.limit = roundToTick(order.limit, tick);
  if (order.stop !== null) order.stop = roundToTick(order.stop, tick);
  return order;
};

/** Digits that a price keeps when it is put on its tick, so that 1.1 is not 1.1000000000000001. */
const priceDigits = 12;

/** The nearest price on the grid, halves to the even one as decimals round. No grid, no change. */
export const roundToTick = (price: number, tick: number): number => {
  if (!(tick > 0)) return price;
  const ticks = price / tick;
  const floor = Math.floor(ticks);
  const rest = ticks - floor;
  const whole = Math.abs(rest - 0.5) < 1e-9 ? floor + (floor % 2 === 0 ? 0 : 1) : Math.round(ticks);
  return Number((whole * tick).toPrecision(priceDigits));
};
