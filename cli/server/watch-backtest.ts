/** Follows a backtest or a batch over the realtime connection until it has ended. */

import { withSeparators } from '#report';
import type { Backtest, BacktestProgress, Batch } from '#sdk';
import { startProgress } from '../progress.ts';
import type { ServerContext } from './connection.ts';
import { ServerError } from './server-error.ts';

export type AnyBacktest = Backtest | Batch;

const isEnd = (status: string | undefined): boolean =>
  status === 'completed' || status === 'failed' || status === 'cancelled';

/** As it is when it has ended. Ctrl-C ends the watching and not the backtest. */
export const watchBacktest = async (
  { id, kind, strategyName }: AnyBacktest,
  context: ServerContext,
): Promise<AnyBacktest> => {
  const { client, live, lost, signal, terminal } = context;
  const progress = await startProgress(terminal, { title: strategyName, total: 100, unit: '%' });
  const { promise: ended, resolve, reject } = Promise.withResolvers<void>();
  const see = (view: { readonly status?: string }): void => {
    if (isEnd(view.status)) resolve();
  };
  const listener = {
    onSnapshot: see,
    onPublication: (
      event:
        | ({ readonly type: 'progress' } & BacktestProgress)
        | { readonly type: 'state'; readonly view: { readonly status?: string } },
    ) => {
      if (event.type === 'state') see(event.view);
      else progress.update(event.percent, detailOf(event));
    },
    onRefused: (reason: string) =>
      reject(
        new ServerError(
          'backtest-unknown',
          `${id} can't be watched: ${reason}.`,
          'Check the id: xtrading backtest list.',
        ),
      ),
  };
  const stop = kind === 'batch' ? live().batch(id, listener) : live().backtest(id, listener);
  const interrupt = (): void => {
    progress.stop();
    terminal.note(`It goes on at the server: xtrading backtest show ${id} --watch, or backtest cancel ${id}.`);
    reject(new Error('interrupted'));
  };
  signal.addEventListener('abort', interrupt, { once: true });
  try {
    await Promise.race([ended, lost]);
  } finally {
    signal.removeEventListener('abort', interrupt);
    progress.stop();
    stop();
  }
  return await client.backtests.get(id);
};

const detailOf = ({ barsPerSecond, backtestsPerSecond, equity }: BacktestProgress): string =>
  [
    ...(barsPerSecond === undefined ? [] : [`${withSeparators(barsPerSecond, 0)} bars/s`]),
    ...(backtestsPerSecond === undefined ? [] : [`${withSeparators(backtestsPerSecond, 0)} backtests/s`]),
    ...(equity === undefined ? [] : [`equity ${withSeparators(equity, 0)}`]),
  ].join(' · ');
