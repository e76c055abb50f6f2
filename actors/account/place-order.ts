/** Placing and amending orders: what is checked before an order is accepted. */

import { decimal, decimalFromText, decimalText, isOnGrid, timesDecimal } from '#domain';
import type { Decimal } from '#domain';
import type { DecideContext, Decision, TimerChange } from '#kernel';
import type { AccountRefusal, AmendOrder, ExpireOrder, OrderView, PlaceOrder } from './account-messages.ts';
import { freeOf, positionOf } from './account-state.ts';
import type { AccountEvent, AccountState } from './account-state.ts';
import { watch } from './watching.ts';

/** Open orders of one account: more is a program that does not look at its answers. */
const openOrdersMax = 500;
/** Fits every exchange's own limit for client order ids. */
const clientOrderIdLengthMax = 64;
/** Neither control characters nor halves of characters: the id goes to exchanges, and is claimed in the database as text. */
const clientOrderIdForm = /^[^\p{Cc}\p{Cs}]+$/u;

type Outcome = Decision<AccountEvent, OrderView, AccountRefusal>;

export const placeOrder = (command: PlaceOrder, state: AccountState, context: DecideContext): Outcome => {
  const known = state.byClientOrderId[command.clientOrderId];
  if (known !== undefined && Object.hasOwn(state.byClientOrderId, command.clientOrderId))
    return placedBefore(command, state, known);
  if (state.tombstones.includes(command.orderId))
    return refused('order-cancelled-before', 'This order was cancelled before it arrived.', {
      remedy: 'Place a new order with a new client order id.',
    });
  const problem = fieldProblem(command) ?? unpricedProblem(command) ?? roomProblem(state);
  if (problem !== null) return { refusal: problem };
  const quantity = decimal(command.quantity);
  const price = command.limitPrice === null ? null : decimal(command.limitPrice);
  const reserved = price === null ? 0n : neededFor(state, command, quantity, price);
  if (price !== null && reserved > freeOf(state)) return insufficient(state, reserved, null);
  const order: OrderView = {
    id: command.orderId,
    accountId: context.id,
    clientOrderId: command.clientOrderId,
    symbol: command.symbol,
    side: command.side,
    type: command.orderType,
    timeInForce: command.timeInForce,
    quantity: decimalText(quantity),
    limitPrice: price === null ? null : decimalText(price),
    filledQuantity: '0',
    filledPrice: null,
    status: 'accepted',
    reason: null,
    placedAt: context.now,
    updatedAt: context.now,
  };
  return {
    events: [
      {
        type: 'OrderPlaced',
        order,
        lot: command.grid.lot,
        tick: command.grid.tick,
        reserved: decimalText(reserved),
      },
    ],
    reply: order,
    claims: [
      {
        scope: 'client-order-id',
        value: `${context.id}/${command.clientOrderId}`,
        refusal: clientIdTaken(command.clientOrderId),
      },
    ],
    timers: command.timeInForce === 'DAY' ? [endOfDay(order)] : [],
    // Answers at once with the latest quote, at which a market order fills.
    effects: [watch(context.id, command.symbol)],
  };
};

export const amendOrder = (command: AmendOrder, state: AccountState, { now }: DecideContext): Outcome => {
  const order = Object.hasOwn(state.openOrders, command.orderId) ? state.openOrders[command.orderId] : undefined;
  if (order === undefined) return { refusal: notOpen(command.orderId, state) };
  const { view, lot, tick } = order;
  if (view.limitPrice === null)
    return refused('order-type-unsupported', 'A market order has nothing to amend.', { remedy: 'Cancel it.' });
  const grid = { lot, tick, minQuantity: null };
  const quantity = command.quantity ?? view.quantity;
  const limitPrice = command.limitPrice ?? view.limitPrice;
  const problem = quantityProblem(quantity, grid) ?? priceProblem(limitPrice, grid);
  if (problem !== null) return { refusal: problem };
  const reserved = neededFor(state, view, decimal(quantity), decimal(limitPrice));
  if (reserved > freeOf(state, view.id)) return insufficient(state, reserved, view.id);
  const amended = {
    quantity: decimalText(decimal(quantity)),
    limitPrice: decimalText(decimal(limitPrice)),
  };
  return {
    events: [{ type: 'OrderAmended', orderId: view.id, ...amended, reserved: decimalText(reserved), at: now }],
    reply: { ...view, ...amended, updatedAt: now },
  };
};

/**
 * Money that an order of that price holds: for the part that opens or adds to a position, with its
 * fee. What closes a position needs none.
 */
export const neededFor = (
  state: AccountState,
  { symbol, side }: { readonly symbol: string; readonly side: 'buy' | 'sell' },
  quantity: Decimal,
  price: Decimal,
): Decimal => {
  const held = decimal(positionOf(state, symbol).quantity);
  const closable = side === 'buy' ? -held : held;
  const opening = closable <= 0n ? quantity : quantity > closable ? quantity - closable : 0n;
  const notional = timesDecimal(opening, price);
  return notional + timesDecimal(notional, decimal(state.feeRate));
};

