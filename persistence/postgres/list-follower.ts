/** The lists of one program on one connection: brought up to the journal step by step, built anew, made up for. */

import type { AnyKind, Position } from '#kernel';
import type { ListName, ListProgress, ListStatus } from '#ports';
import type { Connection } from './database.ts';
import { release } from './hold-release.ts';
import { eventsBehind, hasReached, Lag } from './lag.ts';
import type { ListBuild, ListDefinition } from './list-build.ts';
import {
  beginAnew,
  ensureBuilds,
  joinGroups,
  readGroups,
  readPlaces,
  serveReady,
  sweepRetired,
} from './list-builds.ts';
import { readHolds, readHoldsToSkip } from './list-holds.ts';
import type { Hold } from './list-holds.ts';
import { stepGroup } from './projection-group.ts';
import type { ProjectionGroup } from './projection-group.ts';

/** What happens to lists that somebody may want to know. */
export type ListEvent =
  /** An event of the actor can't be shown: the list passes over what follows of it, see `held`. */
  | {
      readonly type: 'list-holds-actor';
      readonly list: ListName;
      readonly actor: string;
      readonly seq: number;
      readonly reason: string;
    }
  | { readonly type: 'list-shows-actor'; readonly list: ListName; readonly actor: string }
  /** Built anew, and read from now on. */
  | { readonly type: 'list-served'; readonly list: ListName; readonly version: string }
  /** The program that moved the lists stood still, and was cut off from the database: another one goes on. */
  | { readonly type: 'list-leader-ended'; readonly pid: number };

export interface ListFollowerOptions {
  readonly definitions: readonly ListDefinition[];
  readonly kinds: ReadonlyMap<string, AnyKind>;
  readonly report: (event: ListEvent) => void;
  /** Some list has come further: before others have, which may take longer. */
  readonly onMoved: () => void;
}

export class ListFollower {
  readonly #options: ListFollowerOptions;
  #groups: readonly ProjectionGroup[] = [];
  /** Whether the groups are as the database has them. */
  #isOpen = false;
  /** Holds of former programs, and at events that are to be left out, that are to be tried again. */
  #toRelease: Hold[] = [];
  #hasReadHolds = false;
  #mayHaveRetired = true;

  constructor(options: ListFollowerOptions) {
    this.#options = options;
  }

