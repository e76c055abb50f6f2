/** Which shards this process has, where it is one of many, and how it gets and gives them. */

import type { CellHost } from './cell-host.ts';
import type { Life } from './life.ts';
import type { ActorAddress } from './command.ts';
import { shardCount } from './shard.ts';

interface Needs {
  readonly inShards: (isIn: (shard: number) => boolean) => readonly Life[];
  readonly host: Pick<CellHost, 'deaths' | 'forward'>;
  /** They are to look in the journal for what others have left. */
  readonly deliveries: readonly { lookAgain(): void }[];
  readonly forgetTimers: (isGone: (address: ActorAddress) => boolean) => void;
  readonly shardOf: (address: ActorAddress) => number;
}

export class ShardsHere {
  private readonly needs: Needs;
  private readonly here = new Uint8Array(shardCount);

  constructor(needs: Needs) {
    this.needs = needs;
  }

  has(shard: number): boolean {
    return this.here[shard] === 1;
  }

  adopt(shards: readonly number[]): void {
    for (const shard of shards) this.here[shard] = 1;
    for (const delivery of this.needs.deliveries) delivery.lookAgain();
  }

  async release(shards: readonly number[]): Promise<void> {
    const { host } = this.needs;
    const ends: Promise<void>[] = [];
    for (const actor of this.let(shards)) {
      const { address } = actor;
      ends.push(
        actor.moveOut((item) => {
          host.forward(address, item);
        }),
      );
      host.deaths.died(address, 'fenced');
    }
    await Promise.all(ends);
  }

  /** Their actors, of which nobody hears anything from here any more. */
  let(shards: readonly number[]): readonly Life[] {
    const gone = new Uint8Array(shardCount);
    for (const shard of shards) {
      this.here[shard] = 0;
      gone[shard] = 1;
    }
    const actors = this.needs.inShards((shard) => gone[shard] === 1);
    this.needs.forgetTimers((address) => gone[this.needs.shardOf(address)] === 1);
    return actors;
  }
}
