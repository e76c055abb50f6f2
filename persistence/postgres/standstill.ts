/** For how long somebody has not moved on, though there was something to do. */

export class Standstill {
  #progress = NaN;
  #sinceMs: number | null = null;

  /** `progress` is any number that changes when it moves. Milliseconds; 0 where it moves or has nothing to do. */
  note({ isBehind, progress }: { readonly isBehind: boolean; readonly progress: number }, nowMs: number): number {
    if (!isBehind || progress !== this.#progress) this.#sinceMs = null;
    this.#progress = progress;
    if (!isBehind) return 0;
    this.#sinceMs ??= nowMs;
    return nowMs - this.#sinceMs;
  }
}
