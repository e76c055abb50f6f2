/** How actors are read from the journal. */

import { describe, expect, test } from 'vitest';
import { MemoryJournal } from './testing/memory-journal.ts';
import { purse } from './testing/purse.ts';
import { startTestSystem } from './testing/test-system.ts';

const put = (amount: number) => ({ type: 'Put', amount }) as const;
const read = { type: 'Read' } as const;
const a = { kind: 'purse', id: 'a' };

test('those that somebody waits for are read first', async () => {
  const journal = new MemoryJournal();
  const order: string[] = [];
  const { recover } = journal;
  journal.recover = (actors) => {
    order.push(...actors.map(({ address }) => address.id));
    return recover.call(journal, actors);
  };
  const { system } = startTestSystem({ kinds: [purse], journal, limits: { recoveriesMax: 1, recoveryBatchMax: 2 } });
  for (const id of ['told1', 'told2', 'told3', 'hurried']) system.tell(purse, id, put(1));
  await Promise.all([system.ask(purse, 'asked', read), system.ask(purse, 'hurried', read)]);
  await system.ask(purse, 'told3', read);
  expect(order).toEqual(['asked', 'hurried', 'told1', 'told2', 'told3']);
});

describe('a snapshot that can not be read', () => {
  const kind = { ...purse, snapshot: { schema: 1, everyEvents: 2 } };
  const prepared = async () => {
    const first = startTestSystem({ kinds: [purse] });
    for (const amount of [1, 2, 4]) await first.system.ask(purse, 'a', put(amount));
    await first.system.stop();
    return first;
  };

  test.each([
    ['broken', '{"state":{"sum":'],
    ['not what the kind makes of it', '{"state":null,"shardSeq":2}'],
  ])('%s is thrown away, and the events are read', async (_name, state) => {
    const first = await prepared();
    await first.journal.saveSnapshot(a, { seq: 2, schema: 1, state });
    const { system, reports } = startTestSystem({ ...first, kinds: [kind] });
    expect(await system.ask(kind, 'a', read)).toMatchObject({ reply: 7, position: { seq: 3 } });
    expect(reports).toMatchObject([{ type: 'snapshot-unreadable', address: a }]);
    // The next one takes its place.
    await system.ask(kind, 'a', put(1));
    await system.ask(kind, 'a', put(1));
    const [recovery] = await first.journal.recover([{ address: a, schema: 1 }]);
    expect(recovery?.snapshot?.seq).toBeGreaterThan(2);
  });
});
