/** What callers of a system with a journal rely on, beside what `testing/actor-system-contract.ts` holds every system to. */

import { describe, expect, test, vi } from 'vitest';
import { Cell } from './cell.ts';
import type { ActorKind, Command } from './index.ts';
import { purse } from './testing/purse.ts';
import { kindsOf } from './supervision/tree-view.ts';
import { failureOf } from './testing/failure-of.ts';
import { nodeOf } from './testing/node-of.ts';
import { startTestSystem } from './testing/test-system.ts';

const kinds = [purse];
const put = (amount: number) => ({ type: 'Put', amount }) as const;
const read = { type: 'Read' } as const;

describe('an actor', () => {
  test('answers commands with replies and refusals, and says where in the journal it was', async () => {
    const { system, positions } = startTestSystem({ kinds });
    const replied = await system.ask(purse, 'a', put(5));
    expect(replied).toMatchObject({ type: 'replied', reply: 5 });
    expect(await system.ask(purse, 'a', put(2_000))).toMatchObject({
      type: 'refused',
      refusal: { code: 'too-much' },
      position: replied.position,
    });
    expect(await system.ask(purse, 'a', read)).toMatchObject({ reply: 5, position: { seq: 1, shardSeq: 1 } });
    expect(positions).toEqual([replied.position]);
  });

  test('handles commands in the order in which they were sent, asked or told', async () => {
    const { system, journal } = startTestSystem({ kinds });
    const amounts = Array.from({ length: 300 }, (_, i) => (i % 7) + 1);
    const asks: Promise<unknown>[] = [];
    for (const [place, amount] of amounts.entries()) {
      if (place % 2 === 0) asks.push(system.ask(purse, 'a', put(amount)));
      else system.tell(purse, 'a', put(amount));
    }
    await Promise.all(asks);
    await system.ask(purse, 'a', read);
    const stored = journal.eventsOf({ kind: 'purse', id: 'a' }).map(({ payload }) => JSON.parse(payload).amount);
    // Once the purse is full nothing more goes in.
    let sum = 0;
    const expected = amounts.filter((amount) => {
      if (sum + amount > 1_000) return false;
      sum += amount;
      return true;
    });
    expect(stored).toEqual(expected);
  });
});

describe('a command id', () => {
  test('is applied once while it is remembered', async () => {
    const { system, journal } = startTestSystem({ kinds });
    const options = { commandId: 'c1' };
    const answers = await Promise.all([
      system.ask(purse, 'a', put(5), options),
      system.ask(purse, 'a', put(5), options),
    ]);
    expect(answers).toMatchObject([{ reply: 5 }, { reply: 5 }]);
    expect(await system.ask(purse, 'a', put(7), options)).toMatchObject({ reply: 5, position: { seq: 1 } });
    expect(journal.calls['append']).toBe(1);
  });

  test('is applied once over restarts, from the answers that come with the recovery', async () => {
    const first = startTestSystem({ kinds });
    await first.system.ask(purse, 'a', put(5), { commandId: 'c1' });
    const refusedBefore = await first.system.ask(purse, 'a', put(5_000), { commandId: 'c2' });
    await first.system.stop();
    const { system, journal } = startTestSystem({ ...first, kinds });
    expect(await system.ask(purse, 'a', put(5), { commandId: 'c1' })).toMatchObject({ reply: 5 });
    expect(await system.ask(purse, 'a', put(5), { commandId: 'c2' })).toMatchObject({
      type: 'refused',
      refusal: { code: 'too-much' },
    });
    expect(refusedBefore.position.seq).toBe(2);
    expect(journal.calls['append']).toBe(2);
  });

  test('is applied once when only the journal remembers it', async () => {
    const { system, journal } = startTestSystem({ kinds });
    for (let i = 0; i < 70; i++) await system.ask(purse, 'a', put(1), { commandId: `c${i}` });
    const again = system.ask(purse, 'a', put(1), { commandId: 'c0' });
    // Decided on the state that the repeated command seemed to lead to, and so decided again.
    const after = system.ask(purse, 'a', put(1));
    expect(await again).toMatchObject({ reply: 1 });
    expect(await after).toMatchObject({ reply: 71, position: { seq: 71 } });
    expect(journal.eventsOf({ kind: 'purse', id: 'a' })).toHaveLength(71);
  });

  test('of a command without events is stored with its answer', async () => {
    const { system, journal } = startTestSystem({ kinds });
    await system.ask(purse, 'a', read, { commandId: 'r' });
    await system.ask(purse, 'a', put(5));
    expect(await system.ask(purse, 'a', read, { commandId: 'r' })).toMatchObject({ reply: 0 });
    const events = journal.eventsOf({ kind: 'purse', id: 'a' });
    expect(events.map(({ type }) => type)).toEqual(['CommandAnswered', 'Put']);
  });
});

describe('a caller', () => {
  test('hears of its deadline, and a command whose deadline has passed is not run', async () => {
    const { system, clock, journal } = startTestSystem({ kinds });
    const late = system.ask(purse, 'a', put(1), { timeoutMs: 50 });
    const patient = system.ask(purse, 'a', put(2), { timeoutMs: 5_000 });
    clock.advance(50);
    await expect(late).rejects.toMatchObject({ code: 'deadline-exceeded' });
    expect(await patient).toMatchObject({ reply: 2 });
    journal.hold();
    const written = system.ask(purse, 'a', put(3));
    await journal.untilHeld(1);
    clock.advance(10_000);
    await expect(written).rejects.toMatchObject({ code: 'deadline-exceeded' });
    journal.letGo();
    expect(await system.ask(purse, 'a', read)).toMatchObject({ reply: 5 });
  });

  test('is told when no kind has that name', async () => {
    const { system } = startTestSystem({ kinds: [] });
    await expect(async () => system.ask(purse, 'a', read)).rejects.toThrow('purse');
  });
});

