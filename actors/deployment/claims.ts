/** What a deployment has alone: a place among its user's, and its symbols on the account. */

import { shardKeyOf } from '#kernel';
import type { Claim } from '#kernel';
import { deploymentsPerUserMax } from './deployment-messages.ts';
import type { DeploymentRefusal } from './deployment-messages.ts';
import type { Deployment } from './deployment-state.ts';

/** A place among those that the user may have, and each symbol of the account for this strategy alone. */
export const claimsOf = (
  id: string,
  { spec, slot }: Deployment,
): readonly (Claim & { readonly refusal: DeploymentRefusal })[] => [
  {
    scope: 'deployment-slot',
    value: `${shardKeyOf(id)}/${slot}`,
    refusal: {
      code: 'deployments-max',
      message: `You have ${deploymentsPerUserMax} deployments that are not stopped, the most that there may be.`,
      remedy: 'Stop one of them.',
    },
  },
  ...spec.feeds.map(({ symbol }) => ({
    scope: 'deployed-symbol',
    value: `${spec.accountId}/${symbol}`,
    refusal: {
      code: 'deployment-symbol-taken' as const,
      message: `Another deployment trades ${symbol} on this account.`,
      remedy: 'Stop that one, or use another account: two strategies would undo each other.',
      field: '/accountId',
    },
  })),
];
