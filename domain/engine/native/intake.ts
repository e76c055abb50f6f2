/** The gate for new orders and for changes to waiting ones: what is accepted, and why something is not. */

import { fromSteps, isCountable, stepsTowardZero } from '../../money.ts';
import type { Order, OrderRequest } from '../order.ts';
import type { OrderChange } from '../rule-book.ts';
import { noFees } from './commission.ts';
import type { AccountParts } from './execution.ts';
import { closesOpposite } from './open-trade.ts';
import type { Closes } from './open-trade.ts';
import { shortfall, shortfallReason } from './margin.ts';
import { isMarketable, trailingLevel } from './matching.ts';
import type { Sign } from './matching.ts';
import { waitingOrdersMax } from './order-queues.ts';
import { targetUnits } from './sizing.ts';
import { limitOnGrid, stopOnGrid } from './slippage.ts';
import { isOpen, newOrder } from './waiting-order.ts';
import type { Waits, WaitingOrder } from './waiting-order.ts';

/** Takes in an order: it waits, is held for its parent, or is rejected with a reason. */
export const takeIn = (parts: AccountParts, request: OrderRequest, ruined: boolean): Order => {
  const { queues, market } = parts;
  const waiting = market.feeds[request.feed] === undefined ? null : draft(parts, request);
  const reason =
    waiting === null
      ? `There is no feed ${request.feed}.`
      : ruined
        ? 'The account is ruined.'
        : refusal(parts, waiting);
  const order = waiting ?? draft(parts, { ...request, feed: 0 });
  if (reason !== null) {
    order.order.status = 'rejected';
    order.order.reason = reason;
  }
  queues.add(order);
  return order.order;
};

/** Changes a waiting order; null when done, else why not. */
export const amendOrder = (parts: AccountParts, order: Order, change: OrderChange): string | null => {
  const { queues, ledger, prices } = parts;
  const waiting = queues.find(order.id);
  if (waiting === null || waiting.order !== order || !isOpen(waiting)) return `The order is ${order.status}.`;
  const { sign } = waiting;
  const { feed } = order;
  const ticks = ledger.ticks[feed]!; // the feed of an accepted order exists
  for (const price of [change.limit, change.stop])
    if (price !== undefined && !isCountable(ticks, price)) return notAmount(price);
  if (change.quantity !== undefined && !isCountable(ledger.lots[feed]!, change.quantity))
    return notAmount(change.quantity); // as above
  if (change.limit !== undefined && Number.isNaN(waiting.limit)) return `A ${order.type} order has no limit.`;
  if (change.stop !== undefined && Number.isNaN(waiting.stop)) return `A ${order.type} order has no stop.`;
  if (change.stop !== undefined && waiting.waits !== 'stop') return 'The stop has been triggered already.';
  const lots =
    change.quantity === undefined
      ? waiting.filledLots + waiting.lots
      : stepsTowardZero(ledger.lots[feed]!, change.quantity); // as above
  if (lots <= waiting.filledLots)
    return `${order.filledQuantity} are filled already: the quantity must stay above that. To end the order cancel it.`;
  const limit = change.limit === undefined ? waiting.limit : limitOnGrid(ticks, sign, change.limit);
  const stop = change.stop === undefined ? waiting.stop : stopOnGrid(ticks, sign, change.stop);
  if (order.request.postOnly === true && change.limit !== undefined && isMarketable(sign, limit, prices.of(feed))) {
    return `Post-only: at ${prices.of(feed)} it would take liquidity at once.`;
  }
  const grows = lots > waiting.filledLots + waiting.lots;
  const moves =
    (change.limit !== undefined && limit !== waiting.limit) || (change.stop !== undefined && stop !== waiting.stop);

  waiting.lots = lots - waiting.filledLots;
  order.quantity = fromSteps(ledger.lots[feed]!, lots); // as above
  if (change.limit !== undefined) order.limit = waiting.limit = limit;
  if (change.stop !== undefined) order.stop = waiting.stop = stop;
  if (waiting.exitOf !== null) {
    if (waiting === waiting.exitOf.stopLoss) waiting.exitOf.levels.stopLoss = waiting.stop;
    else waiting.exitOf.levels.takeProfit = waiting.limit;
  }
  // As exchanges do: less of the same keeps its place, everything else goes to the back and arrives anew.
  if (grows || moves) {
    waiting.arrived = false;
    queues.losePlace(waiting);
  }
  queues.changed(waiting);
  return null;
};

