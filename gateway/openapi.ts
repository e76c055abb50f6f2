/** The description of the API, made from the schemas of the routes. */

import type { FastifyDynamicSwaggerOptions } from '@fastify/swagger';
import { componentSchemas } from './schemas/system.ts';

export const descriptionOptions = (version: string): FastifyDynamicSwaggerOptions => ({
  openapi: {
    openapi: '3.1.0',
    info: {
      title: 'xTrading',
      version,
      description:
        'Backtests, paper trading, market data. Errors are application/problem+json with a stable code; ' +
        'times are RFC 3339 in UTC; money, prices and quantities are decimal strings.',
    },
    tags: [
      { name: 'auth', description: 'Registration, log-in, tokens, passwords' },
      { name: 'users', description: 'Profiles, sessions, administration' },
      { name: 'strategies', description: 'Strategies and their versions' },
      { name: 'backtests', description: 'Backtests, batches, results' },
      { name: 'trading', description: 'Accounts, orders, positions' },
      { name: 'data', description: 'Symbols, prices, imports' },
      { name: 'notifications', description: 'Inbox and messages' },
      { name: 'system', description: 'Health and inner state' },
    ],
    components: {
      // fastify's plugin has types of its own for the schemas that TypeBox makes.
      schemas: componentSchemas as never,
      securitySchemes: { token: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
    },
  },
  hideUntagged: true,
  convertConstToEnum: false,
  transform: ({ schema, url, route }) => {
    const isPublic = route.config?.public === true;
    const permission = route.config?.permission;
    const note = permission === undefined ? '' : `Needs the permission \`${permission}\`.`;
    const described = {
      ...schema,
      description: [schema?.description, note].filter((text) => text !== undefined && text !== '').join('\n\n'),
      ...(isPublic ? {} : { security: [{ token: [] }] }),
    };
    return { schema: described, url };
  },
});
