/** A live decision over as many bars as a deployment holds, from the newest bar to what the strategy wants. */

import type { AccountFacts, Feed } from '#domain';
import { allocateBars, barColumns, prepareRunData, resolveProfile, runBacktest } from '#domain';
import crossStrategy from '#examples/sma-cross';
import type { JobOutcome } from '#ports';
import { openDecisionRunner } from '#cli/runner';
import { benchFeed, bestOfEach, crossSource } from './bench-data.ts';
import type { Benchmark } from './benchmark.ts';

/** Those from the history, and the most that are held of the time since. */
const bars = 25_000;
const rounds = 10;
const params = { fast: 10, slow: 20 };
/** Bars go to another process, and what the run came to comes back. */
const reach = 20;

/** An account with money, and nothing that happened to it: the run is the work, not what is told of it. */
const factsOf = (time: Float64Array): AccountFacts => ({
  feeRate: 0.001,
  decidedUntil: time.at(-2) ?? null,
  carried: [],
  bars: [
    {
      time: time[0] ?? 0,
      standing: { cash: 1e6, free: 1e6, elsewhere: 0, positions: [{ quantity: 0, averagePrice: 0 }] },
    },
  ],
});

const benchmark: Benchmark = {
  name: 'decision',
  async run() {
    const feed = benchFeed('minutes', bars);
    const facts = factsOf(feed.bars.time);
    const runner = openDecisionRunner();
    const decide = async (): Promise<void> => {
      const outcomes: JobOutcome[] = [];
      await runner.run({
        userId: 'ann',
        source: crossSource,
        // Other bars than before, as at each bar that closes.
        feeds: [{ ...feed, bars: copyOf(feed) }],
        jobs: [{ params, profile: 'account', config: facts, seed: 1, keep: 'full' }],
        onProgress: () => undefined,
        onOutcome: (_index, outcome) => outcomes.push(outcome),
        signal: new AbortController().signal,
      });
      if (outcomes[0]?.ok !== true) throw new Error(`the decision failed: ${JSON.stringify(outcomes)}`);
    };
    const engineAlone = (): void => {
      const data = prepareRunData(crossStrategy.data, [feed]);
      const profile = resolveProfile('account', facts);
      runBacktest({ trader: { strategy: crossStrategy, params }, data, profile, keep: 'full' });
    };
    try {
      const [decision = NaN, engine = NaN] = await bestOfEach(rounds, [decide, engineAlone]);
      const ratio = decision / engine;
      return [
        {
          name: 'decision: 25,000 bars and one more, against the engine alone',
          value: decision,
          unit: 'ms',
          reference: engine,
          ratio,
          reach: `≤ ${reach}×`,
          ok: ratio <= reach,
        },
      ];
    } finally {
      runner.close();
    }
  },
};

const copyOf = (feed: Feed): Feed['bars'] => {
  const copy = allocateBars(feed.bars.time.length);
  for (const name of barColumns) copy[name].set(feed.bars[name]);
  return copy;
};

export default benchmark;
