/** Counts the restarts of a supervisor's children within its period. */

import type { Intensity } from './child.ts';

export class RestartCount {
  private readonly intensity: Intensity;
  /** Milliseconds UTC, of those within the period. */
  private times: readonly number[] = [];

  constructor(intensity: Intensity) {
    this.intensity = intensity;
  }

  /** Counts one more; true when there are too many now. */
  isOneTooMany(now: number): boolean {
    const { restartsMax, periodMs } = this.intensity;
    this.times = [...this.times.filter((time) => now - time < periodMs), now];
    return this.times.length > restartsMax;
  }

  forget(): void {
    this.times = [];
  }
}
