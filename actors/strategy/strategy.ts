/**
 * A strategy: its source with every version, what it declares, and its life.
 *
 * The journal is the authority: its events hold the files. The Git objects made of them must lose
 * nothing either, so a version stays in the actor's state until its objects are known to be in their
 * store: they are written by a task right after the commit, again after a recovery, and by a durable
 * timer that wakes the actor where nobody asks for it. Writing objects twice changes nothing.
 */

import { secondMs } from '#domain';
import { shardKeyOf } from '#kernel';
import type { ActorKind, Claim, Command, DecideContext, Decision, Effect, ReplyTo, Task, TimerChange } from '#kernel';
import type { GitObjects, SourceFiles } from '#ports';
import { commitObjects } from './git.ts';
import { cleanMessage, refuseDetails, refuseSource } from './strategy-source.ts';
import { evolveStrategy, headOf, isKnown, liveRunsOf, statusWith } from './strategy-state.ts';
import type { KnownStrategy, StrategyEvent, StrategyState, UnkeptVersion, VersionSaved } from './strategy-state.ts';
import type {
  CreateStrategy,
  DeleteStrategy,
  NoteDeployment,
  RecordTest,
  RestoreVersion,
  SaveStrategy,
  StrategyCommand,
  StrategyRefusal,
  StrategyView,
  VersionView,
} from './strategy-messages.ts';

type StrategyDecision<C> = Decision<StrategyEvent, ReplyTo<C>, StrategyRefusal>;

/** Versions that wait for the store of Git objects; each may weigh a megabyte, so more are refused. */
const unkeptMax = 8;
/** Longer than writing a version's objects takes; the timer is for what was lost on the way. */
const keepAgainMs = 30 * secondMs;
/** Of a test's outcome: more than anyone reads. */
const diagnosticsMax = 50;

const keepTimer = 'keep-objects';
const keepTask = 'keep-objects';

const ofStrategy =
  <C extends Command>(decide: (command: C, strategy: KnownStrategy, context: DecideContext) => StrategyDecision<C>) =>
  (command: C, state: StrategyState, context: DecideContext): StrategyDecision<C> =>
    isKnown(state)
      ? decide(command, state, context)
      : {
          refusal: {
            code: 'strategy-unknown',
            message: `There is no strategy ${context.id}.`,
            remedy: 'List your strategies for their ids.',
          },
        };

const viewOf = (strategy: KnownStrategy, id: string): StrategyView => ({
  id,
  name: strategy.name,
  description: strategy.description,
  tags: strategy.tags,
  status: strategy.status,
  live: liveRunsOf(strategy),
  head: headOf(strategy),
  source: strategy.source,
  declared: strategy.declared,
  lastTest: strategy.lastTest,
  createdAt: strategy.createdAt,
  updatedAt: strategy.updatedAt,
  version: strategy.revision,
});

const viewAfter = (state: StrategyState, events: readonly StrategyEvent[], id: string): StrategyView => {
  const after = events.reduce(evolveStrategy, state);
  if (!isKnown(after)) throw new Error('The events leave a strategy.');
  return viewOf(after, id);
};

const nameClaim = (name: string, id: string): Claim => ({
  scope: 'strategy-name',
  value: `${shardKeyOf(id)}/${name}`,
});

const nameTaken = (name: string, id: string): Claim & { readonly refusal: StrategyRefusal } => ({
  ...nameClaim(name, id),
  refusal: {
    code: 'strategy-name-taken',
    message: `You have another strategy named "${name}".`,
    remedy: 'Choose another name.',
    field: '/name',
  },
});

const create = (
  command: CreateStrategy,
  state: StrategyState,
  { id, now }: DecideContext,
): StrategyDecision<CreateStrategy> => {
  if (state.status !== 'absent')
    return {
      refusal: {
        code: 'strategy-exists',
        message: `The strategy ${id} was created before.`,
        remedy: 'Save a new version of it, or create one under another id.',
      },
    };
  const name = command.name.trim();
  const { description, tags, source, by } = command;
  const refusal = refuseDetails({ name, description, tags }) ?? refuseSource(source);
  if (refusal !== null) return { refusal };
  const facts = { source, parent: null, message: cleanMessage(command.message, 'Create'), by, at: now };
  const { commit } = commitObjects(facts);
  const events: readonly StrategyEvent[] = [
    { type: 'StrategyCreated', name, description, tags, version: 1, commit, ...facts },
  ];
  return {
    events,
    claims: [nameTaken(name, id)],
    reply: viewAfter(state, events, id),
    ...keeping([{ version: 1, ...facts }], now),
  };
};

