/** Writes the appends of some shards: one statement at a time, and the next takes whatever has gathered meanwhile. */

import { Outage } from '#kernel';
import type { Append, AppendOutcome } from '#kernel';
import { findConflicts } from './append-conflicts.ts';
import { appendText } from './append-statement.ts';
import type { Follows, PlacedAppend } from './append-statement.ts';
import { integerArray } from './binary-array.ts';
import { sqlState } from './database.ts';
import type { Connection, Database, Statement } from './database.ts';
import { createEventCopy } from './event-copy.ts';
import { persistenceIdOf } from './persistence-id.ts';

export interface ShardWriter {
  append(append: Append): Promise<AppendOutcome>;
  /** Failed by a defect: nobody knows any more what it has written, and it takes nothing. Another one is to go on. */
  readonly isBroken: boolean;
  /** Rejects with that defect. */
  readonly broken: Promise<never>;
  /** Resolves when nothing is under way. */
  idle(): Promise<void>;
}

/** What the writer must know of its shards; shared with the lease, which can end at any time. */
export interface OwnedShards {
  /** Epochs of the shards that are owned. */
  readonly epochs: ReadonlyMap<number, number>;
  /** Of the ownership of all shards, at which these epochs were seen. */
  version(): number;
  /** The database has refused a write since owners have changed: looks which shards are still owned. */
  ownersChanged(connection: Connection): Promise<void>;
  /** Rejects with an `Outage` while nobody knows whether they are still owned. */
  ensureHeld(): Promise<void>;
}

interface Waiting {
  readonly append: Append;
  /** Of its actor: asked for several times on its way. */
  readonly id: string;
  /** Of payloads and answer. */
  readonly bytes: number;
  readonly settle: (outcome: AppendOutcome) => void;
  readonly fail: (error: unknown) => void;
}

/** Appends in one statement: beyond this a larger batch is no faster, and others wait longer. */
const batchAppendsMax = 2_000;
/** Events in one statement, unless a single append has more. */
const batchEventsMax = 8_000;
/** Bytes of payloads and answers in one statement, unless a single append has more. */
const batchBytesMax = 8 * 1024 * 1024;
/** Appends that may wait; their actors' mailboxes are bounded too, so this is for the case that they are many. */
const waitingAppendsMax = 50_000;
/** Bytes of what may wait, unless it is a single append: while Postgres hangs, memory must not fill. */
const waitingBytesMax = 64 * 1024 * 1024;
/** Deadlocks and places taken by a statement that was thought lost: more in a row are no accident. */
const retriesMax = 5;

/** Actors of which is remembered how far they are; for others the append looks whether its events follow. */
const headsMax = 50_000;

const lastPlaces: Statement = {
  name: 'shard-places',
  text: `SELECT s.shard, coalesce((SELECT max(e.shard_seq) FROM journal.event e WHERE e.shard = s.shard), 0) AS last
    FROM unnest($1::integer[]) AS s (shard)`,
};