/** The order as it would wait, its prices on the grid. Missing or wrong parts are NaN, for {@link refusal} to name. */
const draft = (parts: AccountParts, request: OrderRequest): WaitingOrder => {
  const { ledger, prices, queues, market, config } = parts;
  const { feed, side, size, type, trail } = request;
  const sign: Sign = side === 'buy' ? 1 : -1;
  const ticks = ledger.ticks[feed]!; // checked by the caller
  const lotGrid = ledger.lots[feed]!; // as above
  const asked =
    'quantity' in size ? size.quantity : Math.abs(targetUnits(parts, feed, { fraction: sign * size.fraction }));
  const lots = isCountable(lotGrid, asked) ? stepsTowardZero(lotGrid, asked) : NaN;
  const hasLimit = type === 'limit' || type === 'stop-limit' || type === 'trailing-stop-limit';
  const trails = (type === 'trailing-stop' || type === 'trailing-stop-limit') && trail !== undefined;
  const best = trails ? prices.of(feed) : NaN;
  const wantedStop = request.stop ?? (trails ? trailingLevel(sign, best, trail) : NaN);
  const hasStop = type === 'stop' || type === 'stop-limit' || trails;
  const wantedLimit = request.limit ?? NaN;
  const limit = hasLimit && isCountable(ticks, wantedLimit) ? limitOnGrid(ticks, sign, wantedLimit) : NaN;
  const stop = hasStop && isCountable(ticks, wantedStop) ? stopOnGrid(ticks, sign, wantedStop) : NaN;
  const parent = request.parent === undefined ? null : queues.find(request.parent);
  const quantity = Number.isNaN(lots) ? (Number.isFinite(asked) ? asked : 0) : fromSteps(lotGrid, lots);
  const isHeld = parent !== null;
  const waiting = queues.placeFor(newOrder(request, { id: queues.nextId, quantity, limit, stop, isHeld, market }));
  waiting.waits = waitsOf(type, config.fillAt === 'next-close');
  waiting.lots = lots;
  waiting.best = best;
  if (type === 'trailing-stop-limit') waiting.limitOffset = limit - stop;
  waiting.reduceOnly = request.reduceOnly === true || request.closesTrade !== undefined;
  waiting.closes = closesOf(request, config.positions === 'hedging');
  waiting.parent = parent;
  return waiting;
};

const waitsOf = (type: OrderRequest['type'], marketAtClose: boolean): Waits => {
  switch (type) {
    case 'market':
      return marketAtClose ? 'at-close' : 'market';
    case 'market-on-close':
      return 'at-close';
    case 'market-on-open':
      return 'at-open';
    case 'limit':
      return 'limit';
    default:
      return 'stop';
  }
};

const closesNothing: Closes = { what: 'nothing' };

const closesOf = (request: OrderRequest, hedging: boolean): Closes => {
  if (request.closesTrade !== undefined) return { what: 'trade', trade: request.closesTrade };
  return hedging && request.reduceOnly !== true ? closesNothing : closesOpposite;
};

/** Why an order can't be accepted; null when it can. */
const refusal = (parts: AccountParts, waiting: WaitingOrder): string | null =>
  wrongWords(parts, waiting) ??
  wrongPrices(parts, waiting) ??
  wrongMoment(parts, waiting) ??
  unaffordable(parts, waiting);

const wrongWords = (
  { queues, market, ledger }: AccountParts,
  { order, lots, limit, stop }: WaitingOrder,
): string | null => {
  const { request, type } = order;
  const { timeInForce, expiresAt, trail } = request;
  if (type === 'limit-if-touched') return 'A limit-if-touched order is known to the profile lean only.';
  if (queues.openCount >= waitingOrdersMax) return `${waitingOrdersMax} orders are waiting already.`;
  if (Number.isNaN(lots)) return 'The quantity is not a number above 0 that can be counted exactly.';
  if (lots === 0) return `The quantity is below one lot of ${ledger.lots[order.feed]!.step}.`; // the feed was checked
  if ((type === 'limit' || type === 'stop-limit' || type === 'trailing-stop-limit') && Number.isNaN(limit))
    return `A ${type} order needs a limit price above 0.`;
  if ((type === 'stop' || type === 'stop-limit') && Number.isNaN(stop))
    return `A ${type} order needs a stop price above 0.`;
  if (type === 'trailing-stop' || type === 'trailing-stop-limit') {
    if (trail === undefined || !isDistance(trail))
      return 'A trailing stop needs a distance: an amount above 0, or a fraction between 0 and 1.';
    if (Number.isNaN(stop)) return 'A trailing stop needs a known price above its distance, or a first stop.';
  }
  if (timeInForce === 'GTD' && expiresAt === undefined) return 'A GTD order needs the time at which it expires.';
  if (timeInForce === 'GTD' && expiresAt !== undefined && !(expiresAt > market.time))
    return 'The order expires before it was made.';
  if (request.postOnly === true && type !== 'limit') return 'Post-only is for limit orders.';
  if (request.postOnly === true && (timeInForce === 'IOC' || timeInForce === 'FOK'))
    return `Post-only and ${timeInForce} exclude each other.`;
  return null;
};

