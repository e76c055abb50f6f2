/** Actors as operators see them. */

import { Type } from 'typebox';
import type { ActorView, AnyKind, Quarantine } from '#actors';
import type { Redaction } from '../redaction.ts';
import { instantOf } from '../wire.ts';
import { choice, Instant, nullable } from './basics.ts';

export const Durability = choice(['journal', 'volatile'], {
  description: 'volatile: what it knows is lost when it ends, and it has no history.',
});

/** Whatever the actors of the kind are made of: an empty schema. */
const Anything = (description: string) => Type.Unknown({ description });

const QuarantineSchema = Type.Object(
  {
    cause: choice(['command', 'event', 'restarts'], {
      description: 'A command failed again and again; an event can not be read; there were too many restarts.',
    }),
    reason: Type.String(),
    detail: Type.String({ description: 'Where in the program it failed.' }),
    at: Instant,
    seq: nullable(Type.Integer({ description: 'Of the event that can not be read.' })),
    command: nullable(
      Type.Object({
        id: nullable(Type.String()),
        type: Type.String(),
        payload: Anything('The command that was at work; a text where it is too long to be kept whole.'),
      }),
    ),
  },
  { title: 'Quarantine' },
);

export const QuarantinedActor = Type.Object(
  { kind: Type.String(), id: Type.String(), quarantine: QuarantineSchema },
  { title: 'QuarantinedActor' },
);

export const Actor = Type.Object(
  {
    kind: Type.String(),
    id: Type.String(),
    durability: Durability,
    status: choice(['asleep', 'recovering', 'live', 'restarting', 'stopping', 'quarantined', 'gone'], {
      description: 'asleep: not in memory; its next message brings it back.',
    }),
    mailboxMessages: Type.Integer({ description: 'Messages that wait' }),
    mailboxBytes: Type.Integer({ description: 'Of those beyond the first few, which are not measured' }),
    uncommittedWrites: Type.Integer({ description: 'Decided, and on the way to the journal' }),
    seq: Type.Integer({ description: 'Number of the newest event' }),
    stateSize: nullable(Type.Integer({ description: 'Characters of the state as JSON, where it is in memory' })),
    restarts: Type.Integer({ description: 'Since it came into memory' }),
    lastFailure: nullable(Type.Object({ message: Type.String(), at: Instant })),
    lastTurnAt: nullable(Instant),
    quarantine: nullable(QuarantineSchema),
  },
  { title: 'Actor' },
);

export const ActorEvent = Type.Object(
  {
    seq: Type.Integer(),
    at: Instant,
    type: Type.String(),
    version: Type.Integer({ description: 'Of the form of its payload' }),
    payload: Anything('As it is stored; a text where it is no JSON.'),
  },
  { title: 'ActorEvent' },
);

export const ActorState = Type.Object(
  { seq: Type.Integer({ description: 'Number of the newest event in it' }), state: Anything('As JSON') },
  { title: 'ActorState' },
);

export const quarantineOnWire = ({ cause, reason, detail, at, seq, command }: Quarantine, redaction: Redaction) => ({
  cause,
  reason: redaction.text(reason),
  detail: redaction.text(detail),
  at: instantOf(at),
  seq,
  command: command === null ? null : { id: command.id, type: command.type, payload: redaction.json(command.json) },
});

export const actorOnWire = (
  { address: { kind, id }, lastFailure, lastTurnAt, quarantine, ...numbers }: ActorView,
  { durability }: Pick<AnyKind, 'durability'>,
  redaction: Redaction,
) => ({
  kind,
  id,
  durability,
  ...numbers,
  lastFailure:
    lastFailure === null ? null : { message: redaction.text(lastFailure.message), at: instantOf(lastFailure.at) },
  lastTurnAt: lastTurnAt === null ? null : instantOf(lastTurnAt),
  quarantine: quarantine === null ? null : quarantineOnWire(quarantine, redaction),
});
