/** The market of a run: its feeds on one timeline, and how far each has come. */

import type { Feed } from '../market/feed.ts';

/**
 * The state of the market at the current step. The run moves it; rule books read it.
 * A rule book reads bar `index[f]` of feed f, and only if `fresh[f]` is 1 may that bar fill orders.
 */
export interface Market {
  readonly feeds: readonly Feed[];
  /** The union of the feeds' bar times, ascending, milliseconds UTC. */
  readonly timeline: Float64Array;
  /** Current step of the timeline; -1 before the first. */
  step: number;
  /** `timeline[step]`. */
  time: number;
  /** Per feed: index of its newest bar, -1 before its first. */
  readonly index: Int32Array;
  /** Per feed: 1 when it has a bar at this very step, else 0. */
  readonly fresh: Uint8Array;
}
