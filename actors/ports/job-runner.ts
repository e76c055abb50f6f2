/** Where strategies run: the sandbox, or other machines. */

import type { BacktestResult, BatchResult, Feed, ParamDeclarations, DataDeclaration } from '#domain';

export interface SourceFiles {
  /** Names to text, `strategy.ts` among them. */
  readonly files: Readonly<Record<string, string>>;
  readonly entry: string;
}

export interface Diagnostic {
  readonly code: string;
  readonly message: string;
  readonly remedy: string | null;
  readonly file: string | null;
  /** From 1. */
  readonly line: number | null;
  readonly column: number | null;
  readonly codeFrame: string | null;
}

export interface Declared {
  readonly name: string;
  readonly description: string | null;
  readonly params: ParamDeclarations;
  readonly data: readonly DataDeclaration[] | 'all';
  readonly hasConstraint: boolean;
}

export interface Job {
  readonly params: Readonly<Record<string, unknown>>;
  readonly profile: string;
  readonly config: unknown;
  readonly seed: number | string;
  readonly keep: 'full' | 'summary';
  /** Milliseconds UTC, `from` inclusive, `to` exclusive; bars before `tradeFrom` warm indicators only. Absent: all bars. */
  readonly span?: { readonly from: number; readonly to: number; readonly tradeFrom?: number } | null;
}

export type JobOutcome =
  | { readonly ok: true; readonly result: BacktestResult | BatchResult }
  | { readonly ok: false; readonly diagnostic: Diagnostic };

export interface JobProgress {
  readonly step: number;
  readonly steps: number;
  readonly equity: number;
}

/**
 * One place that runs one job at a time, for one user at a time. Failures of user code are outcomes;
 * a rejection is a defect of the place itself.
 */
export interface JobRunner {
  /** Compiles, and tells what the strategy declares or what is wrong with it. */
  compile(
    userId: string,
    source: SourceFiles,
  ): Promise<
    { readonly ok: true; readonly declared: Declared } | { readonly ok: false; readonly diagnostic: Diagnostic }
  >;
  /** Runs jobs of one strategy over the same feeds, one after the other, telling each outcome as it comes. */
  run(request: {
    readonly userId: string;
    readonly source: SourceFiles;
    readonly feeds: readonly Feed[];
    readonly jobs: readonly Job[];
    readonly onProgress: (index: number, progress: JobProgress) => void;
    readonly onOutcome: (index: number, outcome: JobOutcome) => void;
    readonly signal: AbortSignal;
  }): Promise<void>;
  close(): void;
}
