/** SMA-cross over a million bars: inside the sandbox against outside it, and against a bare loop. */

import { prepareRunData, resolveProfile, runBacktest } from '#domain';
import { startRunner } from '#sandbox';
import crossStrategy from '#examples/sma-cross';
import { benchFeed, bestOf, crossSource } from './bench-data.ts';
import type { Benchmark } from './benchmark.ts';

const bars = 1_000_000;
const rounds = 12;
const config = { cash: 1_000_000, commission: 0.0005 };

/** The same decisions with nothing around them: two running sums, a position and its profit in floating point. */
const bareLoop = (close: Float64Array, fast: number, slow: number): number => {
  let fastSum = 0;
  let slowSum = 0;
  let wasAbove = false;
  let held = 0;
  let cash = config.cash;
  let equity = 0;
  for (let i = 0; i < close.length; i++) {
    const price = close[i] as number; // i < length
    fastSum += price - (i >= fast ? (close[i - fast] as number) : 0);
    slowSum += price - (i >= slow ? (close[i - slow] as number) : 0);
    if (i < slow) continue;
    const isAbove = fastSum / fast > slowSum / slow;
    if (isAbove && !wasAbove) {
      held = (0.95 * cash) / price;
      cash -= held * price * (1 + config.commission);
    } else if (!isAbove && wasAbove) {
      cash += held * price * (1 - config.commission);
      held = 0;
    }
    wasAbove = isAbove;
    equity += cash + held * price;
  }
  return equity;
};

const benchmark: Benchmark = {
  name: 'engine',
  async run() {
    const feed = benchFeed('minutes', bars);
    const data = prepareRunData(crossStrategy.data, [feed]);
    const profile = resolveProfile('native', config);
    const outside = await bestOf(rounds, () => runBacktest({ trader: { strategy: crossStrategy, params: {} }, data, profile, keep: 'summary' }));
    const bare = await bestOf(rounds, () => bareLoop(feed.bars.close, 10, 20));

    const runner = startRunner();
    try {
      const compiled = await runner.compile(crossSource);
      const loaded = await runner.load([feed]);
      if (!compiled.ok || !loaded.ok) throw new Error('the benchmark strategy does not run');
      const inside = await bestOf(rounds, async () => {
        const outcome = await runner.run({ params: {}, profile: 'native', config, seed: 1, keep: 'summary', span: null });
        if (!outcome.ok) throw new Error(outcome.failure.message);
      });
      const rate = (ms: number): number => bars / ms / 1000;
      return [
        { name: 'engine: sandbox against outside', value: rate(inside), unit: 'M bars/s', reference: rate(outside), ratio: outside / inside, reach: '≥ 0.9×', ok: outside / inside >= 0.9 },
        { name: 'engine: sandbox against a bare loop', value: rate(inside), unit: 'M bars/s', reference: rate(bare), ratio: bare / inside, reach: '≥ 0.15×', ok: bare / inside >= 0.15 },
      ];
    } finally {
      runner.close();
    }
  },
};

export default benchmark;
