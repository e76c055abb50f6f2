/** What an actor costs that is in memory and idle: a hundred thousand of them, beside their state. */

import type { ActorKind, Command } from '#kernel';
import { startActorSystem, systemClock } from '#kernel';
import { MemoryJournal } from '#kernel/testing';
import type { Benchmark } from './benchmark.ts';
import { endOnTrouble } from './report-trouble.ts';
import { collectGarbage } from './garbage.ts';

const actors = 100_000;
const bytesMax = 600;

interface Touch extends Command<number> {
  readonly type: 'Touch';
}

/** Its state is one small number, which takes no room beside the actor. */
const idler: ActorKind<Touch, number, { readonly type: 'Touched' }> = {
  name: 'idler',
  durability: 'volatile',
  initialState: () => 0,
  decide: { Touch: (_command, count) => ({ events: [{ type: 'Touched' }], reply: count + 1 }) },
  evolve: (count) => count + 1,
  passivateAfterMs: 'never',
};

const benchmark: Benchmark = {
  name: 'memory',
  async run() {
    const system = startActorSystem({
      kinds: [idler],
      journal: new MemoryJournal(),
      publisher: { publish: () => {} },
      clock: systemClock,
      report: endOnTrouble,
      limits: { residentsMax: 2 * actors },
    });
    try {
      // Compiled, and with all that is made once.
      await touchAll(system, 'warm', 1_000);
      const before = collectGarbage();
      await touchAll(system, 'idle', actors);
      const value = (collectGarbage() - before) / actors;
      return [
        {
          name: `memory: an idle actor among ${actors.toLocaleString('en-US')}`,
          value,
          unit: 'bytes',
          reference: null,
          ratio: value / bytesMax,
          reach: `≤ ${bytesMax} bytes`,
          ok: value <= bytesMax,
        },
      ];
    } finally {
      await system.stop();
    }
  },
};

/** Each has handled commands, asked with an id and without, as an actor that has gone idle has. */
const touchAll = async (system: ReturnType<typeof startActorSystem>, name: string, count: number): Promise<void> => {
  const portion = 1_000;
  for (let first = 0; first < count; first += portion) {
    const asks = Array.from({ length: portion }, async (_, i) => {
      const id = `${name}-${first + i}`;
      await system.ask(idler, id, { type: 'Touch' }, { commandId: `command-of-${id}` });
      await system.ask(idler, id, { type: 'Touch' });
    });
    await Promise.all(asks);
  }
};

export default benchmark;