describe('a volatile actor', () => {
  interface Add extends Command<number> {
    readonly type: 'Add';
  }
  const counter: ActorKind<Add, number, { readonly type: 'Added' }> = {
    name: 'counter',
    durability: 'volatile',
    passivateAfterMs: 'never',
    initialState: () => 0,
    decide: {
      Add: (_command, count, { seq }) => ({
        events: [{ type: 'Added' }],
        reply: count + 1,
        effects: [{ type: 'publish', publication: { channel: 'counts', key: 'n', data: seq } }],
        timers: count === 0 ? [{ type: 'set', name: 'again', at: Date.UTC(2026, 0, 2), command: { type: 'Add' } }] : [],
      }),
    },
    evolve: (count) => count + 1,
    publish: () => [{ channel: 'added', data: null }],
  };

  test('works without the journal, and has timers as long as the process lives', async () => {
    const { system, journal, clock, published } = startTestSystem({ kinds: [counter] });
    expect(await system.ask(counter, 'a', { type: 'Add' }, { commandId: 'c' })).toMatchObject({ reply: 1 });
    expect(await system.ask(counter, 'a', { type: 'Add' }, { commandId: 'c' })).toMatchObject({ reply: 1 });
    expect(published).toMatchObject([
      { channel: 'added', offset: 1 },
      { channel: 'counts', key: 'n' },
    ]);
    clock.advance(86_400_000);
    // The timer's command was put into the mailbox before this one.
    expect(await system.ask(counter, 'a', { type: 'Add' })).toMatchObject({ reply: 3, position: { seq: 3 } });
    expect(journal.calls['append']).toBeUndefined();
  });
});

test('a volatile actor’s timer rings each time it is set, also twice for one moment', async () => {
  type Ring = (Command<number> & { readonly type: 'Ring' }) | (Command<number> & { readonly type: 'Look' });
  const bell: ActorKind<Ring, number, { readonly type: 'Rang' }> = {
    name: 'bell',
    durability: 'volatile',
    initialState: () => 0,
    decide: {
      Ring: (command, count, { now }) => ({
        events: [{ type: 'Rang' }],
        reply: count + 1,
        timers: count < 3 ? [{ type: 'set', name: 'again', at: now, command }] : [],
      }),
      Look: (_command, count) => ({ reply: count }),
    },
    evolve: (count) => count + 1,
  };
  const { system, clock } = startTestSystem({ kinds: [bell] });
  await system.ask(bell, 'a', { type: 'Ring' });
  for (let ring = 0; ring < 3; ring++) {
    await clock.armed(0);
    clock.advance(0);
    await system.ask(bell, 'a', { type: 'Look' });
  }
  expect(await system.ask(bell, 'a', { type: 'Look' })).toMatchObject({ reply: 4 });
});

describe('a system that is told to stop', () => {
  test('finishes what is under way and takes nothing new', async () => {
    const { system, journal } = startTestSystem({ kinds });
    journal.hold();
    const asks = [put(1), put(2), read].map((command) => system.ask(purse, 'a', command));
    await journal.untilHeld(1);
    const waiting = system.ask(purse, 'b', put(4));
    const stopped = system.stop();
    await expect(system.ask(purse, 'a', read)).rejects.toMatchObject({ code: 'stopping' });
    journal.letGo();
    expect(await Promise.all([...asks, waiting])).toMatchObject([
      { reply: 1 },
      { reply: 3 },
      { reply: 3 },
      { reply: 4 },
    ]);
    await stopped;
    expect(journal.eventsOf({ kind: 'purse', id: 'a' })).toHaveLength(2);
    expect(system.stop()).toBe(system.stop());
  });

  test('does not wait for ever', async () => {
    const { system, journal, clock } = startTestSystem({ kinds });
    journal.hold();
    const ask = system.ask(purse, 'a', put(1), { timeoutMs: 60_000 });
    const failed = failureOf(ask);
    await journal.untilHeld(1);
    const stopped = system.stop();
    await expect.poll(() => nodeOf(system, 'scheduler')?.status).toBe('stopping');
    clock.advance(20_000);
    await stopped;
    expect(await failed).toMatchObject({ code: 'outcome-unknown' });
  });
});

test('a scheduler that fails ends the system, for nobody would have a turn again', async () => {
  const { system, escalations } = startTestSystem({ kinds });
  await expect.poll(() => nodeOf(system, 'scheduler')?.status).toBe('running');
  vi.spyOn(Cell.prototype, 'takeTurn').mockImplementationOnce(() => {
    throw new Error('a defect of the kernel');
  });
  await expect(system.ask(purse, 'a', put(1))).rejects.toMatchObject({ code: 'outcome-unknown' });
  await expect.poll(() => escalations.map(({ message }) => message)).toEqual(['The scheduler failed.']);
  await system.stop();
  expect(nodeOf(system, 'scheduler')).toMatchObject({
    status: 'stopped',
    lastFailure: { message: 'The scheduler failed. a defect of the kernel' },
  });
  await expect(system.ask(purse, 'a', put(1))).rejects.toMatchObject({ code: 'stopping' });
});

test('the tree can be looked at', async () => {
  const { system } = startTestSystem({ kinds });
  await system.ask(purse, 'a', put(1));
  await system.ask(purse, 'b', read);
  expect(kindsOf(system.inspect())).toEqual([
    {
      type: 'kind',
      name: 'purse',
      status: 'running',
      resident: 2,
      mailboxMessages: 0,
      mailboxBytes: 0,
      restarts: 0,
      quarantined: 0,
      lastFailure: null,
    },
  ]);
});
