/** A program whose actors count on a journal, for tests that freeze it: it tells its parent what it answers. */

import { LocalBus, patient, startActorSystem, systemClock } from '#kernel';
import { openPostgresJournal } from '../journal.ts';
import { counter } from './counter.ts';

/** An answer. What was asked before a takeover may be told after it: it was so when it was asked. */
export interface Told {
  readonly id: string;
  readonly command: 'Put' | 'Read';
  readonly count: number;
  /** By the clock that all processes of a machine share, in microseconds. */
  readonly askedAt: number;
}

export const sharedMicroseconds = (): number => Number(process.hrtime.bigint() / 1_000n);

/** With which it ends when it has lost its shards. */
export const lostExitCode = 3;
export const countersOfProcess = 20;

const main = async (url: string, leaseMs: number): Promise<void> => {
  const end = (): void => process.exit(lostExitCode);
  const journal = await openPostgresJournal({ url, leaseMs });
  const system = startActorSystem({
    kinds: [counter],
    journal,
    publisher: new LocalBus(),
    clock: systemClock,
    report: () => {},
    foundation: [{ name: 'records', strategy: 'one-for-one', intensity: patient, children: journal.services }],
    onEscalation: end,
  });
  const ask = async (id: string, command: Told['command']): Promise<void> => {
    const askedAt = sharedMicroseconds();
    const answer = await system.ask(counter, id, { type: command }).catch(() => null);
    if (answer?.type === 'replied') process.send?.({ id, command, count: answer.reply, askedAt } satisfies Told);
  };
  const work = async (id: string): Promise<never> => {
    for (;;) {
      await ask(id, 'Put');
      for (let reads = 0; reads < 3; reads++) await ask(id, 'Read');
      // Reads of what is in memory take no time at all: the parent must be heard too.
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  await Promise.all(Array.from({ length: countersOfProcess }, (_, i) => work(`counter-${i}`)));
};

const [, file, url, leaseMs] = process.argv;
if (import.meta.filename === file && url !== undefined) await main(url, Number(leaseMs));
