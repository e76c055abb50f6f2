/** What a deployment shows of itself. */

import type { DeploymentView } from './deployment-messages.ts';
import type { Deployment } from './deployment-state.ts';

export const viewOf = (id: string, deployment: Deployment, version: number): DeploymentView => {
  const { spec } = deployment;
  return {
    id,
    strategyId: spec.strategyId,
    strategyName: spec.strategyName,
    strategyVersion: spec.strategyVersion,
    accountId: spec.accountId,
    params: spec.params,
    feeds: spec.feeds.map((feed) => ({ id: feed.id, symbol: feed.symbol, interval: feed.interval })),
    seed: spec.seed,
    status: deployment.status,
    failure: deployment.failure,
    startedAt: deployment.startedAt,
    endedAt: deployment.endedAt,
    actsFromAt: deployment.actsFrom,
    lastBarAt: deployment.lastBar,
    lastDecidedAt: deployment.lastDecidedAt,
    isWarm: deployment.isWarm,
    differences: deployment.differences,
    signals: deployment.counts,
    openOrders: deployment.tracked.length,
    latestSignals: deployment.latest,
    version,
  };
};
