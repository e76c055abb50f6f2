/**
 * Which node is to have which shard: weighted rendezvous hashing, so that every node comes to the same answer by
 * itself, and a node that comes or goes moves no more than its own share.
 */

import type { Member } from '#kernel';

export interface PlacementSettings {
  /** Shards that one node gives away at a time. */
  readonly movesPerRound: number;
  /** How long the nodes must have been the same before shards move for the sake of balance. */
  readonly settleMs: number;
  /** Whether they move for the sake of balance at all. */
  readonly isRebalancing: boolean;
}

export interface PlacementView {
  /** This node. */
  readonly self: string;
  readonly members: readonly Member[];
  /** By shard; null: nobody's. */
  readonly owners: readonly (string | null)[];
  /** By shard: what a member does that may have it, beside those that may have all. */
  readonly roles: readonly string[];
  /** Milliseconds since a member came, went, or began to leave, as far as this node has seen. */
  readonly sameMembersMs: number;
  /** Milliseconds since this node has said that the others do not reach it; 0 where it has not. */
  readonly cutOffMs: number;
}

export interface Placement {
  /** Nobody's, and for this node to have. */
  readonly claim: readonly number[];
  /** This node's, to be given away now, each with the incarnation that is to have it. */
  readonly give: ReadonlyMap<number, string>;
}

/** What links all nodes may be away for all: the others have that long to say so, too. */
export const cutOffAloneMs = 4_000;

export const planPlacement = (
  { self, members, owners, roles, sameMembersMs, cutOffMs }: PlacementView,
  { movesPerRound, settleMs, isRebalancing }: PlacementSettings,
): Placement => {
  const alive = new Map(members.filter(({ isLapsed }) => !isLapsed).map((member) => [member.incarnation, member]));
  const byRole = new Map<string, readonly Taker[]>();
  const own = alive.get(self);
  /** One that is cut off alone gives to those that are not, as one that leaves does. */
  const isLeaving = (takers: readonly Taker[]): boolean =>
    own === undefined ||
    own.isLeaving ||
    (own.isCutOff && cutOffMs >= cutOffAloneMs && !takers.some(({ incarnation }) => incarnation === self));
  const isBalanced = isRebalancing && sameMembersMs >= settleMs && !isUpdating([...alive.values()]);
  const claim: number[] = [];
  const give = new Map<number, string>();
  for (const [shard, owner] of owners.entries()) {
    if (owner !== self && owner !== null && alive.has(owner)) continue;
    const role = roles[shard] ?? everyRole;
    let takers = byRole.get(role);
    if (takers === undefined) byRole.set(role, (takers = takersAmong(members, role)));
    if (owner === self && !isBalanced && !isLeaving(takers)) continue;
    const target = ownerOf(shard, takers);
    if (owner !== self) {
      if (target === self) claim.push(shard);
    } else if (target !== null && target !== self && give.size < movesPerRound) give.set(shard, target);
  }
  return { claim, give };
};

/** While versions are mixed, or a node leaves or is cut off, shards move once: from those that leave. */
const isUpdating = (alive: readonly Member[]): boolean =>
  alive.some(({ isLeaving, isCutOff }) => isLeaving || isCutOff) ||
  new Set(alive.map(({ version }) => version)).size > 1;

interface Taker {
  readonly incarnation: string;
  readonly weight: number;
  /** Hash of the name: a node that comes back under its name gets back what it had. */
  readonly seed: number;
}

/** Of nodes that may have any shard. */
export const everyRole = 'actors';

/** Those that may have shards of a role, for {@link ownerOf}: who is cut off only where all are, and nobody is better off. */
export const takersAmong = (members: readonly Member[], role = everyRole): readonly Taker[] => {
  const names = new Map<string, number>();
  const able = members.filter(
    ({ isLeaving, isLapsed, roles, weight }) =>
      !isLeaving && !isLapsed && (roles.includes(everyRole) || roles.includes(role)) && weight > 0,
  );
  const reached = able.filter(({ isCutOff }) => !isCutOff);
  return (reached.length > 0 ? reached : [...able])
    .sort((one, other) => (one.incarnation < other.incarnation ? -1 : 1))
    .map(({ incarnation, node, weight }) => {
      // Two of one name are a mistake of whoever set it: each still gets a share.
      const count = names.get(node) ?? 0;
      names.set(node, count + 1);
      return { incarnation, weight, seed: hash(`${node}#${count}`) };
    });
};

/**
 * The one with the highest score, -weight / ln(h) of a hash h in (0, 1) of shard and name: each is it for a share
 * of shards that is its weight's share. (Schindelhauer and Schomaker, “Weighted Distributed Hash Tables”, 2005.)
 */
export const ownerOf = (shard: number, takers: readonly Taker[]): string | null => {
  let best: Taker | null = null;
  let bestScore = -Infinity;
  for (const taker of takers) {
    const score = -taker.weight / Math.log(mix(taker.seed, shard));
    if (score <= bestScore) continue;
    best = taker;
    bestScore = score;
  }
  return best?.incarnation ?? null;
};

/** FNV-1a over UTF-16 units. */
const hash = (text: string): number => {
  let value = 0x811c9dc5;
  for (let place = 0; place < text.length; place++) {
    value ^= text.charCodeAt(place);
    value = Math.imul(value, 0x01000193);
  }
  return value >>> 0;
};

/** In (0, 1), spread evenly: the finalizer of MurmurHash3 over both. */
const mix = (seed: number, shard: number): number => {
  let value = seed ^ Math.imul(shard + 1, 0x9e3779b1);
  value ^= value >>> 16;
  value = Math.imul(value, 0x85ebca6b);
  value ^= value >>> 13;
  value = Math.imul(value, 0xc2b2ae35);
  value ^= value >>> 16;
  return ((value >>> 0) + 0.5) / 4_294_967_296;
};
