/** Keeps the lists up with the journal, and tells when they have come to a place. */

import { Outage, shardCount } from '#kernel';
import type { AnyKind, Position, Service } from '#kernel';
import type { ListName, ListStatus } from '#ports';
import { Alarm } from './alarm.ts';
import { openDatabase } from './database.ts';
import type { Connection, Statement } from './database.ts';
import { definitionsOf } from './list-build.ts';
import type { AnyProjection } from './list-build.ts';
import { ListFollower } from './list-follower.ts';
import type { ListEvent } from './list-follower.ts';
import { endLeader, findLeader, takeLead } from './list-leader.ts';
import type { LeaderSession } from './list-leader.ts';
import { createListSignals } from './list-signals.ts';
import { Standstill } from './standstill.ts';

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
  /** How long whoever moves the lists may stand still before another one takes over. */
  readonly standMsMax?: number;
}

/** What others have written is told; what nobody has told is seen after this time at the latest. */
const lookEveryMs = 5_000;
/** How often a program that waits for its turn tries to have it. */
const watchEveryMs = 1_000;
/** How often it looks while somebody waits for a list, should it not be told that the list has moved. */
const awaitEveryMs = 200;
/** A lease: one that is frozen holds its lock for as long as its connection lives. */
const standMsDefault = 10_000;

const readHeads: Statement = {
  name: 'journal-heads',
  text: `SELECT o.shard, (SELECT max(e.shard_seq) FROM journal.event e WHERE e.shard = o.shard) AS head
    FROM journal.shard_owner o`,
};
interface Waiting {
  readonly list: ListName;
  readonly positions: readonly Position[];
  readonly arrive: () => void;
}

