/** The audit trail: who did what to users and to actors, for administrators. */

import { Type } from 'typebox';
import type { Routes } from '../gateway.ts';
import { listPage, listQuery, pageOf } from '../lists.ts';
import { answers, Id, Instant, nullable } from '../schemas/basics.ts';
import { onWire } from '../wire.ts';

const AuditEntry = Type.Object(
  {
    id: Type.String(),
    at: Instant,
    action: Type.String({ description: 'logged-in, role-changed, actor-retried, …' }),
    by: nullable(Type.String({ description: 'The user who did it; null: nobody has shown who it was.' })),
    userId: Type.String({ description: 'Whom it was done to; of what was done to actors, the operator.' }),
  },
  { title: 'AuditEntry', description: 'With the details of the action beside.' },
);

export const auditRoutes: Routes = (app, gateway) => {
  app.get(
    '/system/audit',
    {
      config: { permission: 'system:read' },
      schema: {
        tags: ['system'],
        summary: 'The audit trail',
        querystring: listQuery({
          action: Type.Optional(Type.String({ pattern: '^[a-z-]{1,40}$' })),
          by: Type.Optional(Id),
          userId: Type.Optional(Id),
        }),
        response: answers({ 200: pageOf(AuditEntry) }),
      },
    },
    async (request) => {
      const { action, by, userId = null, ...query } = request.query;
      return await listPage(gateway, request, query, {
        list: 'audit',
        owner: userId,
        parent: by,
        status: action === undefined ? undefined : [action],
        show: ({ doc }) => onWire(doc),
      });
    },
  );
};
