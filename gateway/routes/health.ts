/** What machines ask at the root: health, metrics, keys, the description of the API. */

import { Type } from 'typebox';
import { docsPage } from '../docs-page.ts';
import type { Gateway, GatewayApp } from '../gateway.ts';
import { pageSecurityPolicy } from '../headers.ts';
import type { Health, HealthReport } from '../health.ts';
import { answers, choice, Instant, nullable } from '../schemas/basics.ts';

const config = { public: true, weight: 0 } as const;
const tags = ['system'];
const State = choice(['healthy', 'unhealthy']);
const Report = Type.Object({
  status: State,
  timestamp: Instant,
  services: Type.Record(
    Type.String(),
    Type.Object({ status: State, latencyMs: Type.Number(), reason: nullable(Type.String()) }),
  ),
});

export const healthRoutes = (app: GatewayApp, gateway: Gateway, health: Health): void => {
  const response = answers({ 200: Report, 503: Report });
  const statusOf = ({ status }: HealthReport): number => (status === 'healthy' ? 200 : 503);

  app.get(
    '/health',
    { config, schema: { tags, summary: 'The node and what it needs', response } },
    async (_request, reply) => {
      const report = await health.report();
      reply.code(statusOf(report));
      return report;
    },
  );

  app.get(
    '/health/ready',
    { config, schema: { tags, summary: 'Whether it takes requests', response } },
    async (_request, reply) => {
      const report = await health.report();
      reply.code(statusOf(report));
      return report;
    },
  );

  app.get(
    '/health/live',
    {
      config,
      schema: {
        tags,
        summary: 'Whether the process turns',
        response: answers({ 200: Type.Object({ status: State }) }),
      },
    },
    () => ({ status: 'healthy' }),
  );

  app.get('/metrics', { config }, async (_request, reply) => {
    const text = await gateway.metrics.text();
    return await reply.type(gateway.metrics.registry.contentType).send(text);
  });

  app.get(
    '/.well-known/jwks.json',
    {
      config,
      schema: {
        tags: ['auth'],
        summary: 'The keys that access tokens are signed with',
        response: answers({ 200: Type.Object({ keys: Type.Array(Type.Record(Type.String(), Type.Unknown())) }) }),
      },
    },
    async (_request, reply) => {
      reply.header('cache-control', 'public, max-age=300');
      return await gateway.signingKeys.jwks();
    },
  );

  // Made when it is first asked for, since a start is not to wait for it, and kept: routes do not change meanwhile.
  let description: object | null = null;
  const described = async (): Promise<object> => {
    const { describeRoutes } = await import('../describe.ts');
    description ??= await describeRoutes(gateway.parts.settings.version);
    return description;
  };
  app.get('/docs/openapi.json', { config }, async (_request, reply) => await reply.send(await described()));

  for (const path of ['/docs/asyncapi.json', '/asyncapi.json']) {
    app.get(path, { config }, async (_request, reply) => {
      const { describeEvents } = await import('../asyncapi.ts');
      return await reply.send(describeEvents());
    });
  }

  app.get(
    '/docs',
    { config },
    async (_request, reply) =>
      await reply
        .type('text/html; charset=utf-8')
        .header('content-security-policy', pageSecurityPolicy)
        .send(docsPage(await described())),
  );
};
