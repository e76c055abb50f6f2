/** What the hostile strategies are tried with: a short market, short limits, and a runner of its own. */

import type { BacktestResult, Feed } from '#domain';
import { startRunner } from '../runner.ts';
import type { RunOutcome } from '../outcome.ts';
import type { Runner } from '../runner.ts';
import type { SandboxFailure } from '../failure.ts';
import type { RunLimits } from '../limits.ts';
import type { SandboxJob } from '../runner-messages.ts';

/** Short, so that tests are; a machine under load still boots and runs an honest strategy within it. */
export const attackLimits = { wallMs: 1_500, memoryBytes: 300 * 2 ** 20 };

const attackBars = 300;

/** Hourly bars whose close is 1,000 + i at bar i: whoever sees a number above the present one has seen the future. */
export const risingFeed = (length = attackBars): Feed => {
  const column = (value: (i: number) => number): Float64Array => Float64Array.from({ length }, (_, i) => value(i));
  return {
    id: 'main',
    symbol: 'RISE',
    timeframeMs: 3_600_000,
    instrument: { symbol: 'RISE', tick: 0, lot: 0, multiplier: 1, currency: 'USD' },
    bars: {
      time: column((i) => 1_600_000_000_000 + i * 3_600_000),
      open: column((i) => 1_000 + i),
      high: column((i) => 1_000 + i),
      low: column((i) => 1_000 + i),
      close: column((i) => 1_000 + i),
      volume: column(() => 1_000),
    },
  };
};

export const attackJob: SandboxJob = {
  params: {},
  profile: 'backtesting.py',
  config: {},
  seed: 7,
  keep: 'full',
  span: null,
};

/** A strategy with this text as the body of `onBar`, and what stands before it at the top level. */
export const strategyWith = ({
  top = '',
  init = '',
  onBar = '',
}: {
  readonly top?: string;
  readonly init?: string;
  readonly onBar?: string;
}): string => `
import { crossOver, defineIndicator, defineStrategy, int, StrategyMistake, ta } from 'xtrading/strategy';
${top}
export default defineStrategy({
  name: 'attack',
  params: { size: int(1) },
  init(ctx, params) {
    ${init}
  },
  onBar(ctx, state, params) {
    ${onBar}
  },
});
`;

export const honestStrategy = strategyWith({
  onBar:
    "if (ctx.step === 5) ctx.buy('main', 2); if (ctx.step === 50) ctx.close('main'); ctx.log(ctx.bars.main.close.value);",
});

export class AttackBench {
  readonly runner: Runner;
  #loaded = false;

  constructor(limits: Partial<RunLimits> = attackLimits) {
    this.runner = startRunner({ limits });
  }

  /** Compiles and runs one source; a failure to compile is the outcome. */
  async run(source: string, job: Partial<SandboxJob> = {}): Promise<RunOutcome> {
    if (!this.#loaded) await this.runner.load([risingFeed()]);
    this.#loaded = true;
    const compiled = await this.runner.compile({ entry: 'attack.ts', files: { 'attack.ts': source } });
    if (!compiled.ok) return compiled;
    return this.runner.run({ ...attackJob, ...job });
  }

  /** The failure in which the source ends. */
  async failureOf(source: string): Promise<SandboxFailure> {
    const outcome = await this.run(source);
    if (outcome.ok)
      throw new Error(
        `the attack came to a result: ${JSON.stringify((outcome.value as BacktestResult).log).slice(0, 500)}`,
      );
    return outcome.failure;
  }

  /** What the source logged, after a full run. */
  async logOf(source: string): Promise<string[]> {
    const outcome = await this.run(source);
    if (!outcome.ok) throw new Error(`the run failed: ${JSON.stringify(outcome.failure)}`);
    return (outcome.value as BacktestResult).log.map(({ text }) => text); // a full run, since the job says so
  }

  close(): void {
    this.runner.close();
  }
}
