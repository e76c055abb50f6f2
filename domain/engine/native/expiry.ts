/** When orders end unfilled: DAY at the end of the trading day, GTD at their time. */

import { dayMs, formatTime } from '../../market/calendar.ts';
import type { OrderQueues } from './order-queues.ts';
import { isOpen } from './waiting-order.ts';
import type { WaitingOrder } from './waiting-order.ts';

/** The end of the trading day that holds `time`, when days begin `dayStartMs` after midnight UTC. */
const endOfDay = (time: number, dayStartMs: number): number =>
  (Math.floor((time - dayStartMs) / dayMs) + 1) * dayMs + dayStartMs;

/**
 * A DAY order lives in the trading day of the first bar that could fill it: one made after the last
 * bar of a day is for the next. Called with each bar, before it is matched.
 */
export const startDays = (queues: OrderQueues, feed: number, barTime: number, dayStartMs: number): void => {
  for (const waiting of queues.byFeed[feed]!) {
    // feed indexes come from the market
    if (waiting.order.request.timeInForce !== 'DAY' || waiting.expiresAt !== Infinity) continue;
    waiting.expiresAt = endOfDay(barTime, dayStartMs);
    queues.noteExpiry(waiting);
  }
};

/** Ends the orders whose time has come. A bar that starts at or after that time can't fill them. */
export const expireOrders = (queues: OrderQueues, time: number): void => {
  if (time < queues.nextExpiry) return;
  queues.nextExpiry = Infinity;
  for (const waiting of queues.open()) {
    if (waiting.expiresAt <= time) queues.end(waiting, 'expired', reasonOf(waiting));
    else if (isOpen(waiting)) queues.noteExpiry(waiting);
  }
};

const reasonOf = ({ order, expiresAt }: WaitingOrder): string =>
  order.request.timeInForce === 'DAY'
    ? 'The trading day of a DAY order has ended.'
    : `Good till ${formatTime(expiresAt)}.`;
