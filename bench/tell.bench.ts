/** Messages told to one actor and to a thousand: the kernel's cells against nact's actors, in bursts. */

// oxlint-disable-next-line eslint/no-restricted-imports -- the reference that is measured against
import { dispatch, spawn, start, stop } from 'nact';
import type { ActorKind, Command } from '#kernel';
import { startActorSystem, systemClock } from '#kernel';
import { MemoryJournal } from '#kernel/testing';
import type { Benchmark, Row } from './benchmark.ts';
import { endOnTrouble } from './report-trouble.ts';
import { compareCpu } from './cpu-time.ts';

/** Messages sent in one go, before any is handled. */
const burst = 10_000;
const nactBursts = 20;
const cellBursts = 300;
const rounds = 20;

interface Add extends Command<number> {
  readonly type: 'Add';
  readonly amount: number;
}

/** Resolves when so many messages have been handled, whoever handles them. */
const countdown = () => {
  let left = 0;
  let resolve: () => void = () => {};
  return {
    expect: (count: number): Promise<void> => {
      left = count;
      return new Promise((whenDone) => {
        resolve = whenDone;
      });
    },
    handled: (): void => {
      left--;
      if (left === 0) resolve();
    },
  };
};

interface Measured {
  /** Messages a second of processor. */
  readonly nact: number;
  readonly cells: number;
  readonly ratio: number;
}

const measured = async (actors: number): Promise<Measured> => {
  const ids = Array.from({ length: actors }, (_, i) => `actor${i}`);
  const { expect, handled } = countdown();
  const adder: ActorKind<Add, number> = {
    name: 'adder',
    durability: 'volatile',
    initialState: () => 0,
    decide: {
      Add: ({ amount }, sum) => {
        handled();
        return { reply: sum + amount };
      },
    },
    evolve: (sum) => sum,
    mailbox: { messagesMax: burst },
    passivateAfterMs: 'never',
  };
  const system = startActorSystem({
    kinds: [adder],
    journal: new MemoryJournal(),
    publisher: { publish: () => {} },
    clock: systemClock,
    report: endOnTrouble,
  });
  // As nact's senders hold references, and need not look actors up either.
  const actorsKnown = ids.map((id) => system.actor(adder, id));
  const root = start();
  const references = ids.map((id) =>
    spawn(
      root,
      (sum: number = 0, { amount }: Add) => {
        handled();
        return sum + amount;
      },
      id,
    ),
  );
  const bursts = async (count: number, sendBurst: () => void): Promise<void> => {
    for (let i = 0; i < count; i++) {
      const done = expect(burst);
      sendBurst();
      await done;
    }
  };
  // A burst is a whole number of messages for each actor.
  const dispatchBurst = (): void => {
    for (let sent = 0; sent < burst; sent += actors) {
      for (const reference of references) dispatch(reference, { type: 'Add', amount: 1 });
    }
  };
  const tellBurst = (): void => {
    for (let sent = 0; sent < burst; sent += actors) {
      for (const actor of actorsKnown) actor.tell({ type: 'Add', amount: 1 });
    }
  };
  try {
    const { oneMs, otherMs, ratio } = await compareCpu(
      rounds,
      () => bursts(nactBursts, dispatchBurst),
      () => bursts(cellBursts, tellBurst),
    );
    return {
      nact: (nactBursts * burst * 1_000) / oneMs,
      cells: (cellBursts * burst * 1_000) / otherMs,
      ratio: (ratio * cellBursts) / nactBursts,
    };
  } finally {
    stop(root);
    await system.stop();
  }
};

const row = async (actors: number, reach: number): Promise<Row> => {
  const { nact, cells, ratio } = await measured(actors);
  return {
    name: `tell: ${actors === 1 ? 'one actor' : `${actors.toLocaleString('en-US')} actors`}`,
    value: cells,
    unit: 'messages/CPU s',
    reference: nact,
    ratio,
    reach: `≥ ${reach}× nact`,
    ok: ratio >= reach,
  };
};

const benchmark: Benchmark = {
  name: 'tell',
  run: async () => [await row(1, 40), await row(1_000, 10)],
};

export default benchmark;
