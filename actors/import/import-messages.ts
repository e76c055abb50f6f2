/** An import of prices: a saga that survives its process. Its id comes from the content's hash, so that it happens once. */

import type { Command, Refusal } from '#kernel';

export interface RejectedRow {
  readonly line: number;
  readonly reason: string;
}

export interface ImportView {
  readonly id: string;
  readonly owner: string;
  readonly symbol: string;
  /** null until it has been told from the times. */
  readonly interval: '1m' | '1d' | null;
  readonly fileName: string;
  readonly bytes: number;
  /** `recorded`: waits for another attempt after an interruption. */
  readonly status: 'recorded' | 'running' | 'completed' | 'failed';
  readonly rows: number;
  readonly rejected: number;
  /** The first 1,000. */
  readonly rejectedRows: readonly RejectedRow[];
  readonly notes: readonly string[];
  readonly failure: string | null;
  readonly createdAt: number;
  readonly finishedAt: number | null;
}

/**
 * The content lies complete and flushed in the spool under the import's id before this is told. Told
 * again, it is answered with the import as it is; only one that has failed begins anew.
 */
export interface RecordImport extends Command<ImportView> {
  readonly type: 'RecordImport';
  readonly owner: string;
  readonly symbol: string;
  /** null: told from the times. */
  readonly interval: '1m' | '1d' | null;
  readonly fileName: string;
  readonly bytes: number;
  readonly skipBad: boolean;
}

export interface ImportFinished extends Command<null> {
  readonly type: 'ImportFinished';
  readonly interval: '1m' | '1d';
  readonly rows: number;
  readonly rejected: number;
  readonly rejectedRows: readonly RejectedRow[];
  readonly notes: readonly string[];
  /** The instrument as guessed from the prices, for the symbol's listing. */
  readonly tick: string;
  readonly lot: string;
  readonly currency: string;
}

export interface ImportFailed extends Command<null> {
  readonly type: 'ImportFailed';
  readonly reason: string;
  readonly rejectedRows: readonly RejectedRow[];
}

export interface GetImport extends Command<ImportView> {
  readonly type: 'GetImport';
}

/** A store was away: nothing is wrong with the file, and it is tried again later. */
export interface ImportInterrupted extends Command<null> {
  readonly type: 'ImportInterrupted';
  readonly reason: string;
}

/** Wakes the actor: from a durable timer, or after its recovery, when what was under way has to begin again. */
export interface ResumeImport extends Command<null> {
  readonly type: 'ResumeImport';
  readonly afterRecovery: boolean;
}

/** The content is gone from the spool. */
export interface ContentDiscarded extends Command<null> {
  readonly type: 'ContentDiscarded';
}

export type ImportCommand =
  | RecordImport
  | ImportFinished
  | ImportFailed
  | ImportInterrupted
  | ResumeImport
  | ContentDiscarded
  | GetImport;
export type ImportRefusal = Refusal & { readonly code: 'import-unknown' | 'import-state' | 'symbol-invalid' };
