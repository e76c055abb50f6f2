/** A gateway with a strategy that can be backtested, and slots that the tests play. */

import { expect } from 'vitest';
import { backtestKind, batchKind, symbolKind } from '#actors';
import type { ReservePortion } from '#actors';
import type { BacktestResult, ParamDeclarations } from '#domain';
import type { Exporter, JobRunner, MemberResult, ReportWriter } from '#ports';
import { MemoryHistory } from './memory-history.ts';
import { MemoryResults, statisticsOf } from './memory-results.ts';
import { startTestGateway } from './test-gateway.ts';
import type { LoggedInUser } from './test-gateway.ts';

const range = { kind: 'int', default: 10, min: 1, max: 100, step: 1, label: null } as const;
const params: ParamDeclarations = { fast: range, slow: { ...range, default: 20 } };

/** Compiles whatever does not say `enum`; `all` in the source makes a strategy that takes all feeds. */
const jobRunner: JobRunner = {
  compile: (_userId, { files, entry }) => {
    const text = files[entry] ?? '';
    const place = { file: entry, line: 3, column: 1, codeFrame: null };
    if (text.includes('enum')) {
      const diagnostic = { code: 'compile-error', message: 'No enum.', remedy: 'Use a union.', ...place };
      return Promise.resolve({ ok: false, diagnostic });
    }
    const data = text.includes('all') ? ('all' as const) : [{ id: 'main' }];
    return Promise.resolve({
      ok: true,
      declared: { name: 'cross', description: null, params, data, hasConstraint: false },
    });
  },
  run: () => Promise.reject(new Error('Nothing runs here.')),
  close: () => undefined,
};

/** Names what was asked for. */
const exporter: Exporter = {
  async *resultTable({ table, format, offset, limit }) {
    yield Buffer.from(`${table} as ${format} from ${offset}, `);
    yield Buffer.from(`at most ${String(limit)}`);
  },
};
const reports: ReportWriter = {
  backtest: ({ result, feeds }) => Promise.resolve(`<h1>${result.strategy} on ${feeds[0]?.symbol}</h1>`),
};

const day = Date.UTC(2026, 0, 5);
const statistics = statisticsOf({ return: 0.25, sharpe: 1.5 });

const resultOf = (strategy: string): BacktestResult => ({
  strategy,
  engineVersion: '1',
  params: { fast: 10, slow: 20 },
  settings: { profile: 'native', time: 5 },
  feeds: [{ id: 'main', symbol: 'GOOG', timeframeMs: 86_400_000, bars: 25, firstTime: day, lastTime: day }],
  statistics,
  profileStatistics: null,
  tradeHash: 'f'.repeat(32),
  warmUpSteps: 20,
  trades: [],
  orders: [],
  fills: [1, 2, 3].map((number) => ({
    order: number,
    feed: 0,
    side: 'buy',
    quantity: 1,
    price: 100 + number,
    commission: 0,
    step: number,
    bar: number,
    time: day + number,
    tag: null,
  })),
  timeline: Float64Array.of(day),
  equity: Float64Array.of(10_000),
  log: [{ time: day, text: 'Begun.' }],
  logDropped: 0,
  notes: ['A note.'],
  plots: {},
});

const memberOf = (index: number, isFailed: boolean): MemberResult => ({
  index,
  params: { fast: index },
  symbols: ['GOOG'],
  statistics: isFailed ? null : statisticsOf({ sharpe: index, maxDrawdown: -index }),
  tradeHash: isFailed ? null : 'f'.repeat(32),
  failure: isFailed ? 'strategy-threw' : null,
  equity: [],
});

export const startBacktestGateway = async () => {
  const results = new MemoryResults();
  const closes = Array.from({ length: 25 }, (_, place) => 100 + place);
  const history = new MemoryHistory('GOOG', day, closes);
  const gateway = await startTestGateway({ parts: { jobRunner, results, history, exporter, reports } });
  const { system, call } = gateway;
  await system.ask(symbolKind, 'GOOG', { type: 'ListSymbol' });
  await system.ask(symbolKind, 'EMPTY', { type: 'ListSymbol' });

  const strategyOf = async ({ headers }: LoggedInUser, source = 'one'): Promise<string> => {
    const answer = await call('POST', '/strategies', { headers, body: { name: source, source } });
    expect(answer.statusCode, answer.body).toBe(201);
    return answer.json<{ id: string }>().id;
  };

  /** What a slot does: takes the backtest, and stores its result. */
  const complete = async (id: string): Promise<void> => {
    const attemptId = `${id}-1`;
    const ask = { attemptId };
    await system.ask(backtestKind, id, { type: 'ReserveCapacity', ...ask, slot: 's1' });
    await system.ask(backtestKind, id, { type: 'RunStarted', ...ask });
    await results.store(attemptId, resultOf('Cross'));
    await system.ask(backtestKind, id, { type: 'ResultsStored', ...ask, statistics, tradeHash: 'f'.repeat(32) });
  };

  /** All members, each with its number as its Sharpe ratio; the last one failed. */
  const completeBatch = async (id: string): Promise<void> => {
    for (let attempt = 1; await completePortion(id, `${id}-${attempt}`); attempt++);
  };

  const completePortion = async (id: string, attemptId: string): Promise<boolean> => {
    const command: ReservePortion = { type: 'ReservePortion', attemptId, slot: 's1', members: 1_000 };
    const answer = await system.ask(batchKind, id, command);
    if (answer.type === 'refused' || answer.reply === null) return false;
    const { from, to, members: all } = answer.reply;
    const members = Array.from({ length: to - from }, (_, place) => memberOf(from + place, from + place === all - 1));
    await results.storeMembers(attemptId, id, members);
    const failed = to === all ? 1 : 0;
    const outcome = { failed, excluded: 0, best: [], failure: failed === 0 ? null : 'strategy-threw', walkForward: [] };
    await system.ask(batchKind, id, { type: 'PortionStored', attemptId, done: to - from - failed, ...outcome });
    return true;
  };

  return { ...gateway, results, strategyOf, complete, completeBatch };
};

export type BacktestGateway = Awaited<ReturnType<typeof startBacktestGateway>>;
