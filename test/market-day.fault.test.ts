/** A market's day over a `kill -9` and over a stop: what was traded before is part of it afterwards. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { startPlatformProcess } from './platform-process.ts';
import type { PlatformProcess } from './platform-process.ts';

const symbol = 'DAY';
const dataFolder = mkdtempSync(join(tmpdir(), 'xtrading-day-'));
const settings = { XTRADING_SAMPLE_DATA: 'off', XTRADING_RUNNERS: '1' };
const email = 'day@example.com';
const password = 'correct horse battery';
/** Two intervals of writing, and some for a busy machine. */
const keptAfterMs = 8_000;

let platform: PlatformProcess;
let token = '';

interface MarketOnWire {
  readonly quote: { readonly at: string } | null;
  readonly bar: { readonly time: string; readonly open: string; readonly volume: string } | null;
  readonly dayOpen: string | null;
  readonly dayHigh: string | null;
  readonly dayLow: string | null;
  readonly dayVolume: string;
}

const request = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
  const answer = await fetch(`${platform.address}/api/v1/${path}`, {
    method,
    headers: {
      ...(token === '' ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
  return JSON.parse(text) as T; // the API's own tests hold it to its schemas
};

const logIn = async (): Promise<void> => {
  ({ accessToken: token } = await request<{ readonly accessToken: string }>('POST', 'auth/login', { email, password }));
};

/** The market, once it has a quote of at least that time. */
const marketSince = (at: number): Promise<MarketOnWire> =>
  vi.waitFor(
    async () => {
      const market = await request<MarketOnWire>('GET', `data/market/${symbol}`);
      expect(Date.parse(market.quote?.at ?? '')).toBeGreaterThanOrEqual(at);
      return market;
    },
    { timeout: 30_000, interval: 50 },
  );

/** The stored minutes. */
const minutes = async (): Promise<readonly { readonly time: string; readonly volume: string }[]> =>
  (
    await request<{ readonly data: readonly { readonly time: string; readonly volume: string }[] }>(
      'GET',
      `data/history/${symbol}?interval=1m`,
    )
  ).data;

beforeAll(async () => {
  platform = await startPlatformProcess({ dataFolder, settings });
  await request('POST', 'auth/register', { email, password, displayName: 'Day' });
  await logIn();
  await request('PUT', `data/symbols/${symbol}`, {
    tick: '0.01',
    lot: '1',
    feed: { type: 'synthetic', seed: 'day', startPrice: '100', annualVolatility: 3, quotesPerSecond: 20 },
  });
}, 60_000);

afterAll(async () => {
  await platform.stop();
  rmSync(dataFolder, { recursive: true, force: true });
});

test.each(['kill', 'stop'] as const)(
  'a %s and a start go on with the same day and the same minute',
  async (end) => {
    token = '';
    await logIn();
    const before = await marketSince(0);
    const from = Date.parse(before.quote?.at ?? '');
    // Far enough for all of that view to be kept.
    await marketSince(from + (end === 'kill' ? keptAfterMs : 0));
    await platform[end]();
    platform = await startPlatformProcess({ dataFolder, settings });
    token = '';
    await logIn();
    const after = await marketSince(from);
    // Unless midnight came in between.
    if (new Date(from).getUTCDate() === new Date(after.quote?.at ?? '').getUTCDate()) {
      expect(after.dayOpen).toBe(before.dayOpen);
      expect(Number(after.dayHigh)).toBeGreaterThanOrEqual(Number(before.dayHigh));
      expect(Number(after.dayLow)).toBeLessThanOrEqual(Number(before.dayLow));
      expect(Number(after.dayVolume)).toBeGreaterThan(Number(before.dayVolume));
    }
    // The minute that was seen is there with at least what had been traded in it: live, or stored when it is over.
    const seen = before.bar ?? { time: '', open: '', volume: '' };
    if (after.bar?.time === seen.time) {
      expect(after.bar.open).toBe(seen.open);
      expect(Number(after.bar.volume)).toBeGreaterThanOrEqual(Number(seen.volume));
    } else {
      await vi.waitFor(
        async () => {
          const stored = (await minutes()).find(({ time }) => time === seen.time);
          expect(Number(stored?.volume)).toBeGreaterThanOrEqual(Number(seen.volume));
        },
        { timeout: 20_000, interval: 100 },
      );
    }
  },
  120_000,
);
