/** What is recorded of an import, and the state that the records make. */

import type { ImportView, RejectedRow } from './import-messages.ts';

export interface KnownImport extends Omit<ImportView, 'id'> {
  readonly skipBad: boolean;
  /** From 1. */
  readonly attempt: number;
  /** Attempts that ended with their process, counted so that a file which brings it down does not do so for ever. */
  readonly deaths: number;
  /** The content may still lie in the spool. */
  readonly contentKept: boolean;
}

export type ImportState = { readonly status: 'absent' } | KnownImport;

export type ImportEvent =
  | {
      readonly type: 'ImportRecorded';
      readonly owner: string;
      readonly symbol: string;
      readonly interval: '1m' | '1d' | null;
      readonly fileName: string;
      readonly bytes: number;
      readonly skipBad: boolean;
      readonly at: number;
    }
  | { readonly type: 'ImportStarted'; readonly attempt: number; readonly deaths: number; readonly at: number }
  | { readonly type: 'ImportWaits'; readonly reason: string; readonly until: number }
  | {
      readonly type: 'ImportCompleted';
      readonly interval: '1m' | '1d';
      readonly rows: number;
      readonly rejected: number;
      readonly rejectedRows: readonly RejectedRow[];
      readonly notes: readonly string[];
      readonly at: number;
    }
  | {
      readonly type: 'ImportGivenUp';
      readonly reason: string;
      readonly rejectedRows: readonly RejectedRow[];
      readonly at: number;
    }
  /** The same content was sent again after it had been imported. */
  | { readonly type: 'ContentRepeated' }
  | { readonly type: 'ContentGone' };

export const evolveImport = (state: ImportState, event: ImportEvent): ImportState => {
  if (event.type === 'ImportRecorded') {
    const { type: _, at, ...request } = event;
    return {
      ...request,
      status: 'recorded',
      rows: 0,
      rejected: 0,
      rejectedRows: [],
      notes: [],
      failure: null,
      createdAt: at,
      finishedAt: null,
      attempt: 0,
      deaths: 0,
      contentKept: true,
    };
  }
  // Nothing else is recorded of an import that is not there.
  return state.status === 'absent' ? state : evolveKnown(state, event);
};

const evolveKnown = (
  known: KnownImport,
  event: Exclude<ImportEvent, { readonly type: 'ImportRecorded' }>,
): KnownImport => {
  switch (event.type) {
    case 'ImportStarted':
      return { ...known, status: 'running', attempt: event.attempt, deaths: event.deaths };
    case 'ImportWaits':
      return { ...known, status: 'recorded' };
    case 'ImportCompleted': {
      const { type: _, at, ...outcome } = event;
      return { ...known, ...outcome, status: 'completed', finishedAt: at };
    }
    case 'ImportGivenUp': {
      const { reason, rejectedRows, at } = event;
      return {
        ...known,
        status: 'failed',
        rejected: rejectedRows.length,
        rejectedRows,
        failure: reason,
        finishedAt: at,
      };
    }
    case 'ContentRepeated':
      return { ...known, contentKept: true };
    case 'ContentGone':
      return { ...known, contentKept: false };
  }
};
