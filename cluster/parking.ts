/** What waits for a shard to have an owner, in its order. */

import { isOverdue } from './routed.ts';
import type { Routed } from './routed.ts';

/** Beyond it whoever asks is refused. */
const parkedMax = 100_000;

export class Parking {
  private readonly byShard = new Map<number, Routed[]>();
  private count = 0;

  get size(): number {
    return this.count;
  }

  get shards(): readonly number[] {
    return [...this.byShard.keys()];
  }

  /** False: there is no room. */
  add(shard: number, one: Routed): boolean {
    if (this.count >= parkedMax) return false;
    const waiting = this.byShard.get(shard);
    if (waiting === undefined) this.byShard.set(shard, [one]);
    else waiting.push(one);
    this.count++;
    return true;
  }

  take(shard: number): readonly Routed[] {
    const waiting = this.byShard.get(shard) ?? [];
    this.byShard.delete(shard);
    this.count -= waiting.length;
    return waiting;
  }

  takeAll(): readonly Routed[] {
    return this.shards.flatMap((shard) => this.take(shard));
  }

  /** What has waited for too long, and what nobody waits for any more. */
  takeOverdue(now: number): readonly Routed[] {
    const overdue: Routed[] = [];
    for (const [shard, waiting] of this.byShard) {
      const left = waiting.filter((one) => !isOverdue(one, now));
      if (left.length === waiting.length) continue;
      overdue.push(...waiting.filter((one) => isOverdue(one, now)));
      this.count -= waiting.length - left.length;
      if (left.length === 0) this.byShard.delete(shard);
      else this.byShard.set(shard, left);
    }
    return overdue;
  }
}
