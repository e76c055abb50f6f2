/**
 * What one operator has done to actors, settings and nodes. Not with the user: whoever sets a user right that fails must be
 * able to record it.
 */

import type { ActorKind } from '#kernel';
import type { Operation, RecordOperation } from './operations-messages.ts';

interface OperationsState {
  readonly count: number;
  readonly last: Operation | null;
}

export interface OperationRecorded {
  readonly type: 'OperationRecorded';
  readonly operation: Operation;
  readonly at: number;
}

export const operationsKind: ActorKind<RecordOperation, OperationsState, OperationRecorded> = {
  name: 'operations',
  durability: 'journal',
  initialState: () => ({ count: 0, last: null }),
  decide: {
    RecordOperation: ({ operation }, _state, { now }) => ({
      events: [{ type: 'OperationRecorded', operation, at: now }],
      reply: null,
    }),
  },
  eventTypes: { OperationRecorded: true },
  evolve: ({ count }, { operation }) => ({ count: count + 1, last: operation }),
  snapshot: { schema: 1, everyEvents: 100 },
};
