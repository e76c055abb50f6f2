/** Messages that have not arrived: those between actors, which administrators have tried at once, and mails. */

import { Type } from 'typebox';
import { operationsKind } from '#actors';
import type { MessageHere } from '#actors';
import { ProblemError } from '../errors.ts';
import { change, principalOf } from '../gateway.ts';
import type { Gateway, Routes } from '../gateway.ts';
import { Redaction } from '../redaction.ts';
import { answers, closed, Instant, nullable } from '../schemas/basics.ts';
import { instantOf } from '../wire.ts';

const tags = ['system'];

const Delivery = Type.Object(
  {
    attempts: Type.Integer({ description: 'In this run of the node' }),
    lastFailure: nullable(
      Type.Object({
        code: nullable(Type.String({ description: 'Why there was no answer, where that is known' })),
        message: Type.String(),
        at: Instant,
      }),
    ),
    nextAttemptAt: nullable(Instant),
  },
  { title: 'MessageDelivery' },
);

const messageParts = {
  id: Type.String(),
  recipient: Type.Object({ kind: Type.String(), id: Type.String() }),
  command: Type.String({ description: 'The type of the command that it is' }),
};

const WaitingMessage = Type.Object(
  {
    ...messageParts,
    since: nullable(Instant),
    delivery: nullable(Delivery),
  },
  { title: 'WaitingMessage', description: 'Without a delivery: the node that was asked does not deliver it.' },
);

const MessageTried = Type.Object({ ...messageParts, delivery: Delivery }, { title: 'MessageTried' });

const Mail = Type.Object(
  {
    sent: Type.Integer(),
    failedAttempts: Type.Integer(),
    givenUp: Type.Integer(),
    lastFailure: nullable(Type.Object({ code: Type.String(), at: Instant })),
    lastGivenUp: nullable(
      Type.Object({ userId: Type.String(), at: Instant }, { description: 'Of all nodes, by the audit trail' }),
    ),
  },
  {
    title: 'MailReport',
    description: 'Of the node that was asked, since its start. A mail is sent by the node that has its user.',
  },
);

const listedDefault = 50;
/** Each is read with what it says, which is not shown. */
const listedMax = 100;
const idLengthMax = 200;

export const outboxRoutes: Routes = (app, gateway) => {
  const { operator } = gateway.parts.system;

  app.get(
    '/system/outbox',
    {
      config: { permission: 'system:read' },
      schema: {
        tags,
        summary: 'Messages between actors that have not been answered, the oldest first, and what became of mails',
        description: 'Of all nodes, without what they say. How far one has come is known by the node that delivers it.',
        querystring: closed({
          limit: Type.Optional(Type.Integer({ minimum: 1, maximum: listedMax, default: listedDefault })),
          after: Type.Optional(
            Type.Integer({
              minimum: 0,
              maximum: Number.MAX_SAFE_INTEGER,
              description: 'nextAfter of the page before.',
            }),
          ),
        }),
        response: answers({
          200: Type.Object({
            total: Type.Integer({ description: 'So many wait in all.' }),
            data: Type.Array(WaitingMessage),
            nextAfter: nullable(Type.Integer()),
            mail: Mail,
          }),
        }),
      },
    },
    async ({ query: { limit = listedDefault, after } }) => {
      const { total, messages } = await operator.outbox(after ?? null, limit + 1);
      const page = messages.slice(0, limit);
      return {
        total,
        data: page.map(({ since, delivery, ...message }) => ({
          ...partsOf(message),
          since: since === null ? null : instantOf(since),
          delivery: delivery === null ? null : deliveryOnWire(gateway, { ...message, delivery }),
        })),
        nextAfter: messages.length > limit ? (page.at(-1)?.place ?? null) : null,
        mail: await mailOnWire(gateway),
      };
    },
  );

  app.post(
    '/system/outbox/:id/retry',
    {
      config: { permission: 'system:manage' },
      schema: {
        tags,
        summary: 'Have a message that waits to be tried again tried at once',
        description:
          'When what it failed on is mended, by the node that delivers it, whichever is asked. The answer does not wait for what comes of it.',
        params: closed({ id: Type.String({ pattern: String.raw`^[^\u0000-\u001f\u007f]+$`, maxLength: idLengthMax }) }),
        response: answers({ 202: MessageTried }),
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const waiting = await operator.message(id);
      if (waiting === null) throw unknown(id);
      const { to, type, delivery } = waiting;
      const failure = delivery === null ? null : deliveryOnWire(gateway, { to, delivery }).lastFailure;
      const message = { id, name: type, reason: failure?.message ?? null };
      const operation = { action: 'retry-message', actor: to, message } as const;
      const { userId } = principalOf(request);
      // First: what could not be recorded is not done.
      await change(gateway, request, operationsKind, userId, { type: 'RecordOperation', operation });
      const tried = await operator.retryMessage(id);
      // Answered meanwhile.
      if (tried === null) throw unknown(id);
      return reply.code(202).send({ ...partsOf(tried), delivery: deliveryOnWire(gateway, tried) });
    },
  );
};

const mailOnWire = async ({ parts: { mail, lists } }: Gateway) => {
  const { lastFailure, ...counts } = mail();
  const { entries } = await lists.page({ list: 'audit', owner: null, status: ['reset-mail-given-up'], limit: 1 });
  const givenUp = entries[0] ?? null;
  return {
    ...counts,
    lastFailure: lastFailure === null ? null : { code: lastFailure.code, at: instantOf(lastFailure.at) },
    lastGivenUp: givenUp === null ? null : { userId: givenUp.owner, at: instantOf(givenUp.at) },
  };
};

const unknown = (id: string): ProblemError =>
  new ProblemError('message-unknown', `No message ${id} waits to be answered.`, {
    remedy: 'List the messages again: it may have been answered.',
  });

const partsOf = ({ id, to: { kind, id: actorId }, type }: Pick<MessageHere, 'id' | 'to' | 'type'>) => ({
  id,
  recipient: { kind, id: actorId },
  command: type,
});

/** Failures may cite what the recipient holds. */
const deliveryOnWire = ({ parts }: Gateway, { to, delivery }: Pick<MessageHere, 'to' | 'delivery'>) => {
  const { attempts, lastFailure, nextAttemptAt } = delivery;
  const redaction = new Redaction(parts.system.operator.kindOf(to.kind));
  return {
    attempts,
    lastFailure:
      lastFailure === null
        ? null
        : { code: lastFailure.code, message: redaction.text(lastFailure.message), at: instantOf(lastFailure.at) },
    nextAttemptAt: nextAttemptAt === null ? null : instantOf(nextAttemptAt),
  };
};
