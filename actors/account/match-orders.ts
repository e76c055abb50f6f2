/** Fills of a paper account: what a quote does to the open orders of its symbol. */

import { decimal, decimalText, timesDecimal } from '#domain';
import type { Decimal } from '#domain';
import type { DecideContext, Decision, Message, TimerChange } from '#kernel';
import type { Notify } from '../inbox/inbox-messages.ts';
import type { AccountRefusal, OrderView, QuoteSeen } from './account-messages.ts';
import { applyFill, evolveAccount, freeOf, positionOf } from './account-state.ts';
import type { AccountEvent, AccountState, OrderFilled, OrderState } from './account-state.ts';
import { dayTimerOf, neededFor } from './place-order.ts';
import { unwatch } from './watching.ts';

/**
 * Buys fill at the ask and sells at the bid, whole, as soon as that is at least as good as their
 * limit; in the order in which they were placed. IOC and FOK orders that the first quote does not
 * fill are cancelled. A market order that the account can no longer pay is rejected.
 */
export const matchOrders = (
  quote: QuoteSeen,
  state: AccountState,
  { id, now }: DecideContext,
): Decision<AccountEvent, null, AccountRefusal> => {
  const bid = decimal(quote.bid);
  const ask = decimal(quote.ask);
  const events: AccountEvent[] = [];
  let reached = state;
  for (const order of Object.values(state.openOrders)) {
    if (order.view.symbol !== quote.symbol) continue;
    const price = order.view.side === 'buy' ? ask : bid;
    const event = isReached(order, price) ? fill(reached, order, price, now) : unfilled(order, now);
    if (event === null) continue;
    events.push(event);
    reached = evolveAccount(reached, event);
  }
  const isDone = Object.values(reached.openOrders).every(({ view }) => view.symbol !== quote.symbol);
  return {
    reply: null,
    events,
    timers: events.flatMap((event) => dayTimer(event, state)),
    send: events.flatMap((event) => notice(event, state, id)),
    effects: isDone ? [unwatch(id, quote.symbol)] : [],
  };
};

const isReached = ({ view }: OrderState, price: Decimal): boolean => {
  if (view.limitPrice === null) return true;
  const limit = decimal(view.limitPrice);
  return view.side === 'buy' ? price <= limit : price >= limit;
};

const fill = (state: AccountState, order: OrderState, price: Decimal, now: number): AccountEvent => {
  const { view } = order;
  const quantity = decimal(view.quantity);
  if (neededFor(state, view, quantity, price) > freeOf(state, view.id))
    return closed(view, 'rejected', `At ${decimalText(price)} the account can not pay for it.`, now);
  const notional = timesDecimal(quantity, price);
  const fee = timesDecimal(notional, decimal(state.feeRate));
  const after = applyFill(positionOf(state, view.symbol), view.side, { quantity, price });
  const cash = decimal(state.cash) + (view.side === 'buy' ? -notional : notional) - fee;
  const filled: OrderFilled = {
    type: 'OrderFilled',
    orderId: view.id,
    // Paper orders fill once.
    fillId: `${view.id}.1`,
    symbol: view.symbol,
    side: view.side,
    quantity: view.quantity,
    price: decimalText(price),
    fee: decimalText(fee),
    realised: decimalText(after.realised),
    cash: decimalText(cash),
    position: { quantity: decimalText(after.quantity), averagePrice: decimalText(after.averagePrice) },
    at: now,
  };
  return filled;
};

const unfilled = ({ view }: OrderState, now: number): AccountEvent | null =>
  view.timeInForce === 'IOC' || view.timeInForce === 'FOK'
    ? closed(view, 'cancelled', 'The market did not reach its price at once.', now)
    : null;

export const closed = (
  { id, symbol }: OrderView,
  status: 'cancelled' | 'expired' | 'rejected',
  reason: string,
  at: number,
): AccountEvent => ({ type: 'OrderClosed', orderId: id, symbol, status, reason, at });

const dayTimer = (event: AccountEvent, { openOrders }: AccountState): readonly TimerChange[] =>
  (event.type === 'OrderFilled' || event.type === 'OrderClosed') &&
  openOrders[event.orderId]?.view.timeInForce === 'DAY'
    ? [{ type: 'clear', name: dayTimerOf(event.orderId) }]
    : [];

/** The owner hears of fills and rejections, whoever is connected. */
const notice = (event: AccountEvent, { openOrders, name }: AccountState, accountId: string): readonly Message[] => {
  if (event.type !== 'OrderFilled' && !(event.type === 'OrderClosed' && event.status === 'rejected')) return [];
  const order = openOrders[event.orderId]?.view;
  if (order === undefined) return [];
  const what = `${order.side} ${order.quantity} ${order.symbol}`;
  const command: Notify =
    event.type === 'OrderFilled'
      ? {
          type: 'Notify',
          kind: 'order.filled',
          title: `Filled: ${what} at ${event.price}`,
          text: `Account ${name}: ${what} filled at ${event.price}, fee ${event.fee}.`,
          about: { accountId, orderId: order.id },
        }
      : {
          type: 'Notify',
          kind: 'order.rejected',
          title: `Rejected: ${what}`,
          text: `Account ${name}: ${what} was rejected. ${event.reason}`,
          about: { accountId, orderId: order.id },
        };
  return [{ to: { kind: 'inbox', id: ownerOf(accountId) }, command }];
};

/** Accounts are `USER.LOCAL`. */
export const ownerOf = (accountId: string): string => accountId.slice(0, Math.max(0, accountId.indexOf('.')));
