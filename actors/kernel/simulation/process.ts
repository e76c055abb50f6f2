/** A process of the simulation: a system on its own sight of the journal and the clock, that may end or stand still. */

import type { ActorSystem } from '../actor-system.ts';
import type { Clock } from '../clock.ts';
import { startActorSystem } from '../start-actor-system.ts';
import { journalOf } from './disturbed-journal.ts';
import type { Store } from './disturbed-journal.ts';
import type { History } from './history.ts';
import type { Purse } from './purse.ts';

export interface Process {
  readonly system: ActorSystem;
  /** Rejects when the process ends. */
  readonly ended: Promise<never>;
  /** As a kill: what it had sent may still arrive, and it hears nothing more. */
  readonly end: () => void;
  /** It does nothing for so long, and then goes on as if no time had passed. */
  readonly freeze: (ms: number) => void;
}

interface ProcessOptions {
  readonly store: Store;
  readonly purse: Purse;
  readonly history: History;
  readonly onEscalation: (process: Process) => void;
  /** A promise of the kernel is broken. */
  readonly onBroken: (error: unknown) => void;
}

/** Small, so that actors leave memory and come back all the time; and turns are not cut by the machine's own clock. */
const limits = {
  sliceMs: Infinity,
  residentsMax: 3,
  passivateAfterMs: 250,
  turnMessagesMax: 3,
  uncommittedWritesMax: 4,
};

export const startProcess = ({ store, purse, history, onEscalation, onBroken }: ProcessOptions): Process => {
  const { clock, random } = store;
  const ended = Promise.withResolvers<never>();
  ended.promise.catch(() => {});
  let hasEnded = false;
  let thaw: Promise<void> | null = null;
  const awake = async (): Promise<void> => {
    if (thaw === null) return;
    await thaw;
    // It may have been frozen again in the same moment.
    await awake();
  };
  const ownClock: Clock = {
    now: () => clock.now(),
    at: (timeMs, call) => {
      const ring = (): void => {
        if (hasEnded) return;
        if (thaw === null) call();
        else void thaw.then(ring);
      };
      return clock.at(timeMs, ring);
    },
  };
  const journal = journalOf(store, awake);
  /** By purse: the newest event that this process has told of. */
  const offsets = new Map<string, number>();
  const watched = (check: () => void): void => {
    if (hasEnded) return;
    // What throws here is only reported by the kernel: it is to end the run.
    try {
      check();
    } catch (error) {
      onBroken(error);
    }
  };
  const system = startActorSystem({
    kinds: [purse],
    journal,
    clock: ownClock,
    chance: random.next,
    report: () => {},
    publisher: {
      publish: (publication) => {
        if (!('offset' in publication)) return;
        const { channel, offset } = publication;
        watched(() => history.published(channel, publication, offsets.get(channel) ?? 0));
        offsets.set(channel, offset);
      },
    },
    onCommitted: (positions) => {
      for (const position of positions) watched(() => history.reached(position));
    },
    onEscalation: () => onEscalation(self),
    limits,
  });
  const self: Process = {
    system,
    ended: ended.promise,
    end() {
      hasEnded = true;
      journal.end();
      ended.reject(new Error('The process has ended.'));
    },
    freeze(ms) {
      if (thaw !== null) return;
      thaw = new Promise((resolve) => {
        clock.at(clock.now() + ms, () => {
          thaw = null;
          resolve();
        });
      });
    },
  };
  return self;
};
