/** Messages to those outside that were refused: what administrators see of them, and have sent again. */

import { Type } from 'typebox';
import { operationsKind } from '#actors';
import type { DeadLetters } from '#ports';
import { ProblemError } from '../errors.ts';
import { change, principalOf } from '../gateway.ts';
import type { GatewayParts, Routes } from '../gateway.ts';
import { answers, closed, Instant, nullable } from '../schemas/basics.ts';
import { instantOf } from '../wire.ts';

type DeadLetter = Awaited<ReturnType<DeadLetters['list']>>[number];

const tags = ['system'];

const RefusedEvent = Type.Object(
  {
    id: Type.String(),
    name: Type.String({ description: 'Of the message; of the stored event, where that can not be read.' }),
    actor: Type.Object({ kind: Type.String(), id: Type.String() }),
    reason: Type.String(),
    at: Instant,
    isAskedFor: Type.Boolean({ description: 'It is sent again in a moment.' }),
  },
  { title: 'RefusedEvent' },
);

const listedDefault = 50;
const listedMax = 500;
const idForm = /^(\d{1,4})-(\d{1,15})-(\d{1,6})$/;
const Id = Type.String({ pattern: idForm.source });

export const refusedEventRoutes: Routes = (app, gateway) => {
  const { parts } = gateway;

  app.get(
    '/system/events/refused',
    {
      config: { permission: 'system:read' },
      schema: {
        tags,
        summary: 'Events for other programs that NATS has refused',
        querystring: closed({
          limit: Type.Optional(Type.Integer({ minimum: 1, maximum: listedMax, default: listedDefault })),
          after: Type.Optional(Id),
        }),
        response: answers({
          200: Type.Object({ data: Type.Array(RefusedEvent), nextAfter: nullable(Id) }),
        }),
      },
    },
    async ({ query: { limit = listedDefault, after } }) => {
      const letters = await lettersOf(parts).list(after === undefined ? null : placeOf(after), limit + 1);
      const data = letters.slice(0, limit).map(shown);
      return { data, nextAfter: letters.length > limit ? (data.at(-1)?.id ?? null) : null };
    },
  );

  app.post(
    '/system/events/refused/:id/resend',
    {
      config: { permission: 'system:manage' },
      schema: {
        tags,
        summary: 'Have an event that was refused sent again',
        description: 'When the reason is mended. It is made from the journal anew; refused again, it is listed again.',
        params: closed({ id: Id }),
        response: answers({ 202: RefusedEvent }),
      },
    },
    async (request, reply) => {
      const letters = lettersOf(parts);
      const place = placeOf(request.params.id);
      const letter = await letters.find(place);
      if (letter === null) throw new ProblemError('not-found');
      const { actor, name, reason } = letter;
      const { userId } = principalOf(request);
      const operation = { action: 'resend-message', actor, message: { id: idOf(letter), name, reason } } as const;
      // First: what could not be recorded is not done.
      await change(gateway, request, operationsKind, userId, { type: 'RecordOperation', operation });
      const asked = await letters.askFor(place);
      if (asked === null) throw new ProblemError('not-found');
      return reply.code(202).send(shown(asked));
    },
  );
};

const lettersOf = ({ deadLetters }: GatewayParts): DeadLetters => {
  if (deadLetters === undefined) throw new ProblemError('not-found');
  return deadLetters;
};

const idOf = ({ shard, shardSeq, part }: Pick<DeadLetter, 'shard' | 'shardSeq' | 'part'>): string =>
  `${shard}-${shardSeq}-${part}`;

/** Of an id that the route's schema has let in. */
const placeOf = (id: string) => {
  const [shard = 0, shardSeq = 0, part = 0] = id.split('-').map(Number);
  return { shard, shardSeq, part };
};

const shown = (letter: DeadLetter) => {
  const { name, actor, reason, at, isAskedFor } = letter;
  return { id: idOf(letter), name, actor, reason, at: instantOf(at), isAskedFor };
};
