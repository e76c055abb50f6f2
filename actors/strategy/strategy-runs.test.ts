/** Strategies on a running system, whose store of Git objects is away for a while. */

import { expect, test } from 'vitest';
import { startTestSystem } from '#kernel/testing';
import type { GitObject, GitObjects } from '#ports';
import { readSource } from './git.ts';
import { strategyKind, strategyKindWith } from './strategy.ts';
import type { ListVersions } from './strategy-messages.ts';

const id = 'u1.s1';
const source = (text: string) => ({ files: { 'strategy.ts': text }, entry: 'strategy.ts' });
const create = {
  type: 'CreateStrategy',
  name: 'Cross',
  description: '',
  tags: [],
  source: source('one'),
  message: 'Begin',
  by: 'u1',
} as const;

const storeOf = (kept: Map<string, GitObject>): GitObjects => ({
  put: (objects) => {
    for (const object of objects) kept.set(object.id, object);
    return Promise.resolve();
  },
  get: (objectId) => Promise.resolve(kept.get(objectId) ?? null),
});
const away: GitObjects = {
  put: () => Promise.reject(new Error('away')),
  get: () => Promise.reject(new Error('away')),
};

test('every version comes into the store of Git objects, though it was away and the process ended', async () => {
  const first = startTestSystem({ kinds: [strategyKindWith(away)] });
  await first.system.ask(strategyKind, id, create);
  const saved = await first.system.ask(strategyKind, id, {
    type: 'SaveStrategy',
    expectedVersion: 1,
    source: source('two'),
    by: 'u1',
  });
  if (saved.type === 'refused') throw new Error('It is saved.');
  await first.system.stop();

  const kept = new Map<string, GitObject>();
  const { system, journal, clock } = startTestSystem({ ...first, kinds: [strategyKindWith(storeOf(kept))] });
  await clock.armed(30_000);
  clock.advance(30_000);
  await journal.until(() => journal.eventsOf({ kind: 'strategy', id }).some(({ type }) => type === 'VersionsKept'));
  const list: ListVersions = { type: 'ListVersions' };
  const versions = await system.ask(strategyKind, id, list);
  if (versions.type === 'refused') throw new Error('It is there.');
  const texts = await Promise.all(
    versions.reply.map(async ({ commit }) => (await readSource(storeOf(kept), commit))?.files['strategy.ts']),
  );
  expect(texts).toEqual(['two', 'one']);
  await system.stop();
});

test('a name belongs to one strategy of a user, and is free again after a deletion', async () => {
  const { system } = startTestSystem({ kinds: [strategyKindWith(storeOf(new Map()))] });
  await system.ask(strategyKind, id, create);
  expect(await system.ask(strategyKind, 'u1.s2', create)).toMatchObject({ refusal: { code: 'strategy-name-taken' } });
  expect(await system.ask(strategyKind, 'u2.s1', create)).toMatchObject({ type: 'replied' });
  await system.ask(strategyKind, id, { type: 'DeleteStrategy', expectedVersion: 1 });
  expect(await system.ask(strategyKind, 'u1.s3', create)).toMatchObject({ type: 'replied' });
  await system.stop();
});
