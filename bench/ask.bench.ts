/** Asks with an answer, a thousand outstanding over a thousand actors: the kernel's against nact's query. */

// oxlint-disable-next-line eslint/no-restricted-imports -- the reference that is measured against
import { dispatch, query, spawn, start, stop } from 'nact';
// oxlint-disable-next-line eslint/no-restricted-imports -- the reference that is measured against
import type { Ref } from 'nact';
import type { ActorKind, ActorRef, Answer, Command, Refusal } from '#kernel';
import { startActorSystem, systemClock } from '#kernel';
import { MemoryJournal } from '#kernel/testing';
import type { Benchmark } from './benchmark.ts';
import { endOnTrouble } from './report-trouble.ts';
import { compareCpu } from './cpu-time.ts';

/** Each is asked one thing at a time. */
const actors = 1_000;
const nactRounds = 60;
const cellRounds = 300;
const rounds = 24;
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
      report: endOnTrouble,
    });
    const actorsKnown = ids.map((id) => system.actor(doubler, id));
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
    // There are as many references as places.
    // Now and then nact loses one, which then counts as mistaken.
    const askNact = (place: number, number: number): Promise<number> =>
      query(references[place] as Ref<Question>, (sender: Ref<number>) => ({ number, sender }), timeoutMs).catch(
        () => NaN,
      );
    const askCells = (place: number, number: number): Promise<Answer<number, Refusal>> =>
      (actorsKnown[place] as ActorRef<typeof doubler>).ask({ type: 'Double', number });
    // nact answers some questions with the answers of others: they are counted, not refused.
    let mistaken = 0;
    const all = async <T>(
      count: number,
      ask: (place: number, number: number) => Promise<T>,
      numberOf: (answer: T) => number,
    ): Promise<number> => {
      let wrong = 0;
      for (let i = 0; i < count; i++) {
        const asks: Promise<T>[] = [];
        for (let place = 0; place < actors; place++) asks.push(ask(place, i + place));
        const answers = await Promise.all(asks);
        for (const [place, answer] of answers.entries()) if (numberOf(answer) !== (i + place) * 2) wrong++;
      }
      return wrong;
    };
    try {
      const { oneMs, otherMs, ...compared } = await compareCpu(
        rounds,
        async () => {
          mistaken += await all(nactRounds, askNact, (answer) => answer);
        },
        async () => {
          const wrong = await all(cellRounds, askCells, (answer) =>
            answer.type === 'replied' ? answer.reply : Number.NaN,
          );
          if (wrong > 0) throw new Error(`${wrong} wrong answers`);
        },
      );
      if (mistaken > 0) console.error(`nact gave ${mistaken} wrong answers`);
      const reference = (nactRounds * actors * 1_000) / oneMs;
      const value = (cellRounds * actors * 1_000) / otherMs;
      const ratio = (compared.ratio * cellRounds) / nactRounds;
      return [
        {
          name: `ask: ${actors.toLocaleString('en-US')} outstanding`,
          value,
          unit: 'asks/CPU s',
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
