/** Hands a backtest or a batch to its actor, and answers as the caller prefers: at once, or at its end. */

import { backtestKind, batchKind } from '#actors';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Submission } from './backtest-request.ts';
import { preferredWaitMs } from './entity-tags.ts';
import { change } from './gateway.ts';
import type { Gateway } from './gateway.ts';
import { commandIdOf } from './idempotency.ts';
import { backtestIdFrom, backtestOnWire, ownBacktest } from './own-backtest.ts';
import type { Backtest } from './own-backtest.ts';
import { settled } from './settled.ts';

export const submit = async (
  gateway: Gateway,
  request: FastifyRequest,
  reply: FastifyReply,
  submission: Submission,
): Promise<object> => {
  const id = backtestIdFrom(submission.kind, commandIdOf(request));
  const recorded = await record(gateway, request, id, submission);
  const ms = preferredWaitMs(request);
  const backtest =
    ms === 0
      ? recorded
      : await settled(gateway.parts, {
          channel: `${submission.kind === 'batch' ? 'batch' : 'backtest'}:${id}`,
          read: async () => await ownBacktest(gateway, request, id),
          isSettled: hasEnded,
          ms,
        });
  reply.code(hasEnded(backtest) ? 200 : 202).header('location', `/api/v1/backtests/${id}`);
  return backtestOnWire(backtest);
};

const record = async (
  gateway: Gateway,
  request: FastifyRequest,
  id: string,
  submission: Submission,
): Promise<Backtest> => {
  if (submission.kind === 'single') {
    const { spec } = submission;
    return { kind: 'single', view: await change(gateway, request, backtestKind, id, { type: 'SubmitBacktest', spec }) };
  }
  const { spec, members } = submission;
  return { kind: 'batch', view: await change(gateway, request, batchKind, id, { type: 'SubmitBatch', spec, members }) };
};

const hasEnded = ({ view }: Backtest): boolean => view.finishedAt !== null;
