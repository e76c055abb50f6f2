/** How actors come into memory and leave it. */

import { describe, expect, test } from 'vitest';
import { shardOf } from './shard.ts';
import { MemoryJournal } from './testing/memory-journal.ts';
import { purse } from './testing/purse.ts';
import { kindsOf } from './supervision/tree-view.ts';
import { startTestSystem } from './testing/test-system.ts';

const put = (amount: number) => ({ type: 'Put', amount }) as const;
const read = { type: 'Read' } as const;

describe('recovery', () => {
  test('reads many actors at once, while their messages wait', async () => {
    const { system, journal } = startTestSystem({ kinds: [purse], limits: { recoveryBatchMax: 100 } });
    const ids = Array.from({ length: 250 }, (_, i) => `actor${i}`);
    const answers = await Promise.all(
      ids.map(async (id) => {
        system.tell(purse, id, put(1));
        return system.ask(purse, id, put(2));
      }),
    );
    expect(answers.every((answer) => answer.type === 'replied' && answer.reply === 3)).toBe(true);
    expect(journal.calls['recover']).toBe(3);
  });

  test('starts from the last snapshot, which is of committed events only', async () => {
    const kind = { ...purse, snapshot: { schema: 1, everyEvents: 3 } };
    const first = startTestSystem({ kinds: [kind] });
    await first.system.ask(kind, 'a', put(1));
    first.journal.hold();
    const asks = [put(1), put(1), put(1), put(1)].map((command) => first.system.ask(kind, 'a', command));
    for (let i = 0; i < 2; i++) {
      await first.journal.untilHeld(1);
      first.journal.letGo(1);
      await asks[i];
    }
    first.journal.letGo();
    await Promise.all(asks);
    await first.system.stop();
    const [recovery] = await first.journal.recover([{ address: { kind: 'purse', id: 'a' }, schema: 1 }]);
    expect(recovery?.snapshot?.seq).toBe(3);
    expect(JSON.parse(recovery?.snapshot?.state ?? '')).toMatchObject({ state: { sum: 3 } });
    expect(recovery?.events).toHaveLength(2);
    // With nothing after the snapshot the position is known all the same.
    await first.journal.saveSnapshot(
      { kind: 'purse', id: 'a' },
      { seq: 5, schema: 1, state: JSON.stringify({ state: { sum: 5, work: null, outputs: [] }, shardSeq: 5 }) },
    );
    const second = startTestSystem({ ...first, kinds: [kind] });
    expect(await second.system.ask(kind, 'a', read)).toMatchObject({ reply: 5, position: { seq: 5, shardSeq: 5 } });
    await second.system.stop();
    const changed = { ...purse, snapshot: { schema: 2, everyEvents: 3 } };
    const third = startTestSystem({ ...first, kinds: [changed] });
    expect(await third.system.ask(changed, 'a', read)).toMatchObject({ reply: 5 });
  });

  test('reads all events of a life that is longer than a page', async () => {
    const journal = new MemoryJournal();
    const address = { kind: 'purse', id: 'a' };
    const events = Array.from({ length: 600 }, () => ({
      type: 'Put',
      version: 1,
      payload: '{"type":"Put","amount":1}',
    }));
    for (const firstSeq of [1, 601, 1_201, 1_801]) {
      await journal.append({
        address,
        shard: shardOf('a'),
        firstSeq,
        events,
        commandId: null,
        answer: null,
        at: 0,
        traceId: null,
        claims: [],
        releases: [],
        timers: [],
        outbox: [],
      });
    }
    const { system } = startTestSystem({ kinds: [purse], journal });
    expect(await system.ask(purse, 'a', read)).toMatchObject({ reply: 2_400, position: { seq: 2_400 } });
    expect(journal.calls['read']).toBe(2);
  });

  test('brings old events up to date, and quarantines an actor whose events it can not read', async () => {
    const first = startTestSystem({ kinds: [purse] });
    await first.system.ask(purse, 'a', put(4));
    await first.system.stop();
    const doubled = {
      ...purse,
      eventVersion: 2,
      upcast: ({ payload }: { readonly payload: unknown }) => {
        const { amount } = payload as { readonly amount: number }; // as version 1 was
        return { type: 'Put', amount: amount * 2 } as const;
      },
    };
    const second = startTestSystem({ ...first, kinds: [doubled] });
    expect(await second.system.ask(doubled, 'a', put(1))).toMatchObject({ reply: 9 });
    await second.system.stop();
    const ignorant = startTestSystem({ ...first, kinds: [{ ...purse, eventVersion: 3 }] });
    await expect(ignorant.system.ask(purse, 'a', read)).rejects.toMatchObject({ code: 'quarantined' });
    await expect(ignorant.system.ask(purse, 'a', read)).rejects.toMatchObject({ code: 'quarantined' });
    expect(ignorant.reports).toMatchObject([{ type: 'quarantined', error: { message: /no upcast/ } }]);
    expect(kindsOf(ignorant.system.inspect())[0]?.quarantined).toBe(1);
  });
});

describe('an idle actor', () => {
  test('leaves memory after its time, and is there again when it is needed', async () => {
    const kind = { ...purse, passivateAfterMs: 1_000 };
    const { system, clock, journal } = startTestSystem({ kinds: [kind] });
    const resident = () => kindsOf(system.inspect())[0]?.resident;
    await system.ask(kind, 'a', put(1));
    clock.advance(600);
    await system.ask(kind, 'b', put(2));
    clock.advance(600);
    expect(resident()).toBe(1);
    clock.advance(600);
    expect(resident()).toBe(0);
    expect(await system.ask(kind, 'a', put(1))).toMatchObject({ reply: 2 });
    journal.hold();
    const ask = system.ask(kind, 'a', put(1));
    await journal.untilHeld(1);
    clock.advance(3_000);
    expect(resident()).toBe(1);
    journal.letGo();
    expect(await ask).toMatchObject({ reply: 3 });
    clock.advance(3_000);
    expect(resident()).toBe(0);
  });

  test('stays when its kind says so', async () => {
    const kind = { ...purse, passivateAfterMs: 'never' as const };
    const { system, clock } = startTestSystem({ kinds: [kind], limits: { residentsMax: 1 } });
    await system.ask(kind, 'a', put(1));
    await system.ask(kind, 'b', put(1));
    clock.advance(86_400_000);
    expect(kindsOf(system.inspect())[0]?.resident).toBe(2);
  });

  test('leaves for others when there are too many, the longest unused first', async () => {
    const { system, clock, journal } = startTestSystem({ kinds: [purse], limits: { residentsMax: 3 } });
    for (const id of ['a', 'b', 'c']) {
      await system.ask(purse, id, put(1));
      clock.advance(1_000);
    }
    await system.ask(purse, 'a', read);
    await system.ask(purse, 'd', put(1));
    expect(kindsOf(system.inspect())[0]?.resident).toBe(3);
    const before = journal.calls['recover'];
    for (const id of ['a', 'c', 'd']) await system.ask(purse, id, read);
    expect(journal.calls['recover']).toBe(before);
    expect(await system.ask(purse, 'b', read)).toMatchObject({ reply: 1 });
    expect(journal.calls['recover']).toBe((before ?? 0) + 1);
  });
});
