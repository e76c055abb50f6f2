/** How a request becomes an order of backtrader's broker, and which requests it does not know. */

import type { Market } from '../../engine/market.ts';
import type { OrderRequest, OrderType } from '../../engine/order.ts';
import type { Feed } from '../../market/feed.ts';
import { dayIndex, dayMs } from '../../market/calendar.ts';
import { newOrder } from '../new-order.ts';
import type { Holding } from './holding.ts';
import { adjustTrail } from './ticket.ts';
import type { Execution, Ticket } from './ticket.ts';

/** The types that it knows. */
const executions: Readonly<Partial<Record<OrderType, Execution>>> = {
  market: 'market',
  'market-on-open': 'market',
  'market-on-close': 'close',
  limit: 'limit',
  stop: 'stop',
  'stop-limit': 'stop-limit',
  'trailing-stop': 'stop-trail',
  'trailing-stop-limit': 'stop-trail-limit',
};

/** 23:59:59.009999: the end of the day as the original writes it for DAY orders. */
const endOfDayMs = 86_399_009.999;

/** The date-time of a bar: bars of a day and more stand at the end of their session. */
export const barTimeOf = ({ bars, timeframeMs }: Feed, bar: number, sessionEndMs: number): number => {
  const time = bars.time[bar] ?? -Infinity;
  return timeframeMs >= dayMs ? dayIndex(time) * dayMs + sessionEndMs : time;
};

/** Why the broker would not take a request, null when it would. */
export const refusalOf = (request: OrderRequest): string | null => {
  const { size, type, limit, stop, timeInForce, expiresAt, trail } = request;
  if (executions[type] === undefined) return `backtrader knows no ${type}.`;
  if (!('quantity' in size))
    return 'A fraction of what is affordable at the fill is known to backtesting.py only: give units.';
  if (!(size.quantity > 0) || !Number.isFinite(size.quantity)) return 'The quantity must be greater than 0.';
  if (request.postOnly === true || request.reduceOnly === true)
    return 'backtrader knows no post-only and no reduce-only.';
  if (request.closesTrade !== undefined) return 'backtrader nets positions: single trades cannot be closed.';
  if (timeInForce === 'IOC' || timeInForce === 'FOK') return `backtrader knows no ${timeInForce}.`;
  if (type === 'limit-if-touched') return 'backtrader knows no limit-if-touched.';
  if (timeInForce === 'GTD' && expiresAt === undefined) return 'GTD needs the time at which the order expires.';
  if (type === 'limit' && limit === undefined) return 'A limit order needs its limit.';
  if ((type === 'stop' || type === 'stop-limit') && stop === undefined) return `A ${type} order needs its stop.`;
  if ((type === 'trailing-stop' || type === 'trailing-stop-limit') && trail === undefined)
    return 'A trailing stop needs its distance.';
  return null;
};

interface Intake {
  readonly request: OrderRequest;
  readonly parent: Ticket | null;
  readonly holding: Holding;
  /** Newest bar of the feed. */
  readonly bar: number;
  readonly market: Market;
  readonly id: number;
  readonly sessionEndMs: number;
}

export const makeTicket = ({ request, parent, holding, bar, market, id, sessionEndMs }: Intake): Ticket => {
  const { side, type, trail } = request;
  const isBuy = side === 'buy';
  const execution = executions[type] ?? 'market'; // an unknown type is refused
  const madeAtClose = holding.feed.bars.close[bar] ?? NaN;
  const barTime = barTimeOf(holding.feed, bar, sessionEndMs);
  // A parent calls its children when it fills: one made after that waits for ever, so the original has it.
  const isHeld = parent !== null;
  const order = newOrder(request, id, market);
  if (isHeld) order.status = 'held';
  const trailAmount = trail !== undefined && 'amount' in trail ? trail.amount : 0;
  const trailFraction = trail !== undefined && 'fraction' in trail ? trail.fraction : 0;
  const price = (execution === 'limit' ? request.limit : request.stop) ?? madeAtClose;
  const ticket: Ticket = {
    order,
    execution,
    isBuy,
    remaining: isBuy ? order.quantity : -order.quantity,
    price: execution === 'market' || execution === 'close' ? madeAtClose : price,
    limit: request.limit ?? price,
    madeAtClose,
    madeAtBar: bar,
    validUntil: validUntilOf(request, holding.feed.bars.time[bar] ?? NaN),
    sessionEnd: sessionEndAfter(barTime, sessionEndMs),
    trailAmount,
    trailFraction,
    limitOffset: 0,
    active: !isHeld,
    triggered: false,
    closeSeen: 0,
    bracket: parent?.bracket ?? { members: [], alive: true },
    isParent: parent === null,
  };
  if (execution === 'stop-trail' || execution === 'stop-trail-limit') startTrail(ticket);
  return ticket;
};

/** The first trigger is the request's stop, else the close less the distance; the limit keeps its distance from it. */
const startTrail = (ticket: Ticket): void => {
  const { order, execution, isBuy, madeAtClose } = ticket;
  const { stop, limit } = order.request;
  const wantedLimit = limit ?? null;
  if (stop === undefined) {
    ticket.price = isBuy ? Infinity : -Infinity;
    adjustTrail(ticket, madeAtClose);
  }
  order.stop = ticket.price;
  if (execution === 'stop-trail-limit') {
    ticket.limit = wantedLimit ?? ticket.price;
    ticket.limitOffset = ticket.price - ticket.limit;
    order.limit = ticket.limit;
  }
};

const validUntilOf = ({ timeInForce, expiresAt }: OrderRequest, barStart: number): number | null => {
  if (timeInForce === 'DAY') return dayIndex(barStart) * dayMs + endOfDayMs;
  return expiresAt ?? null;
};

/** The first session end at or after `barTime`. */
const sessionEndAfter = (barTime: number, sessionEndMs: number): number => {
  const today = dayIndex(barTime) * dayMs + sessionEndMs;
  return today < barTime ? today + dayMs : today;
};
