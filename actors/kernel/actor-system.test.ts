/** What callers of the running system rely on. */

import { describe, expect, test } from 'vitest';
import type { KernelEvent } from './kernel-event.ts';
import { Outage } from './outage.ts';
import type { Publication } from './publication.ts';
import { startActorSystem } from './start-actor-system.ts';
import type { ActorSystemOptions } from './start-actor-system.ts';
import { MemoryJournal } from './testing/memory-journal.ts';
import { purse } from './testing/purse.ts';
import { VirtualClock } from './testing/virtual-clock.ts';

const started = (options: Partial<ActorSystemOptions> = {}) => {
  const journal = options.journal instanceof MemoryJournal ? options.journal : new MemoryJournal();
  const clock = options.clock instanceof VirtualClock ? options.clock : new VirtualClock();
  const reports: KernelEvent[] = [];
  const published: Publication[] = [];
  const system = startActorSystem({
    kinds: [purse],
    journal,
    clock,
    publisher: { publish: (publication) => published.push(publication) },
    report: (event) => reports.push(event),
    chance: () => 0,
    ...options,
  });
  return { system, journal, clock, reports, published };
};

describe('an actor', () => {
  test('answers commands with replies and refusals', async () => {
    const { system } = started();
    expect(await system.ask(purse, 'a', { type: 'Put', amount: 5 })).toMatchObject({ type: 'replied', reply: 5 });
    expect(await system.ask(purse, 'a', { type: 'Put', amount: 2_000 })).toMatchObject({
      type: 'refused',
      refusal: { code: 'too-much' },
    });
    expect(await system.ask(purse, 'a', { type: 'Read' })).toMatchObject({ reply: 5, position: { seq: 1 } });
    await system.stop();
    await expect(system.ask(purse, 'a', { type: 'Read' })).rejects.toMatchObject({ code: 'stopping' });
    expect(Outage).toBeDefined();
  });
});
