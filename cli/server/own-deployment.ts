/** Finds one of your deployments on the server: by its id, or by the name of its strategy where that runs once. */

import { nearest } from '#domain';
import type { Client, DeploymentStatus, ListedDeployment } from '#sdk';
import { UsageError } from '../usage-error.ts';
import { ServerError } from './server-error.ts';

export const ownDeployments = async (
  { calls }: Client,
  query: { readonly strategyId?: string; readonly status?: DeploymentStatus } = {},
): Promise<readonly ListedDeployment[]> =>
  await Array.fromAsync(
    calls.each<'GET /api/v1/deployments', ListedDeployment>('GET /api/v1/deployments', {
      query: { limit: 1_000, ...query },
    }),
  );

/** Of those by the name of a strategy one that is not stopped is meant. */
export const ownDeployment = async (client: Client, asked: string): Promise<ListedDeployment> => {
  const all = await ownDeployments(client);
  const byId = all.find(({ id }) => id === asked);
  if (byId !== undefined) return byId;
  const live = all.filter(({ status }) => status !== 'stopped');
  const [found, ...others] = live.filter(({ strategyName }) => strategyName === asked);
  if (found !== undefined && others.length === 0) return found;
  if (found !== undefined)
    throw new UsageError(
      'option-value',
      `${asked} runs ${others.length + 1} times.`,
      `Name one by its id: ${[found, ...others].map(({ id }) => id).join(', ')}.`,
    );
  const names = [...new Set(live.map(({ strategyName }) => strategyName))];
  throw new ServerError(
    'deployment-unknown',
    `You have no deployment "${asked}".`,
    names.length === 0
      ? 'None of your strategies runs live: xtrading strategy run STRATEGY --symbol S.'
      : `${nearest(asked, names)}There are ${names.join(', ')}; xtrading deployment list shows their ids.`,
  );
};
