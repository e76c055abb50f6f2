import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dayMs, generatePrices } from '#domain';
import { csvOfBars } from '#persistence/files';
import { createClient, Realtime } from '#sdk';
import type { Order, Signal } from '#sdk';
import { root } from './command.ts';
import { commandsAs } from './commands-as.ts';
import { startPlatformProcess } from './platform-process.ts';
import type { PlatformProcess } from './platform-process.ts';

const email = 'admin@example.org';
const password = 'correct horse battery';
const strategy = join(root, 'examples', 'sma-cross', 'strategy.ts');

/** A first start makes databases, prices and the terminal: seconds, or on a busy machine many. */
const startMs = 180_000;

let folder: string;
let platform: PlatformProcess;

const { run, firstLine, xtrading, json } = commandsAs({ folder: () => folder, log: () => platform.log() });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'server-commands-'));
  const [generated] = generatePrices({
    seed: 'server-commands',
    market: 'stock',
    timeframe: { ms: dayMs, unit: 'day', count: 1 },
    start: Date.UTC(2012, 0, 1),
    bars: 2_000,
    symbols: [{ symbol: 'QUUX' }],
  });
  if (generated === undefined) throw new Error('no prices');
  await writeFile(join(folder, 'QUUX.csv'), [...csvOfBars(generated.bars)].join(''));
  platform = await startPlatformProcess({
    dataFolder: join(folder, 'data'),
    settings: { XTRADING_ADMIN_EMAIL: email, XTRADING_ADMIN_PASSWORD: password },
  });
  const stranger = createClient({ baseUrl: platform.address, store: noStore });
  await stranger.auth.register({ email: 'eve@example.org', password, displayName: 'Eve' });
  for (const [user, address] of [
    ['admin', email],
    ['eve', 'eve@example.org'],
  ] as const) {
    await xtrading(['login', '--email', address, '--server', platform.address], { user, input: `${password}\n` });
  }
}, startMs);
afterAll(async () => {
  await platform?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Keeps nothing. */
const noStore = {
  read: () => null,
  write: () => undefined,
  exclusively: <T>(action: () => Promise<T>): Promise<T> => action(),
};

/** A file of real prices is tried as well, where it is at hand. */
const real = join(root, '..', 'shared', 'data', 'GOOG.csv');
const files = ['QUUX.csv', ...(existsSync(real) ? [real] : [])];

describe('the commands that talk to a server', () => {
  test('keep tokens in a file that only their user can read, and no password', async () => {
    const path = join(folder, 'admin', 'xtrading', 'sessions.json');
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    // The token has ended, as it does after some minutes: of many commands at once, one gets a new one for all.
    const kept = JSON.parse(await readFile(path, 'utf8')) as {
      sessions: Record<string, { access: { endsAt: number } }>;
    };
    for (const { access } of Object.values(kept.sessions)) access.endsAt = 0;
    await writeFile(path, JSON.stringify(kept));
    await Promise.all(Array.from({ length: 4 }, () => xtrading(['account', 'list'])));
    const again = await run(['login', '--email', email, '--server', platform.address], { input: 'another one\n' });
    expect(again.exitCode).toBe(3);
    expect(again.stderr).toContain('error login-failed: ');
  });

  test.each(files)('bring %s and a strategy to the server, which computes what the command line does', async (file) => {
    const symbol = basename(file, '.csv');
    const imported = await json(['import', file, '--symbol', symbol]);
    expect(imported).toMatchObject({ symbol, status: 'completed', rejected: 0, interval: '1d' });
    // The same file again is the same import.
    expect((await json(['import', file, '--symbol', symbol]))['id']).toBe(imported['id']);
    const pushed = await json(['strategy', 'push', strategy, '--name', 'cross']);
    expect(pushed).toMatchObject({ name: 'cross', version: 1, test: { ok: true, diagnostics: [] } });

    const local = ['backtest', strategy, '--data', file, '--quiet', '--no-cache'];
    const options = ['--set', 'fast=7', '--commission', '0.002', '--cash', '50000'];
    const told = await json([...local, ...options]);
    const result = await json(['backtest', 'run', 'cross', '--symbol', symbol, '--watch', ...options]);
    expect(result).toMatchObject({ status: 'completed', strategy: 'cross', version: 1 });
    for (const name of ['statistics', 'tradeHash', 'settings', 'params'])
      expect(result[name], name).toEqual(told[name]);
    expect((result['statistics'] as { readonly trades: number }).trades).toBeGreaterThan(10);

    const shown = await xtrading(['backtest', 'show', String(result['id']), '--plain']);
    expect(shown).toContain(`cross version 1  fast=7 slow=20  ${symbol} 1d  completed`);
    expect(shown).toContain(`trade hash ${String(told['tradeHash'])}`);

    const grid = ['--grid', 'fast=5..20:5', '--grid', 'slow=10..60:10', '--rank', 'calmar'];
    const search = await json<Search>([...local, ...grid]);
    const batch = await json<Search>(['backtest', 'batch', 'cross', '--symbol', symbol, '--watch', ...grid]);
    expect(batch).toMatchObject({ status: 'completed', failed: 0, finished: search.finished, skipped: search.skipped });
    expect(rowsOf(batch)).toEqual(rowsOf(search));
    expect(batch.ranking.length).toBeGreaterThan(10);
  });

  interface Search {
    readonly finished: number;
    readonly skipped: number;
    readonly ranking: readonly Readonly<Record<string, unknown>>[];
  }
  const rowsOf = ({ ranking }: Search) =>
    ranking.map(({ rank, index, params, statistics, tradeHash }) => ({ rank, index, params, statistics, tradeHash }));

  test('keep the history of a strategy, and say where a new version is wrong', async () => {
    const file = join(folder, 'trend.ts');
    const source = (title: string, more = ''): string =>
      `import { defineStrategy } from 'xtrading/strategy';\n${more}export default defineStrategy({ name: '${title}', onBar() {} });\n`;
    await writeFile(file, source('one'));
    const { id } = await json<{ readonly id: string }>(['strategy', 'push', file]);
    expect(await json(['strategy', 'push', file, '--no-test'])).toMatchObject({ id, version: 1, outcome: 'unchanged' });
    await writeFile(file, source('two'));
    expect(await json(['strategy', 'push', file, '-m', 'Rename'])).toMatchObject({ version: 2, outcome: 'saved' });
    expect(await xtrading(['strategy', 'diff', 'trend', '1', '2', '--plain'])).toContain(
      "+export default defineStrategy({ name: 'two'",
    );
    expect(await json(['strategy', 'restore', 'trend', '1'])).toMatchObject({ head: { version: 3 } });
    expect(await xtrading(['strategy', 'versions', id, '--plain'])).toMatch(/3 .*\n.*2 .*Rename\n.*1 /);
    await writeFile(file, source('three', 'enum Side { long }\n'));
    const wrong = await run(['strategy', 'push', file]);
    expect(wrong.exitCode).toBe(1);
    expect(wrong.stdout).toContain('error compile-error: ');
    expect(wrong.stdout).toContain('(trend.ts:2:1)');
    expect(wrong.stdout).toContain('> 2 | enum Side { long }');
    expect(await json<readonly object[]>(['strategy', 'list'])).toContainEqual(
      expect.objectContaining({ name: 'trend', headVersion: 4 }),
    );
  });

  test('place an order that fills, and cancel one that waits', async () => {
    const account = await json<{ readonly id: string }>(['account', 'create', 'Orders', '--cash', '1000000']);
    await expect(json(['account', 'deposit', 'Orders', '500.50'])).resolves.toMatchObject({ cash: '1000500.5' });
    const symbol = await liveSymbol();
    const order = ['order', 'place', 'buy', '1', symbol, '--account', 'Orders', '--client-id', 'first'];
    const placed = await json<Order>(order);
    await filled(account.id, placed.id);
    // Placed again it is the order that there is.
    expect(await json(order)).toMatchObject({ id: placed.id, status: 'filled' });
    const waiting = await json<Order>(['order', 'place', 'buy', '1', symbol, '--limit', '1', '-a', account.id]);
    expect(waiting).toMatchObject({ type: 'limit', status: 'accepted' });
    const open = ['order', 'list', '--account', 'Orders', '--status', 'open'];
    expect((await json<readonly Order[]>(open)).map(({ id }) => id)).toEqual([waiting.id]);
    expect(await json(['order', 'cancel', waiting.id])).toMatchObject({ status: 'cancelled' });
    expect(await json(open)).toEqual([]);
    const all = await json<readonly Order[]>(['order', 'list', '--account', 'Orders']);
    expect(all.map(({ status }) => status)).toEqual(['cancelled', 'filled']);
    // Imported by a test above, and without a feed.
    const unpriced = await run(['order', 'place', 'buy', '1', 'QUUX', '--account', 'Orders']);
    expect(unpriced.exitCode).toBe(3);
    expect(unpriced.stderr).toContain('error no-live-price: QUUX has no live price');
    expect(unpriced.stderr).toContain('Place a limit order');
    await placedOverSocket(account.id, symbol);
    expect(await json(['order', 'cancel', '--all', '--account', 'Orders'])).toEqual({ cancelled: 1 });
    expect(await xtrading(['account', 'show', 'Orders', '--plain'])).toMatch(new RegExp(`${symbol} +1 `));
  });

  /** One of the sample symbols, whose synthetic market is open at every hour. */
  const liveSymbol = async (): Promise<string> => {
    const client = createClient({ baseUrl: platform.address, store: noStore, accessToken: await accessToken() });
    const { data } = await client.data.symbols({ limit: 100 });
    const live = data.find(({ feed, lot }) => feed?.type === 'synthetic' && lot === '1');
    if (live === undefined) throw new Error('no live symbol');
    return live.symbol;
  };

  const accessToken = async (): Promise<string> => {
    const client = createClient({ baseUrl: platform.address, store: noStore });
    return (await client.auth.login({ email, password })).accessToken;
  };

  const openRealtime = (): Realtime =>
    new Realtime({ url: `${platform.address.replace('http', 'ws')}/connection/websocket`, accessToken });

  const placedOverSocket = async (accountId: string, symbol: string): Promise<void> => {
    const realtime = openRealtime();
    realtime.connect();
    const order = { accountId, symbol, side: 'buy', type: 'limit', quantity: '1', limitPrice: '1' } as const;
    try {
      expect(await realtime.call('order.place', order)).toMatchObject({ status: 'accepted', symbol });
      await expect(realtime.call('order.place', { ...order, symbol: 'NOPE' })).rejects.toMatchObject({
        name: 'ApiProblem',
        code: 'request-invalid',
        status: 400,
      });
    } finally {
      realtime.close();
    }
  };

  /** Resolves when that order has filled. */
  const filled = async (accountId: string, orderId: string): Promise<void> => {
    const realtime = openRealtime();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const see = (order: Partial<Order> | undefined): void => {
      if (order?.id === orderId && order.status === 'filled') resolve();
    };
    realtime.connect();
    realtime.account(accountId, {
      // What filled before is not among the open orders.
      onSnapshot: ({ orders }) => {
        if (orders.every(({ id }) => id !== orderId)) resolve();
      },
      onPublication: (event) => {
        if (event.type === 'order' || event.type === 'fill') see(event.order);
      },
      onRefused: (reason) => reject(new Error(reason)),
    });
    try {
      await promise;
    } finally {
      realtime.close();
    }
  };

  test('cancel a batch under way', async () => {
    const grid = ['--grid', 'fast=2..100', '--grid', 'slow=101..300'];
    const { id } = await json<{ readonly id: string }>(['backtest', 'batch', 'cross', '--symbol', 'QUUX', ...grid]);
    expect(await json(['backtest', 'cancel', id])).toMatchObject({ id, status: 'cancelled' });
    expect(await json(['backtest', 'show', id])).toMatchObject({ status: 'cancelled', total: 19_800 });
    expect(await xtrading(['backtest', 'list', '--status', 'cancelled', '--plain'])).toContain(id);
  });

  test('show in the inbox that a backtest has ended', async () => {
    const [newest] = await json<readonly { readonly id: string }[]>([
      'backtest',
      'list',
      '--status',
      'completed',
      '--limit',
      '1',
    ]);
    const told = await json<readonly { readonly about: object; readonly readAt: string | null }[]>([
      'notifications',
      '--mark-read',
      '--limit',
      '100',
    ]);
    expect(told).toContainEqual(
      expect.objectContaining({ about: expect.objectContaining({ backtestId: newest?.id }), readAt: null }),
    );
    expect(await json(['notifications', '--unread'])).toEqual([]);
  });

  test('run a strategy live, watch what it wants, and end it', async () => {
    const source = "import { defineStrategy } from 'xtrading/strategy';\n";
    const eager = "export default defineStrategy({ name: 'eager', onBar: (ctx) => void ctx.buy('main', 0.01) });\n";
    await writeFile(join(folder, 'eager.ts'), source + eager);
    await xtrading(['strategy', 'push', 'eager.ts', '--name', 'eager']);
    const words = ['strategy', 'run', 'eager', '--symbol', 'btc-usd', '--interval', '5s', '--account', 'Paper'];
    const deployment = await json<{ readonly id: string }>(words);
    expect(deployment).toMatchObject({ status: 'active', feeds: [{ symbol: 'BTC-USD', interval: '5s' }] });
    const watch = ['signals', '--strategy', 'eager', '--watch', '--json'];
    // On a busy machine the first decision may come too late for its bar.
    const signal = await firstLine<Signal>(watch, ({ status }) => status === 'acted');
    expect(signal).toMatchObject({ strategyName: 'eager', symbol: 'BTC-USD', side: 'buy' });
    expect((await run(words)).stderr).toContain('error deployment-symbol-taken: ');
    expect(await json(['deployment', 'pause', 'eager'])).toMatchObject({ status: 'paused' });
    expect(await json(['deployment', 'resume', deployment.id])).toMatchObject({ status: 'active' });
    expect(await xtrading(['deployment', 'stop', 'eager', '--plain'])).toContain('eager  stopped');
    expect(await xtrading(['deployment', 'list', '--status', 'stopped', '--plain'])).toContain('BTC-USD (5s)');
    expect(await xtrading(['signals', '--status', 'acted', '--symbol', 'BTC-USD'])).toContain('buy 0.01 BTC-USD');
    expect((await run(['deployment', 'show', 'eager'])).stderr).toContain('error deployment-unknown: ');
  }, 120_000);

  test("give nothing of somebody else's", async () => {
    const backtests = await json<readonly { readonly id: string; readonly kind: string }[]>(['backtest', 'list']);
    const [single, batch] = ['single', 'batch'].map((kind) => backtests.find((one) => one.kind === kind)?.id);
    const [order] = await json<readonly Order[]>(['order', 'list']);
    const [own] = await json<readonly { readonly id: string }[]>(['strategy', 'list']);
    const [deployment] = await json<readonly { readonly id: string }[]>(['deployment', 'list']);
    const asEve = { user: 'eve' } as const;
    expect(await json(['backtest', 'list'], asEve)).toEqual([]);
    expect(await json(['deployment', 'list'], asEve)).toEqual([]);
    expect(await json(['signals'], asEve)).toEqual([]);
    expect(await json(['order', 'list'], asEve)).toEqual([]);
    for (const [words, code] of [
      [['backtest', 'show', single], 'backtest-unknown'],
      [['backtest', 'show', single, '--watch'], 'backtest-unknown'],
      [['backtest', 'cancel', single], 'backtest-unknown'],
      [['backtest', 'cancel', batch], 'batch-unknown'],
      [['order', 'cancel', order?.id], 'order-unknown'],
      [['account', 'deposit', order?.accountId, '5'], 'account-unknown'],
      [['order', 'place', 'buy', '1', 'QUUX', '--account', order?.accountId], 'account-unknown'],
      [['strategy', 'test', own?.id], 'strategy-unknown'],
      [['backtest', 'run', own?.id, '--symbol', 'QUUX'], 'strategy-unknown'],
      [['strategy', 'run', own?.id, '--symbol', 'BTC-USD'], 'strategy-unknown'],
      [['deployment', 'stop', deployment?.id], 'deployment-unknown'],
    ] as const) {
      const refused = await run(words.map(String), asEve);
      expect(refused.stderr, words.join(' ')).toContain(`error ${code}: `);
      expect(refused.exitCode).toBe(3);
    }
  });

  test('take the server and a token from the environment, and say when there is neither', async () => {
    const environment = { XTRADING_SERVER: platform.address, XTRADING_TOKEN: await accessToken() };
    expect(await json(['account', 'list'], { user: 'nobody', environment })).not.toEqual([]);
    const nobody = await run(['account', 'list', '--server', platform.address], { user: 'nobody' });
    expect(nobody.exitCode).toBe(3);
    expect(nobody.stderr).toContain('error not-signed-in: ');
    const away = await run(['login', '--email', email, '--server', 'http://127.0.0.1:1'], { input: 'some words' });
    expect(away.stderr).toContain('error platform-unreachable: ');
  });

  test('sign out, at the server too', async () => {
    const before = await run(['account', 'list'], { user: 'eve' });
    expect(before.exitCode).toBe(0);
    expect(await xtrading(['logout'], { user: 'eve' })).toContain('Signed out');
    expect((await run(['account', 'list'], { user: 'eve' })).stderr).toContain('error not-signed-in: ');
  });
});
