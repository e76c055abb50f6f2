/** Keeps the lists up with the journal, and tells when they have come to a place. */

import { setTimeout as delay } from 'node:timers/promises';
import { Outage, shardCount } from '#kernel';
import type { AnyKind, Position, Service } from '#kernel';
import type { ListName, ListStatus } from '#ports';
import { advisoryLocks } from './advisory-locks.ts';
import { openDatabase } from './database.ts';
import type { Connection, Statement } from './database.ts';
import { definitionsOf } from './list-build.ts';
import type { AnyProjection } from './list-build.ts';
import { ListFollower } from './list-follower.ts';
import type { ListEvent } from './list-follower.ts';

export interface Projector extends Service {
  /** For the kernel's `onCommitted`: where the journal has come to. */
  readonly committed: (positions: readonly Position[]) => void;
  /** Resolves when the list has all events up to the positions; rejects with `deadline-exceeded` when it takes too long. */
  readonly awaitPositions: (list: ListName, positions: readonly Position[], timeoutMs: number) => Promise<void>;
  readonly status: () => readonly ListStatus[];
  /** Has the list built anew beside the rows that are read, which it then replaces. */
  readonly rebuild: (list: ListName) => void;
}

export interface ProjectorOptions {
  readonly url: string;
  readonly projections: readonly AnyProjection[];
  /** The kinds whose events the projections read. */
  readonly kinds: readonly AnyKind[];
  readonly report?: (event: ListEvent) => void;
}

/** What other nodes have written, and nobody here was told of, is seen after this time at the latest. */
const lookEveryMs = 5_000;
/** How often a program that waits for its turn looks how far the other one is. */
const watchEveryMs = 100;

const readHeads: Statement = {
  name: 'journal-heads',
  text: `SELECT o.shard, (SELECT max(e.shard_seq) FROM journal.event e WHERE e.shard = o.shard) AS head
    FROM journal.shard_owner o`,
};
/** Held by the connection on which the lists are written: who has lost it writes nothing. */
const takeTurn: Statement = { name: 'take-turn', text: 'SELECT pg_try_advisory_lock($1) AS taken' };

interface Waiting {
  readonly list: ListName;
  readonly positions: readonly Position[];
  readonly arrive: () => void;
}

/** A service that has to be supervised: on an outage its run fails and is started again from the stored cursors. */
export const createProjector = ({ url, projections, kinds, report = () => {} }: ProjectorOptions): Projector => {
  const kindsByName = new Map(kinds.map((kind) => [kind.name, kind]));
  for (const projection of projections) {
    // Its events could not be read, and the cursor would go past them.
    if (!kindsByName.has(projection.kind)) throw new Error(`No kind of actor is called ${projection.kind}.`);
  }
  const definitions = definitionsOf(projections);
  const follower = new ListFollower({ definitions, kinds: kindsByName, report, onMoved: () => arrive() });
  const heads = new Float64Array(shardCount);
  const waiting = new Set<Waiting>();
  const toRebuild = new Set<ListName>();
  let lookedAt = -Infinity;
  let wake: () => void = () => {};

  const arrive = (): void => {
    for (const one of waiting) if (follower.hasReached(one.list, one.positions)) one.arrive();
  };

  /** Until something is committed, or it is time to look by ourselves. */
  const rest = async (ms: number, signal: AbortSignal): Promise<void> => {
    const { promise, resolve } = Promise.withResolvers<void>();
    wake = resolve;
    const woken = new AbortController();
    const until = AbortSignal.any([signal, woken.signal]);
    await Promise.race([promise, delay(ms, undefined, { signal: until, ref: false }).catch(() => {})]);
    woken.abort();
  };

  /** Does what was asked for, and sees from time to time what others have done. */
  const look = async (connection: Connection): Promise<void> => {
    for (const list of toRebuild) {
      toRebuild.delete(list);
      await follower.rebuild(connection, list);
      lookedAt = -Infinity;
    }
    const now = performance.now();
    if (now - lookedAt < lookEveryMs) return;
    lookedAt = now;
    await follower.watch(connection, now);
    const rows = await connection.query<{ shard: number; head: number | null }>(readHeads, []);
    for (const { shard, head } of rows) heads[shard] = Math.max(heads[shard] ?? 0, head ?? 0);
  };

  /** One program moves the lists; others watch it, and take over when it is gone. */
  const untilTurn = async (connection: Connection, signal: AbortSignal, started: () => void): Promise<void> => {
    for (;;) {
      const [row] = await connection.query<{ taken: boolean }>(takeTurn, [advisoryLocks.lists]);
      if (row?.taken === true || signal.aborted) return;
      await look(connection);
      await follower.watch(connection, performance.now());
      started();
      arrive();
      await rest(watchEveryMs, signal);
    }
  };

  const lead = async (connection: Connection, signal: AbortSignal, started: () => void): Promise<void> => {
    await follower.lead(connection, performance.now());
    lookedAt = -Infinity;
    arrive();
    started();
    while (!signal.aborted) {
      await look(connection);
      const hasMoved = await follower.step(connection, heads, performance.now());
      if (!hasMoved && toRebuild.size === 0 && !follower.isBehind(heads)) await rest(lookEveryMs, signal);
    }
  };

  const run: Service['run'] = async ({ signal, started }) => {
    const database = openDatabase(url, 1, 'lists');
    try {
      await database.withConnection(async (connection) => {
        heads.fill(0);
        await untilTurn(connection, signal, started);
        if (!signal.aborted) await lead(connection, signal, started);
      });
    } finally {
      follower.close();
      await database.close();
    }
  };

  return {
    name: 'lists',
    run,
    committed(positions) {
      for (const { shard, shardSeq } of positions) heads[shard] = Math.max(heads[shard] ?? 0, shardSeq);
      wake();
    },
    async awaitPositions(list, positions, timeoutMs) {
      if (follower.hasReached(list, positions)) return;
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const one = { list, positions, arrive: resolve };
      const timer = setTimeout(() => {
        reject(new Outage('deadline-exceeded', `The list ${list} has not caught up with what was written.`));
      }, timeoutMs);
      waiting.add(one);
      try {
        await promise;
      } finally {
        clearTimeout(timer);
        waiting.delete(one);
      }
    },
    status: () => follower.status(heads, performance.now()),
    rebuild(list) {
      toRebuild.add(list);
      wake();
    },
  };
};
