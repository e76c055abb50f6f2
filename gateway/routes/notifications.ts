/** The inbox: what there is to know, what has been read, and messages from administrators. */

import { Type } from 'typebox';
import { inboxKind } from '#actors';
import { change, principalOf } from '../gateway.ts';
import type { Routes } from '../gateway.ts';
import { listPage, listQuery, pageOf } from '../lists.ts';
import { answers } from '../schemas/basics.ts';
import { MarkRead, Message, Notification } from '../schemas/notifications.ts';
import { sendMessage } from '../send-message.ts';
import { onWire } from '../wire.ts';

const tags = ['notifications'];
/** A message to all is a write for each user. */
const sendWeight = 100;

export const notificationRoutes: Routes = (app, gateway) => {
  app.get(
    '/notifications',
    {
      config: { permission: 'notifications:read' },
      schema: {
        tags,
        summary: 'Your notifications, the newest first',
        description: 'New ones come in real time on `inbox:{userId}`.',
        querystring: listQuery({
          unread: Type.Optional(Type.Boolean({ description: 'true: only these; false: only those that were read.' })),
        }),
        response: answers({ 200: pageOf(Notification) }),
      },
    },
    async (request) => {
      const { unread, ...query } = request.query;
      return await listPage(gateway, request, query, {
        list: 'notifications',
        owner: principalOf(request).userId,
        status: unread === undefined ? undefined : [unread ? 'unread' : 'read'],
        show: ({ doc }) => onWire(doc),
      });
    },
  );

  app.post(
    '/notifications/mark-read',
    {
      config: { permission: 'notifications:read' },
      schema: {
        tags,
        summary: 'Mark notifications as read',
        body: MarkRead,
        response: answers({
          200: Type.Object({
            marked: Type.Integer({ description: 'Of those named, how many were unread.' }),
            unread: Type.Integer({ description: 'How many are left.' }),
          }),
        }),
      },
    },
    async (request) => {
      const { ids } = request.body;
      return await change(gateway, request, inboxKind, principalOf(request).userId, { type: 'MarkRead', ids });
    },
  );

  app.post(
    '/notifications/send',
    {
      config: { permission: 'notifications:send', weight: sendWeight },
      schema: {
        tags,
        summary: 'Send a message to users',
        description:
          'Answered when it lies in all inboxes. With an Idempotency-Key a request that has failed may be sent again: nobody gets it twice.',
        body: Message,
        response: answers({ 202: Type.Object({ recipients: Type.Integer() }) }),
      },
    },
    async (request, reply) => {
      const { to, title, text } = request.body;
      const recipients = await sendMessage(gateway, request, to, { title, text });
      reply.code(202);
      return { recipients };
    },
  );
};
