/** Events as messages for those outside: an envelope around what is told, a subject to filter by, an id to know it by. */

import { Type } from 'typebox';
import type { Static } from 'typebox';
import { shardKeyOf } from '#kernel';
import type { FedEvent, StoredEvent } from '#kernel';
import { hasOrigin, originOf, ownerOf, toldOf, toldTypes } from './mapping.ts';
import type { Origin } from './mapping.ts';

/** What goes around the data of every event. */
const envelopeProperties = {
  id: Type.String({
    description:
      'The same however often the message comes: the journal’s identity, the shard, the place in it, and the part where one change is told as several events.',
    examples: ['5f2c9e71a0b34d18:417:90211'],
  }),
  version: Type.Integer({ description: 'Of the data’s form. A field that is added does not change it.' }),
  time: Type.String({ format: 'date-time', description: 'When it happened, UTC.' }),
  actor: Type.Object(
    { kind: Type.String(), id: Type.String() },
    { additionalProperties: false, description: 'To whom it happened.' },
  ),
  userId: Type.Union([Type.String(), Type.Null()], { description: 'Whose it is; null where that is not known.' }),
  shard: Type.Integer({
    description:
      'Events of one shard come in order. Those of a user’s accounts and deployments share one, and so do those of the user’s strategies; each user, backtest, batch and import has one of its own.',
  }),
  shardSeq: Type.Integer({ description: 'Grows within the shard, with gaps where events are not public.' }),
  traceId: Type.Union([Type.String(), Type.Null()], { description: 'Of the request that it came from.' }),
};

/** Around the data of any of them. */
export const publicEnvelope = Type.Object({ ...envelopeProperties, type: Type.String(), data: Type.Unknown() });

export type PublicEvent = Static<typeof publicEnvelope>;

export interface PublicMessage {
  /** Under which the server drops what it has already. */
  readonly id: string;
  readonly name: string;
  readonly subject: string;
  /** JSON. */
  readonly text: string;
}

/** What the publisher of events is told about them. */
export interface PublicEvents {
  /** Types of stored events that may be told; of all others nothing is read. */
  readonly types: readonly string[];
  readonly hasOrigin: (kind: string) => boolean;
  readonly originOf: (first: StoredEvent) => Origin | null;
  /** In their order: parts 0, 1, …. Throws where the event can't be read. */
  readonly messagesOf: (event: FedEvent, origin: Origin | null, epoch: string) => readonly PublicMessage[];
}

/** All subjects begin with this. */
export const publicSubjects = 'xt.events';

const version = 1;

export const publicEvents: PublicEvents = {
  types: toldTypes,
  hasOrigin,
  originOf,
  messagesOf: (stored, origin, epoch) => {
    const { address, shard, shardSeq, at, traceId } = stored;
    const userId = ownerOf(stored, origin);
    return toldOf(stored, origin).map(({ name, data }, part) => {
      const place = `${epoch}:${shard}:${shardSeq}`;
      const event: PublicEvent = {
        id: part === 0 ? place : `${place}:${part}`,
        type: name,
        version,
        time: new Date(at).toISOString(),
        actor: { kind: address.kind, id: address.id },
        userId,
        shard,
        shardSeq,
        traceId,
        data,
      };
      const subject = `${publicSubjects}.${name}.${tokenOf(userId ?? shardKeyOf(address.id))}`;
      return { id: event.id, name, subject, text: JSON.stringify(event) };
    });
  },
};

/** A token of a subject has no dots, blanks and wildcards. */
const tokenOf = (text: string): string => text.replaceAll(/[^A-Za-z0-9_-]/g, '_');
