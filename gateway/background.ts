/** Work that nobody waits for: it is still owned, its failures are told of, and a stop waits for it. */

import type { FastifyBaseLogger } from 'fastify';

export class Background {
  readonly #logger: FastifyBaseLogger | null;
  readonly #running = new Set<Promise<void>>();

  constructor(logger: FastifyBaseLogger | null) {
    this.#logger = logger;
  }

  own(work: Promise<unknown>, whatFailed: string): void {
    const owned: Promise<void> = work
      .then(
        () => undefined,
        (error: unknown) => this.#logger?.error({ err: error }, whatFailed),
      )
      .finally(() => this.#running.delete(owned));
    this.#running.add(owned);
  }

  /** Resolves when all of it has ended. */
  async ended(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }
}
