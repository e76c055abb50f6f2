import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { defineStrategy, prepareRunData, resolveProfile, runBacktest } from '#domain';
import type { BacktestResult, Feed } from '#domain';
import { attackJob, risingFeed } from './hostile/attack.ts';
import { compileStrategy, sandboxAbilities, startRunner } from './runner.ts';
import type { Runner, RunnerOptions } from './runner.ts';
import type { StrategySource } from './strategy-source.ts';

const runners: Runner[] = [];
const opened = (options: RunnerOptions = {}): Runner => {
  const runner = startRunner(options);
  runners.push(runner);
  return runner;
};
afterEach(() => {
  for (const runner of runners.splice(0)) runner.close();
});

/** Prices that go up and down, with a wick on each side. */
const wavyFeed = (length: number, id = 'main'): Feed => {
  const close = (i: number): number => 100 + 20 * Math.sin(i / 9) + 5 * Math.sin(i * 1.7);
  const column = (value: (i: number) => number): Float64Array => Float64Array.from({ length }, (_, i) => value(i));
  return {
    ...risingFeed(1),
    id,
    symbol: id.toUpperCase(),
    bars: {
      time: column((i) => 1_600_000_000_000 + i * 3_600_000),
      open: column((i) => close(i - 1)),
      high: column((i) => Math.max(close(i - 1), close(i)) + 1),
      low: column((i) => Math.min(close(i - 1), close(i)) - 1),
      close: column(close),
      volume: column(() => 1_000),
    },
  };
};

const body = `defineStrategy({
  name: 'wave',
  description: 'Buys low, sells high.',
  params: { low: float(95, { min: 10, max: 200, step: 5, label: 'Buy below' }), units: int(3, { min: 1, max: 10 }) },
  constraint: (p) => p.low < 150,
  init: (ctx, p) => ({ average: ctx.ta.sma(ctx.bars.main.close, 3) }),
  onBar(ctx, { average }, p) {
    if (average.value < p.low && ctx.position('main').isFlat) ctx.buy('main', p.units, { stopLoss: 60, takeProfit: 115, tag: 'dip' });
    if (ctx.step % 50 === 0) { ctx.log('equity', ctx.equity); ctx.plot('average', average.value); }
    if (ctx.random() < 0.01) ctx.close('main');
  },
})`;
const source: StrategySource = {
  entry: 'wave.ts',
  files: { 'wave.ts': `import { defineStrategy, float, int } from 'xtrading/strategy';\nexport default ${body};` },
};

