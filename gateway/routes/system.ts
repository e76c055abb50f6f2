/** What operators see of the running system. */

import { Type } from 'typebox';
import { engineVersion } from '#domain';
import type { Routes } from '../gateway.ts';
import { registrationOf } from '../registration.ts';
import { answers, Instant } from '../schemas/basics.ts';
import { SupervisorNode } from '../schemas/system.ts';
import { instantOf, onWire } from '../wire.ts';

const tags = ['system'];

const Info = Type.Object({
  version: Type.String(),
  engineVersion: Type.String(),
  startedAt: Instant,
  uptimeSeconds: Type.Integer(),
  registration: Type.String({ enum: ['open', 'closed'] }),
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
      registration: registrationOf(parts),
    }),
  );

  app.get(
    '/system/actors',
    {
      config: { permission: 'system:read' },
      schema: {
        tags,
        summary: 'The tree of supervisors, services and kinds of actors',
        response: answers({ 200: SupervisorNode }),
      },
    },
    () => onWire(parts.system.inspect()),
  );
};
