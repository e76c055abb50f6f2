/** Timers and messages that must arrive. */

import { describe, expect, test } from 'vitest';
import { Outage } from './outage.ts';
import { purse } from './testing/purse.ts';
import { startTestSystem } from './testing/test-system.ts';

const kinds = [purse];
const put = (amount: number) => ({ type: 'Put', amount }) as const;
const read = { type: 'Read' } as const;
const to = (id: string) => ({ kind: 'purse', id });
const send = (...messages: readonly { readonly id: string; readonly amount: number }[]) =>
  ({ type: 'Send', messages: messages.map(({ id, amount }) => ({ to: to(id), command: put(amount) })) }) as const;

describe('a durable timer', () => {
  test('fires once at its time, also after a restart, and is gone then', async () => {
    const first = startTestSystem({ kinds });
    const at = first.clock.now() + 5_000;
    const set = (name: string, time: number, amount: number) =>
      ({ type: 'set', name, at: time, command: put(amount) }) as const;
    await first.system.ask(purse, 'a', { type: 'Wait', timers: [set('one', at, 1), set('two', at + 5_000, 10)] });
    await first.clock.armed(5_000);
    first.clock.advance(4_999);
    expect(await first.system.ask(purse, 'a', read)).toMatchObject({ reply: 0 });
    first.clock.advance(1);
    await first.journal.until(() => first.journal.calls['clearTimer'] === 1);
    expect(await first.system.ask(purse, 'a', read)).toMatchObject({ reply: 1 });
    await first.system.stop();
    first.clock.advance(60_000);
    const { system, journal, clock } = startTestSystem({ ...first, kinds });
    await journal.until(() => journal.calls['clearTimer'] === 2);
    expect(await system.ask(purse, 'a', read)).toMatchObject({ reply: 11 });
    expect(await journal.dueTimers(clock.now() + 1e9, 10)).toEqual({ due: [], nextAt: null });
  });

  test('that is moved fires at the later time, and one that is cleared never', async () => {
    const { system, journal, clock } = startTestSystem({ kinds });
    const at = clock.now() + 1_000;
    const set = (name: string, time: number) => ({ type: 'set', name, at: time, command: put(1) }) as const;
    await system.ask(purse, 'a', { type: 'Wait', timers: [set('moved', at), set('cleared', at)] });
    const changes = [set('moved', at + 1_000), { type: 'clear', name: 'cleared' }] as const;
    await system.ask(purse, 'a', { type: 'Wait', timers: changes });
    await clock.armed(1_000);
    clock.advance(1_000);
    await clock.armed(1_000);
    expect(await system.ask(purse, 'a', read)).toMatchObject({ reply: 0 });
    clock.advance(1_000);
    await journal.until(() => journal.calls['clearTimer'] === 1);
    expect(await system.ask(purse, 'a', read)).toMatchObject({ reply: 1 });
  });

  test('is delivered again until it is answered, and applied once', async () => {
    const { system, journal, clock, untilReported } = startTestSystem({ kinds });
    await system.ask(purse, 'a', { type: 'Wait', timers: [{ type: 'set', name: 'x', at: 0, command: put(1) }] });
    journal.failNextAppend(new Error('no answer'), { isWritten: true });
    await clock.armed(0);
    clock.advance(1);
    const { retryInMs } = await untilReported('delivery-failed');
    clock.advance(retryInMs);
    await journal.until(() => journal.calls['clearTimer'] === 1);
    expect(await system.ask(purse, 'a', read)).toMatchObject({ reply: 1 });
  });

  test('is found when the store comes back', async () => {
    const { system, journal, clock, untilReported } = startTestSystem({ kinds });
    await system.ask(purse, 'a', {
      type: 'Wait',
      timers: [{ type: 'set', name: 'x', at: clock.now() + 10, command: put(1) }],
    });
    await clock.armed(10);
    journal.isAway = true;
    clock.advance(10);
    await untilReported('delivery-store-failed');
    journal.isAway = false;
    await clock.armed(1_000);
    clock.advance(1_000);
    await journal.until(() => journal.calls['clearTimer'] === 1);
    expect(await system.ask(purse, 'a', read)).toMatchObject({ reply: 1 });
  });
});

