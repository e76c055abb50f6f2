import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { OutboxMessage } from './journal.ts';
import { defaultLimits } from './limits.ts';
import { Outbox } from './outbox.ts';
import { MemoryJournal } from './testing/memory-journal.ts';
import { VirtualClock } from './testing/virtual-clock.ts';

const messageOf = (id: string): OutboxMessage => ({ id, to: { kind: 'purse', id }, command: { type: 'Put' } });

test('messages of shards that come while the journal is being read are delivered at once, too', async () => {
  const reads: ((messages: readonly OutboxMessage[]) => void)[] = [];
  const readAfter: (string | null)[] = [];
  const journal = Object.assign(new MemoryJournal(), {
    undelivered: (afterId: string | null) => {
      readAfter.push(afterId);
      return new Promise<readonly OutboxMessage[]>((resolve) => reads.push(resolve));
    },
  });
  const delivered: string[] = [];
  const outbox = new Outbox({
    journal,
    clock: new VirtualClock(),
    limits: defaultLimits,
    chance: () => 0.5,
    report: () => {},
    deliver: (to) => {
      delivered.push(to.id);
      return Promise.resolve();
    },
  });
  outbox.start();
  // Asked for the shards of that moment; now there are more, with messages before those.
  outbox.lookAgain();
  reads[0]?.([messageOf('b')]);
  while (reads.length < 2) await setImmediate();
  reads[1]?.([messageOf('a')]);
  while (reads.length < 3) await setImmediate();
  reads[2]?.([]);
  await setImmediate();
  expect(readAfter).toEqual([null, null, 'a']);
  expect(delivered).toEqual(['b', 'a']);
});
