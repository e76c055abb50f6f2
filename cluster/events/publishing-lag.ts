/** Since when something has not been told: a publisher that keeps up is behind by a moment, though there is always more. */

export class PublishingLag {
  /** Where the journal was at some moment: once all of that is told, nothing from before is missing. */
  #goal: { readonly heads: Float64Array; readonly atMs: number } | null = null;
  #currentAsOfMs: number;

  /** Counts from when the publisher began. */
  constructor(beganAtMs: number) {
    this.#currentAsOfMs = beganAtMs;
  }

  /** Told up to these cursors, by shard, while the journal was here. */
  note(cursors: ReadonlyMap<number, number>, heads: Float64Array, atMs: number): void {
    if (hasTold(cursors, heads)) {
      this.#currentAsOfMs = atMs;
      this.#goal = null;
      return;
    }
    if (this.#goal !== null && hasTold(cursors, this.#goal.heads)) {
      this.#currentAsOfMs = this.#goal.atMs;
      this.#goal = null;
    }
    this.#goal ??= { heads: heads.slice(), atMs };
  }

  /** Since when something is missing, at the latest; 0 where nothing is. */
  msBehind(cursors: ReadonlyMap<number, number>, heads: Float64Array, atMs: number): number {
    return hasTold(cursors, heads) ? 0 : Math.max(0, atMs - this.#currentAsOfMs);
  }
}

const hasTold = (cursors: ReadonlyMap<number, number>, heads: Float64Array): boolean => {
  for (const [shard, cursor] of cursors) if ((heads[shard] ?? 0) > cursor) return false;
  return true;
};
