/** Where users' last writes stand in the journal, so that the lists they ask for next show them. */

import { createHash } from 'node:crypto';
import type { Clock, Position } from '#actors';

/** With an answer: where its writes stand. Sent back with the next requests, other nodes know of them, too. */
export const readAfterHeader = 'read-after';

/** A list that is further behind than this has a problem that waiting does not solve. */
const rememberedMs = 30_000;
const usersMax = 10_000;
/** A user's own things live in a few, one for each service; each backtest in another one. */
const shardsMax = 16;

interface Writes {
  at: number;
  readonly byShard: Map<number, Position>;
}

export class RecentWrites {
  readonly #clock: Clock;
  /** Places in another journal mean nothing here. */
  readonly #epoch: string;
  readonly #users = new Map<string, Writes>();

  /** `epoch`: of the journal. */
  constructor(clock: Clock, epoch: string) {
    this.#clock = clock;
    this.#epoch = createHash('sha256').update(epoch).digest('base64url').slice(0, 8);
  }

  note(userId: string, position: Position, at = this.#clock.now()): void {
    const known = this.#users.get(userId);
    const byShard = known?.byShard ?? new Map<number, Position>();
    // Put in again at the end, so that the least recent are in front.
    this.#users.delete(userId);
    const before = byShard.get(position.shard);
    byShard.delete(position.shard);
    byShard.set(position.shard, before !== undefined && before.shardSeq > position.shardSeq ? before : position);
    if (byShard.size > shardsMax) dropFirst(byShard);
    this.#users.set(userId, { at: Math.max(at, known?.at ?? 0), byShard });
    if (this.#users.size > usersMax) dropFirst(this.#users);
  }

  of(userId: string): readonly Position[] {
    const writes = this.#users.get(userId);
    if (writes === undefined) return [];
    if (this.#clock.now() - writes.at <= rememberedMs) return [...writes.byShard.values()];
    this.#users.delete(userId);
    return [];
  }

  /** For the client: `Zk3v_0aQ 1769851800000 17.2041,3.88`, the journal, when it was, shards and places in them; null: nothing. */
  textOf(userId: string): string | null {
    const positions = this.of(userId);
    const at = this.#users.get(userId)?.at;
    if (at === undefined || positions.length === 0) return null;
    return `${this.#epoch} ${at} ${positions.map(({ shard, shardSeq }) => `${shard}.${shardSeq}`).join(',')}`;
  }

  /**
   * What a client says that it has written, as another gateway has told it; nothing where it is no such text.
   * Nobody has signed it: whoever makes one up waits in lists of his own, no longer than lists are waited for.
   */
  learn(userId: string, text: string): void {
    const [, epoch, at, places = ''] = readAfterForm.exec(text) ?? [];
    // Said again and again it is no newer.
    const age = this.#clock.now() - Number(at);
    if (epoch !== this.#epoch || !(Math.abs(age) <= rememberedMs)) return;
    for (const place of places.split(',')) {
      const [shard = 0, shardSeq = 0] = place.split('.').map(Number);
      this.note(userId, { shard, shardSeq, seq: 0 }, Number(at));
    }
  }
}

const readAfterForm = /^([\w-]{8}) (\d{1,15}) (\d{1,6}\.\d{1,15}(?:,\d{1,6}\.\d{1,15}){0,15})$/;

const dropFirst = <K>(map: Map<K, unknown>): void => {
  const [first] = map.keys();
  if (first !== undefined) map.delete(first);
};
