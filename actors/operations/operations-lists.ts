/** The part of the audit trail that tells what operators did to actors, settings and nodes. */

import type { ListProjection } from '#ports';
import { operationsKind } from './operations.ts';
import type { OperationRecorded } from './operations.ts';
import type { Operation } from './operations-messages.ts';

const actions = {
  retry: 'actor-retried',
  skip: 'actor-skipped',
  stop: 'actor-stopped',
  'set-setting': 'setting-set',
  'unset-setting': 'setting-unset',
  'resend-message': 'message-resent',
  'retry-message': 'message-retried',
  'drain-node': 'node-drained',
  'resume-node': 'node-resumed',
} as const satisfies Record<Operation['action'], string>;

export const operationsAudit: ListProjection<OperationRecorded> = {
  list: 'audit',
  version: 1,
  kind: operationsKind.name,
  changes: ({ operation }, { id: userId, seq, at }) => {
    const { action: done, ...details } = operation;
    const action = actions[done];
    // An id of its own: the user's own entries are numbered by the user's events.
    const id = `${userId}-operation-${seq}`;
    return [
      {
        type: 'put',
        entry: {
          id,
          owner: userId,
          at,
          symbol: null,
          status: action,
          parent: userId,
          doc: { id, userId, action, by: userId, at, ...details },
        },
      },
    ];
  },
};
