/** Whatever fails in between: what was acknowledged is there, and what was sent again is there once. */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { purse } from './testing/purse.ts';
import { startTestSystem } from './testing/test-system.ts';

type Disturbance = 'none' | 'lost' | 'unheard' | 'restart' | 'defect' | 'passivation';

const disturbances = fc.array(
  fc.record({
    actor: fc.constantFrom('a', 'b', 'c'),
    disturbance: fc.constantFrom<Disturbance>('none', 'none', 'lost', 'unheard', 'restart', 'defect', 'passivation'),
    burst: fc.integer({ min: 1, max: 4 }),
  }),
  { maxLength: 25 },
);

test('each command is applied once if it is sent until it is answered', async () => {
  await fc.assert(
    fc.asyncProperty(disturbances, async (steps) => {
      let running = startTestSystem({ kinds: [purse] });
      const { journal, clock } = running;
      const expected = new Map<string, number>();
      let sent = 0;
      /** Sends the command until there is an answer, as a client does. */
      const put = async (actor: string): Promise<void> => {
        const commandId = `c${sent++}`;
        expected.set(actor, (expected.get(actor) ?? 0) + 1);
        for (let attempt = 0; attempt < 20; attempt++) {
          const answer = await running.system.ask(purse, actor, { type: 'Put', amount: 1 }, { commandId }).then(
            ({ type }) => type,
            () => null,
          );
          if (answer === 'replied') return;
        }
        throw new Error(`No answer to ${commandId}.`);
      };
      for (const { actor, disturbance, burst } of steps) {
        if (disturbance === 'lost') journal.failNextAppend(new Error('lost'));
        if (disturbance === 'unheard') journal.failNextAppend(new Error('unheard'), { isWritten: true });
        if (disturbance === 'defect') running.system.tell(purse, actor, { type: 'Break', in: 'decide' });
        if (disturbance === 'passivation') clock.advance(600_000);
        const puts = Array.from({ length: burst }, () => put(actor));
        if (disturbance === 'restart') {
          const stopped = running.system.stop();
          await stopped;
          running = startTestSystem({ kinds: [purse], journal, clock });
        }
        await Promise.all(puts);
        // Restarts for defects are counted by the minute.
        clock.advance(60_000);
      }
      for (const [actor, sum] of expected) {
        expect(await running.system.ask(purse, actor, { type: 'Read' })).toMatchObject({ reply: sum });
        const seqs = journal.eventsOf({ kind: 'purse', id: actor }).map(({ seq }) => seq);
        expect(seqs).toEqual(seqs.map((_, place) => place + 1));
      }
      await running.system.stop();
    }),
    { numRuns: 150 },
  );
});
