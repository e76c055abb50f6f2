/** SMA-cross over a million bars: inside the sandbox against outside it, and against a bare loop. */

import type { Bars } from '#domain';
import { prepareRunData, resolveProfile, runBacktest } from '#domain';
import { startRunner } from '#sandbox';
import crossStrategy from '#examples/sma-cross';
import { benchFeed, bestOf, crossSource } from './bench-data.ts';
import type { Benchmark, Row } from './benchmark.ts';

const bars = 1_000_000;
const rounds = 12;
const config = { cash: 1_000_000, commission: 0.0005 };

/** The averages of the mark, and those that trade every twenty bars: there orders are measured more than bars. */
const slowParams = { fast: 50, slow: 200 };
const busyParams = { fast: 10, slow: 20 };
const dayMs = 86_400_000;

/**
 * The same decisions with nothing around them, in floating point: two running sums, a position,
 * commissions, the equity curve, its drawdown and its daily returns.
 */
const bareLoop = ({ time, close }: Bars, { fast, slow }: typeof slowParams, equity: Float64Array): number => {
  let fastSum = 0;
  let slowSum = 0;
  let wasAbove = false;
  let held = 0;
  let { cash } = config;
  let peak = cash;
  let drawdown = 0;
  let day = 0;
  let dayStart = cash;
  let sum = 0;
  let squares = 0;
  for (let i = 0; i < close.length; i++) {
    const price = close[i] as number; // i < length
    fastSum += price - (i >= fast ? (close[i - fast] as number) : 0);
    slowSum += price - (i >= slow ? (close[i - slow] as number) : 0);
    if (i >= slow) {
      const isAbove = fastSum / fast > slowSum / slow;
      if (isAbove && !wasAbove) {
        held = (0.95 * cash) / price;
        cash -= held * price * (1 + config.commission);
      } else if (!isAbove && wasAbove) {
        cash += held * price * (1 - config.commission);
        held = 0;
      }
      wasAbove = isAbove;
    }
    const now = cash + held * price;
    equity[i] = now;
    if (now > peak) peak = now;
    else drawdown = Math.min(drawdown, now / peak - 1);
    const today = Math.floor((time[i] as number) / dayMs); // as above
    if (today !== day) {
      const change = now / dayStart - 1;
      sum += change;
      squares += change * change;
      dayStart = now;
      day = today;
    }
  }
  return drawdown + sum / Math.sqrt(squares);
};

const benchmark: Benchmark = {
  name: 'engine',
  async run() {
    const feed = benchFeed('minutes', bars);
    const data = prepareRunData(crossStrategy.data, [feed]);
    const profile = resolveProfile('native', config);
    const engine = async (params: typeof slowParams): Promise<number> =>
      bestOf(rounds, () =>
        runBacktest({ trader: { strategy: crossStrategy, params }, data, profile, keep: 'summary' }),
      );
    const curve = new Float64Array(bars);
    const outside = await engine(slowParams);
    const bare = await bestOf(rounds, () => bareLoop(feed.bars, slowParams, curve));

    const runner = startRunner();
    try {
      const compiled = await runner.compile(crossSource);
      const loaded = await runner.load([feed]);
      if (!compiled.ok || !loaded.ok) throw new Error('the benchmark strategy does not run');
      const sandboxed = async (params: typeof slowParams): Promise<number> =>
        bestOf(rounds, async () => {
          const outcome = await runner.run({ params, profile: 'native', config, seed: 1, keep: 'summary', span: null });
          if (!outcome.ok) throw new Error(outcome.failure.message);
        });
      const inside = await sandboxed(slowParams);
      const busyInside = await sandboxed(busyParams);
      const busyOutside = await engine(busyParams);
      const rate = (ms: number): number => bars / ms / 1000;
      const row = (name: string, ms: number, reference: number, reach: number): Row => ({
        name: `engine: ${name}`,
        value: rate(ms),
        unit: 'M bars/s',
        reference: rate(reference),
        ratio: reference / ms,
        reach: `≥ ${reach}×`,
        ok: reference / ms >= reach,
      });
      return [
        row('SMA 50/200 in the sandbox, against outside it', inside, outside, 0.9),
        row('SMA 50/200 in the sandbox, against a bare loop', inside, bare, 0.15),
        row('SMA 10/20 in the sandbox, against outside it', busyInside, busyOutside, 0.9),
      ];
    } finally {
      runner.close();
    }
  },
};

export default benchmark;
