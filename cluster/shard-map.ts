/** Who is there and who has which shard, as this node has seen it last. */

import { shardCount } from '#kernel';
import type { Member, OwnershipView } from '#kernel';

export class ShardMap {
  readonly self: string;
  version: number | null = null;
  members: readonly Member[] = [];
  /** By shard; null: nobody's, as far as is known. */
  readonly owners: (string | null)[] = Array.from({ length: shardCount }, () => null);
  private alive = new Map<string, Member>();
  private readonly ended = new Set<string>();

  constructor(self: string) {
    this.self = self;
  }

  /** Which members have come, and which have gone: for the moment, or for ever. */
  update(view: OwnershipView): Changes {
    const before = this.alive;
    const listed = new Set(view.members.map(({ incarnation }) => incarnation));
    const ended = this.members.filter(({ incarnation }) => !listed.has(incarnation));
    for (const { incarnation } of ended) this.end(incarnation);
    this.members = view.members;
    this.alive = new Map(
      view.members.filter(({ isLapsed }) => !isLapsed).map((member) => [member.incarnation, member]),
    );
    if (view.owners !== null) for (const [shard, owner] of view.owners.entries()) this.owners[shard] = owner;
    this.version = view.version;
    return {
      joined: [...this.alive.values()].filter(({ incarnation }) => !before.has(incarnation)),
      gone: [...before.values()].filter(({ incarnation }) => !this.alive.has(incarnation)),
      ended,
    };
  }

  /** That run is over. One whose lease has lapsed may go on while nobody has declared it dead. */
  hasEnded(incarnation: string): boolean {
    return this.ended.has(incarnation);
  }

  isAlive(incarnation: string): boolean {
    return this.alive.has(incarnation);
  }

  member(incarnation: string): Member | null {
    return this.alive.get(incarnation) ?? null;
  }

  /** The one of that name, or of that incarnation. */
  find(name: string): Member | null {
    return [...this.alive.values()].find(({ node, incarnation }) => node === name || incarnation === name) ?? null;
  }

  get living(): readonly Member[] {
    return [...this.alive.values()];
  }

  /** Null where nobody alive has it: whoever had it will not answer. */
  ownerOf(shard: number): string | null {
    const owner = this.owners[shard] ?? null;
    return owner !== null && this.alive.has(owner) ? owner : null;
  }

  get own(): readonly number[] {
    const own: number[] = [];
    for (const [shard, owner] of this.owners.entries()) if (owner === this.self) own.push(shard);
    return own;
  }

  private end(incarnation: string): void {
    this.ended.add(incarnation);
    const [oldest] = this.ended;
    if (this.ended.size > endedMax && oldest !== undefined) this.ended.delete(oldest);
  }
}

interface Changes {
  readonly joined: readonly Member[];
  readonly gone: readonly Member[];
  readonly ended: readonly Member[];
}

/** A run that wakes up after so many others have ended is not known to be one of them, and finds out by itself. */
const endedMax = 1_000;
