/** Bars a second that a backtest gets from the series on the disk, with the proof that they are current, against reading them from ClickHouse. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generatePrices, minuteMs, parseTimeframe } from '#domain';
import { systemClock } from '#kernel';
import type { History } from '#ports';
import { openEmbeddedClickHouse, openHistory, openSeriesCache } from '#persistence';
import type { Benchmark, Row } from './benchmark.ts';

const minutes = 500_000;
const memoryBytesMax = 2 ** 30;
/** The best one counts of each; they take turns, so that what else the machine does meets both. */
const rounds = 25;

/** As many minutes as a backtest usually has, and all of them as hours. The proof alone takes some milliseconds. */
const cases = [
  { name: 'series of 100,000 minutes', interval: '1m', minutes: 100_000, reach: 1.5 },
  { name: 'series of hours of 500,000 minutes', interval: '1h', minutes, reach: 5 },
] as const;

const series: Benchmark = {
  name: 'series',
  async run() {
    const folder = mkdtempSync(join(tmpdir(), 'xtrading-bench-series-'));
    const clickHouse = await openEmbeddedClickHouse({ dataFolder: join(folder, 'clickhouse'), memoryBytesMax });
    try {
      const history = openHistory(clickHouse);
      await bringBars(history);
      const cache = await openSeriesCache({
        folder: join(folder, 'series'),
        bytesMax: 2 ** 30,
        history,
        version: '1',
        clock: systemClock,
        report: ({ type }) => {
          throw new Error(`The series on the disk: ${type}.`);
        },
        keptFromMs: 0,
      });
      const rows: Row[] = [];
      for (const { name, interval, minutes: long, reach } of cases) {
        const query = { symbol: 'KO', interval, from: start, to: start + long * minuteMs, limit: 1_000_000 };
        const { hits } = cache.figures();
        const bars = await untilKept(async () => {
          const { time } = await cache.bars(query);
          return cache.figures().hits > hits ? time.length : null;
        });
        let [fromClickHouse, fromDisk] = [Infinity, Infinity];
        for (let i = 0; i < rounds; i++) {
          fromClickHouse = Math.min(fromClickHouse, await secondsOf(() => history.bars(query)));
          fromDisk = Math.min(fromDisk, await secondsOf(() => cache.bars(query)));
        }
        const [value, reference] = [bars / fromDisk, bars / fromClickHouse];
        const ratio = value / reference;
        rows.push({ name, value, unit: 'bars/s', reference, ratio, reach: `≥ ${reach}`, ok: ratio >= reach });
      }
      await cache.close();
      return rows;
    } finally {
      await clickHouse.close();
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

export default series;

const start = Date.UTC(2024, 0, 1);

/** Two symbols, so that the table is not the series. */
const bringBars = async (history: Pick<History, 'insert'>): Promise<void> => {
  const timeframe = parseTimeframe('1m');
  const symbols = [{ symbol: 'KO' }, { symbol: 'PEP' }];
  for (const made of generatePrices({ seed: 7, market: 'crypto', timeframe, start, bars: minutes, symbols }))
    await history.insert(made.symbol, '1m', made.bars);
};

/** What is read is written beside it, and merged parts are other parts: it may take some. */
const triesMax = 200;
const untilKept = async (read: () => Promise<number | null>): Promise<number> => {
  for (let i = 0; i < triesMax; i++) {
    const bars = await read();
    if (bars !== null) return bars;
  }
  throw new Error('The series was never kept.');
};

const secondsOf = async (read: () => Promise<unknown>): Promise<number> => {
  const startedAt = performance.now();
  await read();
  return (performance.now() - startedAt) / 1_000;
};
