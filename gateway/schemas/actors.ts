/** Actors as operators see them. */

import { Type } from 'typebox';
import type { ActorAddress, ActorView, AnyKind, Quarantine } from '#actors';
import type { Redaction } from '../redaction.ts';
import { instantOf } from '../wire.ts';
import { choice, Instant, nullable } from './basics.ts';

export const Durability = choice(['journal', 'volatile'], {
  description: 'volatile: what it knows is lost when it ends, and it has no history.',
});

/** Whatever the actors of the kind are made of: an empty schema. */
const Anything = (description: string) => Type.Unknown({ description });

const quarantineSummary = {
  cause: choice(['command', 'event', 'restarts'], {
    description: 'A command failed again and again; an event can not be read; there were too many restarts.',
  }),
  reason: Type.String(),
  at: Instant,
  seq: nullable(Type.Integer({ description: 'Of the event that can not be read.' })),
};
const commandSummary = { id: nullable(Type.String()), type: Type.String() };

const QuarantineSchema = Type.Object(
  {
    ...quarantineSummary,
    detail: Type.String({ description: 'Where in the program it failed.' }),
    command: nullable(
      Type.Object({
        ...commandSummary,
        payload: Anything('The command that was at work; a text where it is too long to be kept whole.'),
      }),
    ),
  },
  { title: 'Quarantine' },
);

/** In a list, without the long texts. */
export const QuarantinedActor = Type.Object(
  {
    kind: Type.String(),
    id: Type.String(),
    quarantine: Type.Object({ ...quarantineSummary, command: nullable(Type.Object(commandSummary)) }),
  },
  { title: 'QuarantinedActor' },
);

const actorNumbers = {
  kind: Type.String(),
  id: Type.String(),
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
};

export const ListedActor = Type.Object(actorNumbers, { title: 'ListedActor' });

export const Actor = Type.Object(
  { ...actorNumbers, durability: Durability, quarantine: nullable(QuarantineSchema) },
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

/** In a list. */
export const quarantinedOnWire = (
  { address: { kind, id }, quarantine }: { readonly address: ActorAddress; readonly quarantine: Quarantine },
  redaction: Redaction,
) => ({ kind, id, quarantine: summaryOf(quarantine, redaction) });

const summaryOf = ({ cause, reason, at, seq, command }: Quarantine, redaction: Redaction) => ({
  cause,
  reason: redaction.text(reason),
  at: instantOf(at),
  seq,
  command: command === null ? null : { id: command.id, type: command.type },
});

export const listedOnWire = (
  { address: { kind, id }, lastFailure, lastTurnAt, quarantine: _, ...numbers }: ActorView,
  redaction: Redaction,
) => ({
  kind,
  id,
  ...numbers,
  lastFailure:
    lastFailure === null ? null : { message: redaction.text(lastFailure.message), at: instantOf(lastFailure.at) },
  lastTurnAt: lastTurnAt === null ? null : instantOf(lastTurnAt),
});

export const actorOnWire = (view: ActorView, { durability }: Pick<AnyKind, 'durability'>, redaction: Redaction) => ({
  ...listedOnWire(view, redaction),
  durability,
  quarantine: view.quarantine === null ? null : quarantineOnWire(view.quarantine, redaction),
});

const quarantineOnWire = (quarantine: Quarantine, redaction: Redaction) => {
  const { command, ...summary } = summaryOf(quarantine, redaction);
  return {
    ...summary,
    detail: redaction.text(quarantine.detail),
    command: command === null ? null : { ...command, payload: redaction.json(quarantine.command?.json ?? 'null') },
  };
};
