/** What holding costs: funding of perpetuals, borrow interest on shorts, interest on negative cash. */

import { dayMs } from '../../market/calendar.ts';
import { fromSteps, stepsNearest } from '../../money.ts';
import type { AccountParts } from './execution.ts';

/** Actual/365: interest of a day is a 365th of the yearly rate, in leap years too. */
const daysPerYear = 365;

export class Carry {
  readonly #parts: AccountParts;
  #nextFunding = Infinity;
  #fundingRow = 0;
  #nextDay = Infinity;
  /** The next time at which something is charged. */
  next = Infinity;

  constructor(parts: AccountParts) {
    this.#parts = parts;
    const { config, market } = parts;
    const start = market.timeline[0] ?? Infinity;
    if (config.funding !== null) {
      if ('table' in config.funding) {
        const { table } = config.funding;
        while ((table[this.#fundingRow]?.[0] ?? Infinity) <= start) this.#fundingRow++;
        this.#nextFunding = table[this.#fundingRow]?.[0] ?? Infinity;
      } else {
        const { intervalMs } = config.funding;
        this.#nextFunding = (Math.floor(start / intervalMs) + 1) * intervalMs;
      }
    }
    if (config.borrowRate > 0 || config.marginRate > 0) this.#nextDay = (Math.floor(start / dayMs) + 1) * dayMs;
    this.next = Math.min(this.#nextFunding, this.#nextDay);
  }

  /** Charges what has become due up to `time`, on what was held before it, at the newest known prices. */
  charge(time: number): void {
    if (time >= this.#nextFunding) this.#fund(this.#fundingDue(time));
    if (time >= this.#nextDay) {
      const days = Math.floor((time - this.#nextDay) / dayMs) + 1;
      this.#nextDay += days * dayMs;
      this.#interest(days);
    }
    this.next = Math.min(this.#nextFunding, this.#nextDay);
  }

  /** Sum of the funding rates that have become due. */
  #fundingDue(time: number): number {
    const { funding } = this.#parts.config;
    if (funding === null) return 0;
    if (!('table' in funding)) {
      const times = Math.floor((time - this.#nextFunding) / funding.intervalMs) + 1;
      this.#nextFunding += times * funding.intervalMs;
      return times * funding.rate;
    }
    let rate = 0;
    for (; (funding.table[this.#fundingRow]?.[0] ?? Infinity) <= time; this.#fundingRow++)
      rate += funding.table[this.#fundingRow]![1]; // the row exists: its time is finite
    this.#nextFunding = funding.table[this.#fundingRow]?.[0] ?? Infinity;
    return rate;
  }

  #fund(rate: number): void {
    const { ledger, prices, log } = this.#parts;
    for (let f = 0; f < ledger.weight.length; f++) {
      if (ledger.weight[f] !== 0) log.funding += this.#pay(ledger.weight[f]! * prices.of(f) * rate); // arrays have one entry per feed
    }
  }

  #interest(days: number): void {
    const { ledger, prices, log, config } = this.#parts;
    const { borrowRate, marginRate } = config;
    if (ledger.cash < 0 && marginRate > 0)
      log.marginInterest += this.#pay((-ledger.cash * marginRate * days) / daysPerYear);
    if (borrowRate === 0) return;
    for (let f = 0; f < ledger.shortLots.length; f++) {
      if (!(ledger.shortLots[f]! > 0)) continue; // as above
      const value = fromSteps(ledger.lots[f]!, ledger.shortLots[f]!) * ledger.multipliers[f]! * prices.of(f); // as above
      log.borrow += this.#pay((value * borrowRate * days) / daysPerYear);
    }
  }

  /** Takes an amount from cash, rounded once to the quantum; returns what was taken. */
  #pay(amount: number): number {
    const { ledger } = this.#parts;
    const quanta = stepsNearest(ledger.money, amount);
    ledger.move(-quanta);
    return fromSteps(ledger.money, quanta);
  }
}
