/**
 * Orders that depend on others: the stop-loss and take-profit of an entry, children of a parent, and
 * reduce-only orders, which shrink with the position.
 */

import { fromSteps } from '../../money.ts';
import type { Market } from '../market.ts';
import type { Order, OrderRequest } from '../order.ts';
import type { BarState } from './bar-state.ts';
import type { Ledger } from './ledger.ts';
import type { OrderQueues } from './order-queues.ts';
import { limitOnGrid, stopOnGrid } from './slippage.ts';
import { startTrailing } from './trailing.ts';
import { isOpen, newOrder, WaitingOrder } from './waiting-order.ts';
import type { Protection } from './waiting-order.ts';

export interface ProtectionPlace {
  readonly queues: OrderQueues;
  readonly ledger: Ledger;
  readonly market: Market;
  /** The bar in which it happens; null between bars. */
  readonly bar: BarState | null;
}

export type Exit = 'stop-loss' | 'take-profit';

/** The protection that an entry has or asks for; null when none. */
export const planProtection = ({ order }: WaitingOrder, { protections }: OrderQueues): Protection | null => {
  const { stopLoss, takeProfit } = order.request;
  if (stopLoss === undefined && takeProfit === undefined) return protections.get(order.id) ?? null;
  return protectionOf(order, protections);
};

/** The protection of an entry, made from its request if it has none yet. */
export const protectionOf = (entry: Order, protections: Map<number, Protection>): Protection => {
  let protection = protections.get(entry.id);
  if (protection === undefined) {
    const { stopLoss = null, takeProfit = null } = entry.request;
    protection = { entry, levels: { stopLoss, takeProfit }, stopLoss: null, takeProfit: null };
    protections.set(entry.id, protection);
  }
  return protection;
};

/** Makes the exits of what an entry has opened so far, or lets them grow with it. */
export const protectOpened = (protection: Protection, place: ProtectionPlace): void => {
  const { stopLoss, takeProfit } = protection.levels;
  if (stopLoss !== null) setExit(protection, 'stop-loss', stopLoss, place);
  if (takeProfit !== null) setExit(protection, 'take-profit', takeProfit, place);
};

/**
 * Sets or moves an exit of what an entry opened, to close all that is still open of it. Returns the
 * order that waits.
 */
export const setExit = (protection: Protection, exit: Exit, price: number, place: ProtectionPlace): WaitingOrder => {
  const { ledger, queues } = place;
  const { entry } = protection;
  const { feed, id } = entry;
  const isStop = exit === 'stop-loss';
  const old = isStop ? protection.stopLoss : protection.takeProfit;
  const sign = entry.side === 'buy' ? -1 : 1;
  const onGrid = (isStop ? stopOnGrid : limitOnGrid)(ledger.ticks[feed]!, sign, price); // the feed of an accepted order exists
  const lots = ledger.closable(feed, sign, { what: 'entry', order: id });
  if (isStop) protection.levels.stopLoss = onGrid;
  else protection.levels.takeProfit = onGrid;

  if (old !== null && isOpen(old)) {
    old.lots = lots;
    old.order.quantity = fromSteps(ledger.lots[feed]!, old.filledLots + lots); // as above
    if (isStop) old.order.stop = old.stop = onGrid;
    else old.order.limit = old.limit = onGrid;
    queues.changed(old);
    return old;
  }
  const trade = ledger.openTrades[feed]!.find((open) => open.entryOrder === id); // as above
  const request: OrderRequest = {
    feed,
    side: sign > 0 ? 'buy' : 'sell',
    size: { quantity: fromSteps(ledger.lots[feed]!, lots) }, // as above
    type: isStop ? 'stop' : 'limit',
    ...(isStop ? { stop: onGrid } : { limit: onGrid }),
    reduceOnly: true,
    ...(trade === undefined ? {} : { closesTrade: trade.id }),
    ...(entry.request.tag === undefined ? {} : { tag: entry.request.tag }),
  };
  const order = new WaitingOrder(
    newOrder(request, {
      id: queues.nextId,
      quantity: fromSteps(ledger.lots[feed]!, lots), // as above
      ...(isStop ? { stop: onGrid } : { limit: onGrid }),
      market: place.market,
    }),
  );
  order.waits = isStop ? 'stop' : 'limit';
  order.lots = lots;
  order.reduceOnly = true;
  order.closes = { what: 'entry', order: id };
  order.exitOf = protection;
  if (isStop) {
    protection.stopLoss = order;
    entry.stopLossOrder = order.order.id;
  } else {
    protection.takeProfit = order;
    entry.takeProfitOrder = order.order.id;
  }
  comeAlive(order, place);
  queues.add(order);
  return order;
};

/** Brings the children of a filled order to life. */
export const releaseChildren = (parent: WaitingOrder, place: ProtectionPlace): void => {
  for (const child of parent.children ?? []) {
    if (child.live || !isOpen(child)) continue;
    comeAlive(child, place);
    place.queues.activate(child);
  }
};

/** After a position has become smaller: reduce-only orders shrink with it, or end with it. */
export const shrinkToPosition = (queues: OrderQueues, ledger: Ledger, feed: number): void => {
  if (queues.protections.size > 0) {
    for (const id of queues.protections.keys()) {
      // An entry that is still open may open more.
      if (queues.find(id) === null && !ledger.isOpenEntry(id)) queues.protections.delete(id);
    }
  }
  for (const waiting of queues.byFeed[feed]!) {
    // feed indexes come from the market
    if (!waiting.reduceOnly || !isOpen(waiting)) continue;
    const closable = ledger.closable(feed, waiting.sign, waiting.closes);
    if (closable >= waiting.lots) continue;
    if (closable <= 0) {
      queues.end(
        waiting,
        'cancelled',
        waiting.exitOf === null ? 'Reduce-only: the position is closed.' : 'What it protected is closed.',
      );
      continue;
    }
    waiting.lots = closable;
    waiting.order.quantity = fromSteps(ledger.lots[feed]!, waiting.filledLots + closable); // as above
    queues.changed(waiting);
  }
};

/** An order that comes alive inside a bar counts only on what the price does from there on. */
const comeAlive = (waiting: WaitingOrder, { bar, market, ledger }: ProtectionPlace): void => {
  waiting.arrived = true;
  if (bar === null) return;
  if (bar.feed !== waiting.order.feed) {
    // Which of two symbols' prices came first inside a step is not known: it starts with the next one.
    waiting.notBeforeStep = market.step + 1;
    return;
  }
  waiting.from = bar.at;
  waiting.sureLow = bar.sureLow;
  waiting.sureHigh = bar.sureHigh;
  startTrailing(waiting, ledger.ticks[bar.feed]!, bar.at); // the bar's feed exists
};
