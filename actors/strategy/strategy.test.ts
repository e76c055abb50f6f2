import { describe, expect, test } from 'vitest';
import { given, taskContext } from '#kernel/testing';
import type { Declared, GitObject, GitObjects, ListEntry, SourceFiles } from '#ports';
import { commitObjects } from './git.ts';
import { strategiesList, strategyVersionsList } from './strategy-lists.ts';
import { strategyKind, strategyKindWith } from './strategy.ts';
import { isKnown } from './strategy-state.ts';
import type { StrategyEvent, UnkeptVersion, VersionSaved } from './strategy-state.ts';
import type { CreateStrategy, ListVersions, StrategyView } from './strategy-messages.ts';

const id = 'u1.s1';
const start = Date.UTC(2026, 0, 1);
const sourceOf = (text: string): SourceFiles => ({ files: { 'strategy.ts': text }, entry: 'strategy.ts' });

const firstFacts = { source: sourceOf('one'), parent: null, message: 'Begin', by: 'u1', at: start };
const first = commitObjects(firstFacts).commit;
const created: StrategyEvent = {
  type: 'StrategyCreated',
  name: 'Cross',
  description: 'Two averages',
  tags: ['trend'],
  version: 1,
  commit: first,
  ...firstFacts,
};
const saveOf = (version: number, parent: string, text: string, message = `Version ${version}`): VersionSaved => {
  const facts = { source: sourceOf(text), parent, message, by: 'u1', at: start };
  return { type: 'VersionSaved', version, commit: commitObjects(facts).commit, ...facts };
};
const second = saveOf(2, first, 'two');
const view: StrategyView = {
  id,
  name: 'Cross',
  description: 'Two averages',
  tags: ['trend'],
  status: 'draft',
  head: { version: 1, commit: first, message: 'Begin', at: start, by: 'u1' },
  source: firstFacts.source,
  declared: null,
  lastTest: null,
  createdAt: start,
  updatedAt: start,
  version: 1,
};
const create: CreateStrategy = {
  type: 'CreateStrategy',
  name: 'Cross',
  description: 'Two averages',
  tags: ['trend'],
  source: firstFacts.source,
  message: 'Begin',
  by: 'u1',
};
const strategy = (...events: readonly StrategyEvent[]) => given(strategyKind, [created, ...events], { id, now: start });
const absent = given(strategyKind, [], { id, now: start });

const keepEffect = (...saves: readonly (VersionSaved | typeof created)[]) => [
  {
    type: 'task',
    task: 'keep-objects',
    input: saves.map((save) => expect.objectContaining({ version: 'version' in save ? save.version : 0 })),
  },
];
const keepTimer = [{ type: 'set', name: 'keep-objects', at: start + 30_000, command: { type: 'KeepObjects' } }];

