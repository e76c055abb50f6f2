/** Access tokens that are not to be taken any more although they have not expired. */

import type { Clock } from '#actors';
import { Type } from 'typebox';
import type { Gateway } from '../gateway.ts';
import type { Principal } from '../permissions.ts';
import { schemaCheck } from '../schema-check.ts';
import { accessTokenMs } from './access-tokens.ts';

export type Revocation =
  | { readonly type: 'session'; readonly userId: string; readonly sessionId: string }
  /** All tokens that were issued before now, but those of one session. */
  | { readonly type: 'user'; readonly userId: string; readonly exceptSessionId: string | null };

/** Marks are of no use once every token they could mean has expired; how often they are swept out. */
const sweepEvery = 1_000;

export class Revocations {
  readonly #clock: Clock;
  /** Session → when it was revoked. */
  readonly #sessions = new Map<string, number>();
  readonly #users = new Map<string, { readonly at: number; readonly exceptSessionId: string | null }>();
  readonly #listeners = new Set<(revocation: Revocation) => void>();
  #marks = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  revoke(revocation: Revocation): void {
    const at = this.#clock.now();
    if (revocation.type === 'session') this.#sessions.set(revocation.sessionId, at);
    else this.#users.set(revocation.userId, { at, exceptSessionId: revocation.exceptSessionId });
    this.#marks++;
    if (this.#marks % sweepEvery === 0) this.#sweep(at);
    for (const listener of this.#listeners) listener(revocation);
  }

  isRevoked(principal: Principal): boolean {
    if (this.#marks === 0) return false;
    if (this.#sessions.has(principal.sessionId)) return true;
    const mark = this.#users.get(principal.userId);
    return mark !== undefined && mark.exceptSessionId !== principal.sessionId && principal.issuedAt <= mark.at;
  }

  /** When a new token of a user counts as issued: after every mark against that user's older ones. */
  issueTime(userId: string): number {
    return Math.max(this.#clock.now(), (this.#users.get(userId)?.at ?? 0) + 1);
  }

  /** For whoever holds sockets open: they are closed with the session. */
  subscribe(listener: (revocation: Revocation) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #sweep(now: number): void {
    for (const [id, at] of this.#sessions) if (now - at > accessTokenMs) this.#sessions.delete(id);
    for (const [id, mark] of this.#users) if (now - mark.at > accessTokenMs) this.#users.delete(id);
  }
}

/** What the actors of users publish for gateways, on `user:ID`. */
const published = schemaCheck(
  Type.Union([
    Type.Object({ type: Type.Literal('sessions-closed'), sessionIds: Type.Array(Type.String()) }),
    Type.Object({ type: Type.Literal('role-changed') }),
  ]),
);

/** Whatever node closed a session or changed a role: its tokens are not taken here either. */
export const followRevocations = ({
  parts: { publications },
  revocations,
  tokens,
}: Pick<Gateway, 'parts' | 'revocations' | 'tokens'>): (() => void) => {
  const endInterruptions = publications.onInterrupted?.(() => tokens.forget());
  const unsubscribe = publications.subscribeFamily('user', ({ channel, data }) => {
    if (!published.check(data)) return;
    const userId = channel.slice('user:'.length);
    if (data.type === 'role-changed') revocations.revoke({ type: 'user', userId, exceptSessionId: null });
    else for (const sessionId of data.sessionIds) revocations.revoke({ type: 'session', userId, sessionId });
  });
  return () => {
    unsubscribe();
    endInterruptions?.();
  };
};
