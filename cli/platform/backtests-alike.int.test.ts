/** What the platform's slots compute is what the command line computes, to the last digit. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { backtestKind, batchKind, dispatcherKind, inboxKind, slotServices, symbolKind } from '#actors';
import type { BacktestSpec, BatchSpec, BatchView } from '#actors';
import { dayMs, generatePrices, instrumentFor, sliceBars } from '#domain';
import type { BacktestResult, Bars } from '#domain';
import { startTestSystem } from '#kernel/testing';
import { csvOfBars } from '#persistence/files';
import type { MemberResult } from '#ports';
import { openSandboxRunner } from './sandbox-runner.ts';

const launcher = join(import.meta.dirname, '..', 'xtrading.js');
const source = `import { crossOver, crossUnder, defineStrategy, int } from 'xtrading/strategy';
export default defineStrategy({
  name: 'cross',
  params: { fast: int(10, { min: 2, max: 100 }), slow: int(20, { min: 3, max: 300 }) },
  constraint: (p) => p.fast < p.slow,
  init: ({ bars, ta }, p) => ({ fast: ta.sma(bars.main.close, p.fast), slow: ta.sma(bars.main.close, p.slow) }),
  onBar(ctx, { fast, slow }) {
    if (crossOver(fast, slow)) ctx.targetPercent('main', 0.6 + 0.3 * ctx.random());
    else if (crossUnder(fast, slow)) ctx.close('main');
  },
});
`;
const [generated] = generatePrices({
  seed: 'alike',
  market: 'stock',
  timeframe: { ms: dayMs, unit: 'day', count: 1 },
  start: Date.UTC(2015, 0, 1),
  bars: 1_500,
  symbols: [{ symbol: 'KO' }],
});
if (generated === undefined) throw new Error('no prices');
const { bars } = generated;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'alike-'));
  await writeFile(join(folder, 'cross.ts'), source);
  await writeFile(join(folder, 'KO.csv'), [...csvOfBars(bars)].join(''));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** The JSON that the command line prints. */
const xtrading = async (...words: readonly string[]): Promise<Record<string, unknown>> => {
  const given = ['backtest', 'cross.ts', '--data', 'KO.csv', '--json', '--quiet', '--no-cache', ...words];
  const child = spawn(process.execPath, [launcher, ...given], { cwd: folder });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as Record<string, unknown>; // it prints an object
};

const firstAtOrAfter = (time: number): number => {
  const place = bars.time.findIndex((each) => each >= time);
  return place < 0 ? bars.time.length : place;
};
const history = {
  bars: async ({ from, to }: { readonly from: number; readonly to: number }): Promise<Bars> =>
    sliceBars(bars, firstAtOrAfter(from), firstAtOrAfter(to)),
};

/** A platform of slots alone: its journal, history and results are in memory. */
const startPlatform = async () => {
  const kinds = [backtestKind, batchKind, dispatcherKind, inboxKind, symbolKind];
  const { system, bus, clock } = startTestSystem({ kinds });
  const whole = new Map<string, BacktestResult>();
  const members: MemberResult[] = [];
  const { tick, lot } = instrumentFor(bars, 'KO');
  await system.ask(symbolKind, 'KO', { type: 'ListSymbol', tick: String(tick), lot: String(lot) });
  const services = slotServices({
    system,
    bus,
    clock,
    history,
    results: {
      store: async (attemptId, result) => void whole.set(attemptId, result),
      storeMembers: async (_attemptId, _batchId, more) => void members.push(...more),
      remove: async () => undefined,
    },
    lists: { page: async () => ({ entries: [], hasMore: false }) },
    openRunner: () => openSandboxRunner(),
    incarnation: 'aaaa',
    alive: () => ['aaaa'],
    slots: 2,
  });
  await system.supervise(services);
  const ended = (channel: string): Promise<void> =>
    new Promise((resolve) => {
      const unsubscribe = bus.subscribe(channel, ({ data }) => {
        const { status = '' } = (data as { readonly view?: { readonly status?: string } }).view ?? {};
        if (!['completed', 'failed'].includes(status)) return;
        unsubscribe();
        resolve();
      });
    });
  return { system, whole, members, ended };
};

const specOf = (changed: Partial<BacktestSpec> = {}): BacktestSpec => ({
  owner: 'ann',
  strategyId: 'ann.s1',
  strategyName: 'cross',
  strategyVersion: 1,
  source: { files: { 'strategy.ts': source }, entry: 'strategy.ts' },
  params: {},
  feeds: [{ id: 'main', symbol: 'KO', interval: '1d' }],
  from: null,
  to: null,
  profile: 'native',
  config: {},
  seed: '1',
  priority: 5,
  ...changed,
});

