/** `xtrading start` as an operator meets it: first start, second start, what can be wrong, how it ends. */

import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { capture, root } from './command.ts';
import { embeddedServerOf, startPlatformProcess } from './platform-process.ts';
import type { PlatformProcess } from './platform-process.ts';

let folder: string;
let first: PlatformProcess;
let dataFolder: string;

const settings = { XTRADING_ADMIN_PASSWORD: 'correct horse battery', XTRADING_RUNNERS: '1' };

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'xtrading-start-'));
  dataFolder = join(folder, 'data');
  first = await startPlatformProcess({ dataFolder, settings });
}, 120_000);

afterAll(async () => {
  await first.stop();
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

const get = async (platform: PlatformProcess, path: string, token = ''): Promise<Response> =>
  await fetch(`${platform.address}${path}`, token === '' ? {} : { headers: { authorization: `Bearer ${token}` } });

const logIn = async (platform: PlatformProcess, password = settings.XTRADING_ADMIN_PASSWORD): Promise<string> => {
  const answer = await fetch(`${platform.address}/api/v1/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: 'admin@localhost', password }),
  });
  expect(answer.status).toBe(200);
  return ((await answer.json()) as { readonly accessToken: string }).accessToken;
};

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false; // gone: what was asked
  }
};

/** `xtrading start` to its end, which must be a refusal. */
const refused = (
  environment: Readonly<Record<string, string>>,
): { readonly exitCode: number; readonly stderr: string } =>
  capture(process.execPath, ['cli/xtrading.js', 'start', '--plain'], {
    folder: root,
    environment: { PATH: process.env['PATH'], PORT: '0', ...environment },
  });

describe('the first start', () => {
  test('brings an administrator, symbols with history and live prices, strategies and a terminal', async () => {
    const token = await logIn(first);
    const symbols = (await (await get(first, '/api/v1/data/symbols', token)).json()) as {
      readonly data: readonly { readonly symbol: string; readonly coverage: readonly unknown[] }[];
    };
    expect(symbols.data.length).toBeGreaterThan(4);
    for (const { symbol, coverage } of symbols.data) expect(coverage, symbol).toHaveLength(2);
    const strategies = (await (await get(first, '/api/v1/strategies', token)).json()) as {
      readonly data: readonly { readonly name: string }[];
    };
    expect(strategies.data.map(({ name }) => name)).toContain('sma-cross');
    const page = await get(first, '/');
    expect(page.headers.get('content-type')).toContain('text/html');
    expect(await page.text()).toContain('<script');
    const health = (await (await get(first, '/health')).json()) as { readonly status: string };
    expect(health.status).toBe('healthy');
  });

  test('gives a symbol its live prices as soon as its feed is set', async () => {
    const token = await logIn(first);
    const answer = await fetch(`${first.address}/api/v1/data/symbols/NEWCOMER`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({
        feed: { type: 'synthetic', seed: 'a', startPrice: '50', annualVolatility: 0.3, quotesPerSecond: 10 },
      }),
    });
    expect(answer.status, await answer.text()).toBeLessThan(300);
    const status = async (): Promise<unknown> =>
      ((await (await get(first, '/api/v1/data/market/NEWCOMER', token)).json()) as { readonly status: unknown }).status;
    await expect.poll(status, { timeout: 10_000 }).toBe('live');
  });

  test('a second program on the same folder is refused, and told who has it', () => {
    const { exitCode, stderr } = refused({ XTRADING_DATA: dataFolder });
    expect(exitCode).toBe(3);
    expect(stderr).toContain('database-in-use');
    expect(stderr).toContain(String(first.pid));
  });
});

describe('a start that can not be', () => {
  test('for a taken port', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const address = taken.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const { exitCode, stderr } = refused({
      XTRADING_DATA: join(folder, 'taken'),
      XTRADING_SAMPLE_DATA: 'off',
      PORT: String(port),
    });
    taken.close();
    expect(exitCode).toBe(2);
    expect(stderr.trim().split('\n')).toHaveLength(2);
    expect(stderr).toContain(`port-taken: Port ${port}`);
    // Nothing of it is left behind.
    expect(existsSync(join(folder, 'taken', 'postgres', 'cluster', 'postmaster.pid'))).toBe(false);
  });

  test('for a folder that is a file, or may not be written', () => {
    writeFileSync(join(folder, 'a-file'), '');
    const { exitCode, stderr } = refused({ XTRADING_DATA: join(folder, 'a-file', 'data') });
    expect(exitCode).toBe(2);
    expect(stderr).toContain('data-folder');
    expect(stderr).toContain('XTRADING_DATA');
    if (process.getuid?.() === 0) return; // root may write everywhere
    mkdirSync(join(folder, 'read-only'));
    chmodSync(join(folder, 'read-only'), 0o500);
    expect(refused({ XTRADING_DATA: join(folder, 'read-only', 'data') }).stderr).toContain('data-folder');
  });

  test('for a server that is not there', () => {
    const { exitCode, stderr } = refused({
      XTRADING_DATA: join(folder, 'away'),
      DATABASE_URL: 'postgres://user:secret@127.0.0.1:1/xtrading',
    });
    expect(exitCode).toBe(2);
    expect(stderr).toContain('server-unreachable');
    expect(stderr).toContain('DATABASE_URL');
    expect(stderr).not.toContain('secret');
  });

  test('for a wrong setting', () => {
    expect(refused({ XTRADING_RUNNERS: 'many' }).stderr).toContain('setting-value: XTRADING_RUNNERS=many');
    expect(refused({ XTRADING_RUNERS: '2' }).stderr).toContain('XTRADING_RUNNERS');
  });

  test('for data of another version of Postgres', () => {
    const old = join(folder, 'old', 'postgres', 'cluster');
    mkdirSync(old, { recursive: true });
    writeFileSync(join(old, 'PG_VERSION'), '9\n');
    const { exitCode, stderr } = refused({ XTRADING_DATA: join(folder, 'old') });
    expect(exitCode).toBe(3);
    expect(stderr).toContain('database-version');
  });
});

describe('an end', () => {
  test('by Ctrl-C leaves no child behind, and the next start finds everything again', async () => {
    const before = embeddedServerOf(dataFolder).pid;
    await first.stop();
    expect(isAlive(before)).toBe(false);
    const startedAt = performance.now();
    first = await startPlatformProcess({ dataFolder, settings });
    // Far above what it takes, for a busy machine; the benchmark `start` measures it.
    expect(performance.now() - startedAt).toBeLessThan(20_000);
    await logIn(first);
  });

  test('by a kill is no trouble for the next start', async () => {
    const left = embeddedServerOf(dataFolder).pid;
    await first.kill();
    // Its own server goes on alone and is used again.
    expect(isAlive(left)).toBe(true);
    first = await startPlatformProcess({ dataFolder, settings });
    expect(embeddedServerOf(dataFolder).pid).toBe(left);
    await logIn(first);
  });

  test('of its Postgres is mended without a restart', async () => {
    const token = await logIn(first);
    const { pid } = embeddedServerOf(dataFolder);
    process.kill(pid, 'SIGKILL');
    await expect
      .poll(async () => (await get(first, '/api/v1/users/profile', token)).status, { timeout: 20_000 })
      .toBe(200);
    await expect.poll(async () => (await get(first, '/health/ready')).status, { timeout: 20_000 }).toBe(200);
    expect(embeddedServerOf(dataFolder).pid).not.toBe(pid);
  });
});
