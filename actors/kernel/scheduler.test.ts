/** Who has a turn when. */

import { describe, expect, test } from 'vitest';
import type { ActorKind, Command } from './index.ts';
import { kindsOf } from './supervision/tree-view.ts';
import { startTestSystem } from './testing/test-system.ts';

interface Step extends Command<void> {
  readonly type: 'Step';
  readonly from: string;
}

/** A kind that notes who handled which message. */
const stepper = (handle: (id: string, from: string) => void): ActorKind<Step, null> => ({
  name: 'stepper',
  durability: 'volatile',
  initialState: () => null,
  decide: {
    Step: ({ from }, _state, { id }) => {
      handle(id, from);
      return { reply: undefined };
    },
  },
  evolve: (state) => state,
});

describe('turns', () => {
  test('go round: nobody handles more than its share while others wait', async () => {
    const handled: string[] = [];
    const kind = stepper((id) => handled.push(id));
    const { system } = startTestSystem({ kinds: [kind], limits: { turnMessagesMax: 2 } });
    for (let i = 0; i < 5; i++) system.tell(kind, 'a', { type: 'Step', from: 'test' });
    system.tell(kind, 'b', { type: 'Step', from: 'test' });
    await system.ask(kind, 'b', { type: 'Step', from: 'test' });
    expect(handled.slice(0, 4)).toEqual(['a', 'a', 'b', 'b']);
    await system.ask(kind, 'a', { type: 'Step', from: 'test' });
    expect(handled).toHaveLength(8);
  });

  test('leave the event loop to others between slices', async () => {
    let handled = 0;
    const kind = stepper(() => {
      handled++;
      const end = performance.now() + 0.01;
      while (performance.now() < end);
    });
    const { system } = startTestSystem({ kinds: [kind], limits: { sliceMs: 1, mailboxMessagesMax: 10_000 } });
    for (let i = 0; i < 3_000; i++) system.tell(kind, `a${i % 3}`, { type: 'Step', from: 'test' });
    const last = system.ask(kind, 'a0', { type: 'Step', from: 'test' });
    const seen: number[] = [];
    const look = (): void => {
      seen.push(handled);
      if (handled < 3_001) setImmediate(look);
    };
    look();
    await last;
    expect(seen.filter((count) => count > 0 && count < 3_001).length).toBeGreaterThan(3);
  });

  test('of one actor never overlap, and its messages stay in order', async () => {
    const order = new Map<string, number[]>();
    const kind = stepper((id, from) => {
      order.set(id, [...(order.get(id) ?? []), Number(from)]);
    });
    const { system, clock } = startTestSystem({ kinds: [kind], limits: { turnMessagesMax: 3, passivateAfterMs: 10 } });
    for (let i = 0; i < 60; i++) {
      for (const id of ['a', 'b']) system.tell(kind, id, { type: 'Step', from: String(i) });
      // It leaves memory and comes back in between.
      if (i % 20 === 19) {
        await Promise.all(['a', 'b'].map((id) => system.ask(kind, id, { type: 'Step', from: String(i) })));
        clock.advance(10);
        expect(kindsOf(system.inspect())[0]?.resident).toBe(0);
      }
    }
    for (const steps of order.values()) expect(steps).toEqual(steps.toSorted((one, other) => one - other));
    expect(order.get('a')).toHaveLength(63);
  });
});
