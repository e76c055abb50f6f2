/** Actors that fail: how they start again, when they are left alone, and what an operator does then. */

import { describe, expect, test } from 'vitest';
import { startTestSystem } from './testing/test-system.ts';
import { purse } from './testing/purse.ts';

const put = (amount: number) => ({ type: 'Put', amount }) as const;
const read = { type: 'Read' } as const;
const broken = { type: 'Break', in: 'decide' } as const;
const a = { kind: 'purse', id: 'a' };

/** A purse whose decider or events fail as long as the test wants. */
const fragile = () => {
  const faults = { decide: 0, upcast: false };
  const kind = {
    ...purse,
    decide: {
      ...purse.decide,
      Read: (...given: Parameters<typeof purse.decide.Read>) => {
        if (faults.decide-- > 0) throw new Error('out of luck');
        return purse.decide.Read(...given);
      },
    },
  };
  return { kind, faults };
};

describe('an actor that fails', () => {
  test('starts again from its journal, tries the command again, and keeps what was decided before', async () => {
    const { kind, faults } = fragile();
    const { system, journal, reports } = startTestSystem({ kinds: [kind] });
    await system.ask(kind, 'a', put(1));
    journal.hold();
    const before = system.ask(kind, 'a', put(2));
    faults.decide = 2;
    const unlucky = system.ask(kind, 'a', read);
    const after = system.ask(kind, 'a', put(3));
    await journal.untilHeld(1);
    journal.letGo();
    expect(await Promise.all([before, unlucky, after])).toMatchObject([{ reply: 3 }, { reply: 3 }, { reply: 6 }]);
    expect(reports.map(({ type }) => type)).toEqual(['defect', 'defect']);
    expect(await system.operator.show(a)).toMatchObject({
      status: 'live',
      restarts: 2,
      lastFailure: { message: 'out of luck' },
      quarantine: null,
    });
  });

  test('on one command again and again is left alone with it, and others go on', async () => {
    const { system, journal, reports } = startTestSystem({ kinds: [purse] });
    await system.ask(purse, 'a', put(1));
    const poison = system.ask(purse, 'a', broken, { commandId: 'c' });
    const after = system.ask(purse, 'a', put(3));
    await expect(poison).rejects.toMatchObject({ code: 'quarantined', cause: new Error('broken in decide') });
    await expect(after).rejects.toMatchObject({ code: 'quarantined' });
    await expect(system.ask(purse, 'a', read)).rejects.toMatchObject({ code: 'quarantined' });
    expect(await system.ask(purse, 'b', read)).toMatchObject({ reply: 0 });
    expect(reports.filter(({ type }) => type === 'quarantined')).toMatchObject([{ address: a, cause: 'command' }]);
    const [stored] = await journal.quarantines(null, 10);
    expect(stored).toMatchObject({
      address: a,
      quarantine: {
        cause: 'command',
        reason: 'broken in decide',
        command: { id: 'c', type: 'Break', json: JSON.stringify(broken) },
        seq: null,
      },
    });
    expect(stored?.quarantine.detail).toContain('purse.ts');
  });

  test('too often, on whatever it is given, is left alone', async () => {
    const { kind, faults } = fragile();
    const { system, clock } = startTestSystem({ kinds: [kind] });
    for (let i = 0; i < 5; i++) {
      faults.decide = 2;
      await system.ask(kind, 'a', read);
    }
    clock.advance(60_000);
    // A period later it counts from the start.
    for (let i = 0; i < 5; i++) {
      faults.decide = 2;
      await system.ask(kind, 'a', read);
    }
    faults.decide = 2;
    await expect(system.ask(kind, 'a', read)).rejects.toMatchObject({ code: 'quarantined' });
    expect(await system.operator.show(a)).toMatchObject({ status: 'quarantined', quarantine: { cause: 'restarts' } });
  });

  test('stays alone over restarts of the program', async () => {
    const first = startTestSystem({ kinds: [purse] });
    await expect(first.system.ask(purse, 'a', broken)).rejects.toMatchObject({ code: 'quarantined' });
    await first.system.stop();
    const { system, reports } = startTestSystem({ ...first, kinds: [purse] });
    await expect(system.ask(purse, 'a', read)).rejects.toMatchObject({ code: 'quarantined' });
    // It did not fail once more.
    expect(reports).toEqual([]);
    expect(await system.operator.show(a)).toMatchObject({ quarantine: { reason: 'broken in decide' } });
  });

  test('is told of to those who watch it', async () => {
    const { system } = startTestSystem({ kinds: [purse] });
    const deaths: string[] = [];
    system.watch(purse, 'a', (death) => deaths.push(death));
    await expect(system.ask(purse, 'a', broken)).rejects.toMatchObject({ code: 'quarantined' });
    expect(deaths).toEqual(['quarantined']);
  });

  test('is left alone also where the journal can not take the record', async () => {
    const { system, journal, untilReported } = startTestSystem({ kinds: [purse] });
    journal.quarantine = () => Promise.reject(new Error('no room'));
    await expect(system.ask(purse, 'a', broken)).rejects.toMatchObject({ code: 'quarantined' });
    await untilReported('quarantine-not-stored');
    await expect(system.ask(purse, 'a', read)).rejects.toMatchObject({ code: 'quarantined' });
  });
});

