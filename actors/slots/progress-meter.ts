/** How fast work goes and when it will be done, told a few times a second. */

import type { Clock } from '#kernel';

/** Time between two tellings, in milliseconds: as often as a person can follow. */
const tellMs = 250;

export interface Progress {
  readonly percent: number;
  /** Units of work a second since the beginning. */
  readonly perSecond: number;
  readonly etaSeconds: number | null;
}

export class ProgressMeter {
  readonly #clock: Clock;
  readonly #startedAt: number;
  #toldAt = -Infinity;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#startedAt = clock.now();
  }

  /** Where the work stands, if it is time to tell again; else null. `before`: what was done when it began. */
  at({
    done,
    total,
    before = 0,
  }: {
    readonly done: number;
    readonly total: number;
    readonly before?: number;
  }): Progress | null {
    const now = this.#clock.now();
    if (now - this.#toldAt < tellMs) return null;
    this.#toldAt = now;
    const seconds = (now - this.#startedAt) / 1000;
    const perSecond = seconds > 0 ? done / seconds : 0;
    const left = Math.max(0, total - before - done);
    return {
      percent: total > 0 ? Math.min(100, (100 * (before + done)) / total) : 0,
      perSecond,
      etaSeconds: perSecond > 0 ? left / perSecond : null,
    };
  }
}
