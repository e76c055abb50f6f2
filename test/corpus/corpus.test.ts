/** What was stored once can be read for ever: every type of event, in every version there has been. */

import { describe, expect, test } from 'vitest';
import * as lives from './life.ts';
import { stories } from './stories/index.ts';

const files = lives.lifeFiles();

describe.each(files)('the life %s', (file) => {
  const life = lives.readLife(file);

  test('is as it was recorded', () => {
    expect(file).toBe(lives.fileOf(file.split('.')[0] ?? '', Number(file.split('.')[1]), life));
  });

  test('comes to the state, the publications and the entries that it should', () => {
    expect(lives.outcomeOf(life)).toEqual(lives.readOutcome(file));
  });

  test('comes to the same state from its snapshot, if today’s kind reads that', () => {
    const recovered = lives.stateFromSnapshot(life);
    if (recovered === null) expect(life.snapshot?.schema).not.toBe(lives.kindOf(life).snapshot?.schema ?? -1);
    else expect(recovered.state).toEqual(lives.stateOf(life));
  });
});

describe('the corpus', () => {
  test('has every type of event of every kind, as it is stored today (npm run corpus:record)', () => {
    const recorded = new Set(
      files
        .map(lives.readLife)
        .flatMap(({ kind, events }) => events.map(({ type, version }) => `${kind}: ${type} of version ${version}`)),
    );
    const stored = lives.durableKinds.flatMap(({ name, eventTypes = {}, eventVersion = 1 }) =>
      Object.keys(eventTypes).map((type) => `${name}: ${type} of version ${eventVersion}`),
    );
    expect(stored.filter((one) => !recorded.has(one))).toEqual([]);
    expect(stored.length).toBeGreaterThan(50);
  });

  test('has lives of every version in which a kind has stored events', () => {
    const versions = lives.durableKinds.flatMap(({ name, eventVersion = 1 }) =>
      Array.from({ length: eventVersion }, (_, place) => `${name} ${place + 1}`),
    );
    const recorded = new Set(
      files.map(lives.readLife).flatMap(({ kind, events }) => events.map(({ version }) => `${kind} ${version}`)),
    );
    expect(versions.filter((one) => !recorded.has(one))).toEqual([]);
  });

  test('knows the types of every kind’s events: a kind without them could store what nobody has looked at', () => {
    expect(lives.durableKinds.filter(({ eventTypes }) => eventTypes === undefined)).toEqual([]);
    expect(lives.durableKinds.length).toBeGreaterThan(7);
  });

  test('has each story in today’s version, and what each life comes to', () => {
    const missing = stories.filter(
      ({ name, kind }) => !files.some((file) => file.startsWith(`${name}.${kind.eventVersion ?? 1}.`)),
    );
    expect(missing.map(({ name }) => name)).toEqual([]);
  });

  test('is read by the lists: each life makes entries of one at least', () => {
    const hidden = files.filter((file) => Object.values(lives.readOutcome(file).entries).length === 0);
    expect(hidden).toEqual([]);
  });
});
