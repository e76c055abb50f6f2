/** Where the stories of the corpus are played: the real actors on a journal in memory, at a time that the story moves. */

import {
  accountKind,
  backtestKindWith,
  batchKindWith,
  deploymentKind,
  dispatcherKind,
  importKindWith,
  inboxKind,
  marketKindWith,
  operationsKind,
  strategyKindWith,
  symbolKind,
  userKind,
} from '#actors';
import type { AnyKind, CommandOf } from '#actors';
import { LocalBus } from '#kernel';
import type { ActorAddress, StoredEvent } from '#kernel';
import { startTestSystem } from '#kernel/testing';
import type { Importer } from '#ports';

export interface Stage {
  /** Tells an actor, under a command id of its own, and moves time on by a second; refusals are answers too. */
  readonly tell: <K extends AnyKind>(kind: K, id: string, command: CommandOf<K>) => Promise<void>;
  readonly wait: (ms: number) => void;
  /** Waits for what the actor does by itself: until it has that many events of the type. */
  readonly until: (address: ActorAddress, type: string, count?: number) => Promise<void>;
  readonly eventsOf: (address: ActorAddress) => readonly StoredEvent[];
  readonly end: () => Promise<void>;
}

const nothing = (): Promise<null> => Promise.resolve(null);

/** `importing` is what the importer does with each file, one after the other. */
export const openStage = (importing: readonly Importer['run'][]): Stage => {
  let told = 0;
  let imports = 0;
  const importer: Importer = {
    run: (request) => {
      const run = importing[imports++];
      if (run === undefined) throw new Error('The story has no more to import.');
      return run(request);
    },
    discard: () => Promise.resolve(),
  };
  const removal = { remove: () => Promise.resolve() };
  const { system, journal, clock } = startTestSystem({
    kinds: [
      // Tokens are random: a story says them itself.
      { ...userKind, tasks: { newResetToken: nothing, mailResetToken: nothing, countGivenUp: nothing } },
      operationsKind,
      { ...deploymentKind, tasks: { follow: nothing, decide: nothing, act: nothing } },
      inboxKind,
      accountKind,
      symbolKind,
      backtestKindWith(removal),
      batchKindWith(removal),
      dispatcherKind,
      strategyKindWith({ put: () => Promise.resolve(), get: () => Promise.resolve(null) }),
      importKindWith({ importer, publisher: new LocalBus() }),
      marketKindWith({
        lists: { page: () => Promise.resolve({ entries: [], hasMore: false }) },
        keptOf: () => null,
      }),
    ],
  });
  return {
    tell: async (kind, id, command) => {
      await system.ask(kind, id, command, { commandId: `told-${++told}` });
      clock.advance(1_000);
    },
    wait: (ms) => clock.advance(ms),
    until: (address, type, count = 1) =>
      journal.until(() => journal.eventsOf(address).filter((event) => event.type === type).length >= count),
    eventsOf: (address) => journal.eventsOf(address),
    end: () => system.stop(),
  };
};
