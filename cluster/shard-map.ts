/** Who is there and who has which shard, as this node has seen it last. */

import { shardCount } from '#kernel';
import type { Member, OwnershipView, SeenOwnership } from '#kernel';

export class ShardMap {
  readonly self: string;
  /** Null before the first look. */
  seen: SeenOwnership | null = null;
  members: readonly Member[] = [];
  /** When they were told of last: by the clock of whoever updates. */
  membersAt = 0;
  /** By shard; null: nobody's, as far as is known. */
  readonly owners: (string | null)[] = Array.from({ length: shardCount }, () => null);
  private alive = new Map<string, Member>();
  private readonly ended = new Set<string>();

  constructor(self: string) {
    this.self = self;
  }

  /** Which members have come, and which have gone: for the moment, or for ever. */
  update({ membersTag, members, version, owners }: OwnershipView, now: number): Changes {
    this.seen = { membersTag, version };
    if (owners !== null) for (const [shard, owner] of owners.entries()) this.owners[shard] = owner;
    if (members === null) return noChanges;
    const before = this.alive;
    const listed = new Set(members.map(({ incarnation }) => incarnation));
    const ended = this.members.filter(({ incarnation }) => !listed.has(incarnation));
    for (const { incarnation } of ended) this.end(incarnation);
    this.members = members;
    this.membersAt = now;
    this.alive = new Map(members.filter(({ isLapsed }) => !isLapsed).map((member) => [member.incarnation, member]));
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

  get version(): number | null {
    return this.seen?.version ?? null;
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

const noChanges: Changes = { joined: [], gone: [], ended: [] };

/** A run that wakes up after so many others have ended is not known to be one of them, and finds out by itself. */
const endedMax = 1_000;
