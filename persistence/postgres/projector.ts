/** Keeps the lists up with the journal, and tells when they have come to a place. */

import { setTimeout as delay } from 'node:timers/promises';
import { Outage, shardCount } from '#kernel';
import type { AnyKind, Position, Service } from '#kernel';
import type { ListName } from '#ports';
import { openDatabase } from './database.ts';
import type { Statement } from './database.ts';
import { joinGroups, openGroups } from './projection-groups.ts';
import { stepGroup } from './projection-group.ts';
import type { AnyProjection, ProjectionGroup } from './projection-group.ts';

export interface Projector extends Service {
  /** For the kernel's `onCommitted`: where the journal has come to. */
  readonly committed: (positions: readonly Position[]) => void;
  /** Resolves when the list has all events up to the positions; rejects with `deadline-exceeded` when it takes too long. */
  readonly awaitPositions: (list: ListName, positions: readonly Position[], timeoutMs: number) => Promise<void>;
}

export interface ProjectorOptions {
  readonly url: string;
  readonly projections: readonly AnyProjection[];
  /** The kinds whose events the projections read. */
  readonly kinds: readonly AnyKind[];
}

/** One reads while another one writes. */
const connectionsMax = 2;
/** What other nodes have written, and nobody here was told of, is seen after this time at the latest. */
const lookEveryMs = 5_000;

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
export const createProjector = ({ url, projections, kinds }: ProjectorOptions): Projector => {
  const kindsByName = new Map(kinds.map((kind) => [kind.name, kind]));
  for (const projection of projections) {
    // Its events could not be read, and the cursor would go past them.
    if (!kindsByName.has(projection.kind)) throw new Error(`No kind of actor is called ${projection.kind}.`);
  }
  const heads = new Float64Array(shardCount);
  const waiting = new Set<Waiting>();
  let groups: ProjectionGroup[] | null = null;
  let wake: () => void = () => {};

  const hasArrived = ({ list, positions }: Pick<Waiting, 'list' | 'positions'>): boolean => {
    const ofList = groups?.filter((group) => group.projections.some((projection) => projection.list === list)) ?? [];
    return (
      groups !== null &&
      positions.every(({ shard, shardSeq }) => ofList.every(({ reached }) => (reached[shard] ?? 0) >= shardSeq))
    );
  };

  /** Until something is committed, or it is time to look by ourselves. */
  const rest = async (signal: AbortSignal): Promise<void> => {
    const { promise, resolve } = Promise.withResolvers<void>();
    wake = resolve;
    const woken = new AbortController();
    const until = AbortSignal.any([signal, woken.signal]);
    await Promise.race([promise, delay(lookEveryMs, undefined, { signal: until, ref: false }).catch(() => {})]);
    woken.abort();
  };

  const run: Service['run'] = async ({ signal, started }) => {
    const database = openDatabase(url, connectionsMax, 'lists');
    try {
      heads.fill(0);
      groups = await openGroups(database, projections);
      let lookedAt = -Infinity;
      started();
      while (!signal.aborted) {
        if (performance.now() - lookedAt >= lookEveryMs) {
          lookedAt = performance.now();
          const rows = await database.query<{ shard: number; head: number | null }>(readHeads, []);
          for (const { shard, head } of rows) heads[shard] = Math.max(heads[shard] ?? 0, head ?? 0);
        }
        let hasMoved = false;
        for (const group of groups) hasMoved = (await stepGroup(database, kindsByName, group, heads)) || hasMoved;
        if (groups.length > 1) groups = await joinGroups(database, groups);
        for (const one of waiting) if (hasArrived(one)) one.arrive();
        if (!hasMoved && !signal.aborted && !isBehind(groups, heads)) await rest(signal);
      }
    } finally {
      groups = null;
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
      if (hasArrived({ list, positions })) return;
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
  };
};

const isBehind = (groups: readonly ProjectionGroup[], heads: Float64Array): boolean =>
  groups.some(({ reached }) => reached.some((place, shard) => place < (heads[shard] ?? 0)));
