/** What operators see of single actors, and do to them. */

import { Type } from 'typebox';
import { operationsKind } from '#actors';
import type { ActorAddress, ActorOperation, ActorView, AnyKind } from '#actors';
import { eventPage, stateOf } from '../actor-past.ts';
import { CostlyReads } from '../costly-reads.ts';
import { departureOf } from '../departure.ts';
import { ProblemError } from '../errors.ts';
import { change, principalOf } from '../gateway.ts';
import type { Gateway, Routes } from '../gateway.ts';
import { pathPartLengthMax, stateTimeoutMs } from '../limits.ts';
import { Redaction } from '../redaction.ts';
import {
  Actor,
  ActorEvent,
  actorOnWire,
  ActorState,
  Durability,
  ListedActor,
  listedOnWire,
  QuarantinedActor,
  quarantinedOnWire,
} from '../schemas/actors.ts';
import { answers, closed, nullable } from '../schemas/basics.ts';
import { instantOf } from '../wire.ts';

const tags = ['system'];
const reading = { permission: 'system:read' } as const;
const changing = { permission: 'system:manage' } as const;

/** Ids of every kind: symbols, users' ids with dots, whatever a later kind has. No control characters: no store takes them. */
const Name = Type.String({ pattern: String.raw`^[^\u0000-\u001f\u007f]+$`, maxLength: pathPartLengthMax });
/** 0: before the first. */
const EventNumber = (options: { readonly default?: number; readonly description: string }) =>
  Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, ...options });
const ofKind = closed({ kind: Name });
const ofActor = closed({ kind: Name, id: Name });

const listedDefault = 50;
const listedMax = 500;
/** Of those that are quarantined in one answer: each has some ten kilobytes in the journal. */
const quarantinedShownMax = 100;
const eventsDefault = 50;
const eventsMax = 200;

