/** What those who watch a deployment are told of its events. */

import type { DeploymentEvent } from './deployment-state.ts';

interface Publication {
  readonly channel: string;
  readonly data: unknown;
}

/** Changes of its state, and signals as they are made and settled: whole values, so that hearing one twice changes nothing. */
export const publicationsOf = (event: DeploymentEvent, id: string): readonly Publication[] => {
  const data = dataOf(event);
  return data === null ? [] : [{ channel: `deployment:${id}`, data }];
};

const dataOf = (event: DeploymentEvent): object | null => {
  const state = (changed: object): object => ({ type: 'state', deployment: changed });
  switch (event.type) {
    case 'DeploymentStarted':
      return state({ status: 'active', startedAt: event.at, actsFromAt: event.from });
    case 'BarsDecided': {
      const { until, at, isWarm, differences, signals } = event;
      return {
        type: 'decision',
        deployment: { lastBarAt: until, lastDecidedAt: at, isWarm, differences },
        signals: signals.map(({ view }) => view),
      };
    }
    case 'SignalsSettled':
      return {
        type: 'signals',
        signals: event.outcomes.map(({ signalId, status, code, reason, order }) => ({
          id: signalId,
          status,
          code,
          reason,
          ...(order === null ? {} : { orderId: order.id }),
        })),
      };
    case 'StartedOver':
      return state({ actsFromAt: event.from });
    case 'DeploymentPaused':
      return state({ status: 'paused' });
    case 'DeploymentResumed':
      return state({ status: 'active', failure: null, endedAt: null });
    case 'DeploymentStopped':
      return state({ status: 'stopped', endedAt: event.at });
    case 'DeploymentFailed':
      return state({ status: 'failed', failure: event.diagnostic, endedAt: event.at });
    case 'BarsTaken':
      return null;
  }
};
