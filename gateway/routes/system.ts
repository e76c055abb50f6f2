/** What operators see of the running system. */

import { Type } from 'typebox';
import { engineVersion } from '#domain';
import type { Routes } from '../gateway.ts';
import { answers, Instant, nullable } from '../schemas/basics.ts';
import { instantOf } from '../wire.ts';

const tags = ['system'];

const Info = Type.Object({
  version: Type.String(),
  engineVersion: Type.String(),
  startedAt: Instant,
  uptimeSeconds: Type.Integer(),
  registration: Type.String({ enum: ['open', 'closed'] }),
});

const Actors = Type.Object({
  services: Type.Array(
    Type.Object({
      name: Type.String(),
      status: Type.String(),
      restarts: Type.Integer(),
      lastFailure: nullable(Type.String()),
    }),
  ),
  kinds: Type.Array(
    Type.Object({
      kind: Type.String(),
      resident: Type.Integer(),
      mailboxMessages: Type.Integer(),
      restarts: Type.Integer(),
      quarantined: Type.Integer(),
    }),
  ),
});

export const systemRoutes: Routes = (app, { parts, startedAt }) => {
  app.get(
    '/system/info',
    { config: { public: true }, schema: { tags, summary: 'What runs here', response: answers({ 200: Info }) } },
    () => ({
      version: parts.settings.version,
      engineVersion: engineVersion,
      startedAt: instantOf(startedAt),
      uptimeSeconds: Math.floor((parts.clock.now() - startedAt) / 1_000),
      registration: parts.settings.registration,
    }),
  );

  app.get(
    '/system/actors',
    {
      config: { permission: 'system:read' },
      schema: { tags, summary: 'The tree of actors with its counters', response: answers({ 200: Actors }) },
    },
    () => parts.system.inspect(),
  );
};
