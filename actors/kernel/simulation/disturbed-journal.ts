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
  | 'stores-twice'
  | 'leaves-holes'
  | 'tears-appends'
  | 'reads-old'
  | 'answers-anew'
  | 'snapshots-askew'
  | 'rings-early'
  | 'forgets-timers';

/** What all processes write to. */
export interface Store {
  readonly memory: MemoryJournal;
  readonly clock: Clock;
  readonly random: Random;
  readonly bug: PlantedBug | null;
  /** Whether anything may go wrong now. */
  isDisturbed: boolean;
  /** What can't be reached just now. */
  readsAreAway: boolean;
  writesAreAway: boolean;
  owner: object | null;
  /** Every message that was sent with an append. */
  readonly sent: OutboxMessage[];
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
/** One in so many appends is answered so late that another process may have taken over and written more. */
const slowAnswers = 20;
/** One in so many appends has an end of its own. */
const oddAppends = 12;

export interface ProcessJournal extends Journal {
  /** The process has ended: it hears nothing more. */
  end(): void;
}

/** The journal for one process, which becomes the owner of all shards. `awake` resolves unless the process is frozen. */
export const journalOf = (store: Store, awake: () => Promise<void>): ProcessJournal => {
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
    await awake();
    // Whoever has ended waits for ever.
    if (hasEnded) await new Promise<void>(() => {});
  };
  /** What may be done twice. */
  const call = async <T>(isAway: () => boolean, work: () => Promise<T>): Promise<T> => {
    await hear();
    if (isAway() || (store.isDisturbed && random.isOneIn(50))) throw away();
    const result = await work();
    await hear();
    return result;
  };
  const reading = <T>(work: () => Promise<T>): Promise<T> => call(() => store.readsAreAway, work);
  const writing = <T>(work: () => Promise<T>): Promise<T> => call(() => store.writesAreAway, work);
  const write = (append: Append): Promise<AppendOutcome> => {
    const written = store.tail.then(async (): Promise<AppendOutcome> => {
      if (store.owner !== self) return { type: 'fenced' };
      if (bug === 'forgets-command-ids') return memory.append({ ...append, commandId: null });
      if (bug === 'loses-commits' && random.isOneIn(20)) return { type: 'committed', shardSeq: 1 };
      if (bug === 'leaves-holes' && random.isOneIn(20)) await memory.append(strangeAppend(append));
      const torn = bug === 'tears-appends' && random.isOneIn(20) ? { outbox: [], timers: [] } : {};
      const outcome = await memory.append({ ...append, ...torn });
      if (outcome.type === 'committed') store.sent.push(...append.outbox);
      if (outcome.type === 'duplicate' && bug === 'answers-anew') return { ...outcome, answer: '{"reply":null}' };
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
    if (store.writesAreAway) return random.of<Fate>(['away', 'lost']);
    if (!store.isDisturbed || !random.isOneIn(oddAppends)) return 'stored';
    return random.of<Fate>(['away', 'lost', 'unheard', 'late']);
  };

  return {
    epoch: memory.epoch,
    shardsOf: memory.shardsOf,
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
      if (store.isDisturbed && random.isOneIn(slowAnswers)) await later(lateMsMax);
      await hear();
      if (fate === 'away') throw away();
      if (outcome === null || fate === 'unheard') throw new Outage('outcome-unknown', 'The connection broke.');
      return outcome;
    },
    recover: (actors) =>
      reading(async () => {
        const recoveries = await memory.recover(actors);
        if (bug !== 'reads-old') return recoveries;
        return recoveries.map((recovery) => ({ ...recovery, events: recovery.events.slice(0, -1) }));
      }),
    read: (address, afterSeq, limit) => reading(() => memory.read(address, afterSeq, limit)),
    saveSnapshot: (address, snapshot) =>
      writing(() => {
        const seq = bug === 'snapshots-askew' ? snapshot.seq - 1 : snapshot.seq;
        return memory.saveSnapshot(address, { ...snapshot, seq });
      }),
    quarantine: (address, record) =>
      writing(async () => {
        assertOwned();
        await memory.quarantine(address, record);
      }),
    release: (address, skip) =>
      writing(async () => {
        assertOwned();
        await memory.release(address, skip);
      }),
    quarantines: (afterId, limit) => reading(() => memory.quarantines(afterId, limit)),
    dueTimers: (now, limit) =>
      reading(async () => {
        if (bug === 'forgets-timers') return { due: [], nextAt: null };
        return memory.dueTimers(bug === 'rings-early' ? now + 200 : now, limit);
      }),
    clearTimer: (timer) => writing(() => memory.clearTimer(timer)),
    undelivered: (afterId, limit) =>
      reading(async (): Promise<readonly OutboxMessage[]> =>
        bug === 'forgets-the-outbox' ? [] : memory.undelivered(afterId, limit),
      ),
    delivered: (ids) => writing(() => memory.delivered(ids)),
    waitingMessage: (id) => reading(() => memory.waitingMessage(id)),
    outbox: (afterPlace, limit) => reading(() => memory.outbox(afterPlace, limit)),
    claimant: (claim) => reading(() => memory.claimant(claim)),
    end() {
      hasEnded = true;
    },
  };
};

/** An event of nobody's in the same shard. */
const strangeAppend = (append: Append): Append => ({
  ...append,
  address: { kind: 'stranger', id: append.address.id },
  firstSeq: 1,
  commandId: null,
  answer: null,
  outbox: [],
  timers: [],
});

const away = (): Outage => new Outage('storage-away', 'The store can’t be reached.');
