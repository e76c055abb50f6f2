/** What a deployment tells others: its strategy of its status, the user of its failure, the account to take orders back. */

import { shardKeyOf } from '#kernel';
import type { DecideContext, Message } from '#kernel';
import type { Diagnostic } from '#ports';
import type { CancelOrder } from '../account/account-messages.ts';
import type { Notify } from '../inbox/inbox-messages.ts';
import type { NoteDeployment } from '../strategy/strategy-messages.ts';
import type { SignalOutcome } from './deployment-messages.ts';
import type { Deployment, KeyedSignal } from './deployment-state.ts';

export const notice = (id: string, { spec, status }: Deployment, { seq, now }: DecideContext): Message => {
  const command: NoteDeployment = {
    type: 'NoteDeployment',
    deploymentId: id,
    accountId: spec.accountId,
    status,
    // Messages may overtake each other; what has happened to the deployment does not.
    seq: seq + 1,
    at: now,
  };
  return { to: { kind: 'strategy', id: spec.strategyId }, command };
};

export const failureNotice = (id: string, { spec }: Deployment, { message, file, line }: Diagnostic): Message => {
  const place = line === null ? '' : ` (${file ?? 'line'}:${line})`;
  const command: Notify = {
    type: 'Notify',
    kind: 'deployment.failed',
    title: `${spec.strategyName} has stopped trading`,
    text: `${message}${place} Its open orders are cancelled; positions stay as they are.`,
    about: { deploymentId: id, strategyId: spec.strategyId, accountId: spec.accountId },
  };
  return { to: { kind: 'inbox', id: shardKeyOf(id) }, command };
};

export const cancels = ({ spec, tracked }: Deployment): readonly Message[] =>
  tracked.map(({ id }) => cancelMessage(spec.accountId, id));

const cancelMessage = (accountId: string, orderId: string): Message => {
  const command: CancelOrder = { type: 'CancelOrder', orderId };
  return { to: { kind: 'account', id: accountId }, command };
};

export const lateCancel = ({ pending, spec }: Deployment, { signalId, order }: SignalOutcome): readonly Message[] => {
  const signal: KeyedSignal | undefined = pending.find(({ view }) => view.id === signalId);
  return signal?.view.action === 'place' && order !== null ? [cancelMessage(spec.accountId, order.id)] : [];
};
