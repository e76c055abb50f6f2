/** Which orders exist under the rules of backtesting.py, and in what units they are counted. */

import type { OrderRequest, OrderSize, OrderType } from '../../engine/order.ts';

/** Which prices the types of orders have; types that are absent do not exist in the original. */
const pricesOf: Readonly<Partial<Record<OrderType, readonly ('limit' | 'stop')[]>>> = {
  market: [],
  limit: ['limit'],
  stop: ['stop'],
  'stop-limit': ['limit', 'stop'],
};

/** What the original's orders do not have. */
const unknownOptions = ['postOnly', 'reduceOnly', 'ocoGroup', 'parent', 'trail'] as const;

/** Why there can be no such order, as one sentence; null when there can. */
export const refusalOf = (request: OrderRequest, tradedFeed: number): string | null => {
  if (request.feed !== tradedFeed) return 'Under this profile only the first feed is traded.';
  const needs = pricesOf[request.type];
  if (needs === undefined) return `Under this profile there are no ${request.type} orders.`;
  for (const price of ['limit', 'stop'] as const) {
    if (needs.includes(price) !== (request[price] !== undefined)) {
      return `A ${request.type} order has ${needs.includes(price) ? 'a' : 'no'} ${price} price.`;
    }
  }
  if ((request.timeInForce ?? 'GTC') !== 'GTC') return 'Under this profile orders wait until they are cancelled.';
  const unknown = unknownOptions.find((name) => request[name] !== undefined && request[name] !== false);
  return unknown === undefined ? null : `Under this profile orders have no ${unknown}.`;
};

/** Units (multiples of `unit`) of a size, or the fraction itself; a sentence when it is neither. */
export const unitsOf = (size: OrderSize, unit: number): number | string => {
  if ('fraction' in size)
    return size.fraction > 0 && size.fraction < 1 ? size.fraction : 'A fraction lies between 0 and 1.';
  const exact = size.quantity / unit;
  const units = wholeUnits(exact);
  return units >= 1 && exact - units <= roundingSlack * units
    ? units
    : `A quantity is a whole number of units of ${unit}.`;
};

/** Whole units toward zero; a number just short of the next one by rounding counts as that one. */
export const wholeUnits = (exact: number): number => {
  const nearest = Math.round(exact);
  return Math.abs(exact - nearest) <= roundingSlack * Math.abs(nearest) ? nearest : Math.trunc(exact);
};

/** How far off a whole number a quotient may be by rounding alone, relative to it. */
const roundingSlack = 1e-9;
