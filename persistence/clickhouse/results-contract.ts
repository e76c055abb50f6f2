/** What every store of results must do, whatever keeps them: one suite for all of them. */

import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  allocateBars,
  defineStrategy,
  generatePrices,
  parseTimeframe,
  prepareRunData,
  profileNames,
  resolveProfile,
  runBacktest,
  statisticKeys,
} from '#domain';
import type { BacktestResult, Statistics } from '#domain';
import { resultTables } from '#ports';
import type { MemberResult, MemberScores, Results } from '#ports';

export interface ResultsUnderTest {
  readonly results: Results & MemberScores;
  close(): Promise<void>;
}

export const resultsContract = (open: () => Promise<ResultsUnderTest>): void => {
  let underTest: ResultsUnderTest;
  let results: Results & MemberScores;
  beforeAll(async () => {
    underTest = await open();
    results = underTest.results;
  });
  afterAll(() => underTest.close());

  test.each(profileNames)('gives a result of the rules %s back as it was stored', async (profile) => {
    const result = runOnce(profile);
    expect(result.trades.length).toBeGreaterThan(0);
    await results.store(`whole-${profile}`, result);
    expect(await results.load(`whole-${profile}`)).toStrictEqual(result);
    const { trades: _t, orders: _o, fills: _f, timeline: _l, equity: _e, log: _g, plots: _p, ...head } = result;
    expect(await results.head(`whole-${profile}`)).toStrictEqual(head);
  });

  test('gives back infinities, not-a-number, minus zero, empty tables and any text', async () => {
    const [trade, order, fill] = [runOnce('native').trades[0], runOnce('native').orders[0], runOnce('native').fills[0]];
    if (trade === undefined || order === undefined || fill === undefined) throw new Error('The run did not trade.');
    const odd: BacktestResult = {
      ...emptyResult,
      params: { text: '\u0001-0', other: `'"\\;\n`, zero: -0 },
      settings: { $number: 'NaN', nested: [Infinity, { deep: -Infinity }], none: null },
      statistics: { ...emptyResult.statistics, profitFactor: Infinity, sharpe: NaN, alpha: -0 },
      profileStatistics: { '# Trades': 0, 'Win Rate [%]': NaN, Start: '2020-01-01', none: null },
      trades: [
        { ...trade, pnl: -0, returnFraction: NaN, tag: '' },
        { ...trade, tag: null, exitPrice: Infinity },
      ],
      orders: [
        { ...order, request: { ...order.request, limit: -0, tag: `'\\\t\n` }, limit: -0, reason: 'naïve 中 😀' },
      ],
      fills: [{ ...fill, commission: -0, tag: '\u0000' }],
      timeline: Float64Array.of(1, 2, 3, 4),
      equity: Float64Array.of(NaN, Infinity, -0, 5e-324),
      log: [
        { time: -0, text: '' },
        { time: NaN, text: 'a\nb\u0001' },
      ],
      notes: ['\u0001'],
      plots: { empty: { steps: [], values: [] }, 'a b': { steps: [0, 2], values: [NaN, -0] } },
    };
    await results.store('odd', odd);
    expect(await results.load('odd')).toStrictEqual(odd);
    await results.store('empty', emptyResult);
    expect(await results.load('empty')).toStrictEqual(emptyResult);
  });

  test('pages through each table in the order of the run', async () => {
    const result = runOnce('native');
    await results.store('paged', result);
    const wanted: Record<string, readonly unknown[]> = {
      trades: result.trades,
      orders: result.orders,
      fills: result.fills,
      equity: Array.from(result.timeline, (time, i) => ({ time, equity: result.equity[i] })),
      log: result.log,
    };
    for (const table of resultTables) {
      const size = wanted[table]?.length ?? 0;
      const limit = Math.max(1, Math.ceil(size / 3));
      const found: unknown[] = [];
      for (let offset = 0; offset < size; offset += limit) {
        const page = await results.rows('paged', table, { offset, limit });
        expect(page.total).toBe(size);
        found.push(...page.rows);
      }
      expect(found).toStrictEqual(wanted[table]);
      expect(await results.rows('paged', table, { offset: size, limit: 10 })).toStrictEqual({ rows: [], total: size });
    }
  });

  test('stores an attempt again in the place of what was there', async () => {
    const result = runOnce('native');
    await results.store('again', result);
    const shorter: BacktestResult = { ...result, trades: result.trades.slice(0, 1), log: [], notes: ['shorter'] };
    await results.store('again', shorter);
    expect(await results.load('again')).toStrictEqual(shorter);
    await results.store('again', result);
    expect(await results.load('again')).toStrictEqual(result);
  });

  test('knows nothing of an attempt that is removed, or was never there', async () => {
    await results.store('kept', emptyResult);
    await results.store('removed', runOnce('native'));
    await results.storeMembers('removed', 'batch-removed', [member(0, 1)]);
    await results.remove('removed');
    await results.remove('never');
    for (const attempt of ['removed', 'never']) {
      expect(await results.head(attempt)).toBeNull();
      expect(await results.load(attempt)).toBeNull();
      expect(await results.rows(attempt, 'trades', { offset: 0, limit: 10 })).toEqual({ rows: [], total: 0 });
    }
    expect((await ranked(results, 'batch-removed', ['removed'])).total).toBe(0);
    expect(await results.load('kept')).toStrictEqual(emptyResult);
    await results.store('removed', emptyResult);
    expect(await results.load('removed')).toStrictEqual(emptyResult);
  });

  test('ranks the members of the attempts that are named, what has no such number last', async () => {
    const members = [
      member(0, 1.5),
      member(1, null),
      member(2, Infinity),
      failed(3),
      member(4, -0),
      member(5, NaN),
      member(6, -Infinity),
      member(7, 1.5),
    ];
    await results.storeMembers("a'1", 'batch', members.slice(0, 5));
    await results.storeMembers('a2', 'batch', members.slice(5));
    await results.storeMembers('lost', 'batch', [member(2, 1e9)]);
    await results.storeMembers('a2', 'other', [member(9, 1)]);
    const attempts = ["a'1", 'a2'];
    const best = await ranked(results, 'batch', attempts);
    expect(best.total).toBe(8);
    expect(best.members.map(({ index }) => index)).toEqual([2, 0, 7, 4, 6, 1, 5, 3]);
    expect(best.members).toStrictEqual([2, 0, 7, 4, 6, 1, 5, 3].map((index) => members[index]));
    const worst = await ranked(results, 'batch', attempts, { ascending: true });
    expect(worst.members.map(({ index }) => index)).toEqual([6, 4, 0, 7, 2, 1, 5, 3]);
    const page = await ranked(results, 'batch', attempts, { offset: 2, limit: 3 });
    expect(page.members.map(({ index }) => index)).toEqual([7, 4, 6]);
    expect(page.total).toBe(8);
    expect(await ranked(results, 'batch', [])).toEqual({ members: [], total: 0 });
    const { index, score } = await results.scores('batch', { attemptIds: attempts, statistic: 'sharpe' });
    const pairs = Array.from(index, (place, i) => [place, score[i]] as const).sort(([a], [b]) => a - b);
    expect(pairs).toEqual([
      [0, 1.5],
      [2, Infinity],
      [4, -0],
      [6, -Infinity],
      [7, 1.5],
    ]);
    expect((await results.scores('batch', { attemptIds: [], statistic: 'sharpe' })).index.length).toBe(0);
  });

  test('stores members of an attempt again in the place of what was there', async () => {
    await results.storeMembers('twice', 'batch-twice', [member(0, 1), member(1, 2)]);
    await results.storeMembers('twice', 'batch-twice', [member(0, 3), member(1, 2)]);
    const { members, total } = await ranked(results, 'batch-twice', ['twice']);
    expect(total).toBe(2);
    expect(members).toStrictEqual([member(0, 3), member(1, 2)]);
  });
};

