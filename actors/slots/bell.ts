/** Waiting for a signal or for time to pass, whichever comes first. */

import type { Clock } from '#kernel';

interface Wait {
  readonly ms: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

export class Bell {
  #rung = false;
  #answer: (() => void) | null = null;

  /** Ends the wait under way, or else the next one. */
  ring(): void {
    this.#rung = true;
    this.#answer?.();
  }

  /** Resolves when it rings, when so many milliseconds have passed, or when the signal aborts. */
  async wait({ ms, clock, signal }: Wait): Promise<void> {
    if (!this.#rung && !signal.aborted) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const disarm = clock.at(clock.now() + ms, resolve);
      const stop = (): void => resolve();
      signal.addEventListener('abort', stop, { once: true });
      this.#answer = resolve;
      await promise;
      this.#answer = null;
      signal.removeEventListener('abort', stop);
      disarm();
    }
    this.#rung = false;
  }
}

/** Resolves after so many milliseconds, or when the signal aborts. */
export const pause = (wait: Wait): Promise<void> => new Bell().wait(wait);
