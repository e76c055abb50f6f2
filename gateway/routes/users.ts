/** What users see and change of themselves. */

import { Type } from 'typebox';
import { userKind } from '#actors';
import { expectedVersion, withEntityTag } from '../entity-tags.ts';
import { ask, change, principalOf } from '../gateway.ts';
import type { Gateway, Routes } from '../gateway.ts';
import { answers, choice, closed, Id, Nothing } from '../schemas/basics.ts';
import { DisplayName, Profile, RoleName, Session, TimeZone, User } from '../schemas/users.ts';
import { onWire } from '../wire.ts';
import { ProblemError } from '../errors.ts';

const tags = ['users'];

export const userRoutes: Routes = (app, gateway) => {
  app.get(
    '/users/profile',
    {
      config: { permission: 'profile:read' },
      schema: { tags, summary: 'Your profile and what you have done', response: answers({ 200: Profile }) },
    },
    async (request, reply) => {
      const { userId } = principalOf(request);
      const [user, statistics] = await Promise.all([
        ask(gateway, request, userKind, userId, { type: 'GetUser' }),
        statisticsOf(gateway, userId),
      ]);
      reply.header('etag', `"v${user.version}"`);
      return { ...onWire(user), statistics };
    },
  );

  app.put(
    '/users/profile',
    {
      config: { permission: 'profile:write' },
      schema: {
        tags,
        summary: 'Change your profile',
        body: closed({
          displayName: Type.Optional(DisplayName),
          locale: Type.Optional(choice(['en', 'zh'])),
          timeZone: Type.Optional(TimeZone),
        }),
        response: answers({ 200: User }),
      },
    },
    async (request, reply) => {
      const { userId } = principalOf(request);
      checkTimeZone(request.body.timeZone);
      const user = await change(gateway, request, userKind, userId, {
        type: 'UpdateProfile',
        expectedVersion: expectedVersion(request),
        ...request.body,
      });
      return withEntityTag(request, reply, onWire(user));
    },
  );

  app.get(
    '/users/permissions',
    {
      config: { permission: 'profile:read', boundedByAsk: true },
      schema: {
        tags,
        summary: 'What you may do',
        response: answers({ 200: Type.Object({ role: RoleName, permissions: Type.Array(Type.String()) }) }),
      },
    },
    (request) => {
      const { role, permissions } = principalOf(request);
      return { role, permissions: [...permissions] };
    },
  );

  app.get(
    '/users/sessions',
    {
      config: { permission: 'profile:read', boundedByAsk: true },
      schema: {
        tags,
        summary: 'Where you are logged in',
        response: answers({ 200: Type.Object({ data: Type.Array(Session), nextCursor: Type.Null() }) }),
      },
    },
    async (request) => {
      const { userId, sessionId } = principalOf(request);
      const sessions = await ask(gateway, request, userKind, userId, { type: 'ListSessions' });
      const data = onWire(sessions).map((session) => ({ ...session, current: session.id === sessionId }));
      return { data, nextCursor: null };
    },
  );

  app.delete(
    '/users/sessions',
    {
      config: { permission: 'profile:write' },
      schema: {
        tags,
        summary: 'Log out everywhere else',
        response: answers({ 200: Type.Object({ revoked: Type.Integer() }) }),
      },
    },
    async (request) => {
      const { userId, sessionId } = principalOf(request);
      const revoked = await change(gateway, request, userKind, userId, { type: 'RevokeSessions', except: sessionId });
      gateway.revocations.revoke({ type: 'user', userId, exceptSessionId: sessionId });
      return revoked;
    },
  );

  app.delete(
    '/users/sessions/:id',
    {
      config: { permission: 'profile:write' },
      schema: { tags, summary: 'Log out there', params: closed({ id: Id }), response: answers({ 204: Nothing }) },
    },
    async (request, reply) => {
      const { userId } = principalOf(request);
      const { id: sessionId } = request.params;
      await change(gateway, request, userKind, userId, { type: 'CloseSession', sessionId });
      gateway.revocations.revoke({ type: 'session', userId, sessionId });
      return await reply.code(204).send();
    },
  );
};

const statisticsOf = async ({ parts: { lists } }: Gateway, userId: string) => {
  const [backtests, strategies, orders, fills] = await Promise.all([
    lists.count('backtests', userId),
    lists.count('strategies', userId),
    lists.count('orders', userId),
    lists.count('fills', userId),
  ]);
  return { backtests, strategies, orders, fills: Object.values(fills).reduce((sum, count) => sum + count, 0) };
};

const checkTimeZone = (timeZone: string | undefined): void => {
  if (timeZone === undefined) return;
  try {
    new Intl.DateTimeFormat('en', { timeZone }).format(0);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    const message = `There is no time zone "${timeZone}".`;
    throw new ProblemError('request-invalid', message, {
      errors: [{ pointer: '/timeZone', message, remedy: 'An IANA name such as Europe/Berlin.' }],
    });
  }
};
