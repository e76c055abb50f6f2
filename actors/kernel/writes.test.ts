/** The output gate: nothing is said that is not committed, and commands do not wait for the disk. */

import { describe, expect, test } from 'vitest';
import { Outage } from './outage.ts';
import { shardOf } from './shard.ts';
import { purse } from './testing/purse.ts';
import { kindsOf } from './supervision/tree-view.ts';
import { startTestSystem } from './testing/test-system.ts';

const kinds = [purse];
const a = { kind: 'purse', id: 'a' };
const put = (amount: number) => ({ type: 'Put', amount }) as const;
const name = (text: string) => ({ type: 'Name', name: text }) as const;
const read = { type: 'Read' } as const;

/** Notes what has been answered, in order. */
const noted = (asks: Readonly<Record<string, Promise<unknown>>>): string[] => {
  const said: string[] = [];
  for (const [ask, promise] of Object.entries(asks)) {
    promise.then(
      () => said.push(ask),
      () => said.push(ask),
    );
  }
  return said;
};

describe('before the commit', () => {
  test('nothing is said: no reply, no refusal, no read, no publication, no effect', async () => {
    const { system, journal, published } = startTestSystem({ kinds });
    await system.ask(purse, 'a', put(1));
    journal.hold();
    const asks = {
      put: system.ask(purse, 'a', put(2)),
      refusal: system.ask(purse, 'a', put(5_000)),
      read: system.ask(purse, 'a', read),
      work: system.ask(purse, 'a', { type: 'Work', input: 'never' }),
    };
    const said = noted(asks);
    await journal.untilHeld(1);
    // Others are not held up.
    expect(await system.ask(purse, 'b', read)).toMatchObject({ reply: 0 });
    expect(said).toEqual([]);
    expect(published).toHaveLength(1);
    journal.letGo(1);
    await asks.read;
    expect(said).toEqual(['put', 'refusal', 'read']);
    expect(published).toMatchObject([{ data: 1 }, { channel: 'purse:a', offset: 2, data: 2 }]);
    journal.letGo();
    await asks.work;
  });

  test('the next commands are decided on the newest state', async () => {
    const { system, journal } = startTestSystem({ kinds });
    await system.ask(purse, 'a', read);
    journal.hold();
    const asks = [put(1), put(2), put(3), read].map((command) => system.ask(purse, 'a', command));
    for (let i = 0; i < 3; i++) {
      await journal.untilHeld(1);
      journal.letGo(1);
      await asks[i];
    }
    expect(await Promise.all(asks)).toMatchObject([{ reply: 1 }, { reply: 3 }, { reply: 6 }, { reply: 6 }]);
  });

  test('only so many commands are decided ahead', async () => {
    const { system, journal } = startTestSystem({ kinds, limits: { uncommittedWritesMax: 2, gatedAnswersMax: 2 } });
    await system.ask(purse, 'a', read);
    journal.hold();
    const asks = [put(1), put(2), put(3), read, read, read].map((command) => system.ask(purse, 'a', command));
    await journal.untilHeld(1);
    expect(kindsOf(system.inspect())[0]?.mailboxMessages).toBe(4);
    journal.letGo();
    expect((await Promise.all(asks)).at(-1)).toMatchObject({ reply: 6 });
  });
});

describe('a write that fails', () => {
  test('leaves everything that hung on it unknown, and the actor as the journal has it', async () => {
    const { system, journal, untilReported } = startTestSystem({ kinds });
    await system.ask(purse, 'a', put(1));
    journal.failNextAppend(new Error('the connection broke'));
    const asks = [put(2), put(3), read].map((command) => system.ask(purse, 'a', command));
    for (const ask of asks) await expect(ask).rejects.toMatchObject({ code: 'outcome-unknown' });
    await untilReported('write-failed');
    expect(await system.ask(purse, 'a', read)).toMatchObject({ reply: 1 });
  });

  test('may have been written: then it counts once, and its consequences come', async () => {
    const { system, journal, published, positions, clock } = startTestSystem({ kinds });
    await system.ask(purse, 'a', read);
    journal.failNextAppend(new Error('no answer'), { isWritten: true });
    await expect(system.ask(purse, 'a', put(2), { commandId: 'c' })).rejects.toMatchObject({ code: 'outcome-unknown' });
    expect(await system.ask(purse, 'a', put(2), { commandId: 'c' })).toMatchObject({ reply: 2 });
    expect(published).toMatchObject([{ offset: 1, data: 2 }]);
    expect(positions).toMatchObject([{ seq: 1 }]);
    const timers = [{ type: 'set', name: 'soon', at: clock.now() + 10, command: put(5) }] as const;
    const messages = [{ to: { kind: 'purse', id: 'b' }, command: put(7) }];
    for (const command of [{ type: 'Wait', timers } as const, { type: 'Send', messages } as const]) {
      journal.failNextAppend(new Error('no answer'), { isWritten: true });
      await expect(system.ask(purse, 'a', command)).rejects.toMatchObject({ code: 'outcome-unknown' });
    }
    await system.ask(purse, 'a', read);
    clock.advance(10);
    await clock.armed(60_000);
    expect(await system.ask(purse, 'b', read)).toMatchObject({ reply: 7 });
  });

  test('because the store is away fails as that, and nothing acknowledged is lost when it is back', async () => {
    const { system, journal, clock, untilReported } = startTestSystem({ kinds });
    await system.ask(purse, 'a', put(1));
    journal.isAway = true;
    const [ask, reads] = [system.ask(purse, 'a', put(2)), system.ask(purse, 'a', read)];
    await expect(ask).rejects.toMatchObject({ code: 'storage-away' });
    await expect(reads).rejects.toMatchObject({ code: 'storage-away' });
    await untilReported('recovery-failed');
    // The back-off goes on while it is away.
    const during = system.ask(purse, 'a', read);
    clock.advance(50);
    await expect(during).rejects.toBeInstanceOf(Outage);
    journal.isAway = false;
    const after = system.ask(purse, 'a', read);
    clock.advance(5_000);
    expect(await after).toMatchObject({ reply: 1 });
  });
});

