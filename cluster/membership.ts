/**
 * Keeps this node's place among the others: looks who is there, claims the shards that nobody has and that are
 * for this node, and gives away those that are for another.
 */

import { Outage, untilAborted } from '#kernel';
import type { ActorHost, Clock, Ownership, Service } from '#kernel';
import type { ReportCluster } from './cluster-event.ts';
import type { Peers } from './peers.ts';
import { planPlacement, takersAmong } from './placement.ts';
import type { PlacementSettings } from './placement.ts';
import type { Router } from './router.ts';
import type { ShardMap } from './shard-map.ts';

export interface MembershipOptions {
  readonly ownership: Ownership;
  readonly map: ShardMap;
  readonly router: Router;
  readonly peers: Peers;
  readonly actors: ActorHost;
  /** By shard: see `PlacementView`. */
  readonly roles: readonly string[];
  readonly clock: Clock;
  readonly settings: () => PlacementSettings;
  /** Whether this node is linked to the others now. */
  readonly isLinked: () => boolean;
  readonly report: ReportCluster;
  /** Who has what, or who is there, may have changed. */
  readonly onLook: () => void;
  /** How long a node that ends tries to give away what it has. */
  readonly leaveMsMax: number;
}

/** When nothing is known to have happened, among few nodes. */
const lookEveryMs = 1_000;
/** Of all nodes together: where there are more, each looks less often. */
const looksPerSecondMax = 200;
/** A link that is away for longer is no hiccup: others are to have what is here. */
const cutOffAfterMs = 2_500;
/** However often somebody wants to know. */
const lookEveryMsMin = 40;
/** After an outage the others, too, need a look until their leases last again: so long nothing is claimed. */
const graceMs = 3_000;
/** Without so many looks, this node cannot tell for whom else the database was away. */
const blindLooksMax = 2.5;
/** What actors of shards that are given away had decided is awaited this long; then the fence ends it. */
const releaseMsMax = 5_000;
/** Of a node that leaves, at a time: each of them is away for as long as all of them take. */
const leavingMovesPerRound = 128;

export class Membership {
  private readonly options: MembershipOptions;
  private sameSince: number;
  private looking: Promise<void> | null = null;
  private lookedAt = -Infinity;
  /** The last look that said something; null before the first. */
  private sawAt: number | null = null;
  private wasAway = false;
  private graceUntil = -Infinity;
  private looksAgain = false;
  private giving: Promise<void> | null = null;
  private disarm: (() => void) | null = null;
  private isEnded = false;
  private unlinkedSince: number | null = null;
  /** When this node has said that it is cut off; null: it has not. */
  private cutOffAt: number | null = null;
  private fail: (error: unknown) => void = () => {};
  private leavingBefore = '';
  private readonly beingGiven = new Set<number>();
  private readonly waitingForChange = new Set<() => void>();

  constructor(options: MembershipOptions) {
    this.options = options;
    this.sameSince = options.clock.now();
  }

  /** The service: started when the first look has been had; at its end all shards are given away. */
  get service(): Service {
    return {
      name: 'membership',
      stopMs: 2 * this.options.leaveMsMax,
      run: async ({ signal, started }) => {
        this.isEnded = false;
        await this.look();
        this.arm(lookEveryMs * this.slowness);
        started();
        const failure = Promise.withResolvers<never>();
        this.fail = failure.reject;
        try {
          await Promise.race([untilAborted(signal), failure.promise]);
          await this.leave();
        } finally {
          this.isEnded = true;
          this.disarm?.();
        }
      },
    };
  }

  /** Somebody has found that what is known here is old. */
  lookSoon(): void {
    if (this.isEnded) return;
    if (this.looking !== null) {
      this.looksAgain = true;
      return;
    }
    this.arm(Math.max(0, this.lookedAt + lookEveryMsMin - this.options.clock.now()));
  }

