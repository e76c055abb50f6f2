import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { BacktestResult, Statistics } from '#domain';
import { openEmbeddedClickHouse } from './embedded-engine.ts';
import type { ClickHouse } from './clickhouse.ts';
import { openHistory } from './history.ts';
import { migrateClickHouse } from './migrations.ts';
import { openResults } from './results.ts';

/** A process binds its engine to one folder, so these tests share one and leave it closed. */
let folder: string;
let opened: ClickHouse | null = null;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'xtrading-clickhouse-'));
});
afterEach(async () => {
  await opened?.close();
  opened = null;
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const memoryBytesMax = 512 * 1024 * 1024;

const open = async (): Promise<ClickHouse> => {
  opened = await openEmbeddedClickHouse({ dataFolder: folder, memoryBytesMax });
  return opened;
};

/** A program of its own on the folder; `body` has `clickHouse` and `history`, and says what is done line by line. */
const startElsewhere = (body: string) => {
  const source = `import { openEmbeddedClickHouse } from ${JSON.stringify(import.meta.resolve('./embedded-engine.ts'))};
    import { openHistory } from ${JSON.stringify(import.meta.resolve('./history.ts'))};
    const clickHouse = await openEmbeddedClickHouse(${JSON.stringify({ dataFolder: folder, memoryBytesMax })});
    import { openResults } from ${JSON.stringify(import.meta.resolve('./results.ts'))};
    const history = openHistory(clickHouse);
    const resultOf = ${resultOf.toString()};
    ${body}`;
  return spawn(process.execPath, ['--input-type=module-typescript', '--eval', source], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
};

/** Each differs from the others in all of its tables. */
const resultOf = (n: number): BacktestResult => ({
  strategy: 'one',
  engineVersion: '1',
  params: {},
  settings: {},
  feeds: [],
  // What the statistics are does not matter here.
  statistics: {} as Statistics,
  profileStatistics: null,
  tradeHash: '0',
  warmUpSteps: 0,
  trades: [],
  orders: [],
  fills: Array.from({ length: n + 1 }, (_, i) => ({
    order: i,
    feed: 0,
    side: 'buy',
    quantity: n,
    price: 1,
    commission: 0,
    step: i,
    bar: i,
    time: i,
    tag: null,
  })),
  timeline: Float64Array.from({ length: n + 1 }, (_, i) => i),
  equity: new Float64Array(n + 1).fill(n),
  log: Array.from({ length: n + 1 }, (_, i) => ({ time: i, text: `line ${i} of ${n}` })),
  logDropped: n,
  notes: [],
  plots: { line: { steps: [n], values: [n] } },
});

const one = (value: number): Float64Array => Float64Array.of(value);
const bar = (time: number) => ({
  time: one(time),
  open: one(1),
  high: one(1),
  low: one(1),
  close: one(1),
  volume: one(time),
});

test('keeps over a kill -9 amid inserts all that was acknowledged', async () => {
  const child = startElsewhere(`
    for (let time = 0; ; time++) {
      const one = (value) => Float64Array.of(value);
      await history.insert('KILLED', '1m', { time: one(time), open: one(1), high: one(1), low: one(1), close: one(1), volume: one(time) });
      console.log(time);
    }`);
  let acknowledged = -1;
  for await (const line of createInterface({ input: child.stdout })) {
    acknowledged = Number(line);
    if (acknowledged === 40) child.kill('SIGKILL');
  }
  expect(acknowledged).toBeGreaterThanOrEqual(40);
  const bars = await openHistory(await open()).bars({
    symbol: 'KILLED',
    interval: '1m',
    from: 0,
    to: Infinity,
    limit: 10_000,
  });
  expect(bars.time.length).toBeGreaterThan(acknowledged);
  expect(bars.time.length).toBeLessThanOrEqual(acknowledged + 2);
  expect([...bars.volume]).toEqual([...bars.volume.keys()]);
});

test('shows over a kill -9 amid stores no result that is not whole', async () => {
  const child = startElsewhere(`
    const results = openResults(clickHouse);
    for (let attempt = 0; ; attempt++) {
      await results.store('attempt ' + attempt % 30, resultOf(attempt));
      console.log(attempt);
    }`);
  let acknowledged = -1;
  for await (const line of createInterface({ input: child.stdout })) {
    acknowledged = Number(line);
    // The last ones are stored again in the place of the first.
    if (acknowledged === 35) child.kill('SIGKILL');
  }
  const results = openResults(await open());
  for (let attempt = 0; attempt < 30; attempt++) {
    const found = await results.load(`attempt ${attempt}`);
    const last = acknowledged - ((acknowledged - attempt) % 30);
    // One more may be kept than was acknowledged.
    const kept = found?.logDropped === acknowledged + 1 ? acknowledged + 1 : last;
    expect(found).toStrictEqual(resultOf(kept));
  }
});

test('keeps what was written over closing and opening again, and migrates no step twice', async () => {
  await openHistory(await open()).insert('KEPT', '1d', bar(0));
  await opened?.close();
  const again = await open();
  expect(await openHistory(again).coverage('KEPT')).toEqual([
    { symbol: 'KEPT', interval: '1d', bars: 1, first: 0, last: 0 },
  ]);
  const steps = await again.select('SELECT toFloat64(number) AS n FROM migration');
  expect([...steps.numbers('n')]).toEqual([...new Set(steps.numbers('n'))]);
});

test('refuses a folder that another program works on, and says which', async () => {
  const child = startElsewhere(`console.log('open'); setInterval(() => {}, 1000);`);
  await once(child.stdout, 'data');
  await expect(openEmbeddedClickHouse({ dataFolder: folder, memoryBytesMax })).rejects.toMatchObject({
    code: 'database-in-use',
    message: expect.stringContaining(`process ${child.pid})`),
  });
  child.kill('SIGKILL');
  await once(child, 'exit');
  await open();
});

test('refuses to open a folder twice in one program', async () => {
  await open();
  await expect(openEmbeddedClickHouse({ dataFolder: folder, memoryBytesMax })).rejects.toMatchObject({
    code: 'database-in-use',
  });
});

test('lets its process end once it is closed, also amid queries', async () => {
  const child = startElsewhere(`
    const asked = clickHouse.select('SELECT toFloat64(max(number)) AS n FROM numbers(30000000)');
    await clickHouse.close();
    console.log((await asked).numbers('n')[0]);`);
  const lines: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) lines.push(line);
  expect(lines).toEqual(['29999999']);
  expect(child.exitCode ?? (await once(child, 'exit'))[0]).toBe(0);
});

test('reads while it writes', async () => {
  const clickHouse = await open();
  let isWritten = false;
  const writing = clickHouse
    .command(`INSERT INTO migration (number, name, checksum) SELECT 1, 'slow', '' WHERE sleep(2) = 1`)
    .then(() => (isWritten = true));
  await clickHouse.select('SELECT toFloat64(1) AS n');
  expect(isWritten).toBe(false);
  await writing;
});

test('ends a query that needs more memory than it may have, and goes on', async () => {
  const clickHouse = await open();
  await expect(
    clickHouse.select('SELECT toFloat64(length(groupArray(number))) AS n FROM numbers(200000000)'),
  ).rejects.toThrow(/memory limit exceeded/i);
  expect((await clickHouse.select('SELECT toFloat64(1) AS n')).numbers('n')).toEqual(one(1));
});

test('refuses data of a program with another history, and of a newer one', async () => {
  for (const [number, code] of [
    [1, 'database-changed'],
    [9999, 'database-newer'],
  ] as const) {
    const clickHouse = await open();
    const of = (checksum: string) =>
      `INSERT INTO migration (number, name, checksum) SELECT ${number}, 'other', '${checksum}'`;
    const kept = (await clickHouse.select('SELECT checksum FROM migration FINAL WHERE number = 1')).texts(
      'checksum',
    )[0];
    await clickHouse.command(of('other'));
    await expect(migrateClickHouse(clickHouse)).rejects.toMatchObject({ code });
    await clickHouse.command(of(kept ?? ''));
    await clickHouse.close();
    opened = null;
  }
  // The last one stays.
  await expect(open()).rejects.toMatchObject({ code: 'database-newer' });
});
