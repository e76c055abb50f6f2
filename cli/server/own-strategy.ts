/** Finds one of your strategies on the server by its name or id. */

import { nearest } from '#domain';
import type { Client, ListedStrategy } from '#sdk';
import { UsageError } from '../usage-error.ts';
import { ServerError } from './server-error.ts';

/** Every strategy of yours; people have dozens. */
export const ownStrategies = async ({ calls }: Client): Promise<readonly ListedStrategy[]> =>
  await Array.fromAsync(calls.each<'GET /api/v1/strategies', ListedStrategy>('GET /api/v1/strategies', pageOfMost));

const pageOfMost = { query: { limit: 1_000 } } as const;

export const ownStrategy = async (client: Client, nameOrId: string): Promise<ListedStrategy> => {
  if (/\.(ts|js|mts|mjs)$/.test(nameOrId))
    throw new UsageError(
      'option-value',
      `${nameOrId} is a file; the server runs strategies that it has.`,
      `Bring it there first: xtrading strategy push ${nameOrId}.`,
    );
  const all = await ownStrategies(client);
  const found = all.find(({ id }) => id === nameOrId) ?? all.find(({ name }) => name === nameOrId);
  if (found !== undefined) return found;
  const names = all.map(({ name }) => name);
  throw new ServerError(
    'strategy-unknown',
    `You have no strategy "${nameOrId}" on the server.`,
    names.length === 0
      ? 'You have none yet: xtrading strategy push strategy.ts.'
      : `${nearest(nameOrId, names)}You have ${names.slice(0, 12).join(', ')}${names.length > 12 ? ', …' : ''}.`,
  );
};
