/** A journal as a process sees one on the other side of a network: slow, silent, away, or no longer its own. */

import type { Clock } from '../clock.ts';
import type { Append, AppendOutcome, Journal, OutboxMessage } from '../journal.ts';
import { Outage, gone } from '../outage.ts';
import type { MemoryJournal } from '../testing/memory-journal.ts';
import type { Random } from './random.ts';

/** What a test may break, to see that the simulation notices. */
export type PlantedBug =
  | 'forgets-command-ids'
  | 'says-committed-early'
  | 'loses-commits'
  | 'forgets-the-outbox'
  | 'answers-past-the-lease'
  | 'stores-twice';

/** What all processes write to. */
export interface Store {
  readonly memory: MemoryJournal;
  readonly clock: Clock;
  readonly random: Random;
  readonly bug: PlantedBug | null;
  /** Whether anything may go wrong now. */
  isDisturbed: boolean;
  isAway: boolean;
  owner: object | null;
  /** One append at a time: those whose process has given up on them come when they come. */
  tail: Promise<unknown>;
}

type Fate =
  | 'stored'
  /** Not stored, and said so. */
  | 'away'
  /** Not stored, and nobody knows. */
  | 'lost'
  /** Stored, and nobody knows. */
  | 'unheard'
  /** Stored after its process was told that nobody knows. */
  | 'late';

const slowMsMax = 40;
/** How long a server may go on with what its client has given up. */
const lateMsMax = 600;
/** One in so many appends has an end of its own. */
const oddAppends = 12;

export interface ProcessJournal extends Journal {
  /** The process has ended: it hears nothing more. */
  end(): void;
}

/** The journal for one process, which becomes the owner of all shards. */
export const journalOf = (store: Store): ProcessJournal => {
  const { memory, clock, random, bug } = store;
  const self = {};
  store.owner = self;
  let hasEnded = false;

  const later = async (msMax: number): Promise<void> => {
    const ms = random.between(0, msMax);
    if (ms > 0) {
      await new Promise<void>((resolve) => {
        clock.at(clock.now() + ms, resolve);
      });
    }
  };
  const hear = async (): Promise<void> => {
    if (store.isDisturbed) await later(slowMsMax);
    // Whoever has ended waits for ever.
    if (hasEnded) await new Promise<void>(() => {});
  };
  /** What may be done twice. */
  const call = async <T>(work: () => Promise<T>): Promise<T> => {
    await hear();
    if (store.isAway || (store.isDisturbed && random.isOneIn(50))) throw away();
    const result = await work();
    await hear();
    return result;
  };
  const write = (append: Append): Promise<AppendOutcome> => {
    const written = store.tail.then(async (): Promise<AppendOutcome> => {
      if (store.owner !== self) return { type: 'fenced' };
      if (bug === 'forgets-command-ids') return memory.append({ ...append, commandId: null });
      if (bug === 'loses-commits' && random.isOneIn(20)) return { type: 'committed', shardSeq: 1 };
      const outcome = await memory.append(append);
      if (bug === 'stores-twice' && outcome.type === 'committed' && random.isOneIn(20)) {
        await memory.append({ ...append, commandId: null, firstSeq: append.firstSeq + append.events.length });
      }
      return outcome;
    });
    store.tail = written;
    return written;
  };
  const assertOwned = (): void => {
    if (store.owner !== self) throw gone();
  };
  const fateOf = (): Fate => {
    if (store.isAway) return random.of<Fate>(['away', 'lost']);
    if (!store.isDisturbed || !random.isOneIn(oddAppends)) return 'stored';
    return random.of<Fate>(['away', 'lost', 'unheard', 'late']);
  };

  return {
    epoch: memory.epoch,
    mayAnswer: () => store.owner === self || bug === 'answers-past-the-lease',
    async append(append) {
      if (bug === 'says-committed-early') {
        const shardSeq = append.firstSeq;
        void later(slowMsMax).then(() => write(append));
        return { type: 'committed', shardSeq };
      }
      if (store.isDisturbed) await later(slowMsMax);
      const fate = fateOf();
      if (fate === 'late') void later(lateMsMax).then(() => write(append));
      const outcome = fate === 'stored' || fate === 'unheard' ? await write(append) : null;
      await hear();
      if (fate === 'away') throw away();
      if (outcome === null || fate === 'unheard') throw new Outage('outcome-unknown', 'The connection broke.');
      return outcome;
    },
    recover: (actors) => call(() => memory.recover(actors)),
    read: (address, afterSeq, limit) => call(() => memory.read(address, afterSeq, limit)),
    saveSnapshot: (address, snapshot) => call(() => memory.saveSnapshot(address, snapshot)),
    quarantine: (address, record) =>
      call(async () => {
        assertOwned();
        await memory.quarantine(address, record);
      }),
    release: (address, skip) =>
      call(async () => {
        assertOwned();
        await memory.release(address, skip);
      }),
    quarantines: (afterId, limit) => call(() => memory.quarantines(afterId, limit)),
    dueTimers: (now, limit) => call(() => memory.dueTimers(now, limit)),
    clearTimer: (timer) => call(() => memory.clearTimer(timer)),
    undelivered: (afterId, limit) =>
      call(async (): Promise<readonly OutboxMessage[]> =>
        bug === 'forgets-the-outbox' ? [] : memory.undelivered(afterId, limit),
      ),
    delivered: (ids) => call(() => memory.delivered(ids)),
    claimant: (claim) => call(() => memory.claimant(claim)),
    end() {
      hasEnded = true;
    },
  };
};

const away = (): Outage => new Outage('storage-away', 'The store can’t be reached.');
