/** A trading account as its events make it: an exact ledger, positions and orders. Amounts are decimal text. */

import { decimal, decimalText, overDecimal, timesDecimal } from '#domain';
import type { Decimal } from '#domain';
import type { AccountOrderStatus, OrderSide, OrderView } from './account-messages.ts';

export interface AccountOpened {
  readonly type: 'AccountOpened';
  readonly name: string;
  readonly currency: string;
  readonly initialCash: string;
  readonly feeRate: string;
  readonly at: number;
}

export interface Deposited {
  readonly type: 'Deposited';
  readonly amount: string;
  /** The ledger's balance after it. */
  readonly cash: string;
  readonly at: number;
}

export interface AccountReset {
  readonly type: 'AccountReset';
  readonly initialCash: string;
  readonly at: number;
}

export interface OrderPlaced {
  readonly type: 'OrderPlaced';
  readonly order: OrderView;
  /** Smallest steps of quantity and price, against which amendments are checked. */
  readonly lot: string;
  readonly tick: string;
  /** Money held for the part that opens or adds to a position. */
  readonly reserved: string;
}

export interface OrderAmended {
  readonly type: 'OrderAmended';
  readonly orderId: string;
  readonly quantity: string;
  readonly limitPrice: string;
  readonly reserved: string;
  readonly at: number;
}

export interface OrderFilled {
  readonly type: 'OrderFilled';
  readonly orderId: string;
  readonly fillId: string;
  readonly symbol: string;
  readonly side: OrderSide;
  readonly quantity: string;
  readonly price: string;
  readonly fee: string;
  /** Profit of what the fill closed, before its fee. */
  readonly realised: string;
  /** The ledger's balance after the fill. */
  readonly cash: string;
  /** The position after the fill. */
  readonly position: { readonly quantity: string; readonly averagePrice: string };
  readonly at: number;
}

/** Cancelled, expired, or rejected after it had been accepted. */
export interface OrderClosed {
  readonly type: 'OrderClosed';
  readonly orderId: string;
  readonly symbol: string;
  readonly status: 'cancelled' | 'expired' | 'rejected';
  readonly reason: string;
  readonly at: number;
}

/** The cancel of an order that is not known: should it come late, it stays dead. */
export interface CancelRemembered {
  readonly type: 'CancelRemembered';
  readonly orderId: string;
  readonly at: number;
}

export type AccountEvent =
  | AccountOpened
  | Deposited
  | AccountReset
  | OrderPlaced
  | OrderAmended
  | OrderFilled
  | OrderClosed
  | CancelRemembered;

export interface OrderState {
  readonly view: OrderView;
  readonly lot: string;
  readonly tick: string;
  readonly reserved: string;
}

export interface PositionState {
  /** Negative when short. */
  readonly quantity: string;
  readonly averagePrice: string;
  readonly realised: string;
  readonly fees: string;
  readonly fills: number;
  /** Fills that closed something, and those of them with a profit. */
  readonly closes: number;
  readonly wins: number;
}

export interface AccountState {
  readonly isOpen: boolean;
  readonly name: string;
  readonly currency: string;
  readonly feeRate: string;
  readonly createdAt: number;
  readonly cash: string;
  /** All money ever put in since the last reset: what a return is measured against. */
  readonly deposited: string;
  readonly openOrders: Readonly<Record<string, OrderState>>;
  /** The newest last. */
  readonly closedOrders: readonly OrderView[];
  /** Orders by the client's own ids, open and closed, as long as the order is remembered. */
  readonly byClientOrderId: Readonly<Record<string, string>>;
  /** Ids that were cancelled before they were placed; the newest last. */
  readonly tombstones: readonly string[];
  /** Each symbol that was ever traded since the last reset. */
  readonly positions: Readonly<Record<string, PositionState>>;
  /** Equity at cost after each change of the ledger; thinned when it grows long. */
  readonly equityCurve: readonly { readonly at: number; readonly equity: string }[];
  readonly fillCount: number;
}

