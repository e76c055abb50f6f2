/**
 * One request for 2,000 backtests of 100,000 bars, through API, dispatcher, runners, journal and results, against
 * the engine alone on as many cores.
 */

import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { csvOfBars } from '#persistence/files';
import { startPlatformProcess } from '#test/platform';
import { signUp } from './api-user.ts';
import type { ApiUser } from './api-user.ts';
import { benchFeed, crossSource } from './bench-data.ts';
import type { Benchmark } from './benchmark.ts';
import { gridBars, gridSpecs } from './grid.bench.ts';

const combinations = 2_000;
const symbol = 'BENCH';
const waitSeconds = 120;
/** A user's second search finds prices and compiled code where the first one left them; both are told. */
const searches = 2;
const reach = 1.15;

const run = promisify(execFile);

interface Batch {
  readonly id: string;
  readonly status: string;
  readonly done: number;
  readonly failed: number;
}

const search = async (user: ApiUser, strategyId: string): Promise<number> => {
  const startedAt = performance.now();
  const batch = await user.request<Batch>(
    'POST',
    'backtests',
    {
      strategyId,
      symbols: [symbol],
      interval: '1m',
      config: { cash: 1_000_000 },
      batch: { type: 'grid', grid: gridSpecs },
    },
    `wait=${waitSeconds}`,
  );
  let view = batch;
  // Whoever waits longer than the server lets them asks again.
  while (view.status === 'queued' || view.status === 'running')
    view = await user.request<Batch>('GET', `backtests/${batch.id}`, undefined, `wait=${waitSeconds}`);
  if (view.status !== 'completed' || view.done !== combinations || view.failed > 0)
    throw new Error(`the search ended as ${JSON.stringify(view).slice(0, 500)}`);
  return (performance.now() - startedAt) / 1_000;
};

const benchmark: Benchmark = {
  name: 'sweep',
  async run() {
    const cores = availableParallelism();
    const dataFolder = await mkdtemp(join(tmpdir(), 'sweep-bench-'));
    const settings = { XTRADING_SAMPLE_DATA: 'off', XTRADING_RUNNERS: String(cores) };
    const platform = await startPlatformProcess({ dataFolder, settings });
    try {
      const feed = benchFeed('minutes', gridBars);
      const { tick, lot } = feed.instrument;
      const user = await signUp(platform.address, 'bench');
      await user.request('PUT', `data/symbols/${symbol}`, { tick: String(tick), lot: String(lot), feed: null });
      const csv = [...csvOfBars(feed.bars)].join('');
      await user.request('POST', `data/batch-import?symbol=${symbol}&interval=1m`, csv, `wait=${waitSeconds}`);
      const source = crossSource.files['strategy.ts'];
      const { id } = await user.request<{ readonly id: string }>('POST', 'strategies', { name: 'cross', source });
      const shares = await Promise.all(
        Array.from({ length: cores }, async (_, part) =>
          run(process.execPath, [join(import.meta.dirname, 'grid-share.ts'), String(part), String(cores)]),
        ),
      );
      const engineSeconds = Math.max(...shares.map(({ stdout }) => Number(stdout))) / 1_000;
      const seconds: number[] = [];
      for (let one = 0; one < searches; one++) seconds.push(await search(user, id));
      return seconds.map((value, one) => ({
        name: `sweep: 2,000 × 100,000 bars on ${cores} cores, ${one === 0 ? 'first' : 'second'} search`,
        value,
        unit: 's',
        reference: engineSeconds,
        ratio: value / engineSeconds,
        reach: `≤ ${reach}×`,
        ok: value / engineSeconds <= reach,
      }));
    } finally {
      await platform.stop();
      await rm(dataFolder, { recursive: true, force: true });
    }
  },
};

export default benchmark;