describe('a run in the sandbox', () => {
  let runner: Runner;
  beforeAll(() => {
    runner = startRunner();
  });
  afterAll(() => runner.close());

  test('gives the result that the engine gives outside, to the last bit', async () => {
    const feed = wavyFeed(2_000);
    await runner.load([feed]);
    await runner.compile(source);
    const inside = await runner.run({ ...attackJob, params: { low: 90 }, config: { commission: 0.001 }, seed: 'abc' });
    const strategy = defineStrategy({
      name: 'wave',
      description: 'Buys low, sells high.',
      params: {
        low: { kind: 'float', default: 95, min: 10, max: 200, step: 5, label: 'Buy below' },
        units: { kind: 'int', default: 3, min: 1, max: 10, step: 1, label: null },
      },
      constraint: (p) => p.low < 150,
      init: (ctx) => ({ average: ctx.ta.sma(ctx.bars.main.close, 3) }),
      onBar(ctx, { average }, p) {
        if (average.value < p.low && ctx.position('main').isFlat)
          ctx.buy('main', p.units, { stopLoss: 60, takeProfit: 115, tag: 'dip' });
        if (ctx.step % 50 === 0) {
          ctx.log('equity', ctx.equity);
          ctx.plot('average', average.value);
        }
        if (ctx.random() < 0.01) ctx.close('main');
      },
    });
    const outside = runBacktest({
      trader: { strategy, params: { low: 90 } },
      data: prepareRunData(strategy.data, [feed]),
      profile: resolveProfile('backtesting.py', { commission: 0.001 }),
      seed: 'abc',
    });
    expect(outside.trades.length).toBeGreaterThan(5);
    expect(inside).toEqual({ ok: true, value: outside });
  });

  test('sees only the bars of its span, and is quiet in a batch', async () => {
    const feed = wavyFeed(1_000);
    await runner.load([feed]);
    await runner.compile(source);
    const span = { from: feed.bars.time[200] ?? 0, to: feed.bars.time[700] ?? 0 };
    const full = await runner.run({ ...attackJob, span });
    expect(full).toMatchObject({ ok: true, value: { feeds: [{ bars: 500, firstTime: span.from }] } });
    const member = await runner.run({ ...attackJob, span, keep: 'summary' });
    const whole = full as { readonly value: BacktestResult };
    expect(member).toMatchObject({
      ok: true,
      value: { tradeHash: whole.value.tradeHash, statistics: whole.value.statistics },
    });
    expect(Object.keys((member as { value: object }).value).sort()).toEqual([
      'equity',
      'params',
      'statistics',
      'tradeHash',
    ]);
  });

  test('takes new data and new strategies one after another', async () => {
    await runner.load([wavyFeed(300)]);
    await runner.compile(source);
    const first = await runner.run(attackJob);
    await runner.load([wavyFeed(400)]);
    expect(await runner.run(attackJob)).toMatchObject({ ok: true, value: { feeds: [{ bars: 400 }] } });
    await runner.compile({
      entry: 'b.ts',
      files: {
        'b.ts':
          "import { defineStrategy } from 'xtrading/strategy';\nexport default defineStrategy({ name: 'idle', data: [{ id: 'a' }, { id: 'b' }], onBar() {} });",
      },
    });
    await runner.load([wavyFeed(50, 'a'), wavyFeed(60, 'b')]);
    expect(await runner.run(attackJob)).toMatchObject({
      ok: true,
      value: { strategy: 'idle', feeds: [{ id: 'a' }, { id: 'b', bars: 60 }] },
    });
    await runner.load([wavyFeed(300)]);
    await runner.compile(source);
    expect(await runner.run(attackJob)).toEqual(first);
  });

  test('tells what a strategy declares', async () => {
    expect(await runner.compile(source)).toEqual({
      ok: true,
      value: {
        name: 'wave',
        description: 'Buys low, sells high.',
        params: {
          low: { kind: 'float', default: 95, min: 10, max: 200, step: 5, label: 'Buy below' },
          units: { kind: 'int', default: 3, min: 1, max: 10, step: 1, label: null },
        },
        data: [{ id: 'main' }],
        hasConstraint: true,
      },
    });
  });

  test('judges parameters by range and constraint without running', async () => {
    await runner.compile(source);
    expect(await runner.judge([{ low: 90 }, { low: 160 }, { low: 5 }, { units: 2.5 }, {}, { nothing: 1 }])).toEqual({
      ok: true,
      value: [true, false, false, false, true, false],
    });
  });

  test('a constraint that throws is told with its line', async () => {
    await runner.compile({
      entry: 'c.ts',
      files: {
        'c.ts':
          "import { defineStrategy } from 'xtrading/strategy';\nexport default defineStrategy({ name: 'c', constraint() { throw new Error('no'); }, onBar() {} });",
      },
    });
    expect(await runner.judge([{}])).toMatchObject({
      ok: false,
      failure: { code: 'strategy-threw', handler: 'constraint', position: { line: 2 } },
    });
  });
});

/** Reports progress once, and then never again. */
const slowThenEndless: StrategySource = {
  entry: 's.ts',
  files: {
    's.ts':
      "import { defineStrategy } from 'xtrading/strategy';\nexport default defineStrategy({ name: 's', onBar(ctx) { let x = 0; for (let i = 0; i < 5_000; i++) x += Math.sqrt(i); if (ctx.step > 70_000) for (;;); return x < 0 ? x : undefined; } });",
  },
};

/** Process ids of all children, as the system's own list tells. */
const childrenOf = (pid: number): number[] =>
  execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' })
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
    .filter(([, parent]) => parent === pid)
    .map(([child = 0]) => child);

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false; // there is no such process
  }
};

