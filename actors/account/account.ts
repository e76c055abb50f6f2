/** A trading account: a paper account that fills its orders at the live prices of their symbols. */

import { decimal, decimalFromText, decimalText } from '#domain';
import type { ActorKind, DecideContext, Decision } from '#kernel';
import type { AccountCommand, AccountRefusal, AccountView, OrderView } from './account-messages.ts';
import { evolveAccount, initialAccount } from './account-state.ts';
import type { AccountEvent, AccountState, OrderFilled } from './account-state.ts';
import { accountView, orderOf, performanceOf, standingOf } from './account-view.ts';
import { closed, matchOrders } from './match-orders.ts';
import { amendOrder, dayTimerOf, notOpen, placeOrder } from './place-order.ts';
import { accountKindName, unwatch, watch } from './watching.ts';

type Outcome<Reply> = Decision<AccountEvent, Reply, AccountRefusal>;
type Handler<C extends AccountCommand, Reply> = (
  command: C,
  state: AccountState,
  context: DecideContext,
) => Outcome<Reply>;

const refusedUnknown: { readonly refusal: AccountRefusal } = {
  refusal: { code: 'account-unknown', message: 'There is no such account.' },
};

/** Everything but opening needs an account that is open. */
const onOpen =
  <C extends AccountCommand, Reply>(handle: Handler<C, Reply>): Handler<C, Reply> =>
  (command, state, context) =>
    state.isOpen ? handle(command, state, context) : refusedUnknown;

export const accountKind: ActorKind<AccountCommand, AccountState, AccountEvent, AccountRefusal> = {
  name: accountKindName,
  durability: 'journal',
  initialState: initialAccount,
  eventTypes: {
    AccountOpened: true,
    Deposited: true,
    AccountReset: true,
    OrderPlaced: true,
    OrderAmended: true,
    OrderFilled: true,
    OrderClosed: true,
    CancelRemembered: true,
  },
  evolve: evolveAccount,
  snapshot: { schema: 1, everyEvents: 200 },
  decide: {
    OpenAccount({ name, currency, initialCash, feeRate = '0' }, state, { id, now }) {
      if (state.isOpen) return { refusal: { code: 'account-exists', message: 'The account is open already.' } };
      const problem =
        amountProblem(initialCash, '/initialCash', { least: 0n }) ?? amountProblem(feeRate, '/feeRate', { least: 0n });
      if (problem !== null) return { refusal: problem };
      const event: AccountEvent = {
        type: 'AccountOpened',
        name,
        currency,
        initialCash: canonical(initialCash),
        feeRate: canonical(feeRate),
        at: now,
      };
      return { events: [event], reply: viewAfter([event], state, id, 1) };
    },
    Deposit: onOpen(({ amount }, state, { id, now, seq }) => {
      const problem = amountProblem(amount, '/amount', { least: 1n });
      if (problem !== null) return { refusal: problem };
      const cash = decimalText(decimal(state.cash) + decimal(amount));
      const events: AccountEvent[] = [{ type: 'Deposited', amount: canonical(amount), cash, at: now }];
      return { events, reply: viewAfter(events, state, id, seq + 1) };
    }),
    ResetAccount: onOpen(({ initialCash }, state, { id, now, seq }) => {
      const problem = amountProblem(initialCash, '/initialCash', { least: 0n });
      if (problem !== null) return { refusal: problem };
      const open = Object.values(state.openOrders).map(({ view }) => view);
      const events: AccountEvent[] = [
        ...open.map((order) => closed(order, 'cancelled', 'The account was reset.', now)),
        { type: 'AccountReset', initialCash: canonical(initialCash), at: now },
      ];
      return {
        events,
        reply: viewAfter(events, state, id, seq + events.length),
        timers: clearedTimers(open),
        effects: symbolsOf(open).map((symbol) => unwatch(id, symbol)),
      };
    }),
    PlaceOrder: onOpen(placeOrder),
    AmendOrder: onOpen((command, state, context) => {
      const decision = amendOrder(command, state, context);
      // A better price may be met by the quote of this moment.
      return decision.reply === undefined
        ? decision
        : { ...decision, effects: [watch(context.id, decision.reply.symbol)] };
    }),
    CancelOrder: onOpen(({ orderId }, state, { id, now }) => {
      const order = Object.hasOwn(state.openOrders, orderId) ? state.openOrders[orderId]?.view : undefined;
      if (order === undefined) {
        const refusal = notOpen(orderId, state);
        if (refusal.code === 'order-closed') return { refusal };
        return state.tombstones.includes(orderId)
          ? { reply: null }
          : { events: [{ type: 'CancelRemembered', orderId, at: now }], reply: null };
      }
      const event = closed(order, 'cancelled', 'Cancelled by its owner.', now);
      return {
        events: [event],
        reply: { ...order, status: 'cancelled', reason: 'Cancelled by its owner.', updatedAt: now },
        timers: clearedTimers([order]),
        effects: leftSymbols([order], state).map((symbol) => unwatch(id, symbol)),
      };
    }),
    CancelAllOrders: onOpen(({ symbol }, state, { id, now }) => {
      const orders = Object.values(state.openOrders)
        .map(({ view }) => view)
        .filter((order) => symbol === undefined || order.symbol === symbol);
      return {
        events: orders.map((order) => closed(order, 'cancelled', 'Cancelled by its owner.', now)),
        reply: { cancelled: orders.length },
        timers: clearedTimers(orders),
        effects: symbolsOf(orders).map((each) => unwatch(id, each)),
      };
    }),
    // A quote that comes late for an account that was never opened is nobody's.
    QuoteSeen: (command, state, context) => (state.isOpen ? matchOrders(command, state, context) : { reply: null }),
    ExpireOrder({ orderId }, state, { id, now }) {
      const order = state.openOrders[orderId]?.view;
      if (order === undefined) return { reply: null };
      return {
        events: [closed(order, 'expired', 'Its day has ended.', now)],
        reply: null,
        effects: leftSymbols([order], state).map((symbol) => unwatch(id, symbol)),
      };
    },
    GetAccount: onOpen(({ marks }, state, { id, seq }) => ({ reply: accountView(id, seq, state, marks) })),
    GetOrder: onOpen(({ orderId, clientOrderId }, state) => {
      const id =
        orderId ??
        (clientOrderId !== undefined && Object.hasOwn(state.byClientOrderId, clientOrderId)
          ? state.byClientOrderId[clientOrderId]
          : undefined) ??
        '';
      const order = orderOf(state, id);
      return order === undefined
        ? { refusal: { code: 'order-unknown', message: 'The account has no such order.' } }
        : { reply: order };
    }),
    GetOpenOrders: onOpen((_, state) => ({ reply: Object.values(state.openOrders).map(({ view }) => view) })),
    GetStanding: onOpen((command, state) => ({ reply: standingOf(command, state) })),
    GetPerformance: onOpen(({ marks }, state, { id }) => ({ reply: performanceOf(id, state, marks) })),
  },
  // What the market told before the restart may have been missed: watching again asks for the latest quote.
  recovered: (state, { id }) =>
    symbolsOf(Object.values(state.openOrders).map(({ view }) => view)).map((symbol) => watch(id, symbol)),
  publish: (event, id) => publications(event).map((data) => ({ channel: `acct:${id}:orders`, data })),
};

