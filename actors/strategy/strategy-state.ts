/** What is recorded of a strategy, and the state that the records make. */

import type { Declared, SourceFiles } from '#ports';
import type { CommitFacts } from './git.ts';
import type { LiveRun, NoteDeployment, StrategyView, TestOutcome, VersionView } from './strategy-messages.ts';

/** A version whose Git objects may not be in their store yet. */
export interface UnkeptVersion extends CommitFacts {
  readonly version: number;
}

export interface KnownStrategy {
  readonly status: StrategyView['status'];
  readonly name: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly source: SourceFiles;
  /** Oldest first, the newest of them the head. */
  readonly versions: readonly [VersionView, ...VersionView[]];
  readonly declared: Declared | null;
  /** The version that declares so. */
  readonly declaredBy: number;
  readonly lastTest: TestOutcome | null;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly revision: number;
  /** Oldest first. */
  readonly unkept: readonly UnkeptVersion[];
  /** The newest news of each deployment; of stopped ones the last few, in case older news come late. */
  readonly deployments: readonly NotedDeployment[];
}

export type NotedDeployment = Pick<NoteDeployment, 'deploymentId' | 'accountId' | 'status' | 'seq'>;

export type StrategyState = { readonly status: 'absent' } | { readonly status: 'deleted' } | KnownStrategy;

/** A save: all that its commit is computed from, and the commit's id. */
export interface VersionSaved extends CommitFacts {
  readonly type: 'VersionSaved';
  readonly version: number;
  readonly commit: string;
}

export type StrategyEvent =
  /** With its first version, so that no strategy is ever without one. */
  | (Omit<VersionSaved, 'type'> & {
      readonly type: 'StrategyCreated';
      readonly name: string;
      readonly description: string;
      readonly tags: readonly string[];
    })
  | VersionSaved
  | {
      readonly type: 'DetailsChanged';
      readonly name?: string;
      readonly description?: string;
      readonly tags?: readonly string[];
      readonly at: number;
    }
  | { readonly type: 'TestRecorded'; readonly outcome: TestOutcome; readonly declared: Declared | null }
  | { readonly type: 'VersionsKept'; readonly versions: readonly number[] }
  | {
      readonly type: 'DeploymentNoted';
      readonly deployment: NotedDeployment;
      /** Of the strategy, with that. */
      readonly status: StrategyView['status'];
      readonly at: number;
    }
  | { readonly type: 'StrategyDeleted'; readonly name: string; readonly versions: number; readonly at: number };

/** Versions that the actor lists; older ones are in the list of versions and in Git. */
const versionsListedMax = 1_000;

/** Stopped deployments that are remembered: messages come late by seconds, and nobody stops so many in that time. */
const stoppedKept = 20;

export const headOf = ({ versions }: KnownStrategy): VersionView => versions.at(-1) ?? versions[0];

export const isKnown = (state: StrategyState): state is KnownStrategy =>
  state.status !== 'absent' && state.status !== 'deleted';

export const evolveStrategy = (state: StrategyState, event: StrategyEvent): StrategyState => {
  if (event.type === 'StrategyCreated') {
    const { name, description, tags, source, at } = event;
    return {
      status: 'draft',
      name,
      description,
      tags,
      source,
      versions: [versionOf(event)],
      declared: null,
      declaredBy: 0,
      lastTest: null,
      createdAt: at,
      updatedAt: at,
      revision: 1,
      unkept: [unkeptOf(event)],
      deployments: [],
    };
  }
  // Nothing else is recorded of a strategy that is not there.
  return isKnown(state) ? evolveKnown(state, event) : state;
};

const evolveKnown = (
  strategy: KnownStrategy,
  event: Exclude<StrategyEvent, { readonly type: 'StrategyCreated' }>,
): StrategyState => {
  switch (event.type) {
    case 'VersionSaved': {
      const [first = versionOf(event), ...rest] = [...strategy.versions, versionOf(event)].slice(-versionsListedMax);
      return {
        ...strategy,
        source: event.source,
        versions: [first, ...rest],
        updatedAt: event.at,
        revision: strategy.revision + 1,
        unkept: [...strategy.unkept, unkeptOf(event)],
      };
    }
    case 'DetailsChanged': {
      const { type: _, at, ...details } = event;
      return { ...strategy, ...details, updatedAt: at, revision: strategy.revision + 1 };
    }
    case 'TestRecorded': {
      const { outcome, declared } = event;
      const tested = { ...strategy, lastTest: outcome };
      return declared === null || outcome.version < strategy.declaredBy
        ? tested
        : { ...tested, declared, declaredBy: outcome.version };
    }
    case 'VersionsKept':
      return { ...strategy, unkept: strategy.unkept.filter(({ version }) => !event.versions.includes(version)) };
    case 'DeploymentNoted':
      return { ...strategy, status: event.status, deployments: withDeployment(strategy.deployments, event.deployment) };
    case 'StrategyDeleted':
      return { status: 'deleted' };
  }
};

const withDeployment = (known: readonly NotedDeployment[], noted: NotedDeployment): readonly NotedDeployment[] => {
  const all = [...known.filter(({ deploymentId }) => deploymentId !== noted.deploymentId), noted];
  const stopped = all.filter(({ status }) => status === 'stopped').slice(-stoppedKept);
  return all.filter((one) => one.status !== 'stopped' || stopped.includes(one));
};

/** Deployments that are not stopped. */
export const liveRunsOf = ({ deployments }: Pick<KnownStrategy, 'deployments'>): readonly LiveRun[] =>
  deployments.flatMap(({ deploymentId, accountId, status }) =>
    status === 'stopped' ? [] : [{ deploymentId, accountId, status }],
  );

/** The life of a strategy whose deployments are those, with one more piece of news. */
export const statusWith = ({ deployments }: KnownStrategy, noted: NotedDeployment): StrategyView['status'] => {
  const live = liveRunsOf({ deployments: withDeployment(deployments, noted) });
  if (live.some(({ status }) => status === 'active')) return 'active';
  return live.some(({ status }) => status === 'paused') ? 'paused' : 'stopped';
};

type Save = Omit<VersionSaved, 'type'>;

export const versionOf = ({ version, commit, message, at, by }: Save): VersionView => ({
  version,
  commit,
  message,
  at,
  by,
});

const unkeptOf = ({ version, source, parent, message, by, at }: Save): UnkeptVersion => ({
  version,
  source,
  parent,
  message,
  by,
  at,
});