test('timers that wait for others to be answered are not asked for again and again', async () => {
  const { system, journal, clock } = startTestSystem({ kinds, limits: { timersInFlightMax: 1 } });
  const at = clock.now();
  const timers = ['x', 'y', 'z'].map((name) => ({ type: 'set', name, at, command: put(1) }) as const);
  await system.ask(purse, 'a', { type: 'Wait', timers });
  journal.hold();
  await clock.armed(0);
  clock.advance(1);
  await journal.untilHeld(1);
  const looks = journal.calls['dueTimers'] ?? 0;
  for (let ms = 0; ms < 50; ms++) {
    clock.advance(1);
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(journal.calls['dueTimers']).toBe(looks);
  journal.letGo();
  await journal.until(() => journal.calls['clearTimer'] === 3);
  expect(await system.ask(purse, 'a', read)).toMatchObject({ reply: 3 });
});

describe('a message that must arrive', () => {
  test('is delivered after the commit, and struck when it is answered, by a reply or a refusal', async () => {
    const { system, journal } = startTestSystem({ kinds });
    await system.ask(purse, 'b', read);
    journal.hold();
    const sent = system.ask(purse, 'a', send({ id: 'b', amount: 3 }, { id: 'b', amount: 9_999 }));
    await journal.untilHeld(1);
    expect(await system.ask(purse, 'b', read)).toMatchObject({ reply: 0 });
    journal.letGo();
    await sent;
    await journal.until(() => journal.outboxSize === 0);
    await system.stop();
    expect(await journal.undelivered(null, 10)).toEqual([]);
    expect(journal.eventsOf(to('b')).map(({ type }) => type)).toEqual(['Put', 'CommandAnswered']);
  });

  test('is seen by operators while it waits, and tried at once when they want it', async () => {
    const { system, journal, clock, untilReported } = startTestSystem({ kinds });
    await system.ask(purse, 'b', read);
    journal.hold();
    const sent = system.ask(purse, 'a', send({ id: 'b', amount: 3 }));
    await journal.untilHeld(1);
    journal.letGo(1);
    await sent;
    await journal.untilHeld(1);
    const { total, messages } = await system.operator.outbox(null, 10);
    expect(total).toBe(1);
    expect(messages).toMatchObject([
      { to: to('b'), type: 'Put', delivery: { attempts: 1, lastFailure: null, nextAttemptAt: null } },
    ]);
    expect(JSON.stringify(messages)).not.toContain('amount');
    const id = messages[0]?.id ?? '';
    // It is being asked: nothing more is needed.
    expect(await system.operator.retryMessage(id)).toMatchObject({ id, delivery: { attempts: 1 } });
    journal.failNextAppend(new Outage('storage-away', 'No store.'));
    journal.letGo();
    const { retryInMs } = await untilReported('delivery-failed');
    expect(await system.operator.message(id)).toEqual({
      id,
      to: to('b'),
      type: 'Put',
      delivery: {
        attempts: 1,
        lastFailure: { code: 'storage-away', message: 'No store.', at: clock.now() },
        nextAttemptAt: clock.now() + retryInMs,
      },
    });
    // The clock stands still.
    expect(await system.operator.retryMessage(id)).toMatchObject({ delivery: { attempts: 2, nextAttemptAt: null } });
    await journal.until(() => journal.outboxSize === 0);
    expect(await system.operator.retryMessage(id)).toBeNull();
    expect(await system.operator.message(id)).toBeNull();
    expect(await system.operator.outbox(null, 10)).toEqual({ total: 0, messages: [] });
    clock.advance(retryInMs);
    expect(await system.ask(purse, 'b', read)).toMatchObject({ reply: 3 });
  });

  test('is tried past others when operators want it, also where memory has no room for it', async () => {
    const limits = { outboxInFlightMax: 1, outboxKnownMax: 2 };
    const { system, journal } = startTestSystem({ kinds, limits });
    await system.ask(purse, 'b', read);
    const sent = system.ask(purse, 'a', send(...['b', 'c', 'd'].map((id) => ({ id, amount: 1 }))));
    // The first one is being asked, and its answer waits for the journal.
    await journal.until(() => journal.outboxSize === 3);
    journal.hold();
    await sent;
    await journal.untilHeld(1);
    const attempts = async () =>
      (await system.operator.outbox(null, 10)).messages.map(({ delivery }) => delivery?.attempts ?? null);
    expect(await attempts()).toEqual([1, 0, null]);
    const { messages } = await system.operator.outbox(null, 10);
    for (const { id } of messages) {
      expect(await system.operator.retryMessage(id)).toMatchObject({ id, delivery: { attempts: 1 } });
    }
    await journal.untilHeld(3);
    expect(await attempts()).toEqual([1, 1, 1]);
    journal.letGo();
    await journal.until(() => journal.outboxSize === 0);
    expect(await system.ask(purse, 'd', read)).toMatchObject({ reply: 1 });
  });

  test('is delivered again after a restart, and applied once', async () => {
    const first = startTestSystem({ kinds });
    const { journal } = first;
    // The process ends after the receiver has applied it and before that is noted.
    const { delivered } = journal;
    journal.delivered = () => Promise.reject(new Error('no answer'));
    await first.system.ask(purse, 'a', send({ id: 'b', amount: 3 }));
    await first.untilReported('delivery-store-failed');
    await first.system.stop();
    journal.delivered = delivered;
    expect(journal.outboxSize).toBe(1);
    const { system } = startTestSystem({ ...first, kinds });
    await journal.until(() => journal.outboxSize === 0);
    expect(await system.ask(purse, 'b', read)).toMatchObject({ reply: 3, position: { seq: 1 } });
  });

  test('is delivered after a restart also when there are many', async () => {
    const first = startTestSystem({ kinds, limits: { outboxInFlightMax: 10 } });
    const messages = Array.from({ length: 95 }, (_, i) => ({ id: `c${i}`, amount: 1 }));
    await first.system.ask(purse, 'a', send(...messages));
    await first.system.stop();
    // More than are on their way at a time.
    expect(first.journal.outboxSize).toBeGreaterThan(10);
    const { system, journal } = startTestSystem({ ...first, kinds, limits: { outboxInFlightMax: 10 } });
    await journal.until(() => journal.outboxSize === 0);
    for (const { id } of messages) expect(await system.ask(purse, id, read)).toMatchObject({ reply: 1 });
  });

  test('is left in the journal while too many wait, and delivered when there is room', async () => {
    const { system, journal, clock } = startTestSystem({
      kinds,
      limits: { outboxInFlightMax: 10, outboxKnownMax: 20 },
    });
    const messages = Array.from({ length: 95 }, (_, i) => ({ id: `c${i}`, amount: 1 }));
    await system.ask(purse, 'a', send(...messages));
    await journal.until(() => journal.outboxSize === 75);
    while (journal.outboxSize > 0) {
      clock.advance(60_000);
      await new Promise((resolve) => setImmediate(resolve));
    }
    for (const { id } of messages) expect(await system.ask(purse, id, read)).toMatchObject({ reply: 1 });
  });

  test('is sent again with back-off while it has no answer', async () => {
    const { system, journal, clock, untilReported } = startTestSystem({ kinds });
    await system.ask(purse, 'a', read);
    const ask = system.ask(purse, 'a', send({ id: 'b', amount: 3 }));
    await ask;
    // The first append after the sender's own is the receiver's.
    journal.failNextAppend(new Error('refused by the disk'));
    const { retryInMs } = await untilReported('delivery-failed');
    expect(retryInMs).toBe(200);
    clock.advance(200);
    await journal.until(() => journal.calls['delivered'] === 1);
    expect(await system.ask(purse, 'b', read)).toMatchObject({ reply: 3 });
  });
});
