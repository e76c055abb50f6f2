/** What administrators see and do of users. */

import { Type } from 'typebox';
import { userKind } from '#actors';
import type { UserCommand } from '#actors';
import { ask, change, principalOf } from '../gateway.ts';
import type { Routes } from '../gateway.ts';
import { listPage, listQuery, pageOf } from '../lists.ts';
import { answers, choice, closed, Id } from '../schemas/basics.ts';
import { RoleName, User } from '../schemas/users.ts';
import { onWire } from '../wire.ts';

const tags = ['users'];
const config = { permission: 'users:manage' } as const;
const params = closed({ id: Id });
const response = answers({ 200: User });

export const userAdministrationRoutes: Routes = (app, gateway) => {
  app.get(
    '/users',
    {
      config,
      schema: {
        tags,
        summary: 'All users',
        querystring: listQuery({ status: Type.Optional(choice(['active', 'disabled'])) }),
        response: answers({ 200: pageOf(User) }),
      },
    },
    async (request) => {
      const { status, ...query } = request.query;
      return await listPage(gateway, request, query, {
        list: 'users',
        owner: null,
        status: status === undefined ? undefined : [status],
        show: ({ doc }) => onWire(doc),
      });
    },
  );

  app.get('/users/:id', { config, schema: { tags, summary: 'One user', params, response } }, async (request) =>
    onWire(await ask(gateway, request, userKind, request.params.id, { type: 'GetUser' })),
  );

  app.post(
    '/users/:id/role',
    { config, schema: { tags, summary: "Change a user's role", params, body: closed({ role: RoleName }), response } },
    async (request) => {
      const { userId: by } = principalOf(request);
      const { role } = request.body;
      return onWire(await change(gateway, request, userKind, request.params.id, { type: 'ChangeRole', role, by }));
    },
  );

  const administer = (
    action: string,
    summary: string,
    commandBy: (by: string) => Extract<UserCommand, { readonly type: 'DisableUser' | 'EnableUser' | 'UnlockUser' }>,
  ): void => {
    app.post(`/users/:id/${action}`, { config, schema: { tags, summary, params, response } }, async (request) =>
      onWire(await change(gateway, request, userKind, request.params.id, commandBy(principalOf(request).userId))),
    );
  };
  administer('disable', 'Shut a user out', (by) => ({ type: 'DisableUser', by }));
  administer('enable', 'Let a disabled user in again', (by) => ({ type: 'EnableUser', by }));
  administer('unlock', 'End a lock after wrong passwords', (by) => ({ type: 'UnlockUser', by }));

  app.delete(
    '/users/:id/sessions',
    {
      config,
      schema: {
        tags,
        summary: 'End all sessions of a user',
        params,
        response: answers({ 200: Type.Object({ revoked: Type.Integer() }) }),
      },
    },
    async (request) => {
      const { id: userId } = request.params;
      const revoked = await change(gateway, request, userKind, userId, { type: 'RevokeSessions' });
      gateway.revocations.revoke({ type: 'user', userId, exceptSessionId: null });
      return revoked;
    },
  );
};
