/** Deployments as they run: the kind with its tasks, and the service that takes up those of a former process. */

import type { ActorKind, ActorSystem, Bus, Clock, Service } from '#kernel';
import type { History, JobRunner, ListEntry, Lists } from '#ports';
import { actOnSignals } from './act-on-signals.ts';
import type { ActInput } from './act-on-signals.ts';
import { decideBar, WarmUpBars } from './decide-bar.ts';
import { DecisionDesk } from './decision-desk.ts';
import { actTask, decideTask, deploymentKind, followTask } from './deployment.ts';
import type { DeploymentCommand, DeploymentRefusal } from './deployment-messages.ts';
import type { Deployment, DeploymentEvent, DeploymentState } from './deployment-state.ts';
import { followBars } from './follow-bars.ts';
import { LiveBars } from './live-bars.ts';

export interface LiveDeploymentNeeds {
  /** Of the system that the kind becomes part of. */
  readonly ask: ActorSystem['ask'];
  readonly lists: Pick<Lists, 'get'>;
  readonly history: Pick<History, 'bars'>;
  readonly bus: Pick<Bus, 'subscribe'>;
  readonly clock: Clock;
  /** Opens a place where strategies decide, within a time of seconds. */
  readonly openRunner: () => JobRunner;
  /** Decisions that are made at a time. */
  readonly places: number;
}

export interface LiveDeployments {
  readonly kind: ActorKind<DeploymentCommand, DeploymentState, DeploymentEvent, DeploymentRefusal>;
  readonly close: () => void;
}

export const liveDeployments = ({
  ask,
  lists,
  history,
  bus,
  clock,
  openRunner,
  places,
}: LiveDeploymentNeeds): LiveDeployments => {
  const liveBars = new LiveBars({ bus, clock });
  const desk = new DecisionDesk({ places, openRunner });
  const warmUp = new WarmUpBars(history);
  return {
    kind: {
      ...deploymentKind,
      tasks: {
        [followTask]: (deployment: Deployment, { signal }) =>
          followBars({ liveBars, history, clock }, deployment, signal),
        [decideTask]: (deployment: Deployment, context) =>
          decideBar({ ask, lists, desk, warmUp, clock }, deployment, context),
        [actTask]: (input: ActInput, { signal }) => actOnSignals({ ask, lists, clock }, input, signal),
      },
    },
    close: () => {
      liveBars.close();
      desk.close();
    },
  };
};

/** Entries read at a time. */
const pageEntries = 200;

/**
 * Brings the deployments that run into memory when a process starts: there they take up what was under
 * way, and follow the market. Their timers would do the same, up to a minute later.
 */
export const wakeDeployments = ({
  system,
  lists,
  isHere = () => true,
}: {
  readonly system: Pick<ActorSystem, 'ask'>;
  readonly lists: Pick<Lists, 'page'>;
  /** Whether a deployment is in this process; others wake theirs. */
  readonly isHere?: (id: string) => boolean;
}): Service => ({
  name: 'live-deployments',
  restart: 'transient',
  async run({ signal, started }) {
    started();
    let after: ListEntry | undefined;
    for (let hasMore = true; hasMore && !signal.aborted;) {
      const page = await lists.page({
        list: 'deployments',
        owner: null,
        status: ['active', 'paused'],
        ascending: true,
        limit: pageEntries,
        ...(after === undefined ? {} : { after: { at: after.at, id: after.id } }),
      });
      const here = page.entries.filter(({ id }) => isHere(id));
      await Promise.all(here.map(({ id }) => system.ask(deploymentKind, id, { type: 'WakeDeployment' })));
      ({ hasMore } = page);
      after = page.entries.at(-1);
    }
  },
});