/** Protective prices must lie on their sides of the price at which the entry is expected. */
const wrongPrices = ({ prices, ledger }: AccountParts, waiting: WaitingOrder): string | null => {
  const { order, sign, limit, stop } = waiting;
  const { stopLoss, takeProfit } = order.request;
  const expected = Number.isNaN(limit) ? (Number.isNaN(stop) ? prices.of(order.feed) : stop) : limit;
  if (stopLoss === undefined && takeProfit === undefined) return null;
  for (const price of [stopLoss, takeProfit])
    if (price !== undefined && !isCountable(ledger.ticks[order.feed]!, price))
      return `Protective price: ${notAmount(price)}`; // the feed was checked
  if (stopLoss !== undefined && (stopLoss - expected) * sign >= 0)
    return `The stop-loss ${stopLoss} must be ${sign > 0 ? 'below' : 'above'} the expected entry ${expected}.`;
  if (takeProfit !== undefined && (takeProfit - expected) * sign <= 0)
    return `The take-profit ${takeProfit} must be ${sign > 0 ? 'above' : 'below'} the expected entry ${expected}.`;
  return null;
};

const wrongMoment = ({ queues, ledger, prices, log }: AccountParts, waiting: WaitingOrder): string | null => {
  const { order, sign, limit, closes, parent } = waiting;
  const { request, feed } = order;
  if (request.parent !== undefined && parent === null) {
    const ended = log.orders[request.parent];
    if (ended === undefined) return `There is no order ${request.parent} to be its parent.`;
    if (ended.status !== 'filled') return `Its parent, order ${request.parent}, was ${ended.status}.`;
  }
  if (request.postOnly === true && isMarketable(sign, limit, prices.of(feed)))
    return `Post-only: at ${prices.of(feed)} it would take liquidity at once.`;
  if (!waiting.reduceOnly || ledger.closable(feed, sign, closes) > 0) return null;
  if (closes.what === 'trade') return `There is no open trade ${closes.trade} that a ${order.side} closes.`;
  const entryWaits =
    parent !== null || queues.byFeed[feed]!.some((other) => isOpen(other) && !other.reduceOnly && other.sign !== sign); // the feed was checked
  return entryWaits ? null : 'Reduce-only: there is no position to reduce.';
};

/**
 * Judged by prices known now, together with the market orders that wait for the same feed. Other
 * feeds' positions are taken as if they could be closed: a rotation may buy before it sells. The
 * account as a whole is judged at the fill.
 */
const unaffordable = (parts: AccountParts, waiting: WaitingOrder): string | null => {
  const { ledger, prices, queues, config, market, terms } = parts;
  const { order, sign, lots, limit, stop, reduceOnly } = waiting;
  const { feed } = order;
  const known = prices.of(feed);
  if (reduceOnly || waiting.parent !== null || Number.isNaN(known)) return null;
  const hasLimit = !Number.isNaN(limit);
  const isMarket = !hasLimit && Number.isNaN(stop);
  let together = sign * lots;
  if (isMarket) {
    for (const other of queues.byFeed[feed]!) {
      // as above
      if (isOpen(other) && !other.reduceOnly && other.waits !== 'limit' && other.waits !== 'stop')
        together += other.sign * other.lots;
    }
  }
  const closable = ledger.closable(feed, sign, waiting.closes);
  const size = together * sign;
  if (size <= closable) return null; // it opens nothing
  terms.workOut({
    feed,
    sign,
    lots,
    closable,
    price: isMarket ? known : hasLimit ? limit : stop,
    taker: !hasLimit || isMarketable(sign, limit, known),
    limit: NaN,
    bar: prices.newest[feed]!, // as above
    tally: noFees,
    paidQuanta: 0,
  });
  const grid = ledger.lots[feed]!; // as above
  const { fee } = terms;
  const price = hasLimit ? limit : terms.price;
  const trade = { feed, units: fromSteps(grid, size), price, fee, closes: fromSteps(grid, closable) };
  const lack = shortfall(ledger, prices, trade, config.initialMargin, 'feed');
  return lack === null
    ? null
    : shortfallReason(`${order.side} ${order.quantity} ${market.feeds[feed]!.symbol} at ${price}`, lack, fee); // as above
};

/** Not a number, not above 0, or too large for the grid. */
const notAmount = (value: number): string => `${value} is not a number above 0 that can be counted exactly.`;

const isDistance = (trail: NonNullable<OrderRequest['trail']>): boolean =>
  'amount' in trail ? trail.amount > 0 && trail.amount < Infinity : trail.fraction > 0 && trail.fraction < 1;
