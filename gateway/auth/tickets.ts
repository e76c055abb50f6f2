/**
 * Tickets for sockets: good once and shortly, so that no access token stands in a URL. What a ticket says is
 * in it, signed with a secret of all nodes; that it was used stands in the store that all nodes share.
 */

import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { roles } from '#actors';
import type { Clock } from '#actors';
import { Type } from 'typebox';
import type { IdempotencyStore } from '#ports';
import { permissionsOf } from '../permissions.ts';
import type { Principal } from '../permissions.ts';
import { schemaCheck } from '../schema-check.ts';

export const ticketMs = 30_000;
/** Ours have about 300. */
const ticketLengthMax = 1_024;
const idBytes = 12;

const Ticket = schemaCheck(
  Type.Object({
    id: Type.String(),
    until: Type.Number(),
    userId: Type.String(),
    sessionId: Type.String(),
    role: Type.String(),
    issuedAt: Type.Number(),
    expiresAt: Type.Number(),
  }),
);

interface TicketNeeds {
  readonly secret: Uint8Array;
  readonly store: Pick<IdempotencyStore, 'begin' | 'finish'>;
  readonly clock: Clock;
  /** Whether the session is still good. */
  readonly holds: (principal: Principal) => Promise<boolean>;
}

export class Tickets {
  readonly #needs: TicketNeeds;

  constructor(needs: TicketNeeds) {
    this.#needs = needs;
  }

  issue({ permissions: _, ...principal }: Principal): string {
    const id = randomBytes(idBytes).toString('base64url');
    const until = this.#needs.clock.now() + ticketMs;
    const text = Buffer.from(JSON.stringify({ id, until, ...principal })).toString('base64url');
    return `${text}.${this.#sign(text).toString('base64url')}`;
  }

  /** Whose ticket it is, once; null afterwards, or when it was never one. Rejections are outages. */
  async redeem(ticket: string): Promise<Principal | null> {
    const { clock, store, holds } = this.#needs;
    const read = this.#read(ticket);
    if (read === null || read.until <= clock.now() || !(await holds(read.principal))) return null;
    const key = `ticket ${read.id}`;
    const { type } = await store.begin(key, '', clock.now());
    if (type !== 'begun') return null;
    // Kept for a day: what is only begun would be free again while a clock that is slow still takes it.
    await store.finish(key, { status: 204, headers: {}, body: '' });
    return read.principal;
  }

  #read(ticket: string): { readonly id: string; readonly until: number; readonly principal: Principal } | null {
    if (ticket.length > ticketLengthMax) return null;
    const [text = '', signature = ''] = ticket.split('.');
    const given = Buffer.from(signature, 'base64url');
    const own = this.#sign(text);
    if (given.length !== own.length || !timingSafeEqual(given, own)) return null;
    const value: unknown = JSON.parse(Buffer.from(text, 'base64url').toString());
    if (!Ticket.check(value)) return null;
    const { id, until, ...said } = value;
    const role = roles.find((one) => one === said.role);
    return role === undefined ? null : { id, until, principal: { ...said, role, permissions: permissionsOf(role) } };
  }

  #sign(text: string): Buffer {
    return createHmac('sha256', this.#needs.secret).update(text).digest();
  }
}
