/** Where users' last writes stand in the journal, so that the lists they ask for next show them. */

import type { Clock, Position } from '#actors';

/** A list that is further behind than this has a problem that waiting does not solve. */
const rememberedMs = 30_000;
const usersMax = 10_000;
/** A user's own things live in one shard; backtests in others. */
const shardsMax = 16;

interface Writes {
  at: number;
  readonly byShard: Map<number, Position>;
}

export class RecentWrites {
  readonly #clock: Clock;
  readonly #users = new Map<string, Writes>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  note(userId: string, position: Position): void {
    const at = this.#clock.now();
    const byShard = this.#users.get(userId)?.byShard ?? new Map<number, Position>();
    // Put in again at the end, so that the least recent are in front.
    this.#users.delete(userId);
    const before = byShard.get(position.shard);
    byShard.delete(position.shard);
    byShard.set(position.shard, before !== undefined && before.shardSeq > position.shardSeq ? before : position);
    if (byShard.size > shardsMax) dropFirst(byShard);
    this.#users.set(userId, { at, byShard });
    if (this.#users.size > usersMax) dropFirst(this.#users);
  }

  of(userId: string): readonly Position[] {
    const writes = this.#users.get(userId);
    if (writes === undefined) return [];
    if (this.#clock.now() - writes.at <= rememberedMs) return [...writes.byShard.values()];
    this.#users.delete(userId);
    return [];
  }
}

const dropFirst = <K>(map: Map<K, unknown>): void => {
  const [first] = map.keys();
  if (first !== undefined) map.delete(first);
};
