import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { GitObject, GitObjects } from '#ports';
import { commitObjects, readSource } from './git.ts';
import type { CommitFacts } from './git.ts';

const facts: CommitFacts = {
  source: { files: { 'strategy.ts': 'export default 1;\n', 'lib/a.ts': 'a', 'lib.ts': 'b' }, entry: 'strategy.ts' },
  parent: null,
  message: 'Begin',
  by: 'u1',
  at: Date.UTC(2026, 0, 1),
};

const storeOf = (objects: readonly GitObject[]): GitObjects => {
  const byId = new Map(objects.map((object) => [object.id, object]));
  return { put: () => Promise.resolve(), get: (id) => Promise.resolve(byId.get(id) ?? null) };
};

describe('the objects of a commit', () => {
  test('have the ids that Git gives them', () => {
    const { objects } = commitObjects({ ...facts, source: { files: { 'strategy.ts': '' }, entry: 'strategy.ts' } });
    // The empty blob, known from every repository.
    expect(objects[0]?.id).toBe('e69de29bb2d1d6434b8b29ae775ad8c2e48c5391');
    expect(objects.map(({ type }) => type)).toEqual(['blob', 'tree', 'commit']);
  });

  test('are the same whenever they are computed, in whatever order the files are named', () => {
    const reversed = Object.fromEntries(Object.entries(facts.source.files).toReversed());
    const { commit } = commitObjects(facts);
    expect(commitObjects({ ...facts, source: { ...facts.source, files: reversed } }).commit).toBe(commit);
    expect(commitObjects({ ...facts, at: facts.at + 1_000 }).commit).not.toBe(commit);
    expect(commitObjects({ ...facts, parent: commit }).commit).not.toBe(commit);
  });

  test('give back the files and the entry', async () => {
    const { commit, objects } = commitObjects(facts);
    expect(await readSource(storeOf(objects), commit)).toEqual(facts.source);
    const other = { ...facts.source, entry: 'lib/a.ts' };
    const made = commitObjects({ ...facts, source: other });
    expect(await readSource(storeOf(made.objects), made.commit)).toEqual(other);
  });

  test('give back whatever texts were written', async () => {
    const name = fc.stringMatching(/^[a-z]{1,3}$/);
    const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((parts) => `${parts.join('_/')}.ts`);
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(path, fc.string({ unit: 'grapheme' }), { minKeys: 1, noNullPrototype: true }),
        async (files) => {
          const source = { files: { ...files, 'strategy.ts': '' }, entry: 'strategy.ts' };
          const { commit, objects } = commitObjects({ ...facts, source });
          expect(await readSource(storeOf(objects), commit)).toEqual(source);
        },
      ),
      { numRuns: 50 },
    );
  });

  test('are told as missing where one of them is', async () => {
    const { commit, objects } = commitObjects(facts);
    for (const absent of objects)
      expect(await readSource(storeOf(objects.filter((object) => object !== absent)), commit)).toBeNull();
  });
});
