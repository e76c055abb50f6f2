/**
 * Addresses that nobody has, as they are guessed at: they are locked like those of users, so that a
 * lock does not tell who is registered. Gateways tell each other, so that the number of nodes does not either.
 */

import { createHash } from 'node:crypto';
import { lockMs } from '#actors';
import type { Clock } from '#actors';
import type { GatewayParts } from '../gateway.ts';

interface Guesses {
  readonly failures: number;
  readonly at: number;
  readonly lockedUntil: number;
}

/** As long as failures of users are remembered. */
const forgottenMs = 24 * 3_600_000;
/** About 200 bytes each; whoever guesses at more addresses learns nothing of one of them. */
const addressesMax = 10_000;

const family = 'guess';

export class GuessedAddresses {
  readonly #clock: Clock;
  readonly #publications: Pick<GatewayParts['publications'], 'publish' | 'subscribeFamily'>;
  /** The least recent in front. */
  readonly #guesses = new Map<string, Guesses>();

  constructor(clock: Clock, publications: Pick<GatewayParts['publications'], 'publish' | 'subscribeFamily'>) {
    this.#clock = clock;
    this.#publications = publications;
  }

  /** Counts what is guessed at any gateway, this one among them; the returned function ends it. */
  follow(): () => void {
    return this.#publications.subscribeFamily(family, ({ channel }) => this.#count(channel.slice(family.length + 1)));
  }

  /** Milliseconds UTC until which log-ins are refused; null when they are not. */
  retryAt(email: string): number | null {
    const until = this.#guesses.get(hashOf(email))?.lockedUntil ?? 0;
    return until > this.#clock.now() ? until : null;
  }

  failed(email: string): void {
    // Hashed: what somebody has typed is no news for a bus.
    this.#publications.publish({ channel: `${family}:${hashOf(email)}`, key: 'failed', data: null });
  }

  #count(address: string): void {
    const now = this.#clock.now();
    const before = this.#guesses.get(address);
    if (before !== undefined && before.lockedUntil > now) return;
    const failures = (before === undefined || now - before.at > forgottenMs ? 0 : before.failures) + 1;
    this.#guesses.delete(address);
    this.#guesses.set(address, { failures, at: now, lockedUntil: now + lockMs(failures) });
    const [oldest] = this.#guesses.keys();
    if (this.#guesses.size > addressesMax && oldest !== undefined) this.#guesses.delete(oldest);
  }
}

const hashOf = (email: string): string => createHash('sha256').update(email).digest('base64url');
