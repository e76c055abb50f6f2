/** Orders that live and end together: brackets, whose exits follow their entry, and one-cancels-other groups. */

import type { Order, OrderRequest } from '../../engine/order.ts';

/** The orders among `open` that go with `order`: those of its group, and the other exit of its bracket. */
export const siblingsOf = (order: Order, open: readonly Order[], all: readonly Order[]): readonly Order[] => {
  const { ocoGroup, parent } = order.request;
  const entry = parent === undefined ? undefined : all[parent];
  const exits = [entry?.stopLossOrder, entry?.takeProfitOrder];
  return open.filter(
    (other) =>
      other !== order &&
      ((ocoGroup !== undefined && other.request.ocoGroup === ocoGroup) ||
        (exits.includes(order.id) && exits.includes(other.id))),
  );
};

/** What an order asks for to protect the position that its fill has opened; null for an exit it does without. */
export const exitsOf = ({
  id,
  feed,
  side,
  quantity,
  request,
}: Order): { readonly stopLoss: OrderRequest | null; readonly takeProfit: OrderRequest | null } => {
  const { stopLoss, takeProfit, tag } = request;
  const exit = {
    feed,
    side: side === 'buy' ? 'sell' : 'buy',
    size: { quantity },
    parent: id,
    ...(tag === undefined ? {} : { tag }),
  } as const;
  return {
    stopLoss: stopLoss === undefined ? null : { ...exit, type: 'stop', stop: stopLoss },
    takeProfit: takeProfit === undefined ? null : { ...exit, type: 'limit', limit: takeProfit },
  };
};