  /** Gives away what it has while there is somebody to take it. */
  private async leave(): Promise<void> {
    const { ownership, map, clock, leaveMsMax } = this.options;
    const until = clock.now() + leaveMsMax;
    try {
      await ownership.leave(true);
    } catch (error) {
      // Without the database nothing can be given: the lease ends by itself.
      this.options.report({ type: 'ownership-away', error });
      return;
    }
    await this.look();
    while (map.own.length > 0 && this.hasTakers() && clock.now() < until) await this.changed(until);
    await this.giving;
  }

  private hasTakers(): boolean {
    const { map, roles } = this.options;
    const others = map.living.filter(({ incarnation }) => incarnation !== map.self);
    return [...new Set(map.own.map((shard) => roles[shard]))].some((role) => takersAmong(others, role).length > 0);
  }

  /** Resolves with the next look, or when the time is up. */
  private changed(until: number): Promise<void> {
    return new Promise((resolve) => {
      const disarm = this.options.clock.at(until, resolve);
      this.waitingForChange.add(() => {
        disarm();
        resolve();
      });
      this.lookSoon();
    });
  }

  private arm(ms: number): void {
    this.disarm?.();
    const { clock } = this.options;
    this.disarm = clock.at(clock.now() + ms, () => {
      this.disarm = null;
      void this.look();
    });
  }

  /** How many times as long what is done now and then takes, so that all nodes together bother the database no more. */
  private get slowness(): number {
    return Math.max(1, (this.options.map.members.length * lookEveryMs) / 1_000 / looksPerSecondMax);
  }

  private look(): Promise<void> {
    this.looking ??= this.lookOnce().finally(() => {
      this.looking = null;
      this.lookedAt = this.options.clock.now();
      if (!this.isEnded) this.arm(this.looksAgain ? lookEveryMsMin : lookEveryMs * this.slowness);
      this.looksAgain = false;
      this.options.onLook();
      for (const tell of this.waitingForChange) tell();
      this.waitingForChange.clear();
    });
    return this.looking;
  }

  private async lookOnce(): Promise<void> {
    const { ownership, map, peers, report } = this.options;
    try {
      await this.sayWhetherCutOff();
      const view = await ownership.look(map.seen);
      this.noteSight();
      const { joined, gone, ended } = map.update(view, this.options.clock.now());
      // Not before: one whose lease was over for a moment goes on where both sides of its link were.
      for (const { incarnation } of ended) peers.forget(incarnation);
      for (const { node, incarnation } of joined) report({ type: 'member-joined', node, incarnation });
      for (const { node, incarnation } of gone) report({ type: 'member-gone', node, incarnation });
      this.noteChange(joined.length + gone.length);
      // Those whose shards somebody has already can be asked there at once.
      this.options.router.mapChanged(gone.map(({ incarnation }) => incarnation));
      await this.follow();
    } catch (error) {
      if (!(error instanceof Outage)) {
        this.fail(error);
        return;
      }
      this.wasAway = true;
      report({ type: 'ownership-away', error });
    }
  }

  private async sayWhetherCutOff(): Promise<void> {
    const { ownership, clock, isLinked } = this.options;
    const now = clock.now();
    this.unlinkedSince = isLinked() ? null : (this.unlinkedSince ?? now);
    const isCutOff = this.unlinkedSince !== null && now - this.unlinkedSince >= cutOffAfterMs;
    if (isCutOff === (this.cutOffAt !== null)) return;
    await ownership.cutOff(isCutOff);
    this.cutOffAt = isCutOff ? clock.now() : null;
  }

  /**
   * The leases of all have run out where the database was away for all: whoever comes first would take them for
   * dead, and end them by a claim.
   */
  private noteSight(): void {
    const now = this.options.clock.now();
    const isBack =
      this.sawAt !== null && (this.wasAway || now - this.sawAt > blindLooksMax * lookEveryMs * this.slowness);
    if (isBack) this.graceUntil = now + graceMs;
    this.wasAway = false;
    this.sawAt = now;
  }

