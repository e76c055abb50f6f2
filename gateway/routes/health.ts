/** What machines ask every node at the root, one without a gateway too: health and metrics. */

import { Type } from 'typebox';
import type { Gateway, GatewayApp } from '../gateway.ts';
import type { Health, HealthReport } from '../health.ts';
import { answers, choice, Instant, nullable } from '../schemas/basics.ts';

const config = { public: true, weight: 0 } as const;
const tags = ['system'];
const State = choice(['healthy', 'unhealthy']);
const Report = Type.Object({
  status: choice(['healthy', 'degraded', 'unhealthy'], {
    description: 'degraded: it takes requests, and lacks something that it can do without.',
  }),
  timestamp: Instant,
  services: Type.Record(
    Type.String(),
    Type.Object({ status: State, latencyMs: Type.Number(), reason: nullable(Type.String()) }),
  ),
});

export const healthRoutes = (app: GatewayApp, gateway: Gateway, health: Health): void => {
  const response = answers({ 200: Report, 503: Report });
  const statusOf = ({ status }: HealthReport): number => (status === 'unhealthy' ? 503 : 200);

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
};
