/** How orders are known again when the run is done again: their ids, their keys, and whether they are still the same. */

import type { Order, OrderRequest } from '../../engine/order.ts';
import type { AccountFacts, OrderKey, RecordedOrder } from './account-facts.ts';

/** Ids of orders from before the run lie below; the ids of each step's orders stand that far apart. */
export const carriedMax = 1_024;
const placesPerStep = 64;
/** Orders of one bar: more is a loop gone wild, on somebody's money. Fewer than there are ids for. */
export const ordersPerBarMax = 50;

/** What a strategy hears of orders that it made at a bar which was made up for. */
export const missedReason = 'Not acted on: nobody was there when its bar ended.';

export const idAt = (step: number, place: number): number => carriedMax + step * placesPerStep + place;

/** The key of an order that the run has handed out. */
export const keyOf = ({ id, createdTime }: Pick<Order, 'id' | 'createdTime'>, facts: AccountFacts): OrderKey => {
  if (id >= carriedMax) return { time: createdTime, place: (id - carriedMax) % placesPerStep };
  const { time = createdTime, place = -1 } = facts.carried[id] ?? {};
  return { time, place };
};

export const textOf = ({ time, place }: OrderKey): string => `${time}/${place}`;

export const recordOf = ({ feed, side, type, request }: Order): RecordedOrder => ({
  feed,
  side,
  type,
  quantity: askedOf(request),
  limit: request.limit ?? null,
});

/** Units as they were asked for: what was made of them since may have been amended. */
export const askedOf = ({ size }: OrderRequest): number => ('quantity' in size ? size.quantity : size.fraction);

export const countDifferences = (made: readonly Order[], recorded: readonly RecordedOrder[]): number => {
  let differences = Math.abs(made.length - recorded.length);
  for (const [place, order] of made.entries()) {
    const before = recorded[place];
    if (before !== undefined && !isSame(recordOf(order), before)) differences++;
  }
  return differences;
};

const isSame = (order: RecordedOrder, before: RecordedOrder): boolean =>
  order.feed === before.feed &&
  order.side === before.side &&
  order.type === before.type &&
  order.quantity === before.quantity &&
  order.limit === before.limit;