  /** Does what there is to do for this node. */
  private async follow(): Promise<void> {
    const { map, settings, clock } = this.options;
    if (!map.isAlive(map.self) || clock.now() < this.graceUntil) return;
    const own = map.member(map.self);
    const isLeaving = own !== null && (own.isLeaving || own.isCutOff);
    const { movesPerRound, ...others } = settings();
    const { claim, give } = planPlacement(
      {
        self: map.self,
        members: map.members,
        owners: map.owners,
        roles: this.options.roles,
        sameMembersMs: clock.now() - this.sameSince,
        // Where looks are slow, the others take as much longer to say that they are cut off, too.
        cutOffMs: this.cutOffAt === null ? 0 : (clock.now() - this.cutOffAt) / this.slowness,
      },
      { ...others, movesPerRound: isLeaving ? leavingMovesPerRound : movesPerRound },
    );
    // What the database says is this node's may be more than it knew of: a claim whose answer was lost.
    const unknown = map.own.filter((shard) => !this.options.actors.isHere(shard) && !this.beingGiven.has(shard));
    if (claim.length > 0 || unknown.length > 0) await this.claim([...claim, ...unknown]);
    if (give.size > 0 && this.giving === null) {
      this.giving = this.give(give).finally(() => {
        this.giving = null;
        this.lookSoon();
      });
    }
  }

  private async claim(shards: readonly number[]): Promise<void> {
    const { ownership, map, actors, router, report } = this.options;
    const claimed = await ownership.claim(shards);
    const fresh = claimed.filter((shard) => !actors.isHere(shard) && !this.beingGiven.has(shard));
    for (const shard of claimed) map.owners[shard] = map.self;
    if (fresh.length === 0) return;
    actors.adopt(fresh);
    report({ type: 'shards-claimed', count: fresh.length, owned: map.own.length });
    router.mapChanged([]);
  }

  private async give(give: ReadonlyMap<number, string>): Promise<void> {
    const { ownership, map, actors, peers, router, clock, report } = this.options;
    const shards = [...give.keys()];
    for (const shard of shards) this.beingGiven.add(shard);
    try {
      await within(clock, releaseMsMax, actors.release(shards));
      await ownership.release(shards);
      for (const [target, ofTarget] of byTarget(give)) {
        peers.link(target).say(['f', ofTarget]);
        // Where it will be: what waits here follows at once, and waits there.
        for (const shard of ofTarget) map.owners[shard] = target;
      }
      report({ type: 'shards-given', count: shards.length, owned: map.own.length });
    } catch (error) {
      if (!(error instanceof Outage)) {
        this.fail(error);
        return;
      }
      // They may still be this node's, whose actors have left: it takes them up again when it finds them.
      report({ type: 'ownership-away', error });
    } finally {
      for (const shard of shards) this.beingGiven.delete(shard);
    }
    router.mapChanged([]);
  }

  /** A node that comes, goes, or begins to leave: what moves for balance waits until that is over. */
  private noteChange(count: number): void {
    const { map, clock } = this.options;
    const leaving = map.living
      .filter(({ isLeaving, isCutOff }) => isLeaving || isCutOff)
      .map(({ incarnation }) => incarnation)
      .sort()
      .join();
    if (count > 0 || leaving !== this.leavingBefore) this.sameSince = clock.now();
    this.leavingBefore = leaving;
  }
}

const byTarget = (give: ReadonlyMap<number, string>): ReadonlyMap<string, readonly number[]> => {
  const targets = new Map<string, number[]>();
  for (const [shard, target] of give) {
    const shards = targets.get(target);
    if (shards === undefined) targets.set(target, [shard]);
    else shards.push(shard);
  }
  return targets;
};

const within = async (clock: Clock, ms: number, work: Promise<void>): Promise<void> => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const disarm = clock.at(clock.now() + ms, resolve);
  await Promise.race([work, promise]);
  disarm();
};
