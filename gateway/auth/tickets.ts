/** Tickets for sockets: good once and shortly, so that no access token stands in a URL. */

import { randomBytes } from 'node:crypto';
import type { Clock } from '#actors';
import { ProblemError } from '../errors.ts';
import type { Principal } from '../permissions.ts';

export const ticketMs = 30_000;
/** Nobody opens that many sockets in half a minute. */
const ticketsMax = 10_000;

export class Tickets {
  readonly #clock: Clock;
  readonly #open = new Map<string, { readonly principal: Principal; readonly until: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  issue(principal: Principal): string {
    const now = this.#clock.now();
    // In order of issue, so the expired ones are in front.
    for (const [ticket, { until }] of this.#open) {
      if (until > now) break;
      this.#open.delete(ticket);
    }
    if (this.#open.size >= ticketsMax)
      throw new ProblemError('busy', 'Too many tickets are open.', { retryAfterSeconds: 30 });
    const ticket = randomBytes(24).toString('base64url');
    this.#open.set(ticket, { principal, until: now + ticketMs });
    return ticket;
  }

  /** Whose ticket it is, once; null afterwards, or when it was never one. */
  redeem(ticket: string): Principal | null {
    const entry = this.#open.get(ticket);
    this.#open.delete(ticket);
    return entry === undefined || entry.until <= this.#clock.now() ? null : entry.principal;
  }
}
