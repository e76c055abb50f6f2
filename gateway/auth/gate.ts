/** Lets few do something costly at once, some wait, and turns the rest away. */

import { ProblemError } from '../errors.ts';

export class Gate {
  readonly #name: string;
  readonly #runningMax: number;
  readonly #waitingMax: number;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(name: string, bounds: { readonly runningMax: number; readonly waitingMax: number }) {
    this.#name = name;
    this.#runningMax = bounds.runningMax;
    this.#waitingMax = bounds.waitingMax;
  }

  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running < this.#runningMax) this.#running++;
    else await this.#turn();
    try {
      return await work();
    } finally {
      // The place goes to the next in line without being free in between.
      const next = this.#waiting.shift();
      if (next === undefined) this.#running--;
      else next();
    }
  }

  async #turn(): Promise<void> {
    if (this.#waiting.length >= this.#waitingMax) {
      throw new ProblemError('busy', `Too many wait for ${this.#name}.`, { retryAfterSeconds: 2 });
    }
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }
}
