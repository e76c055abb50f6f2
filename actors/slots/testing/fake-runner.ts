/** A place for jobs that runs nothing: each job ends as the test says, when the test says. */

import type { BacktestResult, BatchResult } from '#domain';
import type { Job, JobOutcome, JobRunner } from '#ports';
import { failure } from '../../backtest/failure.ts';
import { statisticsOf } from '../../backtest/testing/specs.ts';

export type Answering = (job: Job, signal: AbortSignal) => JobOutcome | Promise<JobOutcome>;

/** As many as one likes; all answer alike. */
export class FakeRunners {
  /** Jobs in the order in which they were begun. */
  readonly jobs: Job[] = [];
  answering: Answering = completed;
  opened = 0;
  #watchers: { readonly count: number; readonly resolve: () => void }[] = [];

  readonly open = (): JobRunner => {
    this.opened++;
    return {
      compile: async () => ({
        ok: true,
        declared: {
          name: 'sma-cross',
          description: null,
          params: {
            fast: { kind: 'int', default: 10, min: 1, max: 1_000, step: 1, label: null },
            slow: { kind: 'int', default: 20, min: 1, max: 1_000, step: 1, label: null },
          },
          data: [{ id: 'main' }],
          hasConstraint: true,
        },
      }),
      run: async ({ jobs, onOutcome, onProgress, signal }) => {
        for (const [index, job] of jobs.entries()) {
          if (signal.aborted) return;
          this.#begin(job);
          onProgress(index, { step: 50, steps: 100, equity: 10_500 });
          onOutcome(index, await this.answering(job, signal));
        }
      },
      close: () => undefined,
    };
  };

  /** Resolves when so many jobs were begun. */
  async begun(count: number): Promise<void> {
    if (this.jobs.length >= count) return;
    await new Promise<void>((resolve) => this.#watchers.push({ count, resolve }));
  }

  #begin(job: Job): void {
    this.jobs.push(job);
    for (const { count, resolve } of this.#watchers) if (this.jobs.length >= count) resolve();
  }
}

/** The better the nearer `fast` is to 50. */
export const completed: Answering = ({ params }) => {
  const fast = Number(params['fast'] ?? 10);
  const result: Pick<BacktestResult, keyof BatchResult & keyof BacktestResult> = {
    params: { fast, slow: Number(params['slow'] ?? 20) },
    statistics: statisticsOf({ return: 0.1, sharpe: 1 / (1 + Math.abs(fast - 50)), maxDrawdown: -0.05, trades: 7 }),
    tradeHash: 'a'.repeat(32),
    equity: Float64Array.of(10_000, 11_000),
  };
  return { ok: true, result };
};

export const excluded: Answering = () => ({ ok: false, diagnostic: failure('param-constraint', 'Excluded.') });

export const threw: Answering = () => ({ ok: false, diagnostic: failure('strategy-threw', 'x is not defined.') });

/** Never ends by itself; an abort ends it at once, as it ends a run in the sandbox. */
export const endless: Answering = (_job, signal) =>
  new Promise((resolve) => {
    const stop = (): void => resolve({ ok: false, diagnostic: failure('cancelled', 'Cancelled.') });
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