/** Orders and the ledger as those who watch need them; changes name the order and what is new in it. */
const publications = (event: AccountEvent): readonly unknown[] => {
  switch (event.type) {
    case 'OrderPlaced':
      return [{ type: 'order', order: event.order }];
    case 'OrderAmended':
      return [
        {
          type: 'order',
          order: {
            id: event.orderId,
            quantity: event.quantity,
            limitPrice: event.limitPrice,
            updatedAt: event.at,
          },
        },
      ];
    case 'OrderClosed':
      return [
        {
          type: 'order',
          order: { id: event.orderId, status: event.status, reason: event.reason, updatedAt: event.at },
        },
      ];
    case 'OrderFilled':
      return [{ type: 'fill', ...fillPublication(event) }];
    case 'AccountOpened':
    case 'AccountReset':
      return [{ type: 'account', account: { cash: event.initialCash, at: event.at } }];
    case 'Deposited':
      return [{ type: 'account', account: { cash: event.cash, at: event.at } }];
    case 'CancelRemembered':
      return [];
  }
};

/** One publication for one event: the fill with what it made of order, position and ledger. */
const fillPublication = (event: OrderFilled): Readonly<Record<string, unknown>> => ({
  fill: {
    id: event.fillId,
    orderId: event.orderId,
    symbol: event.symbol,
    side: event.side,
    quantity: event.quantity,
    price: event.price,
    fee: event.fee,
    at: event.at,
  },
  order: {
    id: event.orderId,
    status: 'filled',
    filledQuantity: event.quantity,
    filledPrice: event.price,
    updatedAt: event.at,
  },
  position: { symbol: event.symbol, ...event.position },
  account: { cash: event.cash, at: event.at },
});

const viewAfter = (events: readonly AccountEvent[], state: AccountState, id: string, seq: number): AccountView =>
  accountView(id, seq, events.reduce(evolveAccount, state));

const amountProblem = (text: string, field: string, { least }: { readonly least: bigint }): AccountRefusal | null => {
  const amount = decimalFromText(text);
  return amount !== null && amount >= least
    ? null
    : {
        code: 'amount-invalid',
        message: `"${text.slice(0, 40)}" is no amount ${least > 0n ? 'above' : 'of at least'} 0.`,
        field,
        remedy: 'Give a decimal with at most 8 places, such as "100000" or "0.001".',
      };
};

const canonical = (text: string): string => decimalText(decimal(text));

const clearedTimers = (orders: readonly OrderView[]) =>
  orders
    .filter(({ timeInForce }) => timeInForce === 'DAY')
    .map(({ id }) => ({ type: 'clear' as const, name: dayTimerOf(id) }));

const symbolsOf = (orders: readonly OrderView[]): readonly string[] => [...new Set(orders.map(({ symbol }) => symbol))];

/** Symbols in which no order stays open once these are gone. */
const leftSymbols = (gone: readonly OrderView[], { openOrders }: AccountState): readonly string[] =>
  symbolsOf(gone).filter((symbol) =>
    Object.values(openOrders).every(({ view }) => view.symbol !== symbol || gone.some(({ id }) => id === view.id)),
  );
