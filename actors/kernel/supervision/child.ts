/** What hangs on the tree: services, and supervisors with children of their own. All of it is declared as values. */

import type { BackOff } from '../back-off.ts';

/** A long-lived part that is no actor: a journal's writers, a feed, a server. */
export interface Service {
  /** Letters, digits, dots and dashes; no other node of the tree has it. */
  readonly name: string;
  /**
   * Runs until the signal aborts; `started` is to be called when it is of use. Ending early, by
   * returning or throwing, is a failure, and its supervisor starts it again; one that throws
   * `Unrestartable` ends the system. Two runs of a service never overlap: one that is to be started
   * again and does not end within its bound ends the system, too.
   */
  readonly run: (context: ServiceContext) => Promise<void>;
  /** `transient`: returning is no failure, its work is done. By default `permanent`. */
  readonly restart?: 'permanent' | 'transient';
  /** How long it may take until it has started, and to end when it is told to. */
  readonly startMs?: number;
  readonly stopMs?: number;
}

export interface ServiceContext {
  readonly signal: AbortSignal;
  readonly started: () => void;
}

/** Which children are started again when one fails. Those started anew are stopped first, the last one first. */
export type Strategy =
  /** That one: nothing else rests on it. */
  | 'one-for-one'
  /** All: they make sense only together. */
  | 'one-for-all'
  /** That one and those after it: each rests on those before it. */
  | 'rest-for-one';

/**
 * Failures within the period that are answered by a restart; with one more the supervisor itself has
 * failed. Above another supervisor the period must be longer than that one takes to fail so often, or
 * its failures never come together.
 */
export interface Intensity {
  readonly restartsMax: number;
  readonly periodMs: number;
}

/** A supervisor and its children, which start one after the other, each when the one before it has started. */
export interface Supervision {
  readonly name: string;
  readonly strategy: Strategy;
  readonly children: readonly Child[];
  readonly intensity?: Intensity;
  readonly backOff?: BackOff;
  /** When it ends as a whole: by default the last child first, one at a time. `together`: none rests on another. */
  readonly stops?: 'in-turn' | 'together';
}

export type Child = Service | Supervision;

export const isSupervision = (child: Child): child is Supervision => 'strategy' in child;

/** With the usual back-off the restarts take about six seconds: longer than a hiccup, shorter than an outage. */
export const usualIntensity: Intensity = { restartsMax: 5, periodMs: 60_000 };
export const usualBackOff: BackOff = { firstMs: 200, maxMs: 10_000 };

/** For what waits for something outside of this program: tried again for ever, at the pace of the back-off. */
export const patient: Intensity = { restartsMax: Infinity, periodMs: 60_000 };
/** For what is mended by a new process alone: the first failure goes up. */
export const noRestarts: Intensity = { restartsMax: 0, periodMs: 60_000 };

/** Longer than the slowest start that there is, a database that reads its log after a crash. */
export const startMsUsual = 180_000;
/** Longer than any answer that a service waits for when it ends: statements and asks have less. */
export const stopMsUsual = 20_000;
