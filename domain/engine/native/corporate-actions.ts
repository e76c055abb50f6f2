/** Splits and dividends: what they do to positions, waiting orders and cash. */

import { fromSteps, stepsDown, stepsNearest } from '../../money.ts';
import type { AccountParts } from './execution.ts';
import type { ProtectionLevels } from './ledger.ts';
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
      for (let action = actions[this.#at[f]!]; action !== undefined && action.time <= time; action = actions[++this.#at[f]!]) { // as above
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
   * Units are multiplied and rounded down to the lot over each side as a whole; the fraction that is
   * left is sold (bought back, if short) at the last close after the split.
   */
  #splitTrades(feed: number, ratio: number): void {
    const { ledger, market, prices } = this.#parts;
    const grid = ledger.lots[feed]!; // as above
    const bar = market.index[feed]!; // as above
    const time = market.feeds[feed]!.bars.time[bar]!; // fresh: the bar is there
    const price = prices.of(feed);
    const before = { long: 0, short: 0 };
    const scaledLevels = new Set<ProtectionLevels>();
    for (const trade of ledger.openTrades[feed]!) { // as above
      if (trade.levels !== null && !scaledLevels.has(trade.levels)) {
        scaledLevels.add(trade.levels);
        if (trade.levels.stopLoss !== null) trade.levels.stopLoss /= ratio;
        if (trade.levels.takeProfit !== null) trade.levels.takeProfit /= ratio;
      }
      const side = trade.sign > 0 ? 'long' : 'short';
      const start = before[side];
      before[side] += trade.lots;
      const exact = trade.lots * ratio;
      const kept = grid.step === 0 ? exact : wholeLots(before[side] * ratio) - wholeLots(start * ratio);
      trade.lots = exact;
      trade.entryPrice /= ratio;
      const rest = exact - kept;
      if (rest > 1e-9 * exact) {
        const valueQuanta = stepsNearest(ledger.money, fromSteps(grid, rest) * ledger.multipliers[feed]! * price); // as above
        ledger.closePart(feed, trade, rest, { price, bar, time, valueQuanta, feeQuanta: 0 });
        ledger.move(trade.sign * valueQuanta);
      }
      trade.lots = kept;
    }
    ledger.openTrades[feed] = ledger.openTrades[feed]!.filter((trade) => trade.lots > 0); // as above
    ledger.recount(feed);
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

/** Whole lots in a count of lots, by the one rounding rule. */
const wholeLots = (lots: number): number => stepsDown({ step: 1, perUnit: 1 }, lots);
