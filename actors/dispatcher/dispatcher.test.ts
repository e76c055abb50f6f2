import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { given } from '#kernel/testing';
import { dispatcherKind, dispatcherKindWith, dispatcherWithin } from './dispatcher.ts';
import type { DispatcherCommand, WaitingWork } from './dispatcher-messages.ts';
import type { DispatcherEvent } from './dispatch-queue.ts';

const work = (id: string, changed: Partial<WaitingWork> = {}): WaitingWork => ({
  address: { kind: 'backtest', id },
  userId: 'ann',
  priority: 5,
  since: 0,
  slotsMax: 1,
  ...changed,
});
const now = Date.UTC(2026, 0, 1);

/** Sends commands one after the other and gives what came back. */
const conversation = (kind = dispatcherKind) => {
  let events: readonly DispatcherEvent[] = [];
  return (command: DispatcherCommand, context: { readonly now?: number } = {}) => {
    const { decision } = given(kind, events).when(command, { now, ...context });
    events = [...events, ...(decision.events ?? [])];
    return decision;
  };
};
const idOf = (reply: unknown): string | null => (reply as WaitingWork | null)?.address.id ?? null; // of TakeWork

describe('the dispatcher', () => {
  test('gives the work of a user by priority, then by age', () => {
    const say = conversation();
    say({ type: 'Announce', work: work('old', { since: 1 }) });
    say({ type: 'Announce', work: work('young', { since: 2 }) });
    say({ type: 'Announce', work: work('urgent', { since: 3, priority: 9 }) });
    const taken = ['a', 'b', 'c', 'd'].map((slot) => idOf(say({ type: 'TakeWork', slot }).reply));
    expect(taken).toEqual(['urgent', 'old', 'young', null]);
  });

  test('counts work that is announced twice once', () => {
    const say = conversation();
    say({ type: 'Announce', work: work('one') });
    say({ type: 'Announce', work: work('one') });
    expect(say({ type: 'GetQueue' }).reply).toMatchObject({ waiting: 1 });
  });

  test('wakes a slot that waits', () => {
    const say = conversation();
    expect(say({ type: 'TakeWork', slot: 'a' }).reply).toBeNull();
    expect(say({ type: 'Announce', work: work('one') }).effects).toEqual([
      { type: 'publish', publication: { channel: 'slot:a', key: 'wake', data: { type: 'wake' } } },
    ]);
    expect(say({ type: 'Announce', work: work('two') }).effects).toEqual([]);
  });

  test('takes work back and has the slot that is at it stop', () => {
    const say = conversation();
    say({ type: 'Announce', work: work('waits', { since: 2 }) });
    say({ type: 'Announce', work: work('runs', { since: 1 }) });
    expect(idOf(say({ type: 'TakeWork', slot: 'a' }).reply)).toBe('runs');
    const address = { kind: 'backtest', id: 'runs' };
    expect(say({ type: 'Withdraw', address, userId: 'ann' }).effects).toEqual([
      { type: 'publish', publication: { channel: 'slot:a', key: 'abort', data: { type: 'abort', address } } },
    ]);
    expect(say({ type: 'Withdraw', address: { kind: 'backtest', id: 'waits' }, userId: 'ann' }).effects).toEqual([]);
    expect(say({ type: 'TakeWork', slot: 'b' }).reply).toBeNull();
  });

  test('lets several slots work on a batch until one finds nothing left', () => {
    const say = conversation();
    const batch = work('batch', { slotsMax: 10 });
    say({ type: 'Announce', work: batch });
    expect(['a', 'b'].map((slot) => idOf(say({ type: 'TakeWork', slot }).reply))).toEqual(['batch', 'batch']);
    say({ type: 'GiveBack', slot: 'b', address: batch.address, again: false });
    expect(say({ type: 'TakeWork', slot: 'b' }).reply).toBeNull();
    expect(say({ type: 'GiveBack', slot: 'a', address: batch.address, again: true }).effects).toHaveLength(1);
    expect(idOf(say({ type: 'TakeWork', slot: 'b' }).reply)).toBe('batch');
  });

  test('keeps what was announced anew while a slot found nothing left', () => {
    const say = conversation();
    const batch = work('batch', { slotsMax: 10 });
    say({ type: 'Announce', work: batch });
    say({ type: 'TakeWork', slot: 'a' });
    say({ type: 'Announce', work: batch });
    say({ type: 'GiveBack', slot: 'a', address: batch.address, again: false });
    expect(idOf(say({ type: 'TakeWork', slot: 'a' }).reply)).toBe('batch');
  });

  test('keeps a backtest that was lost and announced anew before its slot gave it back', () => {
    const say = conversation();
    say({ type: 'Announce', work: work('one') });
    say({ type: 'TakeWork', slot: 'a' });
    say({ type: 'Announce', work: work('one') });
    say({ type: 'GiveBack', slot: 'a', address: work('one').address, again: false });
    expect(idOf(say({ type: 'TakeWork', slot: 'a' }).reply)).toBe('one');
  });

  test('holds users to their quota, and wakes a slot when there is room again', () => {
    const say = conversation(dispatcherWithin({ runningPerUserMax: 1 }));
    say({ type: 'Announce', work: work('one', { since: 1 }) });
    say({ type: 'Announce', work: work('two', { since: 2 }) });
    expect(['a', 'b'].map((slot) => idOf(say({ type: 'TakeWork', slot }).reply))).toEqual(['one', null]);
    const address = { kind: 'backtest', id: 'one' };
    expect(say({ type: 'GiveBack', slot: 'a', address, again: false }).effects).toHaveLength(1);
    expect(idOf(say({ type: 'TakeWork', slot: 'b' }).reply)).toBe('two');
  });

  test('has the limits of the moment', () => {
    let runningPerUserMax = 1;
    const say = conversation(dispatcherKindWith(() => ({ runningPerUserMax })));
    say({ type: 'Announce', work: work('one', { since: 1 }) });
    say({ type: 'Announce', work: work('two', { since: 2 }) });
    expect(['a', 'b'].map((slot) => idOf(say({ type: 'TakeWork', slot }).reply))).toEqual(['one', null]);
    runningPerUserMax = 2;
    expect(idOf(say({ type: 'TakeWork', slot: 'b' }).reply)).toBe('two');
  });

  test('refuses more work than it can hold, of all and of one user', () => {
    const say = conversation(dispatcherWithin({ waitingMax: 2, waitingPerUserMax: 1 }));
    say({ type: 'Announce', work: work('one') });
    expect(say({ type: 'Announce', work: work('two') }).refusal).toMatchObject({ code: 'queue-full' });
    say({ type: 'Announce', work: work('three', { userId: 'bob' }) });
    expect(say({ type: 'Announce', work: work('four', { userId: 'cyd' }) }).refusal).toBeDefined();
    expect(say({ type: 'Announce', work: work('one') }).refusal).toBeUndefined();
  });

  test('gives work again to a slot that asks without having given it back', () => {
    const say = conversation();
    say({ type: 'Announce', work: work('one') });
    expect(idOf(say({ type: 'TakeWork', slot: 'a' }).reply)).toBe('one');
    expect(idOf(say({ type: 'TakeWork', slot: 'a' }).reply)).toBe('one');
    expect(say({ type: 'GetQueue' }).reply).toMatchObject({ waiting: 0, running: 1 });
  });

  test('takes back what slots of ended processes held, and wakes nobody in them', () => {
    const say = conversation();
    say({ type: 'Announce', work: work('one') });
    say({ type: 'TakeWork', slot: 'dead-1' });
    say({ type: 'TakeWork', slot: 'dead-2' });
    say({ type: 'TakeWork', slot: 'living-1' });
    expect(say({ type: 'KeepSlots', alive: ['living'] }).effects).toEqual([
      { type: 'publish', publication: { channel: 'slot:living-1', key: 'wake', data: { type: 'wake' } } },
    ]);
    expect(say({ type: 'GetQueue' }).reply).toMatchObject({ running: 0, waiting: 1, slots: 0, wanted: 1 });
    expect(idOf(say({ type: 'TakeWork', slot: 'living-1' }).reply)).toBe('one');
    expect(say({ type: 'KeepSlots', alive: ['living'] }).events).toBeUndefined();
  });

  test('says how many slots would have work', () => {
    const say = conversation();
    say({ type: 'Announce', work: work('one') });
    say({ type: 'Announce', work: work('batch', { slotsMax: 256 }) });
    expect(say({ type: 'GetQueue' }).reply).toMatchObject({ wanted: 257 });
    say({ type: 'TakeWork', slot: 'a' });
    say({ type: 'TakeWork', slot: 'b' });
    expect(say({ type: 'GetQueue' }).reply).toMatchObject({ running: 2, wanted: 257 });
  });

  test('gives the work of slots that were silent for a minute to others', () => {
    const say = conversation();
    say({ type: 'Announce', work: work('one') });
    say({ type: 'Announce', work: work('two') });
    say({ type: 'TakeWork', slot: 'a' });
    say({ type: 'TakeWork', slot: 'b' });
    say({ type: 'KeepWork', slot: 'b' }, { now: now + 50_000 });
    expect(idOf(say({ type: 'TakeWork', slot: 'c' }, { now: now + 61_000 }).reply)).toBe('one');
    expect(say({ type: 'GetQueue' }).reply).toMatchObject({ running: 2, waiting: 0 });
  });

  test('serves users alike, however much each submits and whenever slots become free', () => {
    const users = ['ann', 'bob', 'cyd'];
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 20, max: 40 }), { minLength: 3, maxLength: 3 }),
        fc.integer({ min: 1, max: 6 }),
        fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 40, maxLength: 40 }),
        (counts, slots, frees) => {
          const say = conversation();
          users.forEach((userId, user) => {
            for (let i = 0; i < (counts[user] ?? 0); i++)
              say({ type: 'Announce', work: work(`${userId}${i}`, { userId, since: i }) });
          });
          const served = new Map(users.map((userId) => [userId, 0]));
          const holding = new Map<string, WaitingWork>();
          const take = (slot: string): void => {
            const got = say({ type: 'TakeWork', slot }).reply as WaitingWork | null; // of TakeWork
            if (got === null) return;
            holding.set(slot, got);
            served.set(got.userId, (served.get(got.userId) ?? 0) + 1);
          };
          for (let slot = 0; slot < slots; slot++) take(`s${slot}`);
          for (const free of frees) {
            const slot = `s${free % slots}`;
            const held = holding.get(slot);
            if (held !== undefined) say({ type: 'GiveBack', slot, address: held.address, again: false });
            take(slot);
            const running = users.map(
              (userId) => [...holding.values()].filter((each) => each.userId === userId).length,
            );
            const waiting = users.map((userId, user) => (counts[user] ?? 0) - (served.get(userId) ?? 0));
            // While all wait, nobody has two slots more than another.
            if (waiting.every((count) => count > 0))
              expect(Math.max(...running) - Math.min(...running)).toBeLessThan(3);
          }
        },
      ),
      { numRuns: 50 },
    );
  });
});
