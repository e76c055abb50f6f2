/** A world of programs that run backtests, in which a test may strike wherever a slot or an actor speaks with a store. */

import { expect } from 'vitest';
import type { Job, JobOutcome, JobRunner } from '#ports';
import { dispatcherKind } from '../../dispatcher/dispatcher.ts';
import { inboxKind } from '../../inbox/inbox.ts';
import type { Strike } from '../../testing/blows.ts';
import type { Program } from '../../testing/program.ts';
import { World } from '../../testing/world.ts';
import { slotServices } from '../slot-services.ts';
import { FakeRunners } from './fake-runner.ts';
import { history, listOf, MemoryResults, slotsKindsWith } from './slots-system.ts';

export interface SlotsWorldOptions {
  readonly slots: number;
  /** Work that a program finds at its start, if it is there by then. */
  readonly known: readonly { readonly id: string; readonly kind: 'single' | 'batch' }[];
  /** How the n-th job ends, counted from 1 over all programs. */
  readonly answering: (job: Job, signal: AbortSignal, nth: number) => JobOutcome | Promise<JobOutcome>;
  /** What happens to the n-th compilation, counted likewise; nothing by default. */
  readonly compiling?: (nth: number) => void;
  readonly strike: Strike | null;
  readonly inboxOf?: (program: Program) => typeof inboxKind;
}

export interface SlotsWorld {
  readonly world: World;
  readonly results: MemoryResults;
}

export const slotsWorld = ({
  slots,
  known,
  answering,
  compiling = () => {},
  strike,
  inboxOf = () => inboxKind,
}: SlotsWorldOptions): SlotsWorld => {
  const results = new MemoryResults();
  let jobs = 0;
  let compilations = 0;

  const runnerOf = (program: Program, runners: FakeRunners): JobRunner => {
    const runner = runners.open();
    return {
      compile: (...given) =>
        program.through('runner.compile', async () => {
          compiling(++compilations);
          return runner.compile(...given);
        }),
      run: (request) => program.through('runner.run', () => runner.run(request)),
      close: () => runner.close(),
    };
  };

  const removeBy = (program: Program) => (attemptId: string) =>
    program.through('store.remove', () => results.remove(attemptId));

  const slotsOf = (program: Program) => {
    const runners = new FakeRunners();
    runners.answering = (job, signal) => {
      const nth = ++jobs;
      return program.through('runner.job', async () => answering(job, signal, nth));
    };
    const { system, bus, clock, incarnation } = program;
    return slotServices({
      system,
      bus,
      clock,
      incarnation,
      slots,
      history: { bars: (query) => program.through('store.bars', () => history.bars(query)) },
      results: {
        store: (...given) => program.through('store.store', () => results.store(...given)),
        storeMembers: (...given) => program.through('store.storeMembers', () => results.storeMembers(...given)),
        remove: removeBy(program),
      },
      openRunner: () => runnerOf(program, runners),
      lists: listOf(known),
      alive: () => [incarnation],
    });
  };

  return {
    world: new World({
      kindsOf: (program) => slotsKindsWith({ remove: removeBy(program) }, inboxOf(program)),
      workOf: (program) => [slotsOf(program)],
      strike,
    }),
    results,
  };
};

/** The owner is told of it, once. */
export const checkInbox = async (
  world: World,
  { kind, backtestId }: { readonly kind: string; readonly backtestId: string },
): Promise<void> => {
  const inbox = await world.settled(world.request(inboxKind, 'ann', { type: 'GetInbox' }));
  if (inbox.type === 'refused') throw new Error(inbox.refusal.message);
  expect(inbox.reply.latest).toMatchObject([{ kind, about: { backtestId } }]);
};

/** All slots are there for others, and nothing waits or counts as running. */
export const checkQueue = async (world: World, slots: number): Promise<void> => {
  const queue = () => world.settled(world.request(dispatcherKind, 'main', { type: 'GetQueue' }));
  await world.until(async () => {
    const answer = await queue();
    return answer.type === 'replied' && answer.reply.slots === slots && answer.reply.running === 0;
  }, 'A slot is lost.');
  expect(await queue()).toMatchObject({ reply: { waiting: 0, running: 0, slots, byUser: {} } });
};