describe('an operator', () => {
  test('lets an actor try again', async () => {
    const { kind, faults } = fragile();
    const { system, journal } = startTestSystem({ kinds: [kind] });
    await system.ask(kind, 'a', put(7));
    faults.decide = 3;
    await expect(system.ask(kind, 'a', read)).rejects.toMatchObject({ code: 'quarantined' });
    expect(await system.operator.retry(a)).toBe('done');
    expect(await system.ask(kind, 'a', read)).toMatchObject({ reply: 7 });
    expect(await journal.quarantines(null, 10)).toEqual([]);
    expect(await system.operator.retry(a)).toBe('not-quarantined');
  });

  test('has a command skipped: whoever sends it again is refused for good', async () => {
    const { system, journal } = startTestSystem({ kinds: [purse] });
    await expect(system.ask(purse, 'a', broken, { commandId: 'c' })).rejects.toMatchObject({ code: 'quarantined' });
    expect(await system.operator.skip(a)).toBe('done');
    const again = await system.ask(purse, 'a', broken, { commandId: 'c' });
    expect(again).toMatchObject({ type: 'refused', refusal: { code: 'command-skipped' } });
    expect(await system.ask(purse, 'a', put(1))).toMatchObject({ reply: 1 });
    expect(journal.eventsOf(a).map(({ type }) => type)).toEqual(['CommandAnswered', 'Put']);
    expect(await system.operator.skip(a)).toBe('not-quarantined');
  });

  test('has a message that must arrive skipped, and its sender is rid of it', async () => {
    const { system, journal, clock, untilReported } = startTestSystem({ kinds: [purse] });
    const messages = [{ to: a, command: broken }];
    await system.ask(purse, 'b', { type: 'Send', messages });
    const { retryInMs } = await untilReported('delivery-failed');
    expect(journal.outboxSize).toBe(1);
    await system.operator.skip(a);
    clock.advance(retryInMs);
    await journal.until(() => journal.outboxSize === 0);
    expect(await system.ask(purse, 'a', read)).toMatchObject({ reply: 0 });
  });

  test('has an event left out that can not be read, also of an actor that is not in memory', async () => {
    const first = startTestSystem({ kinds: [purse] });
    for (const amount of [1, 2, 4]) await first.system.ask(purse, 'a', put(amount));
    await first.system.stop();
    const kind = {
      ...purse,
      eventVersion: 2,
      upcast: ({ payload }: { readonly payload: unknown }) => {
        const event = payload as { readonly type: 'Put'; readonly amount: number }; // written above
        if (event.amount === 2) throw new Error('no twos in version 2');
        return event;
      },
    };
    const second = startTestSystem({ ...first, kinds: [kind] });
    await expect(second.system.ask(kind, 'a', read)).rejects.toMatchObject({ code: 'quarantined' });
    expect(await second.system.operator.show(a)).toMatchObject({
      seq: 3,
      quarantine: { cause: 'event', seq: 2, reason: 'Event 2: no twos in version 2' },
    });
    await second.system.stop();
    const { system } = startTestSystem({ ...first, kinds: [kind] });
    expect(await system.operator.quarantines(null, 10)).toMatchObject([{ address: a, quarantine: { seq: 2 } }]);
    expect(await system.operator.show(a)).toMatchObject({ status: 'asleep', quarantine: { seq: 2 } });
    expect(await system.operator.skip(a)).toBe('done');
    expect(await system.ask(kind, 'a', read)).toMatchObject({ reply: 5, position: { seq: 3 } });
    expect(await system.operator.stateAt(a, 2)).toMatchObject({ sum: 1 });
  });

  test('is told how it went on: an actor that was let go has been read, or has failed again', async () => {
    const { kind, faults } = fragile();
    const first = startTestSystem({ kinds: [kind] });
    await first.system.ask(kind, 'a', put(7));
    faults.decide = 3;
    await expect(first.system.ask(kind, 'a', read)).rejects.toMatchObject({ code: 'quarantined' });
    await first.system.stop();
    // After a restart of the program nobody has asked for the actor yet.
    const { system } = startTestSystem({ ...first, kinds: [kind] });
    expect(await system.operator.show(a)).toMatchObject({ status: 'asleep', quarantine: { cause: 'command' } });
    expect(await system.operator.retry(a)).toBe('done');
    expect(await system.operator.show(a)).toMatchObject({ status: 'live', seq: 1, quarantine: null });
    await system.stop();
    const unreadable = { ...kind, eventVersion: 2 };
    const { system: later } = startTestSystem({ ...first, kinds: [unreadable] });
    await expect(later.ask(unreadable, 'a', read)).rejects.toMatchObject({ code: 'quarantined' });
    expect(await later.operator.retry(a)).toBe('done');
    expect(await later.operator.show(a)).toMatchObject({ status: 'quarantined', quarantine: { seq: 1 } });
    expect(await later.operator.skip(a)).toBe('done');
    expect(await later.operator.show(a)).toMatchObject({ status: 'live', seq: 1, quarantine: null });
  });

  test('sees and sets right one that has failed on the first thing it was told, also after a restart', async () => {
    const first = startTestSystem({ kinds: [purse] });
    await expect(first.system.ask(purse, 'a', broken)).rejects.toMatchObject({ code: 'quarantined' });
    await first.system.stop();
    const { system } = startTestSystem({ ...first, kinds: [purse] });
    expect(await system.operator.show(a)).toMatchObject({ status: 'asleep', seq: 0, quarantine: { cause: 'command' } });
    expect(await system.operator.retry(a)).toBe('done');
    expect(await system.ask(purse, 'a', put(1))).toMatchObject({ reply: 1 });
  });

  test('finds those that are quarantined in memory alone, too', async () => {
    const memory = { ...purse, name: 'memory', durability: 'volatile' as const };
    const { system, journal, untilReported } = startTestSystem({ kinds: [purse, memory] });
    await expect(system.ask(purse, 'b', broken)).rejects.toMatchObject({ code: 'quarantined' });
    journal.quarantine = () => Promise.reject(new Error('no room'));
    await expect(system.ask(purse, 'a', broken)).rejects.toMatchObject({ code: 'quarantined' });
    await untilReported('quarantine-not-stored');
    await expect(system.ask(memory, 'm', broken)).rejects.toMatchObject({ code: 'quarantined' });
    const addresses = async (afterId: string | null, limit: number) =>
      (await system.operator.quarantines(afterId, limit)).map(({ address: { kind, id } }) => `${kind}/${id}`);
    expect(await addresses(null, 10)).toEqual(['memory/m', 'purse/a', 'purse/b']);
    expect(await addresses('memory/m', 1)).toEqual(['purse/a']);
    expect(await addresses('purse/a', 10)).toEqual(['purse/b']);
    expect(await system.operator.retry({ kind: 'memory', id: 'm' })).toBe('done');
    expect(await addresses(null, 1)).toEqual(['purse/a']);
  });

  test('sees how far a long life is, awake or asleep', async () => {
    const first = startTestSystem({ kinds: [purse], limits: { mailboxMessagesMax: 5_000 } });
    await Promise.all(Array.from({ length: 3_210 }, () => first.system.ask(purse, 'a', put(0))));
    expect(await first.system.operator.show(a)).toMatchObject({ status: 'live', seq: 3_210 });
    await first.system.stop();
    const { system } = startTestSystem({ ...first, kinds: [purse] });
    expect(await system.operator.show(a)).toMatchObject({ status: 'asleep', seq: 3_210 });
    expect(await system.operator.stateNow(a)).toMatchObject({ seq: 3_210, state: { sum: 0 } });
  });

  test('sees the state as it is in the journal now, or in memory where there is no journal', async () => {
    const kept = { ...purse, snapshot: { schema: 1, everyEvents: 2 } };
    const memory = { ...purse, name: 'memory', durability: 'volatile' as const };
    const { system, journal } = startTestSystem({ kinds: [kept, memory] });
    for (const amount of [1, 2, 4]) await system.ask(kept, 'a', put(amount));
    journal.hold();
    const late = system.ask(kept, 'a', put(8));
    await journal.untilHeld(1);
    // What is not committed may yet come to nothing.
    expect(await system.operator.stateNow(a)).toMatchObject({ seq: 3, state: { sum: 7 } });
    journal.letGo();
    await late;
    await system.ask(memory, 'm', put(3));
    expect(await system.operator.stateNow({ kind: 'memory', id: 'm' })).toMatchObject({ state: { sum: 3 } });
    expect(await system.operator.stateNow({ kind: 'memory', id: 'nobody' })).toBeNull();
    expect(await system.operator.stateNow({ kind: 'purse', id: 'nobody' })).toBeNull();
    await journal.saveSnapshot(a, { seq: 4, schema: 1, state: 'broken' });
    expect(await system.operator.stateNow(a)).toMatchObject({ seq: 4, state: { sum: 15 } });
  });

  test('is shown the busiest actors of a kind first, then those that failed', async () => {
    const { kind, faults } = fragile();
    const { system, journal } = startTestSystem({ kinds: [kind], limits: { uncommittedWritesMax: 1 } });
    for (const id of ['quiet', 'failed', 'busy']) await system.ask(kind, id, put(1));
    faults.decide = 1;
    await system.ask(kind, 'failed', read);
    journal.hold();
    const waiting = [1, 2, 3].map((amount) => system.ask(kind, 'busy', put(amount)));
    await journal.untilHeld(1);
    expect(system.operator.actors('purse', 3).map(({ address: { id } }) => id)).toEqual(['busy', 'failed', 'quiet']);
    expect(system.operator.actors('purse', 1)).toMatchObject([{ address: { id: 'busy' }, mailboxMessages: 2 }]);
    journal.letGo();
    await Promise.all(waiting);
  });

  test('knows the kinds that there are', () => {
    const { system } = startTestSystem({ kinds: [purse] });
    expect(system.operator.kinds).toEqual([purse]);
    expect(system.operator.kindOf('purse')).toBe(purse);
    expect(system.operator.kindOf('constructor')).toBeNull();
  });

  test('looks at an actor, its events, and its state at any of them', async () => {
    const { system } = startTestSystem({ kinds: [{ ...purse, snapshot: { schema: 1, everyEvents: 2 } }] });
    for (const amount of [1, 2, 4]) await system.ask(purse, 'a', put(amount));
    expect(await system.operator.show(a)).toMatchObject({
      status: 'live',
      seq: 3,
      mailboxMessages: 0,
      stateSize: JSON.stringify({ sum: 7, work: null, outputs: [] }).length,
    });
    expect(await system.operator.show({ kind: 'purse', id: 'nobody' })).toBeNull();
    expect(system.operator.actors('purse', 10)).toMatchObject([{ address: a, seq: 3, stateSize: null }]);
    const history = await system.operator.history(a, 1, 10);
    expect(history).toMatchObject([
      { seq: 2, type: 'Put', payload: '{"type":"Put","amount":2}' },
      { seq: 3, type: 'Put' },
    ]);
    const states = await Promise.all([0, 1, 2, 3, 4].map((seq) => system.operator.stateAt(a, seq)));
    expect(states).toMatchObject([{ sum: 0 }, { sum: 1 }, { sum: 3 }, { sum: 7 }, {}]);
    expect(states[4]).toBeNull();
    await expect(async () => system.operator.show({ kind: 'nothing', id: 'a' })).rejects.toThrow('nothing');
  });
});