describe('a runner', () => {
  const endless: StrategySource = {
    entry: 'e.ts',
    files: {
      'e.ts':
        "import { defineStrategy } from 'xtrading/strategy';\nexport default defineStrategy({ name: 'e', onBar(ctx) { if (ctx.step > 70_000) for (;;); } });",
    },
  };

  test('reports progress, and a run that is cancelled ends at once', async () => {
    const runner = opened();
    await runner.load([wavyFeed(100_000)]);
    await runner.compile(slowThenEndless);
    const stop = new AbortController();
    const steps: number[] = [];
    const outcome = await runner.run(attackJob, {
      signal: stop.signal,
      onProgress: ({ step, steps: all, equity }) => {
        if (step === 0) return; // a machine under load is slow enough to report the very first bar
        steps.push(step, all, equity);
        stop.abort();
      },
    });
    expect(outcome).toMatchObject({ ok: false, failure: { code: 'cancelled' } });
    expect(steps.slice(0, 3)).toEqual([65_536, 100_000, 10_000]);
    expect(await runner.run(attackJob, { signal: stop.signal })).toMatchObject({
      ok: false,
      failure: { code: 'cancelled' },
    });
  });

  test('works again after its process was killed, with the same data and strategy', async () => {
    const runner = opened({ limits: { wallMs: 2_000 } });
    await runner.load([wavyFeed(80_000)]);
    await runner.compile(endless);
    expect(await runner.run(attackJob)).toMatchObject({ ok: false, failure: { code: 'time-limit' } });
    expect(
      await runner.run({ ...attackJob, keep: 'summary', span: { from: 0, to: 1_600_000_000_000 + 500 * 3_600_000 } }),
    ).toMatchObject({ ok: true });
  });

  test('is made for one question where that is all there is', async () => {
    expect(await compileStrategy(source)).toMatchObject({ ok: true, value: { name: 'wave' } });
    expect(await compileStrategy({ entry: 'a.ts', files: { 'a.ts': 'const a = ;' } })).toMatchObject({
      ok: false,
      failure: { code: 'compile-error', position: { line: 1, column: 11 } },
    });
    expect(await sandboxAbilities()).toMatchObject({ ok: true, value: { permissions: true } });
  });

  test('dies with its parent, in the middle of an endless loop', async () => {
    const script = `
      import { startRunner } from ${JSON.stringify(new URL('runner.ts', import.meta.url).href)};
      import { attackJob, risingFeed } from ${JSON.stringify(new URL('hostile/attack.ts', import.meta.url).href)};
      const runner = startRunner();
      await runner.load([risingFeed(100_000)]);
      await runner.compile(${JSON.stringify(slowThenEndless)});
      await runner.run(attackJob, { onProgress: ({ step }) => { if (step > 0) console.log('running'); } });`;
    const parent = spawn(process.execPath, ['--no-warnings', '--input-type=module-typescript', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(parent.stdout, 'data');
    const [child] = childrenOf(parent.pid ?? 0);
    parent.kill('SIGKILL');
    await once(parent, 'close');
    await vi.waitFor(() => expect(isAlive(child ?? 0)).toBe(false), { timeout: 15_000 });
  });

  test('refuses work after it was closed', async () => {
    const runner = opened();
    await runner.compile(source);
    runner.close();
    expect(await runner.run(attackJob)).toMatchObject({ ok: false, failure: { code: 'cancelled' } });
    expect(await runner.load([])).toMatchObject({ ok: false, failure: { code: 'cancelled' } });
  });

  test('closing it ends a run that is under way', async () => {
    const runner = opened();
    await runner.load([wavyFeed(80_000)]);
    await runner.compile(endless);
    const running = runner.run(attackJob);
    runner.close();
    expect(await running).toMatchObject({ ok: false, failure: { code: 'cancelled' } });
  });

  test('two runners do not disturb each other', async () => {
    const [bad, good] = [opened({ limits: { wallMs: 1_500 } }), opened()];
    await Promise.all([bad.load([wavyFeed(80_000)]), good.load([wavyFeed(500)])]);
    await Promise.all([bad.compile(endless), good.compile(source)]);
    const killed = bad.run(attackJob);
    expect(await good.run(attackJob)).toMatchObject({ ok: true });
    expect(await killed).toMatchObject({ ok: false, failure: { code: 'time-limit' } });
  });

  test('large data count beside the memory limit, not within it', async () => {
    const runner = opened({ limits: { memoryBytes: 130 * 2 ** 20 } });
    expect(await runner.load([risingFeed(2_500_000)])).toMatchObject({ ok: true });
    await runner.compile(source);
    expect(
      await runner.run({ ...attackJob, keep: 'summary', span: { from: 0, to: 1_600_000_000_000 + 5_000 * 3_600_000 } }),
    ).toMatchObject({ ok: true });
  });
});
