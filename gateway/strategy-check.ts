/** Tries a strategy: compiles it and runs it over a short sample of generated prices. */

import { generatePrices, parseTimeframe } from '#domain';
import type { Feed, Timeframe } from '#domain';
import type { Declared, Diagnostic, JobOutcome, JobRunner, SourceFiles } from '#ports';
import { gateOf } from './runner-gate.ts';
import type { Gate } from './auth/gate.ts';

export interface CheckOutcome {
  readonly ok: boolean;
  readonly diagnostics: readonly Diagnostic[];
  /** null where it does not compile. */
  readonly declared: Declared | null;
  /** Of the sample; null where it did not run to its end. */
  readonly trades: number | null;
  readonly bars: number | null;
}

/** Enough for long moving averages to warm up, few enough to run in milliseconds. */
const sampleBars = 500;
/** Of a strategy that takes whatever it is given. */
const sampleSymbols = ['SAMPLE-A', 'SAMPLE-B'];
/** A fine and a coarse feed of one strategy cover the same time; beyond this the fine one is cut. */
const sampleBarsMax = 20_000;
const sampleStart = Date.UTC(2024, 0, 1);
export class StrategyChecks {
  readonly #runner: JobRunner;
  readonly #gate: Gate;

  constructor(runner: JobRunner) {
    this.#runner = runner;
    this.#gate = gateOf(runner);
  }

  async check(userId: string, source: SourceFiles, signal: AbortSignal): Promise<CheckOutcome> {
    return await this.#gate.run(async () => {
      // Whoever waited may have gone meanwhile.
      signal.throwIfAborted();
      const compiled = await this.#runner.compile(userId, source);
      if (!compiled.ok) return failed(compiled.diagnostic, null);
      return await this.#tryOut(userId, source, compiled.declared, signal);
    });
  }

  async #tryOut(userId: string, source: SourceFiles, declared: Declared, signal: AbortSignal): Promise<CheckOutcome> {
    const feeds = sampleFeeds(declared);
    const outcomes: JobOutcome[] = [];
    await this.#runner.run({
      userId,
      source,
      feeds,
      jobs: [{ params: {}, profile: 'native', config: {}, seed: 1, keep: 'full' }],
      onProgress: () => undefined,
      onOutcome: (_index, outcome) => outcomes.push(outcome),
      signal,
    });
    const [outcome] = outcomes;
    if (outcome === undefined) throw new Error('The runner told no outcome of its job.');
    if (!outcome.ok) return failed(outcome.diagnostic, declared);
    const bars = feeds.reduce((sum, feed) => sum + feed.bars.time.length, 0);
    return { ok: true, diagnostics: [], declared, trades: outcome.result.statistics.trades, bars };
  }
}

const failed = (diagnostic: Diagnostic, declared: Declared | null): CheckOutcome => ({
  ok: false,
  diagnostics: [diagnostic],
  declared,
  trades: null,
  bars: null,
});

interface Wanted {
  readonly id: string;
  readonly symbol: string;
  readonly timeframe: Timeframe;
}

/** Generated prices for whatever the strategy declares; of a market that is always open, so that all bars line up. */
const sampleFeeds = ({ data }: Declared): readonly Feed[] => {
  const wanted: readonly Wanted[] =
    data === 'all'
      ? sampleSymbols.map((symbol) => ({ id: symbol, symbol, timeframe: parseTimeframe('1d') }))
      : data
          // What is built from another feed's bars needs none of its own.
          .filter(({ from }) => from === undefined)
          .map(({ id, symbol = `SAMPLE-${id}`, timeframe = '1d' }) => ({
            id,
            symbol,
            timeframe: parseTimeframe(timeframe),
          }));
  const spanMs = Math.max(0, ...wanted.map(({ timeframe }) => timeframe.ms)) * sampleBars;
  return wanted.flatMap(({ id, symbol, timeframe }) =>
    generatePrices({
      seed: 1,
      market: 'crypto',
      timeframe,
      start: sampleStart,
      bars: Math.min(sampleBarsMax, Math.ceil(spanMs / timeframe.ms)),
      symbols: [{ symbol, price: 100 }],
    }).map(({ instrument, bars }) => ({ id, symbol, timeframeMs: timeframe.ms, instrument, bars })),
  );
};
