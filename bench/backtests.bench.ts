/** Backtests a second on one core: a strategy with many parameters over 2,148 daily bars, in the sandbox. */

import { startRunner } from '#sandbox';
import { benchFeed, bestOf, crossSource } from './bench-data.ts';
import type { Benchmark } from './benchmark.ts';

const bars = 2_148;
const runs = 2_000;
const rounds = 2;
const reach = 1_000;

const benchmark: Benchmark = {
  name: 'backtests',
  async run() {
    const runner = startRunner();
    try {
      const compiled = await runner.compile(crossSource);
      const loaded = await runner.load([benchFeed('days', bars)]);
      if (!compiled.ok || !loaded.ok) throw new Error('the benchmark strategy does not run');
      const jobs = Array.from({ length: runs }, (_, i) => ({
        id: i,
        job: {
          params: { fast: 2 + (i % 40), slow: 45 + Math.floor(i / 40) },
          profile: 'native',
          config: { commission: 0.001 },
          seed: 1,
          keep: 'summary' as const,
          span: null,
        },
      }));
      const ms = await bestOf(rounds, async () => {
        let done = 0;
        await runner.runAll(jobs, {
          onOutcome: (_id, outcome) => {
            if (outcome.ok) done++;
          },
        });
        if (done !== runs) throw new Error(`${runs - done} of ${runs} runs failed`);
      });
      const rate = runs / (ms / 1000);
      return [
        {
          name: 'backtests: on one core',
          value: rate,
          unit: 'backtests/s',
          reference: reach,
          ratio: rate / reach,
          reach: '≥ 1,000/s',
          ok: rate >= reach,
        },
      ];
    } finally {
      runner.close();
    }
  },
};

export default benchmark;