  /** As the one program that moves the lists on: begins what is to be built. */
  async lead(connection: Connection, nowMs: number): Promise<void> {
    await ensureBuilds(connection, this.#options.definitions);
    await this.watch(connection, nowMs);
    this.#mayHaveRetired = true;
    // Once: what the program can't do it can't do a moment later either.
    if (!this.#hasReadHolds) this.#toRelease = [...(await readHolds(connection))];
    this.#hasReadHolds = true;
  }

  /** Sees how far the lists are, whoever moves them. */
  async watch(connection: Connection, nowMs: number): Promise<void> {
    const lags = new Map(this.#groups.map(({ cursor, lag }) => [cursor, lag]));
    const lagOf = (cursor: string): Lag => lags.get(cursor) ?? new Lag(nowMs);
    this.#groups = await readGroups(connection, this.#options.definitions, lagOf);
    this.#isOpen = true;
    for (const hold of await readHoldsToSkip(connection)) {
      if (!this.#toRelease.some((one) => isSame(one, hold))) this.#toRelease.push(hold);
    }
  }

  /** Sees how far the lists are in a few shards: the part of {@link watch} that somebody waits for. */
  async watchShards(connection: Connection, shards: readonly number[]): Promise<void> {
    await readPlaces(connection, this.#groups, shards);
  }

  /** The connection is gone: what else happens to the lists is not known. */
  close(): void {
    this.#isOpen = false;
  }

  /** Whoever moves the lists sees it when it watches next. */
  async rebuild(connection: Connection, list: ListName): Promise<void> {
    const definition = this.#options.definitions.find((one) => one.list === list);
    if (definition !== undefined) await beginAnew(connection, definition);
  }

  /**
   * Goes on towards `heads`, by one transaction for each group, and with whatever else there is to do.
   * False when there was nothing.
   */
  async step(connection: Connection, heads: Float64Array, nowMs: number): Promise<boolean> {
    const { kinds } = this.#options;
    // The same for all groups, so that those which come there stand at one place.
    const target = heads.slice();
    let hasMoved = false;
    for (const group of this.#groups) {
      const holds = await stepGroup(connection, kinds, group, target);
      group.lag.note(group.reached, target, nowMs);
      if (holds === null) continue;
      hasMoved = true;
      this.#options.onMoved();
      for (const hold of holds) this.#reportHold(hold);
    }
    await this.#serve(connection);
    return (await this.#releaseNext(connection)) || (await this.#sweep(connection)) || hasMoved;
  }

  /** Whether what is read of a list has all events up to the positions. */
  hasReached(list: ListName, positions: readonly Position[]): boolean {
    if (!this.#isOpen) return false;
    const place = this.#placeOf(list, 'served');
    // One of ours that nobody has begun yet shows nothing; what is none of ours nobody here waits for.
    if (place === null) return !this.#options.definitions.some((one) => one.list === list);
    return positions.every(({ shard, shardSeq }) => (place.group.reached[shard] ?? 0) >= shardSeq);
  }

  isBehind(heads: Float64Array): boolean {
    return this.#groups.some(({ reached }) => !hasReached(reached, heads));
  }

  /** Whether a list that is read is not as far as the journal, or none has been begun yet. */
  isServedBehind(heads: Float64Array): boolean {
    if (this.#groups.length === 0) return this.#options.definitions.length > 0;
    return this.#groups.some(
      ({ reached, builds }) => builds.some(({ state }) => state === 'served') && !hasReached(reached, heads),
    );
  }

  /** Events that all lists have come to, together: a number that changes whenever one of them moves. */
  progress(): number {
    return this.#groups.reduce((sum, { reached }) => reached.reduce((all, place) => all + place, sum), 0);
  }

  /** For {@link status}, where another program moves the lists. */
  noteLag(heads: Float64Array, nowMs: number): void {
    const known = heads.slice();
    for (const { lag, reached } of this.#groups) lag.note(reached, known, nowMs);
  }

  status(heads: Float64Array, nowMs: number): readonly ListStatus[] {
    const progressOf = (list: ListName, state: ListBuild['state']): ListProgress | null => {
      const place = this.#placeOf(list, state);
      if (place === null) return null;
      const { group, build } = place;
      return {
        version: build.version,
        eventsBehind: eventsBehind(group.reached, heads),
        secondsBehind: group.lag.msBehind(group.reached, heads, nowMs) / 1_000,
        actorsHeld: build.held.size,
      };
    };
    return this.#options.definitions.flatMap(({ list }) => {
      const served = progressOf(list, 'served');
      return served === null ? [] : [{ list, served, building: progressOf(list, 'building') }];
    });
  }

  #placeOf(list: ListName, state: ListBuild['state']): Place | null {
    for (const group of this.#groups) {
      const build = group.builds.find((one) => one.definition.list === list && one.state === state);
      if (build !== undefined) return { group, build };
    }
    return null;
  }

  async #serve(connection: Connection): Promise<void> {
    if (this.#groups.length < 2) return;
    for (const { definition, version } of await serveReady(connection, this.#groups)) {
      this.#mayHaveRetired = true;
      this.#options.report({ type: 'list-served', list: definition.list, version });
    }
    this.#groups = await joinGroups(connection, this.#groups);
  }

  async #releaseNext(connection: Connection): Promise<boolean> {
    const [hold] = this.#toRelease;
    if (hold === undefined) return false;
    const build = this.#buildOf(hold);
    const left = build === null ? null : await release(connection, this.#options.kinds, build, hold);
    if (left !== null && left.seq > hold.seq) {
      this.#toRelease[0] = left;
      return true;
    }
    this.#toRelease.shift();
    if (left !== null) this.#reportHold(left);
    else if (build !== null) {
      const { list } = build.definition;
      this.#options.report({ type: 'list-shows-actor', list, actor: hold.persistenceId });
    }
    return true;
  }

  async #sweep(connection: Connection): Promise<boolean> {
    this.#mayHaveRetired &&= await sweepRetired(connection);
    return this.#mayHaveRetired;
  }

  #reportHold(hold: Hold): void {
    const build = this.#buildOf(hold);
    if (build === null) return;
    const { persistenceId: actor, seq, reason } = hold;
    this.#options.report({ type: 'list-holds-actor', list: build.definition.list, actor, seq, reason });
  }

  #buildOf({ build }: Hold): ListBuild | null {
    for (const { builds } of this.#groups) {
      const found = builds.find((one) => one.build === build);
      if (found !== undefined) return found;
    }
    return null;
  }
}

const isSame = (one: Hold, other: Hold): boolean =>
  one.build === other.build && one.persistenceId === other.persistenceId;

interface Place {
  readonly group: ProjectionGroup;
  readonly build: ListBuild;
}
