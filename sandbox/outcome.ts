/** How work in the sandbox ends, and how far it has come. */

import type { BacktestResult, BatchResult } from '#domain';
import type { SandboxFailure } from './failure.ts';

export type Outcome<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly failure: SandboxFailure };

/** A full result for `keep: 'full'`, a batch member's for `'summary'`. */
export type RunOutcome = Outcome<BacktestResult | BatchResult>;

export interface SandboxProgress {
  readonly step: number;
  readonly steps: number;
  /** In currency, at that step. */
  readonly equity: number;
}
