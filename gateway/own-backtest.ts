/** Backtests and batches, which share their ids: whose they are, which of both it is, how they are shown. */

import { backtestKind, batchKind } from '#actors';
import type { BacktestView, BatchView, Position } from '#actors';
import type { FastifyRequest } from 'fastify';
import { ProblemError } from './errors.ts';
import { accepted, answerOf, principalOf } from './gateway.ts';
import type { Gateway } from './gateway.ts';
import { idFrom } from './identifiers.ts';
import { mustOwn } from './permissions.ts';
import { instantOf, onWire } from './wire.ts';

export type Backtest =
  | { readonly kind: 'single'; readonly view: BacktestView }
  | { readonly kind: 'batch'; readonly view: BatchView };

type Asked = Pick<FastifyRequest, 'id' | 'principal'>;

/** Tells from the id alone which actor to ask. */
const batchPrefix = 'batch-';

export const backtestIdFrom = (kind: Backtest['kind'], commandId: string): string =>
  `${kind === 'batch' ? batchPrefix : ''}${idFrom(commandId)}`;

const kindOf = (id: string): Backtest['kind'] => (id.startsWith(batchPrefix) ? 'batch' : 'single');

/** A stranger's is not there. What its owner has seen of it, the lists that he asks for next show. */
export const ownBacktest = async (gateway: Gateway, request: Asked, id: string): Promise<Backtest> => {
  const { backtest, position } = await backtestAnswer(gateway, request, id);
  mustOwn(principalOf(request), backtest.view.owner, backtest.kind === 'batch' ? 'batch-unknown' : 'backtest-unknown');
  gateway.writes.note(principalOf(request).userId, position);
  return backtest;
};

const backtestAnswer = async (
  gateway: Gateway,
  request: Asked,
  id: string,
): Promise<{ readonly backtest: Backtest; readonly position: Position }> => {
  if (kindOf(id) === 'batch') {
    const answer = await answerOf(gateway, request, batchKind, id, { type: 'GetBatch' });
    return { backtest: { kind: 'batch', view: accepted(answer) }, position: answer.position };
  }
  const answer = await answerOf(gateway, request, backtestKind, id, { type: 'GetBacktest' });
  return { backtest: { kind: 'single', view: accepted(answer) }, position: answer.position };
};

export const ownBatch = async (gateway: Gateway, request: Asked, id: string): Promise<BatchView> => {
  const backtest = await ownBacktest(gateway, request, id);
  if (backtest.kind === 'single') throw new ProblemError('batch-unknown');
  return backtest.view;
};

/** A single backtest that has a result, and the attempt that made it. */
export const completedBacktest = async (
  gateway: Gateway,
  request: Asked,
  id: string,
): Promise<{ readonly view: BacktestView; readonly attemptId: string }> => {
  const { kind, view } = await ownBacktest(gateway, request, id);
  if (kind === 'batch') {
    throw new ProblemError('results-not-ready', 'A batch has a ranking, and no tables of its own.', {
      remedy: 'Run one of its members: POST backtests/{id}/members/{index}/run.',
    });
  }
  if (view.attemptId !== null) return { view, attemptId: view.attemptId };
  const why = view.failure === null ? '' : `: ${view.failure.message}`;
  throw new ProblemError('results-not-ready', `The backtest is ${view.status}${why}`, {
    remedy:
      view.finishedAt === null ? 'Wait for its end, or send "Prefer: wait=30" with its submission.' : 'Submit another.',
  });
};

export const backtestOnWire = (backtest: Backtest): object => {
  if (backtest.kind === 'single') return { kind: 'single', ...onWire(backtest.view) };
  const { walkForward, ...view } = backtest.view;
  const reports = walkForward.map(({ windows, ...report }) => ({
    ...report,
    windows: windows.map((window) => ({
      ...window,
      inSampleFrom: instantOf(window.inSampleFrom),
      outOfSampleFrom: instantOf(window.outOfSampleFrom),
      outOfSampleTo: window.outOfSampleTo === null ? null : instantOf(window.outOfSampleTo),
    })),
  }));
  return { kind: 'batch', ...onWire(view), walkForward: reports };
};
