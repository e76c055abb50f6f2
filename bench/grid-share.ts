/**
 * The engine's share of the grid benchmark: one process's part of the combinations, run one after the
 * other with nothing around the engine. Prints the milliseconds that they took.
 * Called as `grid-share.ts PART PARTS`.
 */

import { combinationAt, prepareRunData, readGrid, resolveProfile, runBacktest } from '#domain';
import crossStrategy from '#examples/sma-cross';
import { gridBars, gridSpecs } from './grid.bench.ts';
import { benchFeed } from './bench-data.ts';

const [part = 0, parts = 1] = process.argv.slice(2).map(Number);
const data = prepareRunData(crossStrategy.data, [benchFeed('minutes', gridBars)]);
const profile = resolveProfile('native', { cash: 1_000_000 });
const grid = readGrid(crossStrategy.params, gridSpecs);
const run = (index: number): void => {
  runBacktest({
    trader: { strategy: crossStrategy, params: combinationAt(grid, index) },
    data,
    profile,
    keep: 'summary',
  });
};
run(0); // compiled before the clock starts, as the search's own first run would be
const startedAt = performance.now();
for (let index = part; index < grid.size; index += parts) run(index);
console.log(performance.now() - startedAt);