const save = ofStrategy<SaveStrategy>((command, strategy, { id, now }) => {
  const conflict = refuseOldVersion(command.expectedVersion, strategy);
  if (conflict !== null) return { refusal: conflict };
  const { source, description, tags, by } = command;
  const name = command.name?.trim();
  const refusal = refuseDetails({ name, description, tags }) ?? (source === undefined ? null : refuseSource(source));
  if (refusal !== null) return { refusal };
  const details = {
    ...(name === undefined || name === strategy.name ? {} : { name }),
    ...(description === undefined || description === strategy.description ? {} : { description }),
    ...(tags === undefined || isSameJson(tags, strategy.tags) ? {} : { tags }),
  };
  const changed: readonly StrategyEvent[] =
    Object.keys(details).length === 0 ? [] : [{ type: 'DetailsChanged', ...details, at: now }];
  const saved = source === undefined ? [] : nextVersion(strategy, source, command.message ?? '', by, now);
  if (saved.length > 0 && strategy.unkept.length >= unkeptMax) return { refusal: historyBehind(strategy) };
  const events = [...changed, ...saved];
  return {
    events,
    ...(details.name === undefined
      ? {}
      : { claims: [nameTaken(details.name, id)], releases: [nameClaim(strategy.name, id)] }),
    reply: viewAfter(strategy, events, id),
    ...keeping(saved, now),
  };
});

const restore = ofStrategy<RestoreVersion>(({ version, source, by }, strategy, { id, now }) => {
  if (!isVersionOf(strategy, version, source))
    return {
      refusal: {
        code: 'strategy-version-unknown',
        message: `The strategy has no version ${version} with these files; its newest is ${headOf(strategy).version}.`,
        remedy: 'List its versions.',
      },
    };
  const saved = nextVersion(strategy, source, `Restore version ${version}`, by, now);
  if (saved.length > 0 && strategy.unkept.length >= unkeptMax) return { refusal: historyBehind(strategy) };
  return { events: saved, reply: viewAfter(strategy, saved, id), ...keeping(saved, now) };
});

/** Whether those are a version's files: its commit's id says so, wherever they were read. */
const isVersionOf = (strategy: KnownStrategy, version: number, source: SourceFiles): boolean => {
  const place = strategy.versions.findIndex((one) => one.version === version);
  const known = strategy.versions[place];
  if (known === undefined)
    return version >= 1 && version < strategy.versions[0].version && refuseSource(source) === null;
  const parent = strategy.versions[place - 1]?.commit ?? null;
  // The parent of the oldest version that is still listed has been forgotten.
  if (parent === null && version > 1) return refuseSource(source) === null;
  const { message, by, at } = known;
  return commitObjects({ source, parent, message, by, at }).commit === known.commit;
};

/** The save of files that differ from the head's; none when they do not. */
const nextVersion = (
  strategy: KnownStrategy,
  source: SourceFiles,
  message: string,
  by: string,
  at: number,
): readonly VersionSaved[] => {
  if (isSameSource(source, strategy.source)) return [];
  const head = headOf(strategy);
  const version = head.version + 1;
  const facts = { source, parent: head.commit, message: cleanMessage(message, `Version ${version}`), by, at };
  return [{ type: 'VersionSaved', version, commit: commitObjects(facts).commit, ...facts }];
};

const isSameSource = (a: SourceFiles, b: SourceFiles): boolean => {
  const paths = Object.keys(a.files);
  return (
    a.entry === b.entry &&
    paths.length === Object.keys(b.files).length &&
    paths.every((path) => a.files[path] === b.files[path])
  );
};

const isSameJson = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

const remove = ofStrategy<DeleteStrategy>(({ expectedVersion }, strategy, { id, now }) => {
  const refusal = refuseOldVersion(expectedVersion, strategy) ?? refuseLive(strategy);
  if (refusal !== null) return { refusal };
  const { name } = strategy;
  return {
    events: [{ type: 'StrategyDeleted', name, versions: headOf(strategy).version, at: now }],
    releases: [nameClaim(name, id)],
    timers: [{ type: 'clear', name: keepTimer }],
    reply: null,
  };
});

/** Its live runs would go on, and nobody could see of what. */
const refuseLive = (strategy: KnownStrategy): StrategyRefusal | null => {
  const live = liveRunsOf(strategy).length;
  return live === 0
    ? null
    : {
        code: 'strategy-deployed',
        message: `The strategy has ${live} ${live === 1 ? 'deployment that is' : 'deployments that are'} not stopped.`,
        remedy: 'Stop them first.',
      };
};

