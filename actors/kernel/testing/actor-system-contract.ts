/**
 * What callers of actors rely on, whatever runs them: a suite for each way to put a system together.
 * Kinds that it runs are in `talker.ts` and `purse.ts`.
 */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ActorSystem } from '../actor-system.ts';
import type { AnyKind } from '../actor-kind.ts';
import type { KernelEvent } from '../kernel-event.ts';
import type { Limits } from '../limits.ts';
import { hopsMax } from '../limits.ts';
import type { Outage } from '../outage.ts';
import { purse } from './purse.ts';
import { talkerOf } from './talker.ts';

export interface SystemUnderTest {
  readonly system: ActorSystem;
  /** Moves the system's clock. */
  readonly advance: (ms: number) => void;
  /** Resolves with the first report of the type, also if it has come already. */
  readonly untilReported: (type: KernelEvent['type']) => Promise<KernelEvent>;
}

export type StartSystem = (options: {
  readonly kinds: readonly AnyKind[];
  readonly limits?: Partial<Limits>;
}) => SystemUnderTest | Promise<SystemUnderTest>;

const put = (amount: number) => ({ type: 'Put', amount }) as const;
const read = { type: 'Read' } as const;
const note = (text: string) => ({ type: 'Note', text }) as const;

export const actorSystemContract = (name: string, start: StartSystem): void => {
  describe(`${name}: turns`, () => {
    test('are taken in the order in which a sender has sent, asked or told', async () => {
      const talker = talkerOf();
      const { system } = await start({ kinds: [talker] });
      const asks: Promise<unknown>[] = [];
      for (let i = 0; i < 200; i++) {
        if (i % 3 === 0) system.tell(talker, 'a', note(String(i)));
        else asks.push(system.ask(talker, 'a', note(String(i))));
      }
      await Promise.all(asks);
      expect(await system.ask(talker, 'a', { type: 'Recite' })).toMatchObject({
        reply: Array.from({ length: 200 }, (_, i) => String(i)),
      });
    });

    test('of one actor follow each other, whatever stops, kills and brings it back in between', async () => {
      const action = fc.constantFrom('put', 'put', 'put', 'put', 'stop', 'kill', 'breathe');
      await fc.assert(
        fc.asyncProperty(fc.array(action, { minLength: 1, maxLength: 40 }), async (actions) => {
          const { system } = await start({ kinds: [purse] });
          const address = { kind: purse.name, id: 'a' };
          const puts: Promise<string>[] = [];
          const stops: Promise<void>[] = [];
          for (const next of actions) {
            if (next === 'put') {
              const ask = system.ask(purse, 'a', put(1));
              puts.push(
                ask.then(
                  () => 'done',
                  (error: Outage) => error.code,
                ),
              );
            } else if (next === 'stop') stops.push(system.operator.stop(address));
            else if (next === 'kill') system.operator.kill(address);
            else await new Promise((resolve) => setImmediate(resolve));
          }
          const outcomes = await Promise.all(puts);
          await Promise.all(stops);
          const done = outcomes.filter((outcome) => outcome === 'done').length;
          const doubtful = outcomes.filter((outcome) => outcome === 'outcome-unknown').length;
          // What may have been on its way when the actor was killed has come to an end before this is read.
          await system.ask(purse, 'a', put(0));
          const after = await system.ask(purse, 'a', read);
          const sum = after.type === 'replied' ? after.reply : NaN;
          expect(sum).toBeGreaterThanOrEqual(done);
          expect(sum).toBeLessThanOrEqual(done + doubtful);
          // Whatever else was not done says so.
          expect(outcomes.every((outcome) => ['done', 'outcome-unknown', 'stopping'].includes(outcome))).toBe(true);
          await system.stop();
        }),
        { numRuns: 100 },
      );
    });

    test('of a former life have no part in the next one', async () => {
      const talker = talkerOf();
      const { system } = await start({ kinds: [talker] });
      await system.ask(talker, 'a', { type: 'Work' });
      system.operator.kill({ kind: talker.name, id: 'a' });
      await system.ask(talker, 'a', { type: 'Work' });
      for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve));
      expect(await system.ask(talker, 'a', { type: 'Recite' })).toMatchObject({ reply: ['work done'] });
    });

    test('are shared out: an actor with many messages does not hold up one with few', async () => {
      const talker = talkerOf();
      const { system } = await start({ kinds: [talker], limits: { turnMessagesMax: 10, mailboxMessagesMax: 2_000 } });
      const busy = Array.from({ length: 1_000 }, (_, i) => system.ask(talker, 'busy', note(String(i))));
      let done = 0;
      for (const ask of busy) void ask.then(() => done++);
      await system.ask(talker, 'quiet', note('once'));
      expect(done).toBeLessThan(100);
      await Promise.all(busy);
    });
  });

  describe(`${name}: a mailbox`, () => {
    test('that is full of messages refuses at once, and takes more when it has been worked off', async () => {
      const { system, untilReported } = await start({ kinds: [purse], limits: { mailboxMessagesMax: 3 } });
      const asks = Array.from({ length: 3 }, () => system.ask(purse, 'a', put(1)));
      await expect(system.ask(purse, 'a', put(1))).rejects.toMatchObject({ code: 'overloaded' });
      system.tell(purse, 'a', put(1));
      expect(await untilReported('dropped')).toMatchObject({ reason: 'overloaded', command: 'Put' });
      expect(await Promise.all(asks)).toMatchObject([{ reply: 1 }, { reply: 2 }, { reply: 3 }]);
      expect(await system.ask(purse, 'a', put(1))).toMatchObject({ reply: 4 });
    });

    test('that is full of bytes refuses at once', async () => {
      const talker = talkerOf();
      const { system } = await start({ kinds: [talker], limits: { mailboxBytesMax: 100_000 } });
      const text = 'x'.repeat(5_000);
      const asks = Array.from({ length: 60 }, () => system.ask(talker, 'a', note(text)));
      const settled = await Promise.allSettled(asks);
      const refused = settled.filter(({ status }) => status === 'rejected');
      // About ten of ten kilobytes each beside those that are not measured.
      expect(refused.length).toBeGreaterThan(10);
      expect(refused.length).toBeLessThan(25);
      expect(refused[0]).toMatchObject({ reason: { code: 'overloaded' } });
    });
  });

  describe(`${name}: a caller`, () => {
    test('hears of its deadline', async () => {
      const talker = talkerOf();
      const { system, advance } = await start({ kinds: [talker] });
      const late = system.ask(talker, 'a', note('late'), { timeoutMs: 50 });
      advance(50);
      await expect(late).rejects.toMatchObject({ code: 'deadline-exceeded' });
      // And what comes too late is not done.
      expect(await system.ask(talker, 'a', { type: 'Recite' })).toMatchObject({ reply: [] });
    });

    test('may give up', async () => {
      const { system } = await start({ kinds: [purse] });
      const controller = new AbortController();
      const ask = system.ask(purse, 'a', put(1), { signal: controller.signal });
      controller.abort();
      await expect(ask).rejects.toMatchObject({ code: 'deadline-exceeded' });
      await expect(system.ask(purse, 'a', put(1), { signal: controller.signal })).rejects.toThrow('no longer waits');
      expect(await system.ask(purse, 'a', read)).toMatchObject({ reply: 0 });
    });

    test('is refused a command that its actor does not know, and the actor goes on', async () => {
      const { system } = await start({ kinds: [purse] });
      const unknown = { type: 'constructor' } as unknown as { readonly type: 'Read' }; // as another version might send
      await expect(system.ask(purse, 'a', unknown)).rejects.toMatchObject({ code: 'command-unsupported' });
      expect(await system.ask(purse, 'a', read)).toMatchObject({ reply: 0 });
    });

    test('is refused a command whose id is older than answers are kept, or far ahead of the clock', async () => {
      const { system } = await start({ kinds: [purse] });
      const made = (day: number) =>
        `${Date.UTC(2026, 0, day)
          .toString(16)
          .padStart(12, '0')
          .replace(/^(.{8})/, '$1-')}-7abc-8def-0123456789ab`;
      // The clock of the test begins with the year 2026.
      for (const day of [-7, 3]) {
        const ask = system.ask(purse, 'a', put(1), { commandId: made(day) });
        await expect(ask).rejects.toMatchObject({ code: 'command-expired' });
      }
      expect(await system.ask(purse, 'a', put(1), { commandId: made(-5) })).toMatchObject({ reply: 1 });
    });
  });

  describe(`${name}: an actor that is stopped`, () => {
    test('finishes what it has decided, drops what waits, and is brought back by the next message', async () => {
      const { system } = await start({ kinds: [purse] });
      const address = { kind: purse.name, id: 'a' };
      await system.ask(purse, 'a', put(1));
      const before = system.ask(purse, 'a', put(2));
      // It is decided, and on the way to the journal.
      await new Promise((resolve) => setImmediate(resolve));
      const waiting = system.ask(purse, 'a', put(4));
      const stopped = system.operator.stop(address);
      const next = system.ask(purse, 'a', put(8));
      await expect(waiting).rejects.toMatchObject({ code: 'stopping' });
      expect(await before).toMatchObject({ reply: 3 });
      await stopped;
      expect(await next).toMatchObject({ reply: 11 });
    });

    test('begins anew where it was volatile', async () => {
      const talker = talkerOf();
      const { system } = await start({ kinds: [talker] });
      await system.ask(talker, 'a', note('heard'));
      await system.operator.stop({ kind: talker.name, id: 'a' });
      expect(await system.ask(talker, 'a', { type: 'Recite' })).toMatchObject({ reply: [] });
    });
  });

  describe(`${name}: death watch`, () => {
    test('tells those outside and other actors when an actor is stopped or killed, once', async () => {
      const talker = talkerOf();
      const { system } = await start({ kinds: [talker] });
      const deaths: string[] = [];
      system.watch(talker, 'b', (death) => deaths.push(death));
      system.watch(talker, 'b', () => deaths.push('unheard'))();
      await system.ask(talker, 'a', { type: 'Watch', other: 'b' });
      await system.ask(talker, 'c', { type: 'Watch', other: 'b' });
      await system.ask(talker, 'c', { type: 'Unwatch', other: 'b' });
      await system.ask(talker, 'b', note('here'));
      system.operator.kill({ kind: talker.name, id: 'b' });
      expect(deaths).toEqual(['killed']);
      expect(await system.ask(talker, 'a', { type: 'Recite' })).toMatchObject({ reply: ['b is gone'] });
      expect(await system.ask(talker, 'c', { type: 'Recite' })).toMatchObject({ reply: [] });
      await system.ask(talker, 'b', note('back'));
      await system.operator.stop({ kind: talker.name, id: 'b' });
      expect(deaths).toEqual(['killed']);
    });
  });

  describe(`${name}: a request that goes from actor to actor`, () => {
    test('ends after so many of them', async () => {
      const talker = talkerOf();
      const { system, untilReported } = await start({ kinds: [talker] });
      system.tell(talker, 'a', { type: 'Pass', to: ['b', 'c'] });
      expect(await untilReported('dropped')).toMatchObject({ reason: 'hops-exceeded', command: 'Pass' });
      const counts = await Promise.all(['a', 'b', 'c'].map((id) => system.ask(talker, id, { type: 'CountPasses' })));
      const passes = counts.map((answer) => (answer.type === 'replied' ? answer.reply : 0));
      expect(passes.reduce((sum, count) => sum + count)).toBe(hopsMax + 1);
    });
  });

  describe(`${name}: a stream`, () => {
    const ticker = (count: number) => ({ type: 'Tell', count }) as const;

    test('brings the answer, then item after item, and its end', async () => {
      const talker = talkerOf();
      const { system } = await start({ kinds: [talker] });
      const { answer, items } = system.stream(talker, 'a', ticker(3));
      expect(await answer).toMatchObject({ reply: 3 });
      const heard: number[] = [];
      // The type of the items follows from the command.
      for await (const item of items) heard.push(item.number);
      expect(heard).toEqual([0, 1, 2]);
    });

    test('ends for a listener who leaves, and the actor hears of it', async () => {
      const talker = talkerOf();
      const { system } = await start({ kinds: [talker] });
      const { items } = system.stream(talker, 'a', { type: 'Tell', count: 2, isOpen: true });
      for await (const item of items) if (item.number === 1) break;
      expect(await system.ask(talker, 'a', { type: 'Recite' })).toMatchObject({ reply: ['nobody listens'] });
    });

    test('breaks off for a listener who takes nothing', async () => {
      const talker = talkerOf();
      const { system } = await start({ kinds: [talker], limits: { streamItemsMax: 5 } });
      const { answer, items } = system.stream(talker, 'a', ticker(9));
      await answer;
      const heard: number[] = [];
      const all = async (): Promise<void> => {
        for await (const item of items) heard.push(item.number);
      };
      await expect(all()).rejects.toMatchObject({ code: 'overloaded' });
      expect(heard).toEqual([0, 1, 2, 3, 4]);
    });

    test('breaks off when nothing more comes in time, or the listener is told to stop', async () => {
      const talker = talkerOf();
      const { system, advance } = await start({ kinds: [talker] });
      const controller = new AbortController();
      const mute = system.stream(talker, 'a', { type: 'Tell', count: 1, isOpen: true }, { timeoutMs: 500 });
      const left = system.stream(talker, 'b', { type: 'Tell', count: 0, isOpen: true }, { signal: controller.signal });
      await Promise.all([mute.answer, left.answer]);
      expect(await mute.items.next()).toEqual({ done: false, value: { number: 0 } });
      const next = mute.items.next();
      advance(500);
      await expect(next).rejects.toMatchObject({ code: 'deadline-exceeded' });
      controller.abort();
      await expect(left.items.next()).rejects.toMatchObject({ code: 'deadline-exceeded' });
    });

    test('of a refused command has no items, and of a command that fails it breaks off', async () => {
      const talker = talkerOf();
      const { system } = await start({ kinds: [talker] });
      const refused = system.stream(talker, 'a', ticker(-1));
      expect(await refused.answer).toMatchObject({ type: 'refused', refusal: { code: 'too-few' } });
      expect(await refused.items.next()).toEqual({ done: true, value: undefined });
      const unknown = system.stream(talker, 'a', { type: 'Nothing' } as unknown as { readonly type: 'Recite' }); // as another version might send
      await expect(unknown.answer).rejects.toMatchObject({ code: 'command-unsupported' });
      await expect(unknown.items.next()).rejects.toMatchObject({ code: 'command-unsupported' });
    });
  });
};
