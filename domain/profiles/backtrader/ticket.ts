/** An order as backtrader's broker keeps it: the public order with the prices and flags that decide when it fills. */

import type { Order } from '../../engine/order.ts';

export type Execution = 'market' | 'close' | 'limit' | 'stop' | 'stop-limit' | 'stop-trail' | 'stop-trail-limit';

/** A parent and its children, or an order alone: what ends together. */
export interface Bracket {
  readonly members: Ticket[];
  /** False once one end of the bracket has ended the others. */
  alive: boolean;
}

export interface Ticket {
  readonly order: Order;
  readonly execution: Execution;
  readonly isBuy: boolean;
  /** Signed units not filled yet. */
  remaining: number;
  /** Trigger or limit price; of market orders the close at which they were made. Moves with a trail. */
  price: number;
  /** Limit price once triggered. */
  limit: number;
  /** Close, index and date-time of the bar at which it was made. */
  readonly madeAtClose: number;
  readonly madeAtBar: number;
  /** Date-time after which it expires, null for never. */
  readonly validUntil: number | null;
  /** Date-time of the session end by which a market-on-close order fills. */
  readonly sessionEnd: number;
  readonly trailAmount: number;
  readonly trailFraction: number;
  /** Trail price less limit price, kept as the trail moves. */
  limitOffset: number;
  /** Held children wait for their parent. */
  active: boolean;
  triggered: boolean;
  /** The last close seen before the session end; 0 for none. */
  closeSeen: number;
  bracket: Bracket;
  readonly isParent: boolean;
}

/** Moves a trailing stop after the market, never back. The limit of a stop-trail-limit keeps its distance. */
export const adjustTrail = (ticket: Ticket, price: number): void => {
  const { trailAmount, trailFraction, isBuy } = ticket;
  const distance = trailAmount !== 0 ? trailAmount : price * trailFraction;
  const moved = isBuy ? price + distance : price - distance;
  if (isBuy ? moved >= ticket.price : moved <= ticket.price) return;
  ticket.price = moved;
  if (ticket.execution === 'stop-trail-limit') ticket.limit = moved - ticket.limitOffset;
};

/** True while it can still fill. */
export const isAlive = ({ order: { status } }: Ticket): boolean =>
  status === 'waiting' || status === 'held' || status === 'partly-filled';
