/** What machines ask the gateway at the root: the keys of tokens, and the description of the API. */

import { Type } from 'typebox';
import { docsPage } from '../docs-page.ts';
import type { Gateway, GatewayApp } from '../gateway.ts';
import { pageSecurityPolicy } from '../headers.ts';
import { answers } from '../schemas/basics.ts';

const config = { public: true, weight: 0 } as const;

export const aboutRoutes = (app: GatewayApp, gateway: Gateway): void => {
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