describe('a strategy', () => {
  test('is created with its first version, and its name is the user’s only one', () => {
    const { decision } = absent.when(create);
    expect(decision).toMatchObject({
      events: [created],
      reply: view,
      claims: [{ scope: 'strategy-name', value: 'u1/Cross', refusal: { code: 'strategy-name-taken' } }],
      timers: keepTimer,
      effects: keepEffect(created),
    });
  });

  test('is created once, and its id never again', () => {
    strategy()
      .when(create)
      .then({ refusal: { code: 'strategy-exists' } });
    strategy({ type: 'StrategyDeleted', name: 'Cross', versions: 1, at: start })
      .when(create)
      .then({ refusal: { code: 'strategy-exists' } });
  });

  test('is unknown before and after', () => {
    absent.when({ type: 'GetStrategy' }).then({ refusal: { code: 'strategy-unknown' } });
    strategy({ type: 'StrategyDeleted', name: 'Cross', versions: 1, at: start })
      .when({ type: 'GetStrategy' })
      .then({ refusal: { code: 'strategy-unknown' } });
  });

  test('gets a new version where the source differs', () => {
    strategy()
      .when({ type: 'SaveStrategy', expectedVersion: 1, source: sourceOf('two'), by: 'u1' })
      .then({
        events: [second],
        reply: {
          ...view,
          head: { version: 2, commit: second.commit, message: 'Version 2', at: start, by: 'u1' },
          source: sourceOf('two'),
          version: 2,
        },
        claims: [],
      });
    strategy()
      .when({ type: 'SaveStrategy', expectedVersion: 1, source: sourceOf('one'), message: 'Again', by: 'u1' })
      .then({ events: [], reply: view, timers: [], effects: [] });
  });

  test('changes its name, giving the old one back', () => {
    const { decision } = strategy().when({ type: 'SaveStrategy', expectedVersion: 1, name: ' Crossing ', by: 'u1' });
    expect(decision).toMatchObject({
      events: [{ type: 'DetailsChanged', name: 'Crossing', at: start }],
      claims: [{ value: 'u1/Crossing' }],
      releases: [{ scope: 'strategy-name', value: 'u1/Cross' }],
      reply: { name: 'Crossing', version: 2, head: { version: 1 } },
    });
  });

  test('is not changed on an old version, but tests do not make it old', () => {
    strategy(second)
      .when({ type: 'SaveStrategy', expectedVersion: 1, source: sourceOf('three'), by: 'u1' })
      .then({ refusal: { code: 'version-conflict' } });
    const outcome = { version: 1, at: start, ok: true, diagnostics: [], trades: 1, bars: 10 };
    strategy({ type: 'TestRecorded', outcome, declared: null }, { type: 'VersionsKept', versions: [1] })
      .when({ type: 'DeleteStrategy', expectedVersion: 1 })
      .then({
        events: [{ type: 'StrategyDeleted', name: 'Cross', versions: 1, at: start }],
        releases: [{ scope: 'strategy-name', value: 'u1/Cross' }],
        reply: null,
      });
  });

  test('goes back to an older version by a new one, if those are its files', () => {
    const restored = saveOf(3, second.commit, 'one', 'Restore version 1');
    const { decision } = strategy(second).when({
      type: 'RestoreVersion',
      version: 1,
      source: sourceOf('one'),
      by: 'u1',
    });
    expect(decision).toMatchObject({ events: [restored], reply: { head: { version: 3 } } });
    for (const [version, text] of [
      [1, 'two'],
      [3, 'one'],
      [0, 'one'],
    ] as const)
      strategy(second)
        .when({ type: 'RestoreVersion', version, source: sourceOf(text), by: 'u1' })
        .then({ refusal: { code: 'strategy-version-unknown' } });
  });

  test('lists its versions, newest first', () => {
    const { reply } = strategy(second).when<ListVersions>({ type: 'ListVersions' }).decision;
    expect(reply?.map(({ version }) => version)).toEqual([2, 1]);
  });

  test('declares what its newest tested version declares', () => {
    const declared = (name: string): Declared => ({
      name,
      description: null,
      params: {},
      data: 'all',
      hasConstraint: false,
    });
    const outcome = (version: number) => ({ version, at: start, ok: true, diagnostics: [], trades: 1, bars: 10 });
    const { decision } = strategy(second, {
      type: 'TestRecorded',
      outcome: outcome(2),
      declared: declared('new'),
    }).when({ type: 'RecordTest', outcome: outcome(1), declared: declared('old') });
    expect(decision.reply).toMatchObject({ declared: { name: 'new' }, lastTest: { version: 1 } });
    strategy()
      .when({ type: 'RecordTest', outcome: outcome(2), declared: null })
      .then({ refusal: { code: 'strategy-version-unknown' } });
  });
});

describe('the source of a strategy', () => {
  const refused = (source: SourceFiles, field: string) =>
    absent.when({ ...create, source }).then({ refusal: { code: 'strategy-source', field } });

  test('has files, with the entry among them', () => {
    refused({ files: {}, entry: 'strategy.ts' }, '/source/files');
    refused({ files: { 'other.ts': '' }, entry: 'strategy.ts' }, '/source/entry');
    refused({ files: { 'notes.md': '' }, entry: 'notes.md' }, '/source/entry');
    refused({ files: { 'a.ts': '' }, entry: 'toString' }, '/source/entry');
  });

  test.each(['../a.ts', '/a.ts', '.git/config', 'a//b.ts', 'a b.ts', '-rf', '__proto__', 'a/__proto__/b.ts', 'é.ts'])(
    'has no file named %s',
    (path) => {
      refused({ files: Object.fromEntries([[path, '']]), entry: path }, `/source/files/${path.replaceAll('/', '~1')}`);
    },
  );

  test('has no file that is also a folder', () => {
    refused(
      { files: { 'strategy.ts': '', 'strategy.ts/a.ts': '' }, entry: 'strategy.ts' },
      '/source/files/strategy.ts~1a.ts',
    );
  });

  test('is bounded', () => {
    const many = Object.fromEntries(Array.from({ length: 65 }, (_, k) => [`f${k}.ts`, '']));
    refused({ files: many, entry: 'f0.ts' }, '/source/files');
    refused(sourceOf('é'.repeat(512 * 1024) + 'x'), '/source/files');
    const { decision } = absent.when({ ...create, source: sourceOf('é'.repeat(512 * 1024)) });
    expect(decision.refusal).toBeUndefined();
  });

  test('is text', () => {
    refused(sourceOf('\uD800'), '/source/files/strategy.ts');
  });

  test('goes with a name, a description and tags of a length to be shown', () => {
    const details = (part: Partial<CreateStrategy>, field: string) =>
      absent.when({ ...create, ...part }).then({ refusal: { code: 'strategy-source', field } });
    details({ name: ' ' }, '/name');
    details({ name: 'a\u0000b' }, '/name');
    details({ name: 'x'.repeat(101) }, '/name');
    details({ description: 'x'.repeat(2_001) }, '/description');
    details({ tags: [''] }, '/tags');
    details({ tags: Array.from({ length: 17 }, (_, k) => `t${k}`) }, '/tags');
  });
});

