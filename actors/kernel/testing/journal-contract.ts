/** What every journal does: one suite, run by each adapter's tests against its own store. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ActorAddress } from '../command.ts';
import type { Append, AppendOutcome, EventToStore, Journal, Quarantine } from '../journal.ts';
import {
  answersKept,
  quarantineCommandMax,
  quarantineDetailMax,
  quarantineReasonMax,
  recoveryEventsMax,
} from '../journal.ts';
import { shardOf } from '../shard.ts';

/** A journal with what a test does to it from outside. It may hold other tests' actors already. */
export interface JournalUnderTest {
  readonly journal: Journal;
  /** The same store, opened by another run of the program after this one has ended. */
  readonly reopen: () => Promise<JournalUnderTest>;
  /** Another process becomes the owner of the shard. */
  readonly takeShard: (shard: number) => Promise<void>;
  readonly close: () => Promise<void>;
}

const at = Date.UTC(2026, 0, 1);
const noted: EventToStore = { type: 'Noted', version: 1, payload: '{"type":"Noted"}' };

export const journalContract = (adapter: string, open: () => Promise<JournalUnderTest>): void => {
  describe(`the journal: ${adapter}`, () => {
    let subject: JournalUnderTest;
    let made = 0;

    beforeAll(async () => {
      subject = await open();
    });
    afterAll(async () => {
      await subject.close();
    });

    /** An actor that no other test has, in the shard of `beside` if there is one. */
    const newActor = (beside?: ActorAddress): ActorAddress => {
      made++;
      return { kind: 'contract', id: beside === undefined ? `actor${made}` : `${beside.id.split('.')[0]}.${made}` };
    };
    const append = (address: ActorAddress, firstSeq: number, parts: Partial<Append> = {}): Promise<AppendOutcome> =>
      subject.journal.append({
        address,
        shard: shardOf(address.id),
        firstSeq,
        events: [noted],
        commandId: null,
        answer: null,
        at,
        traceId: null,
        claims: [],
        releases: [],
        timers: [],
        outbox: [],
        ...parts,
      });
    const recoverOne = async (address: ActorAddress, schema: number | null = null) => {
      const [recovery] = await subject.journal.recover([{ address, schema }]);
      if (recovery === undefined) throw new Error('One recovery was asked for.');
      return recovery;
    };
    const seqsOf = async (address: ActorAddress): Promise<readonly number[]> =>
      (await subject.journal.read(address, 0, 1_000)).map(({ seq }) => seq);

    describe('events', () => {
      test('come back as they were stored, in pages', async () => {
        const address = newActor();
        const payload = JSON.stringify({ type: 'Noted', text: '\u0000 ü "quoted" \\ \ud800 € \n', amount: 0.1 });
        const events = [noted, { type: 'Odd, {name}', version: 7, payload }];
        const outcome = await append(address, 1, { events });
        await append(address, 3);
        const [first, second] = await subject.journal.read(address, 0, 2);
        expect(first).toMatchObject({ ...noted, address, seq: 1, at });
        expect(second).toMatchObject({ ...events[1], address, seq: 2, at, shard: shardOf(address.id) });
        expect(outcome).toEqual({ type: 'committed', shardSeq: second?.shardSeq });
        expect((await subject.journal.read(address, 2, 10)).map(({ seq }) => seq)).toEqual([3]);
        expect(await subject.journal.read(address, 3, 10)).toEqual([]);
      });

      test('are numbered without holes in their shard, across its actors', async () => {
        const one = newActor();
        const other = newActor(one);
        const first = await append(one, 1, { events: [noted, noted] });
        const second = await append(other, 1);
        const third = await append(one, 3);
        const start = first.type === 'committed' ? first.shardSeq : NaN;
        expect([second, third]).toEqual([
          { type: 'committed', shardSeq: start + 1 },
          { type: 'committed', shardSeq: start + 2 },
        ]);
      });

      test('are refused when they are not the next ones', async () => {
        const address = newActor();
        expect(await append(address, 2)).toEqual({ type: 'conflict' });
        await append(address, 1);
        expect(await append(address, 1)).toEqual({ type: 'conflict' });
        expect(await append(address, 3)).toEqual({ type: 'conflict' });
        expect(await append(address, 2)).toMatchObject({ type: 'committed' });
        expect(await seqsOf(address)).toEqual([1, 2]);
      });

      test('of many actors are appended at the same time, and a conflict among them fails alone', async () => {
        const one = newActor();
        const actors = [one, ...Array.from({ length: 50 }, (_, i) => newActor(i % 2 === 0 ? one : undefined))];
        const stale = newActor(one);
        const outcomes = await Promise.all([
          ...actors.map((address) => append(address, 1, { commandId: `many ${address.id}`, answer: '{}' })),
          append(stale, 9),
        ]);
        expect(outcomes.pop()).toEqual({ type: 'conflict' });
        for (const outcome of outcomes) expect(outcome.type).toBe('committed');
        const inShard = actors.flatMap(({ id }, place) => {
          const outcome = outcomes[place];
          return shardOf(id) === shardOf(one.id) && outcome?.type === 'committed' ? [outcome.shardSeq] : [];
        });
        const sorted = inShard.toSorted((a, b) => a - b);
        expect(sorted).toEqual(sorted.map((_, place) => (sorted[0] ?? NaN) + place));
        expect(await seqsOf(stale)).toEqual([]);
      });

      test('outlive the process', async () => {
        const address = newActor();
        await append(address, 1, { commandId: 'before', answer: '"then"' });
        const { epoch } = subject.journal;
        subject = await subject.reopen();
        expect(subject.journal.epoch).toBe(epoch);
        expect(epoch.length).toBeLessThanOrEqual(16);
        expect(await seqsOf(address)).toEqual([1]);
        expect(await append(address, 2, { commandId: 'before', answer: '"now"' })).toEqual({
          type: 'duplicate',
          answer: '"then"',
        });
        expect(await append(address, 2)).toMatchObject({ type: 'committed' });
      });
    });

    describe('a command id', () => {
      test('is applied once, and gets the stored answer whatever else is asked with it', async () => {
        const address = newActor();
        const events = [noted, noted];
        await append(address, 1, { events, commandId: 'c', answer: '{"reply":1}' });
        const duplicate = { type: 'duplicate', answer: '{"reply":1}' };
        expect(await append(address, 3, { commandId: 'c', answer: '{"reply":2}' })).toEqual(duplicate);
        // Before the conflict: whoever sends again may well be stale.
        expect(await append(address, 1, { commandId: 'c', answer: '{"reply":3}' })).toEqual(duplicate);
        expect(await seqsOf(address)).toEqual([1, 2]);
      });

      test('belongs to one actor', async () => {
        await append(newActor(), 1, { commandId: 'same', answer: '1' });
        expect(await append(newActor(), 1, { commandId: 'same', answer: '2' })).toMatchObject({ type: 'committed' });
      });

      test('is known after any number of others, and the last answers come with a recovery', async () => {
        const address = newActor();
        const count = answersKept + 6;
        for (let seq = 1; seq <= count; seq++)
          await append(address, seq, { commandId: `c${seq}`, answer: String(seq) });
        expect(await append(address, count + 1, { commandId: 'c1', answer: '0' })).toEqual({
          type: 'duplicate',
          answer: '1',
        });
        const { answers } = await recoverOne(address);
        expect(answers).toHaveLength(answersKept);
        expect(answers[0]).toEqual({ commandId: 'c7', answer: '7' });
        expect(answers.at(-1)).toEqual({ commandId: `c${count}`, answer: String(count) });
      });
    });

    describe('a claim', () => {
      test('is held by one actor until it gives it back', async () => {
        const [one, other] = [newActor(), newActor()];
        const claim = { scope: 'contract', value: `value of ${one.id}` };
        const free = { scope: 'contract', value: `free beside ${one.id}` };
        expect(await append(one, 1, { claims: [claim] })).toMatchObject({ type: 'committed' });
        expect(await subject.journal.claimant(claim)).toEqual(one);
        // Nothing of a refused append is done.
        expect(await append(other, 1, { claims: [free, claim], commandId: 'claim', answer: '1' })).toEqual({
          type: 'claim-taken',
          index: 1,
        });
        expect(await seqsOf(other)).toEqual([]);
        expect(await subject.journal.claimant(free)).toBeNull();
        expect(await append(one, 2, { claims: [claim] })).toMatchObject({ type: 'committed' });
        expect(await append(one, 3, { releases: [claim] })).toMatchObject({ type: 'committed' });
        expect(await subject.journal.claimant(claim)).toBeNull();
        expect(await append(other, 1, { claims: [free, claim], commandId: 'claim', answer: '1' })).toMatchObject({
          type: 'committed',
        });
        expect(await subject.journal.claimant(claim)).toEqual(other);
      });

      test('is of a scope, and given back by nobody else', async () => {
        const [one, other] = [newActor(), newActor()];
        const value = `scoped ${one.id}`;
        await append(one, 1, { claims: [{ scope: 'contract', value }] });
        expect(await append(other, 1, { claims: [{ scope: 'other', value }] })).toMatchObject({ type: 'committed' });
        await append(other, 2, { releases: [{ scope: 'contract', value }] });
        expect(await subject.journal.claimant({ scope: 'contract', value })).toEqual(one);
      });

      test('that several want at the same time goes to one of them', async () => {
        const actors = Array.from({ length: 12 }, () => newActor());
        const claim = { scope: 'contract', value: `contested ${made}` };
        const outcomes = await Promise.all(actors.map((address) => append(address, 1, { claims: [claim] })));
        const winners = actors.filter((_, place) => outcomes[place]?.type === 'committed');
        expect(winners).toHaveLength(1);
        expect(outcomes.filter(({ type }) => type === 'claim-taken')).toHaveLength(actors.length - 1);
        expect(await subject.journal.claimant(claim)).toEqual(winners[0]);
      });
    });

    describe('a recovery', () => {
      test('comes in the order asked for, also of actors that have nothing', async () => {
        const [one, nobody, other] = [newActor(), newActor(), newActor()];
        await append(one, 1);
        await append(other, 1, { events: [noted, noted] });
        const asked = [other, nobody, one].map((address) => ({ address, schema: null }));
        const recoveries = await subject.journal.recover(asked);
        expect(recoveries.map(({ events }) => events.map(({ address, seq }) => `${address.id} ${seq}`))).toEqual([
          [`${other.id} 1`, `${other.id} 2`],
          [],
          [`${one.id} 1`],
        ]);
        expect(recoveries[1]).toEqual({
          snapshot: null,
          events: [],
          isComplete: true,
          answers: [],
          quarantine: null,
          skipped: [],
        });
      });

      test('of a long life is a first page, with the last answers', async () => {
        const [address, short] = [newActor(), newActor()];
        const events = Array.from({ length: recoveryEventsMax }, () => noted);
        await append(address, 1, { events, commandId: 'first', answer: '1' });
        await append(short, 1);
        expect(await recoverOne(address)).toMatchObject({ isComplete: true, answers: [{ commandId: 'first' }] });
        await append(address, events.length + 1, { commandId: 'last', answer: '2' });
        const asked = [address, short].map((one) => ({ address: one, schema: null }));
        const [long, other] = await subject.journal.recover(asked);
        expect(long?.events.map(({ seq }) => seq)).toEqual(events.map((_, place) => place + 1));
        expect(long).toMatchObject({
          isComplete: false,
          answers: [
            { commandId: 'first', answer: '1' },
            { commandId: 'last', answer: '2' },
          ],
        });
        expect(other).toMatchObject({ events: [{ seq: 1 }], isComplete: true });
        expect(await subject.journal.read(address, events.length, 10)).toMatchObject([{ seq: events.length + 1 }]);
        await subject.journal.saveSnapshot(address, { seq: 1, schema: 1, state: '{}' });
        const fromSnapshot = await recoverOne(address, 1);
        expect(fromSnapshot.isComplete).toBe(true);
        // A journal may look back no further than over the newest events.
        expect(fromSnapshot.answers.at(-1)).toEqual({ commandId: 'last', answer: '2' });
        expect(fromSnapshot.events).toHaveLength(recoveryEventsMax);
      });

      test('starts from the newest snapshot of the schema asked for', async () => {
        const address = newActor();
        await append(address, 1, { events: [noted, noted, noted] });
        await subject.journal.saveSnapshot(address, { seq: 2, schema: 4, state: '{"at":2}' });
        await subject.journal.saveSnapshot(address, { seq: 1, schema: 4, state: '{"at":1}' });
        const { snapshot, events } = await recoverOne(address, 4);
        expect(snapshot).toEqual({ seq: 2, schema: 4, state: '{"at":2}' });
        expect(events.map(({ seq }) => seq)).toEqual([3]);
      });

      test('has all events when the snapshot is of another schema', async () => {
        const address = newActor();
        await append(address, 1, { events: [noted, noted] });
        await subject.journal.saveSnapshot(address, { seq: 2, schema: 4, state: '{}' });
        for (const schema of [5, null]) {
          const { snapshot, events } = await recoverOne(address, schema);
          expect(snapshot).toBeNull();
          expect(events).toHaveLength(2);
        }
      });
    });

    describe('a quarantine', () => {
      const record: Quarantine = {
        cause: 'command',
        reason: 'no such ü',
        detail: 'Error: no such ü\n    at decide (account.ts:1:2)',
        at,
        command: { id: 'c1', type: 'Break', json: '{"type":"Break","text":"\\u0000"}' },
        seq: null,
      };
      const quarantineOf = async (address: ActorAddress) => (await recoverOne(address)).quarantine;

      test('comes with each recovery until it is lifted, also of an actor that has nothing', async () => {
        const [address, other] = [newActor(), newActor()];
        await append(other, 1);
        await subject.journal.quarantine(address, record);
        expect(await quarantineOf(address)).toEqual(record);
        expect(await quarantineOf(other)).toBeNull();
        subject = await subject.reopen();
        expect(await quarantineOf(address)).toEqual(record);
        await subject.journal.release(address, null);
        expect(await recoverOne(address)).toMatchObject({ quarantine: null, skipped: [] });
      });

      test('is the newest one, and is lifted with an event to skip', async () => {
        const address = newActor();
        await append(address, 1, { events: [noted, noted, noted] });
        await subject.journal.quarantine(address, record);
        const unreadable: Quarantine = { ...record, cause: 'event', command: null, seq: 3 };
        await subject.journal.quarantine(address, unreadable);
        expect(await quarantineOf(address)).toEqual(unreadable);
        for (const seq of [3, 2, 3]) await subject.journal.release(address, seq);
        const { quarantine, skipped, events } = await recoverOne(address);
        expect([quarantine, skipped]).toEqual([null, [2, 3]]);
        // It is left out by whoever evolves the state: what has happened stays in the journal.
        expect(events).toHaveLength(3);
      });

      test('is cut to its bounds, and takes any character', async () => {
        const address = newActor();
        const text = `\0\ud800${'x'.repeat(2 * quarantineCommandMax)}`;
        await subject.journal.quarantine(address, {
          ...record,
          reason: text,
          detail: text,
          command: { id: null, type: text, json: text },
        });
        const kept = await quarantineOf(address);
        expect(kept?.reason).toHaveLength(quarantineReasonMax);
        expect(kept?.detail).toHaveLength(quarantineDetailMax);
        expect(kept?.command?.json).toHaveLength(quarantineCommandMax);
        expect(kept?.reason).toMatch(/^\ufffd\ufffdx+…$/);
        await subject.journal.release(address, null);
      });

      test('is listed with the others, in pages', async () => {
        const actors = Array.from({ length: 5 }, () => newActor());
        for (const address of actors) await subject.journal.quarantine(address, record);
        const listed: unknown[] = [];
        let afterId: string | null = null;
        for (;;) {
          const page: Awaited<ReturnType<Journal['quarantines']>> = await subject.journal.quarantines(afterId, 2);
          listed.push(...page);
          const last = page.at(-1);
          if (last === undefined) break;
          afterId = `${last.address.kind}/${last.address.id}`;
        }
        const inOrder = actors.toSorted((one, other) => (one.id < other.id ? -1 : 1));
        expect(listed).toEqual(inOrder.map((address) => ({ address, quarantine: record })));
        for (const address of actors) await subject.journal.release(address, null);
        expect(await subject.journal.quarantines(null, 2)).toEqual([]);
      });
    });

    describe('a timer', () => {
      const command = { type: 'Ring', note: 'ü' };
      const set = (name: string, time: number) => ({ type: 'set', name, at: time, command }) as const;
      const dueOf = async (address: ActorAddress, now: number) => {
        const { due } = await subject.journal.dueTimers(now, 1_000);
        return due.filter((timer) => timer.address.id === address.id);
      };

      test('is due from its time on, until it is cleared', async () => {
        const address = newActor();
        await append(address, 1, { timers: [set('b', at + 20), set('a', at + 10)] });
        expect(await dueOf(address, at + 9)).toEqual([]);
        expect(await dueOf(address, at + 20)).toEqual([
          { address, name: 'a', at: at + 10, command },
          { address, name: 'b', at: at + 20, command },
        ]);
        await subject.journal.clearTimer({ address, name: 'a', at: at + 10 });
        expect(await dueOf(address, at + 20)).toMatchObject([{ name: 'b' }]);
        await append(address, 2, { timers: [{ type: 'clear', name: 'b' }] });
        expect(await dueOf(address, at + 20)).toEqual([]);
      });

      test('that has been moved since is not cleared', async () => {
        const address = newActor();
        await append(address, 1, { timers: [set('a', at)] });
        await append(address, 2, { timers: [set('a', at + 5)] });
        await subject.journal.clearTimer({ address, name: 'a', at });
        expect(await dueOf(address, at + 5)).toMatchObject([{ at: at + 5 }]);
        await subject.journal.clearTimer({ address, name: 'a', at: at + 5 });
        expect(await dueOf(address, at + 5)).toEqual([]);
      });

      test('that is next is told, within the limit and beyond it', async () => {
        const address = newActor();
        // Before all that other tests have set.
        await append(address, 1, { timers: [set('a', 10), set('b', 20), set('c', 30)] });
        expect(await subject.journal.dueTimers(25, 10)).toMatchObject({
          due: [{ name: 'a' }, { name: 'b' }],
          nextAt: 30,
        });
        expect(await subject.journal.dueTimers(25, 1)).toMatchObject({ due: [{ name: 'a' }], nextAt: 20 });
        expect(await subject.journal.dueTimers(5, 1)).toMatchObject({ due: [], nextAt: 10 });
        const clear = (name: string) => ({ type: 'clear', name }) as const;
        await append(address, 2, { timers: [clear('a'), clear('b'), clear('c')] });
      });
    });

    test('messages of former runs are there until they are delivered, oldest first, in pages', async () => {
      const [address, to] = [newActor(), newActor()];
      const ids = ['z', 'a', 'm', 'b'].map((letter) => `${letter} of ${address.id}`);
      const messageOf = (id: string) => ({ id, to, command: { type: 'Note', id } });
      await append(address, 1, { outbox: ids.slice(0, 3).map(messageOf) });
      await append(address, 2, { outbox: ids.slice(3).map(messageOf) });
      subject = await subject.reopen();
      const found: unknown[] = [];
      let lastId: string | null = null;
      for (;;) {
        const page: Awaited<ReturnType<Journal['undelivered']>> = await subject.journal.undelivered(lastId, 3);
        found.push(...page);
        lastId = page.at(-1)?.id ?? null;
        // What has been read may be delivered before the next page is asked for.
        await subject.journal.delivered(page.map(({ id }) => id));
        if (lastId === null) break;
      }
      expect(found).toEqual(ids.map(messageOf));
      expect(await subject.journal.undelivered(null, 10)).toEqual([]);
      await subject.journal.delivered(ids);
    });

    test('messages that wait are counted and listed for operators, in pages, without what they say', async () => {
      const [address, to] = [newActor(), newActor()];
      const { total: before, messages: others } = await subject.journal.outbox(null, 1_000);
      const ids = ['z', 'a', 'm'].map((letter) => `${letter} waiting of ${address.id}`);
      const outbox = ids.map((id) => ({ id, to, command: { type: 'Note', text: '\u0000 \ud800', id } }));
      await append(address, 1, { outbox });
      const first = await subject.journal.outbox(others.at(-1)?.place ?? null, 2);
      const shown = { place: expect.any(Number), to, type: 'Note', since: expect.any(Number) };
      expect(first).toEqual({ total: before + 3, messages: ids.slice(0, 2).map((id) => ({ id, ...shown })) });
      // The last one of a page may be answered before the next page is asked for.
      await subject.journal.delivered(ids.slice(0, 2));
      const last = first.messages.at(-1)?.place ?? null;
      const second = await subject.journal.outbox(last, 2);
      expect(second).toMatchObject({ total: before + 1, messages: [{ id: ids[2] }] });
      await subject.journal.delivered(ids);
      expect(await subject.journal.outbox(last, 2)).toEqual({ total: before, messages: [] });
    });

    test('a message is found by its id with the shard of its sender, until it is delivered', async () => {
      const [address, to] = [newActor(), newActor()];
      const message = { id: `found of ${address.id}`, to, command: { type: 'Note', text: '\u0000 ü' } };
      await append(address, 1, { outbox: [message] });
      expect(await subject.journal.waitingMessage(message.id)).toEqual({ shard: shardOf(address.id), message });
      await subject.journal.delivered([message.id]);
      expect(await subject.journal.waitingMessage(message.id)).toBeNull();
    });

    test('a process that has lost a shard writes nothing there, and still writes elsewhere', async () => {
      const [lost, kept] = [newActor(), newActor()];
      await append(lost, 1);
      await subject.takeShard(shardOf(lost.id));
      const message = { id: `from ${lost.id}`, to: kept, command: { type: 'Note' } };
      expect(subject.journal.mayAnswer()).toBe(true);
      expect(await append(lost, 2, { outbox: [message] })).toEqual({ type: 'fenced' });
      const record: Quarantine = { cause: 'restarts', reason: '', detail: '', at, command: null, seq: null };
      await expect(subject.journal.quarantine(lost, record)).rejects.toMatchObject({ code: 'stopping' });
      await expect(subject.journal.release(lost, 1)).rejects.toMatchObject({ code: 'stopping' });
      expect(await recoverOne(lost)).toMatchObject({ quarantine: null, skipped: [] });
      expect(await seqsOf(lost)).toEqual([1]);
      expect(shardOf(kept.id)).not.toBe(shardOf(lost.id));
      expect(await append(kept, 1)).toMatchObject({ type: 'committed' });
    });
  });
};