export const createShardWriter = (database: Database, owned: OwnedShards): ShardWriter => {
  const waiting: Waiting[] = [];
  /** The last place given in each shard; absent where it must be read first. */
  const places = new Map<number, number>();
  /** Persistence id → a sequence number that is committed. Nothing is ever taken back, so it stays true. */
  const heads = new Map<string, number>();
  const encode = createEventCopy();
  let waitingBytes = 0;
  let writing: Promise<void> | null = null;
  let isBroken = false;
  const broken = Promise.withResolvers<never>();
  broken.promise.catch(() => {}); // whoever runs the writer waits for it

  const drain = async (): Promise<void> => {
    // All that this turn of the event loop brings goes into the first statement.
    await new Promise((resolve) => setImmediate(resolve));
    let batch: readonly Waiting[] = [];
    try {
      while (waiting.length > 0) {
        batch = takeBatch(waiting);
        for (const { bytes } of batch) waitingBytes -= bytes;
        await writeOrFail(batch);
      }
    } catch (defect) {
      breakDown(batch, defect);
    }
    writing = null;
  };

  /** An outage is told to those who wait; all else is a defect, and thrown. */
  const writeOrFail = async (batch: readonly Waiting[]): Promise<void> => {
    try {
      await ensureHeld();
      await database.withConnection((connection) => write(connection, batch));
    } catch (error) {
      if (!(error instanceof Outage)) throw error;
      for (const { append, fail } of batch) {
        places.delete(append.shard);
        fail(error);
      }
      failWaiting(error);
    }
  };

  const breakDown = (batch: readonly Waiting[], cause: unknown): void => {
    isBroken = true;
    waitingBytes = 0;
    const message = 'A writer of the journal failed: whether it was done is not known.';
    for (const { fail } of [...batch, ...waiting.splice(0)]) fail(new Outage('outcome-unknown', message, { cause }));
    broken.reject(cause instanceof Error ? cause : new Error(String(cause)));
  };

  /** Nothing was done where that is not known. */
  const ensureHeld = async (): Promise<void> => {
    try {
      await owned.ensureHeld();
    } catch (cause) {
      throw cause instanceof Outage ? away(cause) : cause;
    }
  };

  /** Those who have come meanwhile need not wait until the same happens to them: what comes next tries again. */
  const failWaiting = (cause: Outage): void => {
    waitingBytes = 0;
    for (const { fail } of waiting.splice(0)) fail(away(cause));
  };

  /** Settles every append of the batch, or throws: those that are settled by then stay so. */
  const write = async (connection: Connection, batch: readonly Waiting[]): Promise<void> => {
    let rest = batch;
    for (let attempt = 0; rest.length > 0; attempt++) {
      await readPlaces(connection, rest);
      // From here to the statement nothing may come between: the shards belong to the version that it names.
      rest = settleFenced(rest);
      if (rest.length === 0) return;
      const placed = place(rest);
      try {
        await run(connection, placed);
        settleCommitted(rest, placed);
        return;
      } catch (error) {
        if (error instanceof Outage) throw error;
        if (sqlState(error) === ownersHaveChanged) {
          await owned.ownersChanged(connection);
          continue;
        }
        const next = await afterRefusal(connection, rest, error, attempt);
        if (next === null) return;
        rest = next;
      }
    }
  };

  const run = async (connection: Connection, placed: readonly PlacedAppend[]): Promise<void> => {
    const follows: Follows[] = [];
    const begun: string[] = [];
    for (const { append, id } of placed) {
      const before = append.firstSeq - 1;
      if (before === 0) begun.push(id);
      else if (heads.get(id) !== before) follows.push({ id, seq: before });
    }
    await connection.copyIn(appendText(placed, owned.version(), follows, begun), encode(placed, owned.epochs));
  };

  /** What is to be tried again after the server refused a batch, or null when that has been done. */
  const afterRefusal = async (
    connection: Connection,
    batch: readonly Waiting[],
    error: unknown,
    attempt: number,
  ): Promise<readonly Waiting[] | null> => {
    const state = sqlState(error) ?? '';
    if (['40001', '40P01'].includes(state) && attempt < retriesMax) return batch;
    // 22: data that can't be stored; 23: a constraint; 54: too large for an index. All else is no append's fault.
    if (!/^(22|23|54)/.test(state)) throw error;
    const outcomes = await findConflicts(
      connection,
      batch.map(({ append }) => append),
    );
    const rest = batch.filter((one, i) => {
      const outcome = outcomes[i] ?? null;
      if (outcome !== null) one.settle(outcome);
      return outcome === null;
    });
    if (rest.length < batch.length) return rest;
    if (isTakenPlace(error) && attempt < retriesMax) {
      // A statement whose outcome was not known has been done after all.
      for (const { append } of batch) places.delete(append.shard);
      return batch;
    }
    const [only] = batch;
    if (batch.length === 1 && only !== undefined) {
      only.fail(error);
      return null;
    }
    // They are in each other's way: the halves one after the other, so that the first one wins.
    const half = Math.ceil(batch.length / 2);
    await write(connection, batch.slice(0, half));
    await write(connection, batch.slice(half));
    return null;
  };

  const settleFenced = (batch: readonly Waiting[]): readonly Waiting[] =>
    batch.filter(({ append, settle }) => {
      const isOwned = owned.epochs.has(append.shard);
      if (!isOwned) settle({ type: 'fenced' });
      return isOwned;
    });

  const readPlaces = async (connection: Connection, batch: readonly Waiting[]): Promise<void> => {
    const unknown = new Set(batch.map(({ append }) => append.shard).filter((shard) => !places.has(shard)));
    if (unknown.size === 0) return;
    const rows = await connection.query<{ shard: number; last: number }>(lastPlaces, [integerArray([...unknown])]);
    for (const { shard, last } of rows) places.set(shard, last);
  };

  const place = (batch: readonly Waiting[]): readonly PlacedAppend[] => {
    const next = new Map<number, number>();
    return batch.map(({ append, id }) => {
      const last = next.get(append.shard) ?? places.get(append.shard) ?? 0;
      next.set(append.shard, last + append.events.length);
      return { append, id, firstShardSeq: last + 1 };
    });
  };

  const settleCommitted = (batch: readonly Waiting[], placed: readonly PlacedAppend[]): void => {
    for (const [i, { append, id, settle }] of batch.entries()) {
      const shardSeq = (placed[i]?.firstShardSeq ?? NaN) + append.events.length - 1;
      places.set(append.shard, shardSeq);
      remember(id, append);
      settle({ type: 'committed', shardSeq });
    }
  };

  const remember = (id: string, { firstSeq, events }: Append): void => {
    if (heads.size >= headsMax && !heads.has(id)) heads.clear();
    heads.set(id, firstSeq + events.length - 1);
  };

  return {
    broken: broken.promise,
    get isBroken() {
      return isBroken;
    },
    append(append) {
      if (isBroken) return Promise.reject(new Outage('storage-away', 'A writer starts again: nothing was done.'));
      if (!owned.epochs.has(append.shard)) return Promise.resolve({ type: 'fenced' });
      const bytes = bytesOf(append);
      if (waiting.length >= waitingAppendsMax || (waiting.length > 0 && waitingBytes + bytes > waitingBytesMax)) {
        return Promise.reject(
          new Outage('overloaded', `${waiting.length} appends wait for the journal already: nothing was done.`),
        );
      }
      return new Promise((settle, fail) => {
        waiting.push({ append, id: persistenceIdOf(append.address), bytes, settle, fail });
        waitingBytes += bytes;
        writing ??= drain();
      });
    },
    async idle() {
      await writing;
    },
  };
};

const away = (cause: Outage): Outage =>
  new Outage('storage-away', 'Postgres does not take it: nothing was done.', { cause });

const bytesOf = ({ events, answer }: Append): number => {
  let bytes = answer?.length ?? 0;
  for (const { payload } of events) bytes += payload.length;
  return bytes;
};

const takeBatch = (waiting: Waiting[]): readonly Waiting[] => {
  let batchEvents = 0;
  let batchBytes = 0;
  let count = 0;
  for (const { append, bytes } of waiting) {
    batchEvents += append.events.length;
    batchBytes += bytes;
    if (count > 0 && (count === batchAppendsMax || batchEvents > batchEventsMax || batchBytes > batchBytesMax)) break;
    count++;
  }
  return waiting.splice(0, count);
};

/** By `journal.fence`. */
const ownersHaveChanged = 'XT001';

const isTakenPlace = (error: unknown): boolean =>
  error instanceof Error && 'constraint' in error && error.constraint === 'event_shard_seq';