describe('a write that comes after it was given up', () => {
  test('has its consequences when the actor meets it', async () => {
    const { system, journal, published } = startTestSystem({ kinds });
    await system.ask(purse, 'a', put(1));
    await system.ask(purse, 'b', read);
    const { append } = journal;
    const late = Promise.withResolvers<() => Promise<unknown>>();
    journal.append = (own) => {
      journal.append = append;
      late.resolve(() => append.call(journal, own));
      return Promise.reject(new Error('no answer'));
    };
    const messages = [{ to: { kind: 'purse', id: 'b' }, command: put(7) }];
    await expect(system.ask(purse, 'a', { type: 'Send', messages })).rejects.toMatchObject({ code: 'outcome-unknown' });
    expect(await system.ask(purse, 'a', read)).toMatchObject({ reply: 1, position: { seq: 1 } });
    await (
      await late.promise
    )();
    expect(await system.ask(purse, 'a', put(2))).toMatchObject({ reply: 3, position: { seq: 3 } });
    await journal.until(() => journal.outboxSize === 0);
    expect(await system.ask(purse, 'b', read)).toMatchObject({ reply: 7 });
    expect(published.map(({ data }) => data)).toEqual([1, 7, 2]);
  });

  test('has its messages delivered though nobody asks the actor again', async () => {
    const { system, journal, clock } = startTestSystem({ kinds });
    await system.ask(purse, 'a', read);
    const { append } = journal;
    const late = Promise.withResolvers<() => Promise<unknown>>();
    journal.append = (own) => {
      journal.append = append;
      late.resolve(() => append.call(journal, own));
      return Promise.reject(new Error('no answer'));
    };
    const messages = [{ to: { kind: 'purse', id: 'b' }, command: put(7) }];
    await expect(system.ask(purse, 'a', { type: 'Send', messages })).rejects.toMatchObject({ code: 'outcome-unknown' });
    await system.ask(purse, 'a', read);
    await (
      await late.promise
    )();
    clock.advance(60_000);
    await journal.until(() => journal.outboxSize === 0);
    expect(await system.ask(purse, 'b', read)).toMatchObject({ reply: 7 });
  });

  test('that never comes has none, though another stands in its place', async () => {
    const { system, journal, published } = startTestSystem({ kinds });
    await system.ask(purse, 'a', put(1));
    const { append } = journal;
    journal.append = async (own) => {
      journal.append = append;
      await append.call(journal, { ...own, events: [{ type: 'Waited', version: 1, payload: '{"type":"Waited"}' }] });
      throw new Error('no answer');
    };
    await expect(system.ask(purse, 'a', put(2))).rejects.toMatchObject({ code: 'outcome-unknown' });
    expect(await system.ask(purse, 'a', read)).toMatchObject({ reply: 1, position: { seq: 2 } });
    expect(published).toHaveLength(1);
  });
});

describe('a claim that somebody else has', () => {
  test('is refused in the words of the decision, and what was decided after it is decided again', async () => {
    const { system, journal } = startTestSystem({ kinds });
    await system.ask(purse, 'a', name('gold'));
    await system.ask(purse, 'b', put(1));
    journal.hold();
    const asks = [
      system.ask(purse, 'b', put(2)),
      system.ask(purse, 'b', name('gold')),
      system.ask(purse, 'b', put(3)),
      system.ask(purse, 'b', read),
    ];
    await journal.untilHeld(1);
    journal.letGo();
    expect(await Promise.all(asks)).toMatchObject([
      { reply: 3 },
      { type: 'refused', refusal: { code: 'name-taken' } },
      { reply: 6, position: { seq: 3 } },
      { reply: 6, position: { seq: 3 } },
    ]);
    expect(journal.eventsOf({ kind: 'purse', id: 'b' }).map(({ type }) => type)).toEqual(['Put', 'Put', 'Put']);
  });
});

