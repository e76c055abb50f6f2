/** Something on the tree, as its supervisor deals with it. */

import type { ActorSystemRef } from 'nact';
import type { Clock } from '../clock.ts';
import type { Report } from '../kernel-event.ts';
import type { ServiceView, SupervisorView } from './tree-view.ts';

export interface Node {
  readonly name: string;
  /** So long it may take to end, with all that hangs below it. */
  readonly stopMsMax: number;
  /** Begins a run; the one before it has ended. */
  start(): void;
  /** Asks the run to end. */
  stop(): void;
  /** What of its view it knows itself; the rest its supervisor does. */
  view(): Pick<ServiceView, 'type'> | Pick<SupervisorView, 'type' | 'strategy' | 'children'>;
}

/** What a node tells its supervisor of a run. */
export interface Told {
  /** It is of use; at most once. */
  readonly started: () => void;
  /** It is over, and nothing of it goes on; once. With a failure unless it was told to end or its work is done. */
  readonly ended: (failure: Error | null) => void;
  /** It has not ended within its bound. It may still do so. */
  readonly outlived: (bound: Error) => void;
  /** It has failed as a whole and begins to stop what is below it; `ended` comes when it has. */
  readonly failing: (failure: Error) => void;
}

/** What all nodes of a tree share. */
export interface Grounds {
  readonly clock: Clock;
  /** In [0, 1): spreads retries. */
  readonly chance: () => number;
  readonly report: Report;
  readonly nact: ActorSystemRef;
}
