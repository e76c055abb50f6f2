/** All actors that are in memory, by kind. */

import type { AnyKind } from './actor-kind.ts';
import type { Cell } from './cell.ts';
import type { CellHost } from './cell-host.ts';
import { Residents } from './residents.ts';

export class Population {
  readonly byKind: ReadonlyMap<string, Residents>;
  private readonly host: CellHost;
  private last: Residents | null = null;

  constructor(kinds: readonly AnyKind[], host: CellHost) {
    this.host = host;
    this.byKind = new Map(kinds.map((kind) => [kind.name, new Residents(kind, host)]));
    if (this.byKind.size < kinds.length) throw new Error('Two kinds of actors have the same name.');
  }

  of(kind: string): Residents {
    // Most messages are for the kind of the one before.
    if (kind === this.last?.kind.name) return this.last;
    const residents = this.byKind.get(kind);
    if (residents === undefined) throw new Error(`No kind of actor is called ${kind}.`);
    this.last = residents;
    return residents;
  }

  *cells(): Generator<Cell> {
    for (const { cells } of this.byKind.values()) yield* cells.values();
  }

  /** A list of its own: those in it may leave meanwhile. `isIn`: by shard. */
  inShards(isIn: (shard: number) => boolean): readonly Cell[] {
    const found: Cell[] = [];
    for (const cell of this.cells()) if (isIn(cell.shard)) found.push(cell);
    return found;
  }

  /** Another one is in memory: the longest idle goes to sleep where there are too many. */
  makeRoom(): void {
    let count = 0;
    for (const { cells } of this.byKind.values()) count += cells.size;
    if (count <= this.host.limits.residentsMax) return;
    const byAge = [...this.byKind.values()].sort(
      (one, other) => (one.idle.oldest?.lastTurnAt ?? Infinity) - (other.idle.oldest?.lastTurnAt ?? Infinity),
    );
    for (const residents of byAge) if (residents.evict()) return;
  }
}
