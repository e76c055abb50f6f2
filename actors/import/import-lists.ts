/** The list of imports; rejected rows stay with the import itself, for they may be many. */

import type { EventContext, ListChange, ListEntry, ListProjection } from '#ports';
import type { ImportEvent } from './import-state.ts';
import { importKind } from './import.ts';

export const importsList: ListProjection<ImportEvent> = {
  list: 'imports',
  version: 1,
  kind: importKind.name,
  changes: (event, context) => {
    switch (event.type) {
      case 'ImportRecorded': {
        const { type: _, at, skipBad: _skip, ...request } = event;
        const status = 'recorded';
        const outcome = { rows: 0, rejected: 0, notes: [], failure: null, createdAt: at, finishedAt: null };
        return [
          {
            type: 'put',
            entry: {
              id: context.id,
              owner: event.owner,
              at,
              symbol: event.symbol,
              status,
              parent: null,
              doc: { id: context.id, ...request, status, ...outcome },
            },
          },
        ];
      }
      case 'ImportStarted':
        return patched(context, 'running', {});
      case 'ImportWaits':
        return patched(context, 'recorded', {});
      case 'ImportCompleted': {
        const { interval, rows, rejected, notes, at } = event;
        return patched(context, 'completed', { interval, rows, rejected, notes, finishedAt: at });
      }
      case 'ImportGivenUp': {
        const { reason, rejectedRows, at } = event;
        return patched(context, 'failed', { failure: reason, rejected: rejectedRows.length, finishedAt: at });
      }
      case 'ContentRepeated':
      case 'ContentGone':
        return [];
    }
  },
};

const patched = (
  { id }: EventContext,
  status: string,
  doc: Readonly<Record<string, unknown>>,
): readonly ListChange[] => [
  {
    type: 'patch',
    id,
    patch: (entry: ListEntry): ListEntry => ({ ...entry, status, doc: { ...entry.doc, ...doc, status } }),
  },
];
