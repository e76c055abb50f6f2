/** Which orders a trading account takes: a part of what the strategy API can ask for. */

import { fromSteps, isCountable, stepsTowardZero } from '../../money.ts';
import type { Grid } from '../../money.ts';
import { limitOnGrid } from '../../engine/native/slippage.ts';
import type { Order, OrderRequest } from '../../engine/order.ts';

/** Why an account takes no such order, in words; null when it does. It is refused whole: a stop-loss left out would be a promise broken. */
export const notSupported = (request: OrderRequest): string | null => {
  const { type, timeInForce } = request;
  if (type !== 'market' && type !== 'limit') return sentence(`${type} orders`);
  if (timeInForce === 'GTD') return sentence('orders that expire at a time (GTD)');
  if (request.stopLoss !== undefined || request.takeProfit !== undefined)
    return sentence('orders with a stop-loss or a take-profit');
  if (request.ocoGroup !== undefined) return sentence('orders that cancel each other (ocoGroup)');
  if (request.postOnly === true) return sentence('post-only orders');
  if (request.reduceOnly === true) return sentence('reduce-only orders');
  if (request.parent !== undefined || request.closesTrade !== undefined) return sentence('orders tied to others');
  return null;
};

const sentence = (what: string): string =>
  `Accounts do not take ${what}; they take market and limit orders, GTC, DAY, IOC or FOK.`;

/** Gives an order quantity and limit as they can be traded, or says why there are none. */
export const putOnGrid = (order: Order, lots: Grid, ticks: Grid): string | null => {
  const { request, side } = order;
  const asked = 'quantity' in request.size ? request.size.quantity : NaN; // the strategy API makes fractions units
  if (asked !== 0 && !isCountable(lots, asked))
    return 'The quantity is not a number above 0 that can be counted exactly.';
  order.quantity = fromSteps(lots, stepsTowardZero(lots, asked));
  if (order.quantity === 0) return `The quantity is below one lot of ${lots.step}.`;
  if (order.type === 'market') return null;
  const { limit } = request;
  if (limit === undefined || !isCountable(ticks, limit)) return 'A limit order needs a limit price above 0.';
  order.limit = limitOnGrid(ticks, side === 'buy' ? 1 : -1, limit);
  return order.limit > 0 ? null : 'The limit price is below one tick.';
};