describe('the platform and the command line', () => {
  let platform: Awaited<ReturnType<typeof startPlatform>>;
  beforeAll(async () => {
    platform = await startPlatform();
  });
  afterAll(() => platform.system.stop());

  const run = async (id: string, spec: BacktestSpec): Promise<BacktestResult> => {
    const { system, whole, ended } = platform;
    const end = ended(`backtest:${id}`);
    await system.ask(backtestKind, id, { type: 'SubmitBacktest', spec });
    await end;
    const answer = await system.ask(backtestKind, id, { type: 'GetBacktest' });
    if (answer.type === 'refused') throw new Error(answer.refusal.message);
    const view = answer.reply;
    expect(view).toMatchObject({ failure: null, status: 'completed' });
    const result = whole.get(view.attemptId ?? '');
    if (result === undefined) throw new Error('no result was stored');
    expect(view).toMatchObject({ statistics: result.statistics, tradeHash: result.tradeHash });
    return result;
  };
  const runBatch = async (id: string, spec: BatchSpec, members: number): Promise<BatchView> => {
    const { system, ended } = platform;
    const end = ended(`batch:${id}`);
    await system.ask(batchKind, id, { type: 'SubmitBatch', spec, members });
    await end;
    const answer = await system.ask(batchKind, id, { type: 'GetBatch' });
    if (answer.type === 'refused') throw new Error(answer.refusal.message);
    return answer.reply;
  };

  test('run a strategy alike: settings, instrument, trades and statistics', async () => {
    const told = await xtrading();
    const result = await run('b1', specOf());
    expect(plain(result.statistics)).toEqual(told['statistics']);
    expect(result.tradeHash).toBe(told['tradeHash']);
    expect(plain(result.settings)).toEqual(told['settings']);
    expect(plain(result.params)).toEqual(told['params']);
    expect(plain(result.feeds)).toEqual(told['feeds']);
    expect(plain(Array.from(result.equity))).toEqual(told['equity']);
    expect(result.trades.length).toBeGreaterThan(10);
  });

  test('run it alike by the rules of another engine, on no grid, with settings and in a period', async () => {
    const told = await xtrading(
      ...'--profile backtesting.py --cash 50000 --commission 0.002 --set fast=7'.split(' '),
      ...'--from 2016-01-01 --to 2018-06-30 --seed 9'.split(' '),
    );
    const spec = specOf({
      profile: 'backtesting.py',
      config: { cash: 50_000, commission: 0.002 },
      params: { fast: 7 },
      from: Date.UTC(2016, 0, 1),
      to: Date.UTC(2018, 5, 30),
      seed: '9',
    });
    const result = await run('b2', spec);
    expect(plain({ ...result.statistics, ...result.profileStatistics })).toEqual(told['statistics']);
    expect(result.tradeHash).toBe(told['tradeHash']);
  });

  const batchSpec = (changed: Partial<BatchSpec>): BatchSpec => {
    const { feeds, from: _from, to: _to, ...rest } = specOf();
    return {
      ...rest,
      plan: { type: 'list', params: [] },
      feedSets: [feeds],
      periods: [{ from: null, to: null }],
      rankBy: 'sharpe',
      ...changed,
    };
  };

  test('search a grid alike: the same members, the same ranking', async () => {
    const told = await xtrading('--grid', 'fast=5..20:5', '--grid', 'slow=10..60:10', '--top', '20');
    const plan = { type: 'grid', grid: { fast: '5..20:5', slow: '10..60:10' } } as const;
    const view = await runBatch('m1', batchSpec({ plan }), 24);
    expect(view).toMatchObject({ status: 'completed', done: told['finished'], excluded: told['skipped'], failed: 0 });
    expect(
      plain(view.best.map(({ index, params, tradeHash, statistics }) => ({ index, params, statistics, tradeHash }))),
    ).toEqual(
      (told['ranking'] as readonly Record<string, unknown>[]).map(({ index, params, statistics, tradeHash }) => ({
        index,
        params,
        statistics,
        tradeHash,
      })),
    );
    expect(platform.members.map(({ index }) => index).sort((a, b) => a - b)).toHaveLength(view.done);
  });

  test('draw the same random combinations', async () => {
    const told = await xtrading('--grid', 'fast=5..50', '--grid', 'slow=60..160', '--random', '15', '--top', '15');
    const plan = { type: 'random', space: { fast: '5..50', slow: '60..160' }, count: 15, seed: '1' } as const;
    const view = await runBatch('m2', batchSpec({ plan }), 15);
    const hashes = (list: readonly { readonly tradeHash: string }[]) => list.map(({ tradeHash }) => tradeHash).sort();
    expect(hashes(view.best)).toEqual(hashes(told['ranking'] as BatchView['best']));
  });

  test('walk forward alike: the same choices, the same scores out of sample', async () => {
    const told = await xtrading('--grid', 'fast=5..20:5', '--grid', 'slow=30..60:10', '--walk-forward', '3');
    const plan = { type: 'walk-forward', grid: { fast: '5..20:5', slow: '30..60:10' }, windows: 3 } as const;
    const view = await runBatch('m3', batchSpec({ plan }), 1);
    const [report] = view.walkForward;
    expect(report).toMatchObject({ degradation: told['degradation'], profitableWindows: told['profitableWindows'] });
    expect(
      report?.windows.map(({ params, inSampleScore, outOfSampleScore }) => ({
        params,
        inSampleScore,
        outOfSampleScore,
      })),
    ).toEqual(
      (told['windows'] as readonly Record<string, unknown>[]).map(({ chosen, inSampleScore, outOfSampleScore }) => ({
        params: (chosen as { readonly params: unknown }).params,
        inSampleScore,
        outOfSampleScore,
      })),
    );
    expect(plain(view.best[0]?.statistics)).toMatchObject(told['statistics'] as object);
  });
});

/** As JSON has it: without −0 and NaN. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
