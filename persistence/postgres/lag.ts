/** How far a reader of the journal is behind it: in events, and in the time since it had read everything. */

/** Whether one that has come so far in each shard has all that the journal had. */
export const hasReached = (reached: Float64Array, heads: Float64Array): boolean =>
  reached.every((place, shard) => place >= (heads[shard] ?? 0));

export const eventsBehind = (reached: Float64Array, heads: Float64Array): number =>
  heads.reduce((sum, head, shard) => sum + Math.max(0, head - (reached[shard] ?? 0)), 0);

export class Lag {
  /** What was written at some moment: when the reader has come there, it was up to date as of then. */
  #goal: { readonly heads: Float64Array; readonly atMs: number } | null = null;
  #currentAsOfMs: number;

  /** Counts from when the reader began. */
  constructor(beganAtMs: number) {
    this.#currentAsOfMs = beganAtMs;
  }

  /** The reader has come so far; the journal had come to `heads` at that time, and the array does not change. */
  note(reached: Float64Array, heads: Float64Array, atMs: number): void {
    if (hasReached(reached, heads)) {
      this.#currentAsOfMs = atMs;
      this.#goal = null;
      return;
    }
    if (this.#goal !== null && hasReached(reached, this.#goal.heads)) {
      this.#currentAsOfMs = this.#goal.atMs;
      this.#goal = null;
    }
    this.#goal ??= { heads, atMs };
  }

  /** Since when something has been missing, at the latest; 0 where nothing is. */
  msBehind(reached: Float64Array, heads: Float64Array, atMs: number): number {
    return hasReached(reached, heads) ? 0 : atMs - this.#currentAsOfMs;
  }
}