describe('the Git objects of a version', () => {
  /** A store that can be away. */
  const objectStore = () => {
    const kept = new Map<string, GitObject>();
    const store: GitObjects & { isAway: boolean; readonly kept: Map<string, GitObject> } = {
      isAway: false,
      kept,
      put: (objects: readonly GitObject[]) => {
        if (store.isAway) return Promise.reject(new Error('away'));
        for (const object of objects) kept.set(object.id, object);
        return Promise.resolve();
      },
      get: (objectId: string) => Promise.resolve(kept.get(objectId) ?? null),
    };
    return store;
  };
  const runKeeping = (store: GitObjects, input: unknown) =>
    // The input comes from the decider of the same kind.
    strategyKindWith(store).tasks?.['keep-objects']?.(input as never, taskContext(id));
  const unkept = (...events: readonly StrategyEvent[]): readonly UnkeptVersion[] => {
    const { state } = strategy(...events);
    return isKnown(state) ? state.unkept : [];
  };

  test('are written after the save, and the actor told', async () => {
    const store = objectStore();
    expect(await runKeeping(store, unkept(second))).toEqual({ type: 'ObjectsKept', versions: [1, 2] });
    expect(store.kept.get(first)?.type).toBe('commit');
    expect(store.kept.get(second.commit)?.type).toBe('commit');
  });

  test('wait where their store is away, and the timer asks again', async () => {
    const store = objectStore();
    store.isAway = true;
    expect(await runKeeping(store, unkept())).toBeNull();
    const { decision } = strategy().when({ type: 'KeepObjects' });
    expect(decision).toMatchObject({ timers: keepTimer, effects: keepEffect(created) });
  });

  test('are written again after a recovery until they are known to be kept', () => {
    const recovered = (...events: readonly StrategyEvent[]) =>
      strategyKind.recovered?.(strategy(...events).state, { id, now: start, seq: 1 });
    expect(recovered(second)).toEqual(keepEffect(created, second));
    expect(recovered(second, { type: 'VersionsKept', versions: [2] })).toEqual(keepEffect(created));
    expect(recovered({ type: 'VersionsKept', versions: [1] })).toEqual([]);
  });

  test('known to be kept stop the timer, those of one version not those of another', () => {
    strategy(second)
      .when({ type: 'ObjectsKept', versions: [2] })
      .then({ events: [{ type: 'VersionsKept', versions: [2] }], timers: [], reply: null });
    strategy(second)
      .when({ type: 'ObjectsKept', versions: [1, 2] })
      .then({
        events: [{ type: 'VersionsKept', versions: [1, 2] }],
        timers: [{ type: 'clear', name: 'keep-objects' }],
        reply: null,
      });
    strategy({ type: 'VersionsKept', versions: [1] })
      .when({ type: 'ObjectsKept', versions: [1] })
      .then({ events: [], timers: [], reply: null });
  });

  test('that wait are bounded: then saves are refused', () => {
    const events: VersionSaved[] = [];
    for (let version = 2; version <= 8; version++)
      events.push(saveOf(version, events.at(-1)?.commit ?? first, `v${version}`));
    strategy(...events)
      .when({ type: 'SaveStrategy', expectedVersion: 8, source: sourceOf('nine'), by: 'u1' })
      .then({ refusal: { code: 'strategy-history-behind' } });
    const { decision } = strategy(...events).when({
      type: 'SaveStrategy',
      expectedVersion: 8,
      description: 'other',
      by: 'u1',
    });
    expect(decision.refusal).toBeUndefined();
  });
});

describe('the lists of strategies and versions', () => {
  const entriesAfter = (list: typeof strategiesList, events: readonly StrategyEvent[]): readonly ListEntry[] => {
    const entries = new Map<string, ListEntry>();
    for (const [index, event] of events.entries()) {
      for (const change of list.changes(event, { id, seq: index + 1, at: start })) {
        if (change.type === 'put') entries.set(change.entry.id, change.entry);
        else if (change.type === 'remove') entries.delete(change.id);
        else {
          const entry = entries.get(change.id);
          if (entry !== undefined) entries.set(change.id, change.patch(entry));
        }
      }
    }
    return [...entries.values()];
  };

  test('follow saves, without the source', () => {
    const events = [created, second, { type: 'DetailsChanged', name: 'Crossing', at: start } as const];
    expect(entriesAfter(strategiesList, events)).toMatchObject([
      { id, owner: 'u1', doc: { name: 'Crossing', headVersion: 2, params: null } },
    ]);
    expect(JSON.stringify(entriesAfter(strategiesList, events))).not.toContain('files');
    expect(entriesAfter(strategyVersionsList, events)).toMatchObject([
      { parent: id, owner: 'u1', doc: { version: 1, commit: first } },
      { parent: id, owner: 'u1', doc: { version: 2, commit: second.commit } },
    ]);
  });

  test('lose a deleted strategy', () => {
    const events = [created, second, { type: 'StrategyDeleted', name: 'Cross', versions: 2, at: start } as const];
    expect(entriesAfter(strategiesList, events)).toEqual([]);
    expect(entriesAfter(strategyVersionsList, events)).toEqual([]);
  });
});