const noteDeployment = (
  { deploymentId, accountId, status, seq, at }: NoteDeployment,
  state: StrategyState,
): StrategyDecision<NoteDeployment> => {
  if (!isKnown(state)) return { reply: null };
  const known = state.deployments.find((one) => one.deploymentId === deploymentId);
  if (known !== undefined && known.seq >= seq) return { reply: null };
  const deployment = { deploymentId, accountId, status, seq };
  return {
    events: [{ type: 'DeploymentNoted', deployment, status: statusWith(state, deployment), at }],
    reply: null,
  };
};

const recordTest = ofStrategy<RecordTest>(({ outcome, declared }, strategy, { id }) => {
  if (outcome.version < 1 || outcome.version > headOf(strategy).version)
    return {
      refusal: {
        code: 'strategy-version-unknown',
        message: `The strategy has no version ${outcome.version}.`,
        remedy: 'List its versions.',
      },
    };
  const bounded = { ...outcome, diagnostics: outcome.diagnostics.slice(0, diagnosticsMax) };
  const events: readonly StrategyEvent[] = [{ type: 'TestRecorded', outcome: bounded, declared }];
  return { events, reply: viewAfter(strategy, events, id) };
});

const refuseOldVersion = (expected: number, { revision }: KnownStrategy): StrategyRefusal | null =>
  expected === revision
    ? null
    : {
        code: 'version-conflict',
        message: `The strategy is at version ${revision}, the change was made on ${expected}.`,
        remedy: 'Read it again, and make the change on that.',
      };

const historyBehind = ({ unkept }: KnownStrategy): StrategyRefusal => ({
  code: 'strategy-history-behind',
  message: `${unkept.length} versions wait to be written into the history.`,
  remedy: 'Save again in a minute.',
});

/** What brings versions into the store of Git objects, now and if need be later. */
const keeping = (
  versions: readonly UnkeptVersion[],
  now: number,
): { readonly effects?: readonly Effect[]; readonly timers?: readonly TimerChange[] } =>
  versions.length === 0
    ? {}
    : {
        effects: [{ type: 'task', task: keepTask, input: versions }],
        timers: [{ type: 'set', name: keepTimer, at: now + keepAgainMs, command: { type: 'KeepObjects' } }],
      };

export const strategyKind: ActorKind<StrategyCommand, StrategyState, StrategyEvent, StrategyRefusal> = {
  name: 'strategy',
  durability: 'journal',
  initialState: () => ({ status: 'absent' }),
  decide: {
    CreateStrategy: create,
    SaveStrategy: save,
    RestoreVersion: restore,
    DeleteStrategy: remove,
    RecordTest: recordTest,
    GetStrategy: ofStrategy((_, strategy, { id }) => ({ reply: viewOf(strategy, id) })),
    ListVersions: ofStrategy<Command<readonly VersionView[]>>((_, { versions }) => ({ reply: versions.toReversed() })),
    NoteDeployment: noteDeployment,
    KeepObjects: (_, state, { now }) =>
      isKnown(state) ? { reply: null, ...keeping(state.unkept, now) } : { reply: null },
    ObjectsKept: ({ versions }, state) => {
      const unkept = isKnown(state) ? state.unkept.map(({ version }) => version) : [];
      const kept = unkept.filter((version) => versions.includes(version));
      if (kept.length === 0) return { reply: null };
      return {
        events: [{ type: 'VersionsKept', versions: kept }],
        timers: kept.length === unkept.length ? [{ type: 'clear', name: keepTimer }] : [],
        reply: null,
      };
    },
  },
  eventTypes: {
    StrategyCreated: true,
    VersionSaved: true,
    DetailsChanged: true,
    TestRecorded: true,
    VersionsKept: true,
    DeploymentNoted: true,
    StrategyDeleted: true,
  },
  evolve: evolveStrategy,
  recovered: (state, { now }) => (isKnown(state) ? (keeping(state.unkept, now).effects ?? []) : []),
  // States and events weigh as much as the source: seldom enough not to write it over and over, often enough to recover soon.
  snapshot: { schema: 2, everyEvents: 20 },
};

/** The kind as it runs, with the store that takes the Git objects. */
export const strategyKindWith = (objects: GitObjects): typeof strategyKind => {
  const keepObjects: Task<StrategyCommand> = async (versions: readonly UnkeptVersion[]) => {
    try {
      await objects.put(versions.flatMap((version) => commitObjects(version).objects));
    } catch {
      // The store is away. The versions are in the journal, and the timer comes back for them.
      return null;
    }
    return { type: 'ObjectsKept', versions: versions.map(({ version }) => version) };
  };
  return { ...strategyKind, tasks: { [keepTask]: keepObjects } };
};
