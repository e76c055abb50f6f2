/**
 * Addresses that nobody has, as they are guessed at: they are locked like those of users, so that a
 * lock does not tell who is registered.
 */

import { lockMs } from '#actors';
import type { Clock } from '#actors';

interface Guesses {
  readonly failures: number;
  readonly at: number;
  readonly lockedUntil: number;
}

/** As long as failures of users are remembered. */
const forgottenMs = 24 * 3_600_000;
/** About 200 bytes each; whoever guesses at more addresses learns nothing of one of them. */
const addressesMax = 10_000;

export class GuessedAddresses {
  readonly #clock: Clock;
  /** The least recent in front. */
  readonly #guesses = new Map<string, Guesses>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Milliseconds UTC until which log-ins are refused; null when they are not. */
  retryAt(email: string): number | null {
    const until = this.#guesses.get(email)?.lockedUntil ?? 0;
    return until > this.#clock.now() ? until : null;
  }

  failed(email: string): void {
    if (this.retryAt(email) !== null) return;
    const now = this.#clock.now();
    const before = this.#guesses.get(email);
    const failures = (before === undefined || now - before.at > forgottenMs ? 0 : before.failures) + 1;
    this.#guesses.delete(email);
    this.#guesses.set(email, { failures, at: now, lockedUntil: now + lockMs(failures) });
    const [oldest] = this.#guesses.keys();
    if (this.#guesses.size > addressesMax && oldest !== undefined) this.#guesses.delete(oldest);
  }
}