/** Closed orders that the account itself remembers; older ones are in the list of orders. */
const closedOrdersKept = 200;
/** More would be a program that cancels what it never placed. */
const tombstonesKept = 1_000;
/** Points of the equity curve; every second of the older half goes when there are more. */
const curvePointsMax = 500;

export const initialAccount = (): AccountState => ({
  isOpen: false,
  name: '',
  currency: '',
  feeRate: '0',
  createdAt: 0,
  cash: '0',
  deposited: '0',
  openOrders: {},
  closedOrders: [],
  byClientOrderId: {},
  tombstones: [],
  positions: {},
  equityCurve: [],
  fillCount: 0,
});

export const evolveAccount = (state: AccountState, event: AccountEvent): AccountState => {
  switch (event.type) {
    case 'AccountOpened':
      return {
        ...initialAccount(),
        isOpen: true,
        name: event.name,
        currency: event.currency,
        feeRate: event.feeRate,
        createdAt: event.at,
        cash: event.initialCash,
        deposited: event.initialCash,
        equityCurve: [{ at: event.at, equity: event.initialCash }],
      };
    case 'Deposited':
      return withCurvePoint(
        {
          ...state,
          cash: event.cash,
          deposited: decimalText(decimal(state.deposited) + decimal(event.amount)),
        },
        event.at,
      );
    case 'AccountReset':
      return {
        ...state,
        cash: event.initialCash,
        deposited: event.initialCash,
        positions: {},
        equityCurve: [{ at: event.at, equity: event.initialCash }],
        fillCount: 0,
      };
    case 'OrderPlaced':
      return {
        ...state,
        openOrders: {
          ...state.openOrders,
          [event.order.id]: { view: event.order, lot: event.lot, tick: event.tick, reserved: event.reserved },
        },
        byClientOrderId: { ...state.byClientOrderId, [event.order.clientOrderId]: event.order.id },
      };
    case 'OrderAmended':
      return withOrder(state, event.orderId, (order) => ({
        ...order,
        reserved: event.reserved,
        view: { ...order.view, quantity: event.quantity, limitPrice: event.limitPrice, updatedAt: event.at },
      }));
    case 'OrderFilled':
      return filled(state, event);
    case 'OrderClosed':
      return closed(state, event.orderId, { status: event.status, reason: event.reason, updatedAt: event.at });
    case 'CancelRemembered':
      return { ...state, tombstones: [...state.tombstones, event.orderId].slice(-tombstonesKept) };
  }
};

const withOrder = (state: AccountState, id: string, change: (order: OrderState) => OrderState): AccountState => {
  const order = state.openOrders[id];
  return order === undefined ? state : { ...state, openOrders: { ...state.openOrders, [id]: change(order) } };
};

const filled = (state: AccountState, event: OrderFilled): AccountState => {
  const before = state.positions[event.symbol] ?? untraded;
  const isClose = event.realised !== '0' || reduces(before, event.side);
  const position: PositionState = {
    ...event.position,
    realised: decimalText(decimal(before.realised) + decimal(event.realised)),
    fees: decimalText(decimal(before.fees) + decimal(event.fee)),
    fills: before.fills + 1,
    closes: before.closes + (isClose ? 1 : 0),
    wins: before.wins + (decimal(event.realised) > decimal(event.fee) ? 1 : 0),
  };
  const afterLedger = withCurvePoint(
    {
      ...state,
      cash: event.cash,
      positions: { ...state.positions, [event.symbol]: position },
      fillCount: state.fillCount + 1,
    },
    event.at,
  );
  // Paper orders fill whole or not at all.
  return closed(afterLedger, event.orderId, {
    status: 'filled',
    filledQuantity: event.quantity,
    filledPrice: event.price,
    updatedAt: event.at,
  });
};

