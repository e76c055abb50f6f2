/** The end of an account's credit: liquidation below the maintenance margin, and ruin. */

import { fromSteps } from '../../money.ts';
import type { OrderRequest } from '../order.ts';
import { BarState } from './bar-state.ts';
import type { AccountParts, Execution } from './execution.ts';
import { money } from './margin.ts';
import type { Sign } from './matching.ts';
import { newOrder, WaitingOrder } from './waiting-order.ts';

/**
 * Judges the account at the worst price of this step's bars: longs at the low, shorts at the high,
 * all of them at once, since in which order they came is not known. Below the maintenance margin
 * everything is closed at those prices. Returns the reason, or null.
 */
export const liquidateIfDue = (parts: AccountParts, execution: Execution): string | null => {
  const { ledger, config } = parts;
  let equity = ledger.cash;
  let exposure = 0;
  for (let f = 0; f < ledger.weight.length; f++) {
    if (!(ledger.gross[f]! > 0)) continue;
    const price = adversePrice(parts, f);
    equity += ledger.weight[f]! * price; // arrays have one entry per feed
    exposure += ledger.gross[f]! * price;
  }
  const required = exposure * config.maintenanceMargin;
  if (exposure === 0 || (equity >= required && equity > 0)) return null;
  const reason = `Liquidated: at the bar's worst price equity is ${money(equity)}, the maintenance margin ${money(required)}.`;
  closeEverything(parts, execution, {
    reason,
    priceOf: (feed) => adversePrice(parts, feed),
    feeFraction: config.liquidationFee,
  });
  return reason;
};

/** Closes all positions at given prices and cancels all orders. */
export const closeEverything = (
  parts: AccountParts,
  execution: Execution,
  how: { readonly reason: string; readonly priceOf: (feed: number) => number; readonly feeFraction: number },
): void => {
  const { ledger, queues } = parts;
  for (const waiting of queues.open()) queues.end(waiting, 'cancelled', how.reason);
  for (let f = 0; f < ledger.weight.length; f++) {
    if (ledger.longLots[f]! > 0) forceClose(parts, execution, f, -1, how); // as above
    if (ledger.shortLots[f]! > 0) forceClose(parts, execution, f, 1, how);
  }
};

const forceClose = (
  parts: AccountParts,
  execution: Execution,
  feed: number,
  sign: Sign,
  { reason, priceOf, feeFraction }: Parameters<typeof closeEverything>[2],
): void => {
  const { ledger, queues, market, terms } = parts;
  const lots = sign > 0 ? ledger.shortLots[feed]! : ledger.longLots[feed]!; // as above
  const quantity = fromSteps(ledger.lots[feed]!, lots); // as above
  const request: OrderRequest = {
    feed,
    side: sign > 0 ? 'buy' : 'sell',
    size: { quantity },
    type: 'market',
    reduceOnly: true,
    tag: 'liquidation',
  };
  const forced = new WaitingOrder(newOrder(request, { id: queues.nextId, quantity, market }));
  forced.lots = lots;
  forced.reduceOnly = true;
  queues.add(forced);
  const { bars } = market.feeds[feed]!; // as above
  const bar = new BarState(feed, bars);
  bar.bar = market.index[feed]!; // as above
  bar.time = bars.time[bar.bar]!; // a position was opened on some bar
  bar.moveTo(priceOf(feed));
  const closed = { feed, sign, lots, closable: lots, price: bar.at };
  execution.book(forced, bar, terms.workOutForced(closed, bar.time, feeFraction));
  forced.order.reason = reason;
};

/** The low for what is long on balance, the high for what is short; the last close where no bar came. */
const adversePrice = ({ ledger, market, prices }: AccountParts, feed: number): number => {
  if (market.fresh[feed] !== 1) return prices.of(feed);
  const { bars } = market.feeds[feed]!; // feed indexes come from the market
  const bar = market.index[feed]!; // as above
  return ledger.weight[feed]! > 0 ? bars.low[bar]! : bars.high[bar]!; // fresh: the bar is there
};