export const actorRoutes: Routes = (app, gateway) => {
  const { operator } = gateway.parts.system;
  const costly = new CostlyReads(gateway.parts.clock);

  app.get(
    '/system/quarantine',
    {
      config: reading,
      schema: {
        tags,
        summary: 'Actors of all kinds that failed and wait for an operator',
        querystring: closed({
          limit: Type.Optional(Type.Integer({ minimum: 1, maximum: quarantinedShownMax, default: listedDefault })),
          cursor: Type.Optional(Type.String({ maxLength: 600, description: 'nextCursor of the page before.' })),
        }),
        response: answers({
          200: Type.Object({ data: Type.Array(QuarantinedActor), nextCursor: nullable(Type.String()) }),
        }),
      },
    },
    async ({ query: { limit = listedDefault, cursor } }) => {
      const after = cursor === undefined ? null : gateway.cursors.read('quarantine', cursor).id;
      const found = await operator.quarantines(after, limit + 1);
      const shown = found.slice(0, limit);
      const last = found.length > limit ? shown.at(-1) : undefined;
      return {
        data: shown.map((one) => quarantinedOnWire(one, new Redaction(operator.kindOf(one.address.kind)))),
        // In the order of kind and id: time plays no part.
        nextCursor:
          last === undefined
            ? null
            : gateway.cursors.make('quarantine', { at: 0, id: `${last.address.kind}/${last.address.id}` }),
      };
    },
  );

  app.get(
    '/system/actors/:kind',
    {
      config: { ...reading, weight: 2 },
      schema: {
        tags,
        summary: 'Actors of a kind: those in memory, and those that are quarantined',
        description: `Those with the most messages waiting come first. Of the quarantined ones, the first ${quarantinedShownMax}.`,
        params: ofKind,
        querystring: closed({
          limit: Type.Optional(Type.Integer({ minimum: 1, maximum: listedMax, default: listedDefault })),
        }),
        response: answers({
          200: Type.Object({
            kind: Type.String(),
            durability: Durability,
            data: Type.Array(ListedActor),
            quarantined: Type.Array(QuarantinedActor),
          }),
        }),
      },
    },
    async ({ params, query: { limit = listedDefault } }) => {
      const kind = kindOf(gateway, params.kind);
      const redaction = new Redaction(kind);
      // No id is empty: all of the kind come after it, and then those of the next.
      const quarantined = await operator.quarantines(`${kind.name}/`, quarantinedShownMax);
      return {
        kind: kind.name,
        durability: kind.durability,
        data: operator.actors(kind.name, limit).map((view) => listedOnWire(view, redaction)),
        quarantined: quarantined
          .filter(({ address }) => address.kind === kind.name)
          .map((one) => quarantinedOnWire(one, redaction)),
      };
    },
  );

  app.get(
    '/system/actors/:kind/:id',
    { config: reading, schema: { tags, summary: 'One actor', params: ofActor, response: answers({ 200: Actor }) } },
    async ({ params }) => {
      const { kind, view, redaction } = await found(gateway, params);
      return actorOnWire(view, kind, redaction);
    },
  );

  app.get(
    '/system/actors/:kind/:id/history',
    {
      config: { ...reading, weight: 5 },
      schema: {
        tags,
        summary: 'The events of an actor, as they are stored',
        description: 'Without secrets. A page may end before its limit where events are large.',
        params: ofActor,
        querystring: closed({
          after: Type.Optional(EventNumber({ default: 0, description: 'nextAfter of the page before.' })),
          limit: Type.Optional(Type.Integer({ minimum: 1, maximum: eventsMax, default: eventsDefault })),
        }),
        response: answers({
          200: Type.Object({ data: Type.Array(ActorEvent), nextAfter: nullable(Type.Integer()) }),
        }),
      },
    },
    async ({ params, query: { after = 0, limit = eventsDefault } }) => {
      const { view, redaction } = await found(gateway, params);
      const { events, hasMore } = await eventPage(operator, view, { after, limit });
      return {
        data: events.map(({ seq, at, type, version, payload }) => ({
          seq,
          at: instantOf(at),
          type,
          version,
          payload: redaction.json(payload),
        })),
        nextAfter: hasMore ? (events.at(-1)?.seq ?? null) : null,
      };
    },
  );

  app.get(
    '/system/actors/:kind/:id/state',
    {
      config: { ...reading, weight: 10 },
      schema: {
        tags,
        summary: 'The state of an actor: now, or as it was after any of its events',
        description: 'Without secrets. One at a time for each user; given up when the request is.',
        params: ofActor,
        querystring: closed({
          seq: Type.Optional(EventNumber({ description: 'The number of that event; 0: before the first.' })),
        }),
        response: answers({ 200: ActorState }),
      },
    },
    async (request, reply) => {
      const departure = departureOf(reply);
      const { view, redaction } = await found(gateway, request.params);
      const { seq } = request.query;
      const { userId } = principalOf(request);
      return await costly.run({ userId, departure, timeoutMs: stateTimeoutMs }, (signal) =>
        stateOf(operator, view, { seq, redaction, signal }),
      );
    },
  );

  const operate = (action: ActorOperation['action'], summary: string, description: string): void => {
    app.post(
      `/system/actors/:kind/:id/${action}`,
      { config: changing, schema: { tags, summary, description, params: ofActor, response: answers({ 200: Actor }) } },
      async (request) => {
        const { kind, view, redaction } = await found(gateway, request.params);
        if (action !== 'stop' && view.quarantine === null) throw notQuarantined(view);
        const operation = operationOn(view, action, redaction);
        const { userId } = principalOf(request);
        // First: what could not be recorded is not done.
        await change(gateway, request, operationsKind, userId, { type: 'RecordOperation', operation });
        const outcome = await operator[action](view.address);
        if (outcome === 'not-quarantined') throw notQuarantined(view);
        // One without a journal that has ended is not there any more.
        const after = (await operator.show(view.address)) ?? { ...view, status: 'gone', quarantine: null };
        return actorOnWire(after, kind, redaction);
      },
    );
  };
  operate(
    'retry',
    'Let an actor that is quarantined try again',
    'It is read anew and takes what it is given. The answer shows whether it has failed once more.',
  );
  operate(
    'skip',
    'Let an actor that is quarantined go on without what it failed on',
    'The event that can not be read is left out of its state for good; the command that failed is refused to whoever sends it again.',
  );
  operate(
    'stop',
    'End an actor in memory after what it has decided',
    'Its next message brings it back from the journal. One without a journal forgets what it knew.',
  );
};

const kindOf = ({ parts }: Gateway, name: string): AnyKind => {
  const kind = parts.system.operator.kindOf(name);
  if (kind === null) throw new ProblemError('actor-kind-unknown');
  return kind;
};

const found = async (
  gateway: Gateway,
  address: ActorAddress,
): Promise<{ readonly kind: AnyKind; readonly view: ActorView; readonly redaction: Redaction }> => {
  const kind = kindOf(gateway, address.kind);
  const view = await gateway.parts.system.operator.show(address);
  if (view === null) throw new ProblemError('actor-unknown');
  return { kind, view, redaction: new Redaction(kind) };
};

const notQuarantined = ({ address: { kind, id } }: ActorView): ProblemError =>
  new ProblemError('not-quarantined', `${kind} ${id} is not quarantined.`, {
    remedy: 'Look at it again: somebody may have set it right.',
  });

const operationOn = (
  { address, quarantine }: ActorView,
  action: ActorOperation['action'],
  redaction: Redaction,
): ActorOperation => ({
  action,
  actor: address,
  quarantine:
    quarantine === null
      ? null
      : {
          cause: quarantine.cause,
          reason: redaction.text(quarantine.reason),
          seq: quarantine.seq,
          command: quarantine.command?.type ?? null,
          commandId: quarantine.command?.id ?? null,
        },
});
