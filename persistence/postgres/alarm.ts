/** What a loop rests on until there is something to do. */

import { setTimeout as delay } from 'node:timers/promises';

export class Alarm {
  #isRung = false;
  #wake: () => void = () => {};

  /** Ends the rest; where nobody rests at the moment, the next one. */
  ring(): void {
    this.#isRung = true;
    this.#wake();
  }

  /** Until it rings, the time is up or the signal is aborted. */
  async rest(ms: number, signal: AbortSignal): Promise<void> {
    if (!this.#isRung) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#wake = resolve;
      const woken = new AbortController();
      const until = AbortSignal.any([signal, woken.signal]);
      await Promise.race([promise, delay(ms, undefined, { signal: until, ref: false }).catch(() => {})]);
      woken.abort();
    }
    this.#isRung = false;
  }
}
