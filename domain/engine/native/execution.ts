/** What happens when an order meets a price: costs, volume and margin are judged, then the fill is booked with all it brings about. */

import { fromSteps, stepsDown } from '../../money.ts';
import type { Market } from '../market.ts';
import type { Fill, Order } from '../order.ts';
import { tell } from '../run-log.ts';
import type { RunLog } from '../run-log.ts';
import type { BarState } from './bar-state.ts';
import { tallyFee } from './commission.ts';
import type { TradedVolume } from './commission.ts';
import type { FillTerms } from './fill-terms.ts';
import type { KnownPrices } from './known-prices.ts';
import type { Ledger } from './ledger.ts';
import { shortfall, shortfallReason } from './margin.ts';
import type { NativeConfig } from './native-config.ts';
import type { OrderQueues } from './order-queues.ts';
import { planProtection, protectOpened, releaseChildren, shrinkToPosition } from './protection.ts';
import { isImmediate } from './waiting-order.ts';
import type { WaitingOrder } from './waiting-order.ts';

export interface AccountParts {
  readonly config: NativeConfig;
  readonly market: Market;
  readonly ledger: Ledger;
  readonly queues: OrderQueues;
  readonly prices: KnownPrices;
  readonly log: RunLog;
  readonly traded: TradedVolume;
  readonly terms: FillTerms;
}

export class Execution {
  readonly #parts: AccountParts;

  constructor(parts: AccountParts) {
    this.#parts = parts;
  }

  /** The lots of a bar's volume that this account may take. */
  lotsOfVolume(bar: BarState): number {
    const { volumeShare } = this.#parts.config;
    if (volumeShare === null) return Infinity;
    const { feed, volume } = bar;
    return volume > 0 ? stepsDown(this.#parts.ledger.lots[feed]!, volume * volumeShare) : 0; // feed indexes come from the market
  }

  /**
   * Fills what can be filled of an order at `price`. A taker pays spread and slippage, within its
   * limit if it has one; others get the price as it is.
   */
  execute(waiting: WaitingOrder, bar: BarState, price: number, taker: boolean): void {
    const { ledger, queues } = this.#parts;
    const { feed } = bar;
    const { sign } = waiting;
    if (waiting.reduceOnly) {
      const closable = ledger.closable(feed, sign, waiting.closes);
      if (closable <= 0) return queues.end(waiting, 'cancelled', 'Reduce-only: there is nothing left to reduce.');
      if (closable < waiting.lots) this.#setLots(waiting, closable);
    }
    const lots = Math.min(waiting.lots, bar.lotsLeft);
    if (lots < waiting.lots && waiting.order.request.timeInForce === 'FOK') {
      return queues.end(
        waiting,
        'cancelled',
        `Fill or kill: the bar's volume leaves room for ${this.#units(feed, Math.max(0, lots))} of ${this.#units(feed, waiting.lots)}.`,
      );
    }
    if (lots <= 0) {
      waiting.blockedBar = bar.serial;
      if (isImmediate(waiting))
        queues.end(waiting, 'cancelled', "Immediate or cancel: the bar's volume leaves no room.");
      return;
    }
    const closable = ledger.closable(feed, sign, waiting.closes);
    const terms = this.#parts.terms.workOut({
      feed,
      sign,
      lots,
      closable,
      price,
      taker,
      limit: waiting.waits === 'limit' ? waiting.limit : NaN,
      bar,
      tally: waiting.fee,
      paidQuanta: waiting.feeQuanta,
    });
    const lack = shortfall(ledger, this.#parts.prices, terms, this.#parts.config.initialMargin);
    if (lack !== null) {
      const what = `${waiting.order.side} ${terms.units} ${this.#parts.market.feeds[feed]!.symbol} at ${terms.price}`;
      return queues.end(
        waiting,
        waiting.filledLots > 0 ? 'cancelled' : 'rejected',
        shortfallReason(what, lack, terms.fee),
      );
    }
    this.book(waiting, bar, terms);
    if (waiting.lots <= 0) return;
    waiting.blockedBar = bar.serial;
    if (isImmediate(waiting))
      queues.end(
        waiting,
        'cancelled',
        `Immediate or cancel: ${this.#units(feed, waiting.filledLots)} filled, the rest is cancelled.`,
      );
  }

  /** Books a fill that nothing stands against any more, and what follows from it. */
  book(waiting: WaitingOrder, bar: BarState, terms: FillTerms): void {
    const { ledger, queues, log, market, config, traded } = this.#parts;
    const { order } = waiting;
    const { feed, lots, ticks, price } = terms;
    const protection = planProtection(waiting, queues);
    ledger.enter(terms, waiting, bar, protection?.levels ?? null);
    traded.add(bar.time, terms.value, terms.units);
    waiting.feeQuanta += terms.feeQuanta;
    bar.lotsLeft -= lots;
    log.exposed[market.step] = 1;

    waiting.lots = Math.abs(waiting.lots - lots) <= lots * 1e-12 ? 0 : waiting.lots - lots;
    if (waiting.lots > 0) waiting.fee = tallyFee(config.commission, waiting.fee, terms);
    waiting.filledLots += lots;
    waiting.tickLots += ticks * lots;
    const isFirst = waiting.filledLots === lots;
    order.filledQuantity = isFirst ? terms.units : this.#units(feed, waiting.filledLots);
    order.fillPrice = isFirst ? price : fromSteps(ledger.ticks[feed]!, waiting.tickLots / waiting.filledLots); // as above
    queues.filled(waiting);
    this.#record(order, bar, terms);

    for (const rival of queues.rivals(waiting))
      queues.end(rival, 'cancelled', `One cancels the other: order ${order.id} filled.`);
    if (terms.closedLots > 0) shrinkToPosition(queues, ledger, feed);
    if (protection !== null && terms.openedLots > 0) protectOpened(protection, { queues, ledger, market, bar });
    if (waiting.lots <= 0 && waiting.children !== null) releaseChildren(waiting, { queues, ledger, market, bar });
  }

  #record(order: Order, bar: BarState, { units, price, fee }: FillTerms): void {
    const { log, market } = this.#parts;
    const { feed, side } = order;
    log.hash.add(feed, bar.bar, side === 'buy' ? units : -units, price, fee);
    log.fillCount++;
    if (!log.keepsRows && !log.isHeard) return; // nobody will see it
    const { tag = null } = order.request;
    const { step } = market;
    const fill: Fill = {
      order: order.id,
      feed,
      side,
      quantity: units,
      price,
      commission: fee,
      step,
      bar: bar.bar,
      time: bar.time,
      tag,
    };
    if (log.keepsRows) log.fills.push(fill);
    tell(log, order, fill);
  }

  #setLots(waiting: WaitingOrder, lots: number): void {
    waiting.lots = lots;
    waiting.order.quantity = this.#units(waiting.order.feed, waiting.filledLots + lots);
  }

  #units(feed: number, lots: number): number {
    return fromSteps(this.#parts.ledger.lots[feed]!, lots); // as above
  }
}