/** A service that has to be supervised: on an outage its run fails and is started again from the stored cursors. */
export const createProjector = ({
  url,
  projections,
  kinds,
  report = () => {},
  standMsMax = standMsDefault,
}: ProjectorOptions): Projector => {
  const kindsByName = new Map(kinds.map((kind) => [kind.name, kind]));
  for (const projection of projections) {
    // Its events could not be read, and the cursor would go past them.
    if (!kindsByName.has(projection.kind)) throw new Error(`No kind of actor is called ${projection.kind}.`);
  }
  const definitions = definitionsOf(projections);
  const heads = new Float64Array(shardCount);
  const waiting = new Set<Waiting>();
  const toRebuild = new Set<ListName>();
  const alarm = new Alarm();
  let isLeading = false;
  /** Somebody else has moved the lists since they were looked at. */
  let haveMoved = false;
  let lookedAt = -Infinity;

  const noteHead = (shard: number, shardSeq: number): void => {
    heads[shard] = Math.max(heads[shard] ?? 0, shardSeq);
  };
  const signals = createListSignals({
    url,
    onCommitted(places) {
      for (const [shard, shardSeq] of places) noteHead(shard, shardSeq);
      if (isLeading) alarm.ring();
    },
    onMoved() {
      haveMoved = true;
      if (waiting.size > 0) alarm.ring();
    },
  });
  const follower = new ListFollower({
    definitions,
    kinds: kindsByName,
    report,
    onMoved() {
      arrive();
      signals.tellMoved();
    },
  });

  const arrive = (): void => {
    for (const one of waiting) if (follower.hasReached(one.list, one.positions)) one.arrive();
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
    for (const { shard, head } of rows) noteHead(shard, head ?? 0);
  };

  /** Whoever watches sees how far the lists are where somebody waits for them, and now and then everywhere. */
  const watch = async (connection: Connection, isTurn: boolean): Promise<void> => {
    const isOld = haveMoved || follower.isServedBehind(heads);
    haveMoved = false;
    const now = performance.now();
    if (isTurn && isOld) await follower.watch(connection, now);
    else if (waiting.size > 0) {
      const shards = new Set([...waiting].flatMap(({ positions }) => positions.map(({ shard }) => shard)));
      await follower.watchShards(connection, [...shards]);
      // The rest is looked at in its time.
      haveMoved ||= isOld;
    } else haveMoved = isOld;
    follower.noteLag(heads, now);
  };

  /** One program moves the lists; others watch it, and take over when it is gone. */
  const untilTurn = async (connection: Connection, signal: AbortSignal, started: () => void): Promise<void> => {
    const replaceIdle = idleLeaders(connection);
    let triedAt = -Infinity;
    for (;;) {
      const isTurn = performance.now() - triedAt >= watchEveryMs;
      if (isTurn) {
        triedAt = performance.now();
        if (await takeLead(connection)) return;
      }
      if (signal.aborted) return;
      await look(connection);
      await watch(connection, isTurn);
      started();
      arrive();
      if (await replaceIdle()) triedAt = -Infinity;
      else await alarm.rest(waiting.size > 0 ? awaitEveryMs : watchEveryMs, signal);
    }
  };

  /** Ends a leader that stands still; true when it has. */
  const idleLeaders = (connection: Connection): (() => Promise<boolean>) => {
    const standstill = new Standstill();
    let suspect: { readonly session: LeaderSession; readonly sinceMs: number } | null = null;
    return async () => {
      const now = performance.now();
      const state = { isBehind: follower.isServedBehind(heads), progress: follower.progress() };
      if (standstill.note(state, now) < standMsMax / 2) {
        suspect = null;
        return false;
      }
      if (suspect === null) {
        // From here on, so that one which has just taken over is not ended for the one before.
        const session = await findLeader(connection);
        if (session !== null) suspect = { session, sinceMs: now };
        return false;
      }
      if (now - suspect.sinceMs < standMsMax / 2) return false;
      const { session } = suspect;
      suspect = null;
      const hasEnded = await endLeader(connection, session);
      if (hasEnded) report({ type: 'list-leader-ended', pid: session.pid });
      return hasEnded;
    };
  };

  const lead = async (connection: Connection, signal: AbortSignal, started: () => void): Promise<void> => {
    isLeading = true;
    await follower.lead(connection, performance.now());
    lookedAt = -Infinity;
    arrive();
    started();
    while (!signal.aborted) {
      await look(connection);
      const hasMoved = await follower.step(connection, heads, performance.now());
      if (!hasMoved && toRebuild.size === 0 && !follower.isBehind(heads)) await alarm.rest(lookEveryMs, signal);
    }
  };

  const follow = async (signal: AbortSignal, started: () => void): Promise<void> => {
    const database = openDatabase(url, 1, 'lists');
    try {
      await database.withConnection(async (connection) => {
        await untilTurn(connection, signal, started);
        if (!signal.aborted) await lead(connection, signal, started);
      });
    } finally {
      isLeading = false;
      follower.close();
      await database.close();
    }
  };

  const run: Service['run'] = async ({ signal, started }) => {
    heads.fill(0);
    lookedAt = -Infinity;
    const open = await signals.open();
    const deaf = new AbortController();
    const lost = open.lost.then((outage) => {
      deaf.abort();
      return outage;
    });
    try {
      await follow(AbortSignal.any([signal, deaf.signal]), started);
    } finally {
      await open.close();
    }
    const outage = await lost;
    if (outage !== null && !signal.aborted) throw outage;
  };

  return {
    name: 'lists',
    run,
    committed(positions) {
      for (const { shard, shardSeq } of positions) {
        noteHead(shard, shardSeq);
        if (!isLeading) signals.tellCommitted(shard, shardSeq);
      }
      if (isLeading) alarm.ring();
    },
    async awaitPositions(list, positions, timeoutMs) {
      if (follower.hasReached(list, positions)) return;
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const one = { list, positions, arrive: resolve };
      const timer = setTimeout(() => {
        reject(new Outage('deadline-exceeded', `The list ${list} has not caught up with what was written.`));
      }, timeoutMs);
      waiting.add(one);
      // It may be there already, where another program moves it.
      if (!isLeading) alarm.ring();
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
      alarm.ring();
    },
  };
};
