/** SMA-cross over a million bars: inside the sandbox against outside it, and against a bare loop. */

import { setFlagsFromString } from 'node:v8';
import type { Bars } from '#domain';
import { prepareRunData, resolveProfile, runBacktest, RunMemory } from '#domain';
import { engineFlags, startRunner } from '#sandbox';
import crossStrategy from '#examples/sma-cross';
import { benchFeed, bestOfEach, crossSource } from './bench-data.ts';
import type { Benchmark, Row } from './benchmark.ts';

const bars = 1_000_000;
const rounds = 8;
const config = { cash: 1_000_000, commission: 0.0005 };

/** The averages of the mark, and those that trade every twenty bars: there orders are measured more than bars. */
const slowParams = { fast: 50, slow: 200 };
const busyParams = { fast: 10, slow: 20 };
/** M bars/s that a strategy with many orders reaches through the full engine, on a machine like the one of the docs. */
const busyRateMin = 8;
const dayMs = 86_400_000;

/**
 * The same work with nothing around it, in floating point over typed arrays: two columns of averages,
 * the crossings, a position with its commissions, the equity curve, its drawdown and daily returns.
 */
const bareLoop = ({ time, close }: Bars, { fast, slow }: typeof slowParams): number => {
  const quick = movingAverage(close, fast);
  const calm = movingAverage(close, slow);
  const equity = new Float64Array(close.length);
  let held = 0;
  let { cash } = config;
  let peak = cash;
  let drawdown = 0;
  let day = 0;
  let dayStart = cash;
  let sum = 0;
  let squares = 0;
  for (let i = 1; i < close.length; i++) {
    // i and i − 1 are within the columns, which have one length
    const price = close[i] as number;
    const isAbove = (quick[i] as number) > (calm[i] as number);
    const wasAbove = (quick[i - 1] as number) > (calm[i - 1] as number);
    if (isAbove && !wasAbove && held === 0) {
      held = (0.95 * cash) / price;
      cash -= held * price * (1 + config.commission);
    } else if (!isAbove && wasAbove) {
      cash += held * price * (1 - config.commission);
      held = 0;
    }
    const now = cash + held * price;
    equity[i] = now;
    if (now > peak) peak = now;
    else drawdown = Math.min(drawdown, now / peak - 1);
    const today = Math.floor((time[i] as number) / dayMs);
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

const movingAverage = (values: Float64Array, length: number): Float64Array => {
  const column = new Float64Array(values.length).fill(NaN, 0, length - 1);
  let sum = 0;
  for (let i = 0; i < values.length; i++) {
    sum += values[i] as number; // i and i − length are within the column
    if (i >= length) sum -= values[i - length] as number;
    if (i >= length - 1) column[i] = sum / length;
  }
  return column;
};

const benchmark: Benchmark = {
  name: 'engine',
  async run() {
    // The engine outside has what it has inside, but for the walls.
    for (const flag of engineFlags) setFlagsFromString(flag);
    const feed = benchFeed('minutes', bars);
    const data = prepareRunData(crossStrategy.data, [feed]);
    const profile = resolveProfile('native', config);
    const memory = new RunMemory();
    const outsideRun = (params: typeof slowParams) => (): void => {
      runBacktest({ trader: { strategy: crossStrategy, params }, data, profile, keep: 'summary', memory });
    };
    const runner = startRunner();
    try {
      const compiled = await runner.compile(crossSource);
      const loaded = await runner.load([feed]);
      if (!compiled.ok || !loaded.ok) throw new Error('the benchmark strategy does not run');
      const sandboxRun = (params: typeof slowParams) => async (): Promise<void> => {
        const outcome = await runner.run({ params, profile: 'native', config, seed: 1, keep: 'summary', span: null });
        if (!outcome.ok) throw new Error(outcome.failure.message);
      };
      const bareRun = (params: typeof slowParams) => (): number => bareLoop(feed.bars, params);
      const [outside = NaN, inside = NaN, bare = NaN] = await bestOfEach(rounds, [
        outsideRun(slowParams),
        sandboxRun(slowParams),
        bareRun(slowParams),
      ]);
      const [busyOutside = NaN, busyInside = NaN, busyBare = NaN] = await bestOfEach(rounds, [
        outsideRun(busyParams),
        sandboxRun(busyParams),
        bareRun(busyParams),
      ]);
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
        row('SMA 10/20 in the sandbox (an order every 19 bars), against outside it', busyInside, busyOutside, 0.9),
        row('SMA 10/20 in the sandbox, against a bare loop', busyInside, busyBare, 0.15),
        {
          ...row('SMA 10/20 in the sandbox, on one core', busyInside, bars / busyRateMin / 1000, 1),
          reference: null,
          reach: `≥ ${busyRateMin} M bars/s`,
        },
      ];
    } finally {
      runner.close();
    }
  },
};

export default benchmark;
