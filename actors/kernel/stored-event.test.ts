/** Events of former versions, read by a kind that has changed its mind twice about how a name is written. */

import { describe, expect, test } from 'vitest';
import type { ActorKind, Command, Refusal } from './index.ts';
import { startTestSystem } from './testing/index.ts';

type Rename = Command<Name> & { readonly type: 'Rename'; readonly name: Name };
type GetName = Command<Name> & { readonly type: 'GetName' };

/** As it is now: the third version. */
interface Name {
  readonly given: string;
  readonly family: string;
}
interface Renamed {
  readonly type: 'Renamed';
  readonly name: Name;
}

type FirstForm = ActorKind<Command & { readonly type: 'Rename'; readonly name: string }, string, NameSet, Refusal>;
interface NameSet {
  readonly type: 'NameSet';
  readonly name: string;
}
type SecondForm = ActorKind<Command & { readonly type: 'Rename'; readonly name: string }, string, NamedInFull, Refusal>;
interface NamedInFull {
  readonly type: 'Renamed';
  readonly fullName: string;
}

const shared = { name: 'person', durability: 'journal' } as const;

const firstForm: FirstForm = {
  ...shared,
  initialState: () => '',
  decide: { Rename: ({ name }) => ({ events: [{ type: 'NameSet', name }], reply: null }) },
  eventTypes: { NameSet: true },
  evolve: (_state, { name }) => name,
};

const secondForm: SecondForm = {
  ...shared,
  initialState: () => '',
  decide: { Rename: ({ name }) => ({ events: [{ type: 'Renamed', fullName: name }], reply: null }) },
  eventTypes: { Renamed: true },
  eventVersion: 2,
  upcast: ({ payload }) => ({ type: 'Renamed', fullName: (payload as NameSet).name }),
  evolve: (_state, { fullName }) => fullName,
};

/** Each step from one version to the next is written once, and never again. */
const fromFirst = ({ name }: NameSet): NamedInFull => ({ type: 'Renamed', fullName: name });
const fromSecond = ({ fullName }: NamedInFull): Renamed => {
  const [given = '', ...family] = fullName.split(' ');
  return { type: 'Renamed', name: { given, family: family.join(' ') } };
};

const thirdForm: ActorKind<Rename | GetName, Name, Renamed, Refusal> = {
  ...shared,
  initialState: () => ({ given: '', family: '' }),
  decide: {
    Rename: ({ name }) => ({ events: [{ type: 'Renamed', name }], reply: name }),
    GetName: (_command, name) => ({ reply: name }),
  },
  eventTypes: { Renamed: true },
  eventVersion: 3,
  upcast: ({ version, payload }) =>
    fromSecond(version === 1 ? fromFirst(payload as NameSet) : (payload as NamedInFull)),
  evolve: (_state, { name }) => name,
  publish: ({ name }, id) => [{ channel: `person:${id}`, data: name }],
};

const ada: Name = { given: 'Ada', family: 'Lovelace' };

describe('an actor whose events are of three versions', () => {
  test('is what they make of it, tells of them, and goes on', async () => {
    const first = startTestSystem({ kinds: [firstForm] });
    await first.system.ask(firstForm, 'p', { type: 'Rename', name: 'Ada Byron' });
    await first.system.stop();
    const second = startTestSystem({ ...first, kinds: [secondForm] });
    await second.system.ask(secondForm, 'p', { type: 'Rename', name: 'Ada King Lovelace' });
    await second.system.stop();
    const { system, journal } = startTestSystem({ ...first, kinds: [thirdForm] });
    expect(await system.ask(thirdForm, 'p', { type: 'GetName' })).toMatchObject({
      reply: { given: 'Ada', family: 'King Lovelace' },
    });
    await system.ask(thirdForm, 'p', { type: 'Rename', name: ada });
    expect(journal.eventsOf({ kind: 'person', id: 'p' }).map(({ version }) => version)).toEqual([1, 2, 3]);
    const told = await system.publicationsAfter(thirdForm, 'p', 'person:p', 0, 10);
    expect(told?.map(({ data }) => data)).toEqual([
      { given: 'Ada', family: 'Byron' },
      { given: 'Ada', family: 'King Lovelace' },
      ada,
    ]);
    await system.stop();
  });

  test('waits for an operator when a version, or a type, is one that its kind does not know', async () => {
    const waits = async (kind: SecondForm, why: string): Promise<void> => {
      const later = startTestSystem({ kinds: [thirdForm] });
      await later.system.ask(thirdForm, 'p', { type: 'Rename', name: ada });
      await later.system.stop();
      const before = startTestSystem({ ...later, kinds: [kind] });
      const asked = before.system.ask(kind, 'p', { type: 'Rename', name: 'x' });
      await expect(asked).rejects.toMatchObject({ code: 'quarantined' });
      expect((await before.untilReported('quarantined')).error).toMatchObject({ message: `Event 1: ${why}` });
      await before.system.stop();
    };
    const { upcast: _, ...withoutUpcast } = secondForm;
    await waits(withoutUpcast, 'person has no upcast for Renamed of version 3.');
    // As of the same version, and yet of a program that has an event more.
    // The compiler would ask for it.
    await waits({ ...secondForm, eventTypes: {} as never, eventVersion: 3 }, 'person knows no event Renamed.');
  });
});
