/** What a live run has come to: what the strategy wants at the bars that had not been decided. */

import type { BacktestResult } from '../../engine/result.ts';
import type { Order, OrderType, Side, TimeInForce } from '../../engine/order.ts';
import { notSupported } from './accepted-orders.ts';
import type { AccountFacts, OrderKey, RecordedOrder } from './account-facts.ts';
import { askedOf, keyOf, missedReason, recordOf } from './recorded-orders.ts';

export interface WantedOrder {
  readonly action: 'place';
  readonly key: OrderKey;
  readonly feed: number;
  readonly side: Side;
  readonly type: OrderType;
  readonly timeInForce: TimeInForce;
  /** On the lot; as asked where the order can't be placed. */
  readonly quantity: number;
  readonly limit: number | null;
  /** The author's own label. */
  readonly tag: string | null;
  /** Why it can't be placed, whatever the account holds. */
  readonly problem: { readonly type: 'unsupported' | 'unsound'; readonly reason: string } | null;
}

/** A change of an order from an earlier bar. */
export type WantedChange =
  | { readonly action: 'cancel'; readonly key: OrderKey }
  | { readonly action: 'amend'; readonly key: OrderKey; readonly quantity: number; readonly limit: number };

export interface LiveOutcome {
  /** Bars with orders that had not been decided before, the newest bar among them if it has any. */
  readonly bars: readonly { readonly time: number; readonly orders: readonly RecordedOrder[] }[];
  readonly placed: readonly WantedOrder[];
  /** Wanted at the newest bar. */
  readonly changed: readonly WantedChange[];
  /** Orders that the run now makes otherwise than when their bars were decided. */
  readonly differences: number;
  /** False while the indicators have not seen enough for the strategy to act. */
  readonly isWarm: boolean;
}

export const liveOutcome = (
  { orders, timeline, warmUpSteps, profileStatistics }: BacktestResult,
  facts: AccountFacts,
): LiveOutcome => {
  const isNew = ({ createdTime, createdStep }: Order): boolean =>
    createdStep >= 0 && (facts.decidedUntil === null || createdTime > facts.decidedUntil);
  const made = orders.filter(isNew);
  const times = [...new Set(made.map(({ createdTime }) => createdTime))];
  return {
    bars: times.map((time) => ({
      time,
      orders: made.filter(({ createdTime }) => createdTime === time).map(recordOf),
    })),
    // What was taken back at the same bar is not wanted.
    placed: made.filter(({ status }) => status !== 'cancelled').map((order) => placedOf(order, facts)),
    changed: orders.filter((order) => !isNew(order)).flatMap((order) => changeOf(order, facts)),
    differences: Number(profileStatistics?.['differences'] ?? 0),
    isWarm: warmUpSteps < timeline.length,
  };
};

const placedOf = (order: Order, facts: AccountFacts): WantedOrder => {
  const { feed, side, type, quantity, limit, status, reason, request } = order;
  const unsupported = notSupported(request);
  // Of a bar that was missed an order is rejected too, but could have been placed.
  const isSound = status !== 'rejected' || reason === missedReason;
  return {
    action: 'place',
    key: keyOf(order, facts),
    feed,
    side,
    type,
    timeInForce: request.timeInForce ?? 'GTC',
    quantity: quantity > 0 ? quantity : askedOf(request),
    limit: limit ?? request.limit ?? null,
    tag: request.tag ?? null,
    problem:
      unsupported !== null
        ? { type: 'unsupported', reason: unsupported }
        : isSound
          ? null
          : { type: 'unsound', reason: reason ?? 'The order can not be placed.' },
  };
};

const changeOf = (order: Order, facts: AccountFacts): readonly WantedChange[] => {
  const key = keyOf(order, facts);
  if (order.status === 'cancelled') return [{ action: 'cancel', key }];
  return order.limit === null ? [] : [{ action: 'amend', key, quantity: order.quantity, limit: order.limit }];
};
