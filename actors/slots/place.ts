/** The place in which a slot's jobs run: opened when it is needed, and anew after it has failed. */

import type { JobRunner } from '#ports';

export class Place {
  readonly #open: () => JobRunner;
  #runner: JobRunner | null = null;

  constructor(open: () => JobRunner) {
    this.#open = open;
  }

  get runner(): JobRunner {
    this.#runner ??= this.#open();
    return this.#runner;
  }

  /** Ends what is open; the next use opens another. */
  close(): void {
    this.#runner?.close();
    this.#runner = null;
  }
}
