/** `xtrading backtest --grid` over 2,000 combinations of 100,000 bars on all cores, against the engine alone on as many. */

import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { writePrices } from '#persistence/files';
import { benchFeed } from './bench-data.ts';
import type { Benchmark } from './benchmark.ts';

export const gridBars = 100_000;
/** 40 × 50 combinations, all of them allowed. */
export const gridSpecs = { fast: '2..41:1', slow: '50..295:5' };
const combinations = 2_000;
const reach = 1.15;

const run = promisify(execFile);

const benchmark: Benchmark = {
  name: 'grid',
  async run() {
    const cores = availableParallelism();
    const folder = await mkdtemp(join(tmpdir(), 'grid-bench-'));
    try {
      const prices = join(folder, 'prices.csv');
      await writePrices(prices, benchFeed('minutes', gridBars).bars);
      const shares = await Promise.all(
        Array.from({ length: cores }, async (_, part) =>
          run(process.execPath, [join(import.meta.dirname, 'grid-share.ts'), String(part), String(cores)]),
        ),
      );
      const engineSeconds = Math.max(...shares.map(({ stdout }) => Number(stdout))) / 1000;
      const startedAt = performance.now();
      const root = join(import.meta.dirname, '..');
      const grids = Object.entries(gridSpecs).flatMap(([name, spec]) => ['--grid', `${name}=${spec}`]);
      const { stdout } = await run(
        process.execPath,
        [
          join(root, 'cli/xtrading.js'),
          'backtest',
          join(root, 'examples/sma-cross/strategy.ts'),
          '--data',
          prices,
          ...grids,
          '--cash',
          '1000000',
          '--json',
          '--quiet',
          '--no-cache',
        ],
        { maxBuffer: 2 ** 28 },
      );
      const wholeSeconds = (performance.now() - startedAt) / 1000;
      const { finished } = JSON.parse(stdout) as { finished: number };
      if (finished !== combinations) throw new Error(`${finished} of ${combinations} combinations finished`);
      const ratio = wholeSeconds / engineSeconds;
      return [
        {
          name: `grid: 2,000 × 100,000 bars on ${cores} cores, start and ranking included`,
          value: wholeSeconds,
          unit: 's',
          reference: engineSeconds,
          ratio,
          reach: `≤ ${reach}×`,
          ok: ratio <= reach,
        },
      ];
    } finally {
      await rm(folder, { recursive: true });
    }
  },
};

export default benchmark;
