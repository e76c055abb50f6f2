/** An order as it is made: what was asked for, before a profile puts it on its grid and judges it. */

import type { Market } from '../engine/market.ts';
import type { Order, OrderRequest } from '../engine/order.ts';

/** `id` is the order's place in the log. A fraction of what is affordable has a quantity of 0 for now. */
export const newOrder = (request: OrderRequest, id: number, { step, time }: Market): Order => {
  const { feed, side, size, type, limit, stop } = request;
  return {
    id,
    request,
    feed,
    side,
    type,
    quantity: 'quantity' in size ? size.quantity : 0,
    limit: limit ?? null,
    stop: stop ?? null,
    status: 'waiting',
    filledQuantity: 0,
    fillPrice: null,
    createdStep: step,
    createdTime: time,
    updatedStep: step,
    stopLossOrder: null,
    takeProfitOrder: null,
    reason: null,
  };
};
