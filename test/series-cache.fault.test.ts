/** Bars that one run of the program has read from ClickHouse are read from the disk by the next, and results are the same without it. */

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { BacktestView } from '#actors';
import { generatePrices, minuteMs } from '#domain';
import { csvOfBars } from '#persistence/files';
import { startPlatformProcess } from './platform-process.ts';

const symbol = 'KEPT';
/** As hours they take ClickHouse some multiple of the time from which on series are kept. */
const minutes = 200_000;
const mergesMax = 5;
const admin = { email: 'admin@localhost', password: 'correct horse battery' };

const dataFolder = mkdtempSync(join(tmpdir(), 'xtrading-kept-'));
afterAll(() => rmSync(dataFolder, { recursive: true, force: true }));

/** What is done with the program while it runs. */
const running = async <T>(
  settings: Readonly<Record<string, string>>,
  work: (call: Call, metric: (name: string) => Promise<number | null>) => Promise<T>,
): Promise<T> => {
  const platform = await startPlatformProcess({
    dataFolder,
    settings: {
      XTRADING_SAMPLE_DATA: 'off',
      XTRADING_RUNNERS: '1',
      XTRADING_ADMIN_PASSWORD: admin.password,
      ...settings,
    },
  });
  try {
    let token: string | null = null;
    const call: Call = async (method, path, body, prefer) => {
      const isText = typeof body === 'string';
      const answer = await fetch(`${platform.address}/api/v1/${path}`, {
        method,
        headers: {
          ...(token === null ? {} : { authorization: `Bearer ${token}` }),
          'content-type': isText ? 'text/csv' : 'application/json',
          ...(prefer === undefined ? {} : { prefer }),
        },
        ...(body === undefined ? {} : { body: isText ? body : JSON.stringify(body) }),
      });
      const text = await answer.text();
      if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
      return JSON.parse(text);
    };
    token = (await call<{ readonly accessToken: string }>('POST', 'auth/login', admin)).accessToken;
    const metric = async (name: string): Promise<number | null> => {
      const text = await (await fetch(`${platform.address}/metrics`)).text();
      const found = new RegExp(`^${name} (\\d+)$`, 'm').exec(text)?.[1];
      return found === undefined ? null : Number(found);
    };
    return await work(call, metric);
  } finally {
    await platform.stop();
  }
};

type Call = <T>(method: string, path: string, body?: unknown, prefer?: string) => Promise<T>;

/** A backtest over hours; the hash of its trades. */
const backtest = async (call: Call, strategyId: string): Promise<string> => {
  const asked = { strategyId, symbols: [symbol], interval: '1h', config: { cash: 1_000_000 } };
  const { id } = await call<BacktestView>('POST', 'backtests', asked);
  const view = () => call<BacktestView>('GET', `backtests/${id}`);
  await expect.poll(async () => (await view()).status, { timeout: 30_000 }).toBe('completed');
  const { tradeHash } = await call<{ readonly tradeHash: string }>('GET', `backtests/${id}/results`);
  expect(tradeHash).toMatch(/^[0-9a-f]{16,}$/);
  return tradeHash;
};

test('the bars of a backtest are read from ClickHouse once, over a restart', async () => {
  const [made] = generatePrices({
    seed: 'kept',
    market: 'crypto',
    timeframe: { ms: minuteMs, unit: 'minute', count: 1 },
    start: Date.UTC(2023, 0, 1),
    bars: minutes,
    symbols: [{ symbol }],
  });
  if (made === undefined) throw new Error('one symbol was asked for');
  const csv = [...csvOfBars(made.bars)].join('');
  const source = readFileSync(new URL('../examples/sma-cross/strategy.ts', import.meta.url), 'utf8');

  const first = await running({}, async (call, metric) => {
    await call('PUT', `data/symbols/${symbol}`, { tick: '0.01', lot: '0.01', feed: null });
    const imported = await call('POST', `data/batch-import?symbol=${symbol}&interval=1m`, csv, 'wait=60');
    expect(imported).toMatchObject({ status: 'completed', rows: minutes });
    const { id } = await call<{ readonly id: string }>('POST', 'strategies', { name: 'cross', source });
    const tradeHash = await backtest(call, id);
    await expect.poll(() => metric('series_cache_entries')).toBe(1);
    expect(await metric('series_cache_hits_total')).toBe(0);
    return { id, tradeHash };
  });

  for (let starts = 1; ; starts++) {
    const isHit = await running({}, async (call, metric) => {
      expect(await backtest(call, first.id)).toBe(first.tradeHash);
      return (await metric('series_cache_hits_total')) === 1;
    });
    if (isHit) break;
    // What an import has written is merged some time after it, and is read once more then.
    expect(starts).toBeLessThan(mergesMax);
  }

  await running({ XTRADING_SERIES_CACHE_MB: '0' }, async (call, metric) => {
    expect(await backtest(call, first.id)).toBe(first.tradeHash);
    expect(await metric('series_cache_hits_total')).toBeNull();
  });
}, 180_000);
