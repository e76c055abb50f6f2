/** Timers of a strategy, rung in order of time. */

/** Timers that may wait at one time: more is one set at each bar and never rung. */
export const timersMax = 10_000;

export class TimerQueue {
  readonly #waiting: { readonly name: string; readonly at: number }[] = [];

  get size(): number {
    return this.#waiting.length;
  }

  /** Those of one time ring in the order in which they were set. */
  add(name: string, at: number): void {
    let i = this.#waiting.length;
    while (i > 0 && (this.#waiting[i - 1] as { at: number }).at > at) i--; // i − 1 is within the list
    this.#waiting.splice(i, 0, { name, at });
  }

  /** The names of the timers that are due at `now`, removed; one set while they ring waits for the next step. */
  takeDue(now: number): readonly string[] {
    let count = 0;
    while (count < this.#waiting.length && (this.#waiting[count] as { at: number }).at <= now) count++; // within the list
    return this.#waiting.splice(0, count).map(({ name }) => name);
  }
}