describe('an actor for which somebody else has written', () => {
  const foreign = (firstSeq: number, amount: number) => ({
    address: a,
    shard: shardOf('a'),
    firstSeq,
    events: [{ type: 'Put', version: 1, payload: JSON.stringify(put(amount)) }],
    commandId: null,
    answer: null,
    at: 0,
    traceId: null,
    claims: [],
    releases: [],
    timers: [],
    outbox: [],
  });

  test('reads what was written and decides again', async () => {
    const { system, journal } = startTestSystem({ kinds });
    await system.ask(purse, 'a', put(1));
    await journal.append(foreign(2, 100));
    const asks = [put(2), read].map((command) => system.ask(purse, 'a', command));
    expect(await Promise.all(asks)).toMatchObject([{ reply: 103, position: { seq: 3 } }, { reply: 103 }]);
  });

  test('gives up when it happens again and again', async () => {
    const { system, journal, untilReported } = startTestSystem({ kinds });
    const { append } = journal;
    journal.append = async (own) => {
      await append.call(journal, foreign(own.firstSeq, 0));
      return append.call(journal, own);
    };
    await expect(system.ask(purse, 'a', put(1))).rejects.toMatchObject({ code: 'quarantined' });
    await untilReported('quarantined');
  });
});

test('a process that has lost a shard answers nothing more of it', async () => {
  const { system, journal, escalations, reports } = startTestSystem({ kinds });
  await system.ask(purse, 'a', put(1));
  journal.fence(shardOf('a'));
  const asks = [put(2), read].map((command) => system.ask(purse, 'a', command));
  for (const ask of asks) await expect(ask).rejects.toMatchObject({ code: 'stopping' });
  await expect(system.ask(purse, 'a', read)).rejects.toMatchObject({ code: 'stopping' });
  expect(await system.ask(purse, 'b', put(1))).toMatchObject({ reply: 1 });
  expect(reports[0]).toEqual({ type: 'fenced', shard: shardOf('a') });
  await expect
    .poll(() => escalations.map(({ message }) => message))
    .toEqual([`This process has lost shard ${shardOf('a')}.`]);
});

test('a shard that is lost takes nothing in, told or asked, and the process can stop', async () => {
  const { system, journal, reports } = startTestSystem({ kinds });
  await system.ask(purse, 'a', put(1));
  journal.fence(shardOf('a'));
  await expect(system.ask(purse, 'a', put(2))).rejects.toMatchObject({ code: 'stopping' });
  system.tell(purse, 'a', put(3));
  expect(reports.at(-1)).toMatchObject({ type: 'dropped', reason: 'stopping' });
  expect(kindsOf(system.inspect())[0]?.resident).toBe(0);
  await system.stop();
});

test('a process that may have lost its shards tells nobody what it has read', async () => {
  const { system, journal } = startTestSystem({ kinds });
  await system.ask(purse, 'a', put(1));
  journal.isLeaseOver = true;
  await expect(system.ask(purse, 'a', read)).rejects.toMatchObject({ code: 'storage-away' });
  await expect(system.ask(purse, 'a', put(5_000))).rejects.toMatchObject({ code: 'storage-away' });
  // What is committed was not somebody else's.
  expect(await system.ask(purse, 'a', put(2))).toMatchObject({ reply: 3 });
  journal.isLeaseOver = false;
  expect(await system.ask(purse, 'a', read)).toMatchObject({ reply: 3 });
});

test('what waited for a commit is not told either when another process may have written since', async () => {
  const { system, journal } = startTestSystem({ kinds });
  await system.ask(purse, 'a', read);
  journal.hold();
  const write = system.ask(purse, 'a', put(1));
  const asked = [system.ask(purse, 'a', read), system.ask(purse, 'a', put(5_000))];
  for (const ask of asked) ask.catch(() => {});
  await journal.untilHeld(1);
  // It was committed in time, and heard of when the lease was over.
  journal.isLeaseOver = true;
  journal.letGo();
  expect(await write).toMatchObject({ reply: 1 });
  for (const ask of asked) await expect(ask).rejects.toMatchObject({ code: 'storage-away' });
  journal.isLeaseOver = false;
  expect(await system.ask(purse, 'a', read)).toMatchObject({ reply: 1 });
});