type RankQuery = Parameters<Results['rank']>[1];

const ranked = (results: Results, batchId: string, attemptIds: readonly string[], query: Partial<RankQuery> = {}) =>
  results.rank(batchId, { attemptIds, statistic: 'sharpe', ascending: false, offset: 0, limit: 100, ...query });

// Of every statistic there is one, if only null.
const noStatistics = Object.fromEntries(statisticKeys.map((key) => [key, null])) as Statistics;

const member = (index: number, sharpe: number | null): MemberResult => ({
  index,
  params: { fast: index, note: `'${index}'` },
  symbols: ['GOOG', "O'X"],
  statistics: { ...noStatistics, sharpe, trades: index },
  tradeHash: String(index).padStart(32, '0'),
  failure: null,
  equity: [100, 0.1 + 0.2, -0, NaN],
});

const failed = (index: number): MemberResult => ({
  ...member(index, null),
  statistics: null,
  tradeHash: null,
  failure: 'It did not end.',
  equity: [],
});

/** Orders of several kinds, brackets, tags, log lines and lines to plot. */
const strategy = defineStrategy({
  name: 'busy',
  onBar(ctx) {
    const price = ctx.bars.main?.close.value ?? 0;
    ctx.plot('price', price);
    if (ctx.step % 7 === 0) {
      ctx.buy('main', 3, { stopLoss: price * 0.97, takeProfit: price * 1.02, tag: `step ${ctx.step}` });
      ctx.log('bought at', price);
    }
    if (ctx.step % 11 === 3) ctx.sell('main', 2, { limit: price * 1.01 });
    if (ctx.step % 40 === 39) {
      ctx.cancelAll();
      ctx.close('main');
      ctx.plot('closed', ctx.equity);
    }
  },
});

const runOnce = (profile: string): BacktestResult => {
  const [generated] = generatePrices({
    seed: 5,
    market: 'stock',
    timeframe: parseTimeframe('1d'),
    start: Date.UTC(2020, 0, 1),
    bars: 400,
    symbols: [{ symbol: 'BUSY' }],
  });
  const bars = generated?.bars ?? allocateBars(0);
  const instrument = { symbol: 'BUSY', tick: 0.01, lot: 1, multiplier: 1, currency: 'USD' };
  const feed = { id: 'main', symbol: 'BUSY', timeframeMs: parseTimeframe('1d').ms, instrument, bars };
  return runBacktest({
    trader: { strategy, params: {} },
    data: prepareRunData(strategy.data, [feed]),
    profile: resolveProfile(profile, undefined),
  });
};

const emptyResult: BacktestResult = {
  strategy: 'empty',
  engineVersion: '1',
  params: {},
  settings: {},
  feeds: [],
  statistics: noStatistics,
  profileStatistics: null,
  tradeHash: '0'.repeat(32),
  warmUpSteps: 0,
  trades: [],
  orders: [],
  fills: [],
  timeline: new Float64Array(),
  equity: new Float64Array(),
  log: [],
  logDropped: 0,
  notes: [],
  plots: {},
};
