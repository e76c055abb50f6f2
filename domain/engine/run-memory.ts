/**
 * The memory of the columns that a run makes (indicators, equity), used again by the run after it. New
 * columns cost a page fault for every 4 kB and a collection of garbage every few runs: of a million
 * bars with two averages, a tenth of the run.
 */

/**
 * For runs one after the other: when one starts, the columns of the one before it are given out again,
 * so its result must have been read by then. Nothing passes from run to run, since a column is written
 * over or emptied before anybody reads it.
 */
export class RunMemory {
  #lent: Float64Array[] = [];
  #free: Float64Array[] = [];

  /** Takes back all that was lent to the last run, and lets go what that run had no use for. */
  startRun(): void {
    this.#free = this.#lent;
    this.#lent = [];
  }

  /** A column whose values are of no meaning: the caller writes every one before it is read. */
  column(length: number): Float64Array {
    const at = this.#free.findIndex((free) => free.length === length);
    const column = at < 0 ? undefined : this.#free.splice(at, 1)[0];
    const lent = column ?? new Float64Array(length);
    this.#lent.push(lent);
    return lent;
  }

  /** Bytes that are zero. */
  zeroBytes(length: number): Uint8Array {
    const words = this.column(Math.ceil(length / Float64Array.BYTES_PER_ELEMENT)).fill(0);
    return new Uint8Array(words.buffer, 0, length);
  }
}
