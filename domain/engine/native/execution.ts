/** What happens when an order meets a price: costs, volume and margin are judged, then the fill is booked with all it brings about. */

import { fromSteps, stepsDown } from '../../money.ts';
import type { Market } from '../market.ts';
import type { Fill, Order } from '../order.ts';
import { tell } from '../run-log.ts';
import type { RunLog } from '../run-log.ts';
import type { BarState } from './bar-state.ts';
import { feeQuanta, tallyFee } from './commission.ts';
import type { FeeAsk, TradedVolume } from './commission.ts';
import type { KnownPrices } from './known-prices.ts';
import type { Ledger } from './ledger.ts';
import { shortfall, shortfallReason } from './margin.ts';
import { better } from './matching.ts';
import type { NativeConfig } from './native-config.ts';
import type { OrderQueues } from './order-queues.ts';
import { planProtection, protectOpened, releaseChildren, shrinkToPosition } from './protection.ts';
import { adverseTicks, takerPrice } from './slippage.ts';
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
  /** Whether takers pay spread or slippage at all. */
  readonly takerCosts: boolean;
}

export class Execution {
  readonly #parts: AccountParts;

  constructor(parts: AccountParts) {
    this.#parts = parts;
  }

  /** The lots of a bar's volume that this account may take. */
  lotsOfVolume(feed: number, volume: number): number {
    const { volumeShare } = this.#parts.config;
    if (volumeShare === null) return Infinity;
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
    const ticks = this.#ticksPaid(waiting, bar, price, taker, lots);
    const paid = fromSteps(ledger.ticks[feed]!, ticks); // as above
    const fee = this.#feeFor(waiting, bar, lots, paid, taker);
    const units = this.#units(feed, lots);
    const lack = shortfall(
      ledger,
      this.#parts.prices,
      {
        feed,
        units,
        price: paid,
        fee: fromSteps(ledger.money, fee.quanta),
        closes: this.#units(feed, Math.min(lots, ledger.closable(feed, sign, waiting.closes))),
      },
      this.#parts.config.initialMargin,
    );
    if (lack !== null) {
      const what = `${waiting.order.side} ${units} ${this.#parts.market.feeds[feed]!.symbol} at ${paid}`;
      return queues.end(
        waiting,
        waiting.filledLots > 0 ? 'cancelled' : 'rejected',
        shortfallReason(what, lack, fromSteps(ledger.money, fee.quanta)),
      );
    }
    this.book(waiting, bar, { lots, ticks, feeQuanta: fee.quanta, ask: fee.ask });
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
  book(
    waiting: WaitingOrder,
    bar: BarState,
    {
      lots,
      ticks,
      feeQuanta,
      ask,
    }: { readonly lots: number; readonly ticks: number; readonly feeQuanta: number; readonly ask: FeeAsk },
  ): void {
    const { ledger, queues, log, market, config } = this.#parts;
    const { order } = waiting;
    const { feed } = bar;
    const price = fromSteps(ledger.ticks[feed]!, ticks); // as above
    const protection = planProtection(waiting, queues);
    const effect = ledger.enter({
      feed,
      sign: waiting.sign,
      lots,
      ticks,
      feeQuanta,
      bar: bar.bar,
      time: bar.time,
      order: order.id,
      tag: order.request.tag ?? null,
      levels: protection?.levels ?? null,
      closes: waiting.closes,
    });
    this.#parts.traded.add(bar.time, ask.value, ask.units);
    waiting.feeQuanta += feeQuanta;
    bar.lotsLeft -= lots;
    log.exposed[market.step] = 1;

    waiting.lots = Math.abs(waiting.lots - lots) <= lots * 1e-12 ? 0 : waiting.lots - lots;
    if (waiting.lots > 0) waiting.fee = tallyFee(config.commission, waiting.fee, ask);
    waiting.filledLots += lots;
    waiting.tickLots += ticks * lots;
    order.filledQuantity = this.#units(feed, waiting.filledLots);
    order.fillPrice =
      waiting.filledLots === lots ? price : fromSteps(ledger.ticks[feed]!, waiting.tickLots / waiting.filledLots);
    queues.filled(waiting);
    this.#record(order, bar, this.#units(feed, lots), price, fromSteps(ledger.money, feeQuanta));

    for (const rival of queues.rivals(waiting))
      queues.end(rival, 'cancelled', `One cancels the other: order ${order.id} filled.`);
    if (effect.closed > 0) shrinkToPosition(queues, ledger, feed);
    if (protection !== null && effect.opened > 0) protectOpened(protection, { queues, ledger, market, bar });
    if (waiting.lots <= 0) releaseChildren(waiting, { queues, ledger, market, bar });
  }

  #record(order: Order, bar: BarState, quantity: number, price: number, commission: number): void {
    const { log, market } = this.#parts;
    const { feed, side } = order;
    log.hash.add(feed, bar.bar, side === 'buy' ? quantity : -quantity, price, commission);
    log.fillCount++;
    if (!log.keepsRows && !log.isHeard) return; // nobody will see it
    const { tag = null } = order.request;
    const { step } = market;
    const fill: Fill = {
      order: order.id,
      feed,
      side,
      quantity,
      price,
      commission,
      step,
      bar: bar.bar,
      time: bar.time,
      tag,
    };
    if (log.keepsRows) log.fills.push(fill);
    tell(log, order, fill);
  }

  #ticksPaid(waiting: WaitingOrder, bar: BarState, price: number, taker: boolean, lots: number): number {
    const { config, ledger } = this.#parts;
    const { sign } = waiting;
    let paid = price;
    if (taker && this.#parts.takerCosts) {
      const { volume, low, high } = bar;
      paid = takerPrice(config, { sign, price, units: this.#units(bar.feed, lots), volume, low, high });
    }
    if (waiting.waits === 'limit') paid = better(sign, paid, waiting.limit);
    return adverseTicks(ledger.ticks[bar.feed]!, sign, paid); // as above
  }

  #feeFor(
    waiting: WaitingOrder,
    bar: BarState,
    lots: number,
    price: number,
    taker: boolean,
  ): { readonly quanta: number; readonly ask: FeeAsk } {
    const { config, ledger } = this.#parts;
    const units = this.#units(bar.feed, lots);
    const value = units * Math.abs(price) * ledger.multipliers[bar.feed]!; // as above
    const ask: FeeAsk = { value, units, taker, traded: this.#parts.traded.at(bar.time) };
    const total = feeQuanta(ledger.money, config.commission, waiting.fee, ask);
    return { quanta: total - waiting.feeQuanta, ask };
  }

  #setLots(waiting: WaitingOrder, lots: number): void {
    waiting.lots = lots;
    waiting.order.quantity = this.#units(waiting.order.feed, waiting.filledLots + lots);
  }

  #units(feed: number, lots: number): number {
    return fromSteps(this.#parts.ledger.lots[feed]!, lots); // as above
  }
}
