/** Asks with an answer, a thousand outstanding over a thousand actors: the kernel's against nact's query. */

// oxlint-disable-next-line eslint/no-restricted-imports -- the reference that is measured against
import { dispatch, query, spawn, start, stop } from 'nact';
// oxlint-disable-next-line eslint/no-restricted-imports -- the reference that is measured against
import type { Ref } from 'nact';
import type { ActorKind, Command } from '#kernel';
import { startActorSystem, systemClock } from '#kernel';
import { MemoryJournal } from '#kernel/testing';
import { bestOfEach } from './bench-data.ts';
import type { Benchmark } from './benchmark.ts';

const actors = 1_000;
const outstanding = 1_000;
const nactRounds = 10;
const cellRounds = 100;
const rounds = 5;
const reach = 8;
const timeoutMs = 10_000;

interface Double extends Command<number> {
  readonly type: 'Double';
  readonly number: number;
}

const doubler: ActorKind<Double, null> = {
  name: 'doubler',
  durability: 'volatile',
  initialState: () => null,
  decide: { Double: ({ number }) => ({ reply: number * 2 }) },
  evolve: (state) => state,
  passivateAfterMs: 'never',
};

interface Question {
  readonly number: number;
  readonly sender: Ref<number>;
}

const benchmark: Benchmark = {
  name: 'ask',
  async run() {
    const ids = Array.from({ length: actors }, (_, i) => `actor${i}`);
    const system = startActorSystem({
      kinds: [doubler],
      journal: new MemoryJournal(),
      publisher: { publish: () => {} },
      clock: systemClock,
      report: ({ type }) => {
        throw new Error(`reported: ${type}`);
      },
    });
    const root = start();
    const references = ids.map((id) =>
      spawn(
        root,
        (_state: null, { number, sender }: Question) => {
          dispatch(sender, number * 2);
          return null;
        },
        id,
      ),
    );
    // nact answers some questions with the answers of others: they are counted, not refused.
    let mistaken = 0;
    const askNact = async (place: number): Promise<void> => {
      const reference = references[place % actors] as Ref<Question>; // there are as many as actors
      const answer = await query(reference, (sender: Ref<number>) => ({ number: place, sender }), timeoutMs);
      if (answer !== place * 2) mistaken++;
    };
    const askCells = async (place: number): Promise<void> => {
      const id = ids[place % actors] as string; // there are as many as actors
      const answer = await system.ask(doubler, id, { type: 'Double', number: place });
      if (answer.type !== 'replied' || answer.reply !== place * 2) throw new Error(`a wrong answer for ${place}`);
    };
    const all = async (count: number, ask: (place: number) => Promise<void>): Promise<void> => {
      for (let i = 0; i < count; i++) {
        await Promise.all(Array.from({ length: outstanding }, (_, place) => ask(i + place)));
      }
    };
    try {
      const [nactMs = NaN, cellsMs = NaN] = await bestOfEach(rounds, [
        () => all(nactRounds, askNact),
        () => all(cellRounds, askCells),
      ]);
      if (mistaken > 0) console.error(`nact gave ${mistaken} wrong answers`);
      const reference = (nactRounds * outstanding * 1_000) / nactMs;
      const value = (cellRounds * outstanding * 1_000) / cellsMs;
      const ratio = value / reference;
      return [
        {
          name: `ask: ${outstanding.toLocaleString('en-US')} outstanding`,
          value,
          unit: 'asks/s',
          reference,
          ratio,
          reach: `≥ ${reach}× nact, none lost`,
          ok: ratio >= reach,
        },
      ];
    } finally {
      stop(root);
      await system.stop();
    }
  },
};

export default benchmark;
