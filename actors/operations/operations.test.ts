import { expect, test } from 'vitest';
import { given } from '#kernel/testing';
import { operationsAudit } from './operations-lists.ts';
import type { Operation } from './operations-messages.ts';
import { operationsKind } from './operations.ts';

const at = Date.UTC(2026, 0, 1);
const operation: Operation = {
  action: 'skip',
  actor: { kind: 'account', id: 'u1.paper' },
  quarantine: { cause: 'event', reason: 'Event 3: no such fill', seq: 3, command: null, commandId: null },
};

test('what an operator does is recorded with what it was done for', () => {
  given(operationsKind, [], { id: 'root', now: at })
    .when({ type: 'RecordOperation', operation })
    .then({ events: [{ type: 'OperationRecorded', operation, at }], reply: null });
});

test('the audit trail has each operation once, beside what was done to the operator as a user', () => {
  const changes = [4, 5].flatMap((seq) =>
    operationsAudit.changes({ type: 'OperationRecorded', operation, at }, { id: 'root', seq, at }),
  );
  expect(changes).toMatchObject([
    {
      type: 'put',
      entry: {
        id: 'root-operation-4',
        owner: 'root',
        status: 'actor-skipped',
        parent: 'root',
        doc: { action: 'actor-skipped', by: 'root', actor: operation.actor, quarantine: { seq: 3 } },
      },
    },
    { entry: { id: 'root-operation-5' } },
  ]);
});

test('the audit trail has what was done to settings and messages, with what they were', () => {
  const entryOf = (done: Operation) =>
    operationsAudit.changes({ type: 'OperationRecorded', operation: done, at }, { id: 'root', seq: 1, at });
  const change = { setting: 'log.level', value: 'debug', before: null };
  expect(entryOf({ action: 'set-setting', ...change })).toMatchObject([
    { entry: { status: 'setting-set', doc: { action: 'setting-set', by: 'root', ...change } } },
  ]);
  const message = { id: 'e:1:2', name: 'order.placed', reason: 'it is too large' };
  const actor = { kind: 'account', id: 'u1.paper' };
  expect(entryOf({ action: 'resend-message', actor, message })).toMatchObject([
    { entry: { status: 'message-resent', doc: { actor, message } } },
  ]);
});

test('the audit trail has what was done to nodes', () => {
  const drained: Operation = { action: 'drain-node', node: 'two', incarnation: 'b2' };
  expect(
    operationsAudit.changes({ type: 'OperationRecorded', operation: drained, at }, { id: 'root', seq: 1, at }),
  ).toMatchObject([
    { entry: { status: 'node-drained', doc: { action: 'node-drained', by: 'root', node: 'two', incarnation: 'b2' } } },
  ]);
});