const fieldProblem = ({
  clientOrderId,
  orderType,
  timeInForce,
  quantity,
  limitPrice,
  grid,
}: PlaceOrder): AccountRefusal | null => {
  if (
    clientOrderId.length > clientOrderIdLengthMax ||
    clientOrderId === '__proto__' ||
    !clientOrderIdForm.test(clientOrderId)
  )
    return {
      code: 'client-order-id-invalid',
      message: `A client order id has 1 to ${clientOrderIdLengthMax} characters, all of them printable.`,
      field: '/clientOrderId',
      remedy: 'Use a UUID, or leave it out and one is made.',
    };
  const problem = quantityProblem(quantity, grid);
  if (problem !== null) return problem;
  if (orderType === 'limit') {
    if (limitPrice === null)
      return {
        code: 'order-price',
        message: 'A limit order needs its price.',
        field: '/limitPrice',
        remedy: 'Add "limitPrice": "64000.5".',
      };
    return priceProblem(limitPrice, grid);
  }
  if (limitPrice !== null)
    return {
      code: 'order-price',
      message: 'A market order takes no price.',
      field: '/limitPrice',
      remedy: 'Leave out limitPrice, or make it a limit order.',
    };
  if (timeInForce === 'GTC' || timeInForce === 'IOC' || timeInForce === 'FOK' || timeInForce === 'DAY') return null;
  return {
    code: 'order-time-in-force',
    message: `${String(timeInForce)} is no time in force that is known.`,
    field: '/timeInForce',
    remedy: 'Use GTC, DAY, IOC or FOK.',
  };
};

/** It would fill at whatever price comes, days later perhaps: nobody who sends such an order means that. */
const unpricedProblem = ({ isUnpriced, symbol, orderType, timeInForce }: PlaceOrder): AccountRefusal | null =>
  isUnpriced !== true || (orderType === 'limit' && (timeInForce === 'GTC' || timeInForce === 'DAY'))
    ? null
    : {
        code: 'no-live-price',
        message: `${symbol} has no live price, and this order can not wait for one.`,
        field: '/symbol',
        remedy: `Place a limit order that is good till cancelled or for the day, or give the symbol a feed: PUT data/symbols/${symbol}.`,
      };

const quantityProblem = (text: string, { lot, minQuantity }: PlaceOrder['grid']): AccountRefusal | null => {
  const quantity = decimalFromText(text);
  const problem = (message: string, remedy: string): AccountRefusal => ({
    code: 'order-quantity',
    message,
    field: '/quantity',
    remedy,
  });
  if (quantity === null || quantity <= 0n)
    return problem(`"${text.slice(0, 40)}" is no quantity.`, 'Give a decimal above 0, such as "10" or "0.25".');
  if (!isOnGrid(quantity, decimal(lot)))
    return problem(`${text} is not a whole number of lots of ${lot}.`, `Use a multiple of ${lot}.`);
  if (minQuantity !== null && quantity < decimal(minQuantity))
    return problem(`${text} is below the least quantity, ${minQuantity}.`, `Use at least ${minQuantity}.`);
  return null;
};

const priceProblem = (text: string, { tick }: Pick<PlaceOrder['grid'], 'tick'>): AccountRefusal | null => {
  const price = decimalFromText(text);
  const problem = (message: string, remedy: string): AccountRefusal => ({
    code: 'order-price',
    message,
    field: '/limitPrice',
    remedy,
  });
  if (price === null || price <= 0n)
    return problem(`"${text.slice(0, 40)}" is no price.`, 'Give a decimal above 0, such as "64000.5".');
  if (!isOnGrid(price, decimal(tick)))
    return problem(`${text} does not lie on the price steps of ${tick}.`, `Use a multiple of ${tick}.`);
  return null;
};

const roomProblem = (state: AccountState): AccountRefusal | null =>
  Object.keys(state.openOrders).length < openOrdersMax
    ? null
    : {
        code: 'open-orders-max',
        message: `The account has ${openOrdersMax} open orders, the most that it may have.`,
        remedy: 'Cancel some first.',
      };

/** The same order again is answered as it is; another order under that id is a mistake. */
const placedBefore = (command: PlaceOrder, state: AccountState, orderId: string): Outcome => {
  const order = state.openOrders[orderId]?.view ?? state.closedOrders.find(({ id }) => id === orderId);
  const isSame =
    order !== undefined &&
    order.symbol === command.symbol &&
    order.side === command.side &&
    order.type === command.orderType &&
    decimalFromText(command.quantity) === decimal(order.quantity);
  return isSame ? { reply: order } : { refusal: clientIdTaken(command.clientOrderId) };
};

const clientIdTaken = (clientOrderId: string): AccountRefusal => ({
  code: 'client-order-id-taken',
  message: `Another order of this account has the client order id "${clientOrderId.slice(0, clientOrderIdLengthMax)}".`,
  field: '/clientOrderId',
  remedy: 'Use an id once; leave it out and one is made.',
});

export const notOpen = (orderId: string, state: AccountState): AccountRefusal =>
  state.closedOrders.some(({ id }) => id === orderId)
    ? { code: 'order-closed', message: 'The order is no longer open.', remedy: 'Place a new one.' }
    : { code: 'order-unknown', message: 'The account has no such order.' };

const insufficient = (state: AccountState, needed: Decimal, without: string | null): Outcome =>
  refused(
    'insufficient-funds',
    `The order needs ${decimalText(needed)} ${state.currency}; ${decimalText(freeOf(state, without))} are free.`,
    { field: '/quantity', remedy: 'Order less, cancel open orders, or deposit.' },
  );

const refused = (
  code: AccountRefusal['code'],
  text: string,
  more: Pick<AccountRefusal, 'field' | 'remedy'> = {},
): Outcome => ({ refusal: { code, message: text, ...more } });

const dayMs = 86_400_000;

/** Days end at midnight UTC. */
const endOfDay = ({ id, placedAt }: OrderView): TimerChange => {
  const command: ExpireOrder = { type: 'ExpireOrder', orderId: id };
  return { type: 'set', name: dayTimerOf(id), at: (Math.floor(placedAt / dayMs) + 1) * dayMs, command };
};

export const dayTimerOf = (orderId: string): string => `day:${orderId}`;