const untraded: PositionState = {
  quantity: '0',
  averagePrice: '0',
  realised: '0',
  fees: '0',
  fills: 0,
  closes: 0,
  wins: 0,
};

const reduces = (position: PositionState, side: OrderSide): boolean =>
  position.quantity !== '0' && position.quantity.startsWith('-') === (side === 'buy');

const closed = (
  state: AccountState,
  id: string,
  change: Partial<OrderView> & { readonly status: AccountOrderStatus },
): AccountState => {
  const order = state.openOrders[id];
  if (order === undefined) return state;
  const { [id]: _, ...openOrders } = state.openOrders;
  const closedOrders = [...state.closedOrders, { ...order.view, ...change }];
  if (closedOrders.length <= closedOrdersKept) return { ...state, openOrders, closedOrders };
  const { [closedOrders[0]?.clientOrderId ?? '']: _forgotten, ...byClientOrderId } = state.byClientOrderId;
  return { ...state, openOrders, closedOrders: closedOrders.slice(1), byClientOrderId };
};

const withCurvePoint = (state: AccountState, at: number): AccountState => {
  const curve = [...state.equityCurve, { at, equity: decimalText(equityOf(state)) }];
  const half = curve.length / 2;
  return {
    ...state,
    equityCurve: curve.length <= curvePointsMax ? curve : curve.filter((_, place) => place >= half || place % 2 === 0),
  };
};

/** What was paid for a position; negative for a short one. */
const costOf = ({ quantity, averagePrice }: PositionState): Decimal =>
  timesDecimal(decimal(quantity), decimal(averagePrice));

/** Cash and positions, each at its mark, else at its cost. */
export const equityOf = (state: AccountState, marks: Readonly<Record<string, string>> = {}): Decimal => {
  let equity = decimal(state.cash);
  for (const [symbol, position] of Object.entries(state.positions)) {
    const mark = Object.hasOwn(marks, symbol) ? marks[symbol] : undefined;
    equity += mark === undefined ? costOf(position) : timesDecimal(decimal(position.quantity), decimal(mark));
  }
  return equity;
};

/**
 * Money free for new positions: equity at cost, less what the positions cost and what open orders
 * hold. Long or short, the account never holds more than it owns: it trades without leverage.
 */
export const freeOf = (state: AccountState, without: string | null = null): Decimal => {
  let free = equityOf(state);
  for (const position of Object.values(state.positions)) {
    const cost = costOf(position);
    free -= cost < 0n ? -cost : cost;
  }
  for (const [id, order] of Object.entries(state.openOrders)) if (id !== without) free -= decimal(order.reserved);
  return free;
};

export const positionOf = (state: AccountState, symbol: string): PositionState =>
  (Object.hasOwn(state.positions, symbol) ? state.positions[symbol] : undefined) ?? untraded;

/** A fill's effect on a position: what it realises, and the position after it. Average cost, as most brokers keep it. */
export const applyFill = (
  position: PositionState,
  side: OrderSide,
  { quantity, price }: { readonly quantity: Decimal; readonly price: Decimal },
): { readonly realised: Decimal; readonly quantity: Decimal; readonly averagePrice: Decimal } => {
  const held = decimal(position.quantity);
  const average = decimal(position.averagePrice);
  const signed = side === 'buy' ? quantity : -quantity;
  const after = held + signed;
  if (held === 0n || held > 0n === signed > 0n) {
    const cost = timesDecimal(held, average) + timesDecimal(signed, price);
    return { realised: 0n, quantity: after, averagePrice: overDecimal(cost, after) };
  }
  const heldSize = held < 0n ? -held : held;
  const closing = quantity < heldSize ? quantity : heldSize;
  const gain = timesDecimal(closing, price) - timesDecimal(closing, average);
  return {
    realised: held > 0n ? gain : -gain,
    quantity: after,
    averagePrice: after === 0n ? 0n : after > 0n === held > 0n ? average : price,
  };
};
