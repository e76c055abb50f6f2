/** The lists of trading: accounts, orders and fills, as functions of the accounts' events. */

import type { EventContext, ListChange, ListEntry, ListProjection } from '#ports';
import type { AccountEvent, OrderClosed, OrderFilled } from './account-state.ts';
import { ownerOf } from './match-orders.ts';
import { accountKindName } from './watching.ts';

const accountChanges = (event: AccountEvent, { id, at }: EventContext): readonly ListChange[] => {
  const patch = (change: (doc: ListEntry['doc']) => ListEntry['doc']): readonly ListChange[] => [
    { type: 'patch', id, patch: (entry) => ({ ...entry, doc: change(entry.doc) }) },
  ];
  switch (event.type) {
    case 'AccountOpened':
      return [
        {
          type: 'put',
          entry: {
            id,
            owner: ownerOf(id),
            at,
            symbol: null,
            status: 'open',
            parent: null,
            doc: {
              id,
              name: event.name,
              type: 'paper',
              currency: event.currency,
              cash: event.initialCash,
              createdAt: at,
            },
          },
        },
      ];
    case 'Deposited':
      return patch((doc) => ({ ...doc, cash: event.cash }));
    case 'AccountReset':
      return patch((doc) => ({ ...doc, cash: event.initialCash }));
    case 'OrderFilled':
      return patch((doc) => ({ ...doc, cash: event.cash }));
    default:
      return [];
  }
};

const orderChanges = (event: AccountEvent, { id }: EventContext): readonly ListChange[] => {
  switch (event.type) {
    case 'OrderPlaced':
      return [
        {
          type: 'put',
          entry: {
            id: event.order.id,
            owner: ownerOf(id),
            at: event.order.placedAt,
            symbol: event.order.symbol,
            status: event.order.status,
            parent: id,
            doc: { ...event.order },
          },
        },
      ];
    case 'OrderAmended':
      return [
        changedOrder(event.orderId, null, {
          quantity: event.quantity,
          limitPrice: event.limitPrice,
          updatedAt: event.at,
        }),
      ];
    case 'OrderFilled':
      return [filledOrder(event)];
    case 'OrderClosed':
      return [closedOrder(event)];
    default:
      return [];
  }
};

const filledOrder = ({ orderId, quantity, price, at }: OrderFilled): ListChange =>
  changedOrder(orderId, 'filled', { filledQuantity: quantity, filledPrice: price, updatedAt: at });

const closedOrder = ({ orderId, status, reason, at }: OrderClosed): ListChange =>
  changedOrder(orderId, status, { reason, updatedAt: at });

const changedOrder = (id: string, status: string | null, change: ListEntry['doc']): ListChange => ({
  type: 'patch',
  id,
  patch: (entry) => ({
    ...entry,
    status: status ?? entry.status,
    doc: { ...entry.doc, ...(status === null ? {} : { status }), ...change },
  }),
});

const fillChanges = (event: AccountEvent, { id }: EventContext): readonly ListChange[] => {
  if (event.type !== 'OrderFilled') return [];
  const { fillId, orderId, symbol, side, quantity, price, fee, realised, at } = event;
  return [
    {
      type: 'put',
      entry: {
        id: fillId,
        owner: ownerOf(id),
        at,
        symbol,
        status: null,
        parent: id,
        doc: { id: fillId, accountId: id, orderId, symbol, side, quantity, price, fee, realised, at },
      },
    },
  ];
};

export const accountLists: readonly ListProjection<AccountEvent>[] = [
  { list: 'accounts', version: 1, kind: accountKindName, changes: accountChanges },
  { list: 'orders', version: 1, kind: accountKindName, changes: orderChanges },
  { list: 'fills', version: 1, kind: accountKindName, changes: fillChanges },
];
