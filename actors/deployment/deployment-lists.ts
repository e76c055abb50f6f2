/** The lists of deployments and of their signals. */

import { shardKeyOf } from '#kernel';
import type { EventContext, ListChange, ListProjection } from '#ports';
import { deploymentKindName } from './deployment.ts';
import type { DeploymentEvent } from './deployment-state.ts';

const deploymentChanges = (event: DeploymentEvent, { id }: EventContext): readonly ListChange[] => {
  const patched = (change: Readonly<Record<string, unknown>>, status?: string): readonly ListChange[] => [
    {
      type: 'patch',
      id,
      patch: (entry) => ({
        ...entry,
        status: status ?? entry.status,
        doc: { ...entry.doc, ...change, ...(status === undefined ? {} : { status }) },
      }),
    },
  ];
  switch (event.type) {
    case 'DeploymentStarted': {
      const { source: _source, feeds, ...spec } = event.spec;
      const [only, ...others] = feeds;
      const doc = {
        id,
        ...spec,
        feeds: feeds.map((feed) => ({ id: feed.id, symbol: feed.symbol, interval: feed.interval })),
        slot: event.slot,
        status: 'active',
        failure: null,
        startedAt: event.at,
        endedAt: null,
      };
      return [
        {
          type: 'put',
          entry: {
            id,
            owner: shardKeyOf(id),
            at: event.at,
            symbol: others.length === 0 ? (only?.symbol ?? null) : null,
            status: 'active',
            parent: spec.strategyId,
            doc,
          },
        },
      ];
    }
    case 'DeploymentPaused':
      return patched({}, 'paused');
    case 'DeploymentResumed':
      return patched({ failure: null, endedAt: null }, 'active');
    case 'DeploymentStopped':
      return patched({ endedAt: event.at }, 'stopped');
    case 'DeploymentFailed':
      return patched({ failure: event.diagnostic, endedAt: event.at }, 'failed');
    default:
      return [];
  }
};

const signalChanges = (event: DeploymentEvent, { id }: EventContext): readonly ListChange[] => {
  switch (event.type) {
    case 'BarsDecided':
      return event.signals.map(({ view }) => ({
        type: 'put',
        entry: {
          id: view.id,
          owner: shardKeyOf(id),
          at: view.at,
          symbol: view.symbol,
          status: view.status,
          parent: view.strategyId,
          doc: { ...view },
        },
      }));
    case 'SignalsSettled':
      return event.outcomes.map(({ signalId, status, code, reason, order }) => ({
        type: 'patch',
        id: signalId,
        patch: (entry) => ({
          ...entry,
          status,
          doc: { ...entry.doc, status, code, reason, ...(order === null ? {} : { orderId: order.id }) },
        }),
      }));
    default:
      return [];
  }
};

export const deploymentLists: readonly ListProjection<DeploymentEvent>[] = [
  { list: 'deployments', version: 1, kind: deploymentKindName, changes: deploymentChanges },
  { list: 'signals', version: 1, kind: deploymentKindName, changes: signalChanges },
];
