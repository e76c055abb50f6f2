/** Which orders a trading account takes: a part of what the strategy API can ask for. */

import type { OrderRequest } from '../../engine/order.ts';

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
