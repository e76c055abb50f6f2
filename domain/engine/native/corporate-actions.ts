/** Splits and dividends: what they do to positions, waiting orders and cash. */

import { fromSteps, stepsDown, stepsNearest } from '../../money.ts';
import type { AccountParts } from './execution.ts';
import type { Ledger } from './ledger.ts';
import type { OpenTrade } from './open-trade.ts';
import { limitOnGrid, stopOnGrid } from './slippage.ts';

export class CorporateActions {
  readonly #parts: AccountParts;
  readonly #at: Int32Array;
  /** The earliest time of an action that has not been applied. */
  next = Infinity;

  constructor(parts: AccountParts) {
    this.#parts = parts;
    this.#at = new Int32Array(parts.market.feeds.length);
    this.#findNext();
  }

  /** Applies what is due, feed by feed, before the first bar at or after its time is matched. */
  apply(time: number): void {
    const { market } = this.#parts;
    for (let f = 0; f < market.feeds.length; f++) {
      if (market.fresh[f] !== 1) continue; // takes effect with the feed's own next bar
      const actions = market.feeds[f]!.actions ?? []; // f < length
      for (
        let action = actions[this.#at[f]!];
        action !== undefined && action.time <= time;
        action = actions[++this.#at[f]!]
      ) {
        // as above
        if (action.type === 'split') this.#split(f, action.ratio);
        else this.#dividend(f, action.amount);
      }
    }
    this.#findNext();
  }

  #findNext(): void {
    this.next = Infinity;
    this.#parts.market.feeds.forEach(({ actions }, f) => {
      const time = actions?.[this.#at[f]!]?.time; // one entry per feed
      if (time !== undefined && time < this.next) this.next = time;
    });
  }

  #dividend(feed: number, amount: number): void {
    const { ledger, log } = this.#parts;
    const units = fromSteps(ledger.lots[feed]!, ledger.netLots(feed)); // feed indexes come from the market
    if (units === 0) return;
    const quanta = stepsNearest(ledger.money, units * amount);
    ledger.move(quanta);
    log.dividends += fromSteps(ledger.money, quanta);
  }

  #split(feed: number, ratio: number): void {
    this.#parts.prices.split(feed, ratio);
    this.#splitTrades(feed, ratio);
    this.#splitOrders(feed, ratio);
  }

  /**
   * Units are multiplied and each trade keeps whole lots: what is left of one goes, with its cost,
   * to the next trade of that side, and what is left of the last is sold (bought back, if short) at
   * the last close after the split.
   */
  #splitTrades(feed: number, ratio: number): void {
    const { ledger } = this.#parts;
    const grid = ledger.lots[feed]!; // as above
    const trades = ledger.openTrades[feed]!; // as above
    scaleLevels(trades, ratio);
    for (const sign of [1, -1]) {
      const side = trades.filter((trade) => trade.sign === sign);
      side.forEach((trade, i) => {
        trade.lots *= ratio;
        trade.entryPrice /= ratio;
        const kept = grid.step === 0 ? trade.lots : wholeLots(trade.lots);
        const rest = trade.lots - kept;
        const next = side[i + 1];
        if (kept === trade.lots || rest <= 1e-9 * trade.lots) trade.lots = kept;
        else if (next === undefined) this.#settle(feed, trade, rest, kept);
        else passOn(ledger, { from: trade, to: next, lots: rest, kept, ratio });
      });
    }
    ledger.openTrades[feed] = trades.filter((trade) => trade.lots > 0);
    ledger.recount(feed);
  }

  /** Pays out the fraction of a lot. */
  #settle(feed: number, trade: OpenTrade, rest: number, kept: number): void {
    const { ledger, market, prices } = this.#parts;
    const bar = market.index[feed]!; // as above
    const time = market.feeds[feed]!.bars.time[bar]!; // fresh: the bar is there
    const price = prices.of(feed);
    const valueQuanta = stepsNearest(
      ledger.money,
      fromSteps(ledger.lots[feed]!, rest) * ledger.multipliers[feed]! * price,
    ); // as above
    ledger.closePart(feed, trade, rest, { price, bar, time, valueQuanta, feeQuanta: 0 });
    trade.lots = kept;
    ledger.move(trade.sign * valueQuanta);
  }

  #splitOrders(feed: number, ratio: number): void {
    const { ledger, queues } = this.#parts;
    const ticks = ledger.ticks[feed]!; // as above
    const grid = ledger.lots[feed]!; // as above
    for (const waiting of queues.open()) {
      const { order, sign } = waiting;
      if (order.feed !== feed) continue;
      const lots = grid.step === 0 ? waiting.lots * ratio : wholeLots(waiting.lots * ratio);
      if (lots <= 0) {
        queues.end(waiting, 'cancelled', `A split by ${ratio} left less than one lot.`);
        continue;
      }
      waiting.lots = lots;
      order.quantity = fromSteps(grid, waiting.filledLots + lots);
      if (!Number.isNaN(waiting.limit)) order.limit = waiting.limit = limitOnGrid(ticks, sign, waiting.limit / ratio);
      if (!Number.isNaN(waiting.stop)) order.stop = waiting.stop = stopOnGrid(ticks, sign, waiting.stop / ratio);
      waiting.best /= ratio;
      if (waiting.trail !== null && 'amount' in waiting.trail) waiting.trail = { amount: waiting.trail.amount / ratio };
      queues.changed(waiting);
    }
  }
}

/** Prices that protect trades, each set once even where trades share them. */
const scaleLevels = (trades: readonly OpenTrade[], ratio: number): void => {
  for (const levels of new Set(trades.map((trade) => trade.levels))) {
    if (levels === null) continue;
    if (levels.stopLoss !== null) levels.stopLoss /= ratio;
    if (levels.takeProfit !== null) levels.takeProfit /= ratio;
  }
};

/** Moves a fraction of a lot, with its cost and fee, to the next trade. `to` has not been multiplied yet. */
const passOn = (
  ledger: Ledger,
  {
    from,
    to,
    lots,
    kept,
    ratio,
  }: {
    readonly from: OpenTrade;
    readonly to: OpenTrade;
    readonly lots: number;
    readonly kept: number;
    readonly ratio: number;
  },
): void => {
  const cost = ledger.share(from.costQuanta, lots, from.lots);
  const fee = ledger.share(from.feeQuanta, lots, from.lots);
  const before = lots / ratio;
  to.entryPrice = (to.entryPrice * to.lots + from.entryPrice * ratio * before) / (to.lots + before);
  to.lots += before;
  to.costQuanta += cost;
  to.feeQuanta += fee;
  from.lots = kept;
  from.costQuanta -= cost;
  from.feeQuanta -= fee;
};

/** Whole lots in a count of lots, by the one rounding rule. */
const wholeLots = (lots: number): number => stepsDown({ step: 1, perUnit: 1 }, lots);
