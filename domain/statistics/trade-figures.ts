/** What the statistics need to know of each trade, as rows of numbers. */

import type { Trade } from '../engine/order.ts';
import { RunMemory } from '../engine/run-memory.ts';

const numbersPerTrade = 5;
const tradesAtFirst = 64;

/** The trades of a run, in order. Five numbers each, where an object has sixteen fields and outlives its time. */
export class TradeFigures {
  readonly #memory: RunMemory;
  #numbers: Float64Array;
  #end = 0;

  constructor(memory = new RunMemory()) {
    this.#memory = memory;
    this.#numbers = memory.column(numbersPerTrade * tradesAtFirst);
  }

  get count(): number {
    return this.#end / numbersPerTrade;
  }

  addTrade({ pnl, returnFraction, exitTime, entryTime, commission, side }: Trade): void {
    this.add(pnl, returnFraction, exitTime === null ? NaN : exitTime - entryTime, commission, side === 'long');
  }

  /** Money in currency; `lengthMs` from entry to exit, NaN while the trade is open. */
  add(pnl: number, returnFraction: number, lengthMs: number, commission: number, isLong: boolean): void {
    const at = this.#end;
    if (at === this.#numbers.length) this.#grow();
    const numbers = this.#numbers;
    numbers[at] = pnl;
    numbers[at + 1] = returnFraction;
    numbers[at + 2] = lengthMs;
    numbers[at + 3] = commission;
    numbers[at + 4] = isLong ? 1 : 0;
    this.#end = at + numbersPerTrade;
  }

  pnl(trade: number): number {
    return this.#numbers[trade * numbersPerTrade] as number; // callers stay below count
  }

  returnFraction(trade: number): number {
    return this.#numbers[trade * numbersPerTrade + 1] as number; // as above
  }

  /** NaN while the trade is open. */
  lengthMs(trade: number): number {
    return this.#numbers[trade * numbersPerTrade + 2] as number; // as above
  }

  commission(trade: number): number {
    return this.#numbers[trade * numbersPerTrade + 3] as number; // as above
  }

  isLong(trade: number): boolean {
    return this.#numbers[trade * numbersPerTrade + 4] === 1;
  }

  #grow(): void {
    const larger = this.#memory.column(this.#numbers.length * 2);
    larger.set(this.#numbers);
    this.#numbers = larger;
  }
}
