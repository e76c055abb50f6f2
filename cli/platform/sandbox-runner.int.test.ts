/** The place for jobs on a real sandbox. */

import { execFileSync } from 'node:child_process';
import { afterAll, describe, expect, test } from 'vitest';
import { dayMs, generatePrices } from '#domain';
import type { BacktestResult, Feed } from '#domain';
import type { Job, JobOutcome, SourceFiles } from '#ports';
import { startRunner } from '#sandbox';
import { openDecisionRunner, openSandboxRunner } from './sandbox-runner.ts';

const strategyThat = (body: string): SourceFiles => ({
  files: {
    'strategy.ts': `import { crossOver, crossUnder, defineStrategy, int } from 'xtrading/strategy';
export default defineStrategy({
  name: 'cross',
  params: { fast: int(5, { min: 2, max: 50 }), slow: int(20, { min: 3, max: 100 }) },
  constraint: (p) => p.fast < p.slow,
  init: (ctx, p) => ({ fast: ctx.ta.sma(ctx.bars.main.close, p.fast), slow: ctx.ta.sma(ctx.bars.main.close, p.slow) }),
  onBar(ctx, { fast, slow }) {
    ${body}
  },
});
`,
  },
  entry: 'strategy.ts',
});
const cross = strategyThat(
  "if (crossOver(fast, slow)) ctx.targetPercent('main', 0.95); else if (crossUnder(fast, slow)) ctx.close('main');",
);

const feeds: readonly Feed[] = generatePrices({
  seed: 'places',
  market: 'stock',
  timeframe: { ms: dayMs, unit: 'day', count: 1 },
  start: Date.UTC(2020, 0, 1),
  bars: 600,
  symbols: [{ symbol: 'KO' }],
}).map(({ symbol, instrument, bars }) => ({ id: 'main', symbol, timeframeMs: dayMs, instrument, bars }));

const jobOf = (params: Job['params'], keep: Job['keep'] = 'summary'): Job => ({
  params,
  profile: 'native',
  config: {},
  seed: '1',
  keep,
});

const childrenOf = (parent: number): readonly number[] =>
  execFileSync('ps', ['-A', '-o', 'pid=,ppid=,comm='], { encoding: 'utf8' })
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, ppid, command]) => Number(ppid) === parent && command !== 'ps')
    .map(([pid]) => Number(pid));

describe('a place in the sandbox', () => {
  const runner = openSandboxRunner();
  afterAll(() => runner.close());

  const run = async (
    jobs: readonly Job[],
    { source = cross, userId = 'ann', signal = new AbortController().signal } = {},
  ): Promise<readonly JobOutcome[]> => {
    const outcomes: JobOutcome[] = [];
    await runner.run({
      userId,
      source,
      feeds,
      jobs,
      onProgress: () => undefined,
      onOutcome: (index, outcome) => {
        outcomes[index] = outcome;
      },
      signal,
    });
    return outcomes;
  };

  test('tells what a strategy declares, and where it is wrong', async () => {
    expect(await runner.compile('ann', cross)).toMatchObject({
      ok: true,
      declared: { name: 'cross', hasConstraint: true, params: { fast: { kind: 'int', default: 5 } } },
    });
    expect(await runner.compile('ann', strategyThat('enum A { B }'))).toMatchObject({
      ok: false,
      diagnostic: { code: 'compile-error', file: 'strategy.ts', line: 8 },
    });
  });

  test('runs as the command line does, alone and among many', async () => {
    const plain = startRunner();
    await plain.load(feeds);
    await plain.compile(cross);
    const expected = await plain.run({ ...jobOf({ fast: 7 }, 'full'), span: null });
    plain.close();
    if (!expected.ok) throw new Error(expected.failure.message);
    const [alone] = await run([jobOf({ fast: 7 }, 'full')]);
    expect(alone).toEqual({ ok: true, result: expected.value });
    const many = await run(Array.from({ length: 40 }, (_, i) => jobOf({ fast: i + 2 })));
    expect(many[5]).toMatchObject({ ok: true, result: { tradeHash: expected.value.tradeHash } });
    expect(many.filter(({ ok }) => !ok)).toHaveLength(22); // fast ≥ slow = 20: the constraint
    expect(many[39]).toMatchObject({ ok: false, diagnostic: { code: 'param-constraint' } });
  });

  test('sees only the bars of a span, and trades only from a time on', async () => {
    const at = (bar: number): number => feeds[0]?.bars.time[bar] ?? NaN;
    const span = { from: at(100), to: at(400), tradeFrom: at(300) };
    const [outcome] = await run([{ ...jobOf({}, 'full'), span }]);
    if (outcome?.ok !== true) throw new Error('it failed');
    const { timeline, trades } = outcome.result as BacktestResult; // keep: 'full'
    expect([timeline[0], timeline.at(-1)]).toEqual([at(100), at(399)]);
    expect(trades.every(({ entryTime }) => entryTime > at(300))).toBe(true);
  });

  test("tells the line of the user's mistake and when it happened", async () => {
    const [outcome] = await run([jobOf({})], {
      source: strategyThat("if (ctx.step === 30) throw new Error('thirty');"),
    });
    expect(outcome).toMatchObject({ ok: false, diagnostic: { code: 'strategy-threw', line: 8 } });
    expect(JSON.stringify(outcome)).toContain('In onBar at the bar of 2020-');
  });

  test('stops an endless run at once when it is aborted, and goes on with the next', async () => {
    const startedAt = performance.now();
    // The loop is under way long before, and gives no sign of life that could be waited for.
    const outcomes = await run([jobOf({})], { source: strategyThat('for (;;);'), signal: AbortSignal.timeout(500) });
    expect(performance.now() - startedAt).toBeLessThan(1_500);
    expect(outcomes).toEqual([]);
    expect(await run([jobOf({})])).toMatchObject([{ ok: true }]);
  });

  test('rejects a run whose process was killed from outside, and goes on in another process', async () => {
    const source = strategyThat('for (;;);');
    expect((await runner.compile('ann', source)).ok).toBe(true);
    const killed = run([jobOf({})], { source }).then(
      () => null,
      (error: unknown) => error,
    );
    for (const pid of childrenOf(process.pid)) process.kill(pid, 'SIGKILL');
    expect(await killed).toBeInstanceOf(Error);
    expect(await run([jobOf({})])).toMatchObject([{ ok: true }]);
  });

  test('takes in several users one after the other', async () => {
    const both = await Promise.all([run([jobOf({})]), run([jobOf({})], { userId: 'bob' })]);
    expect(both).toMatchObject([[{ ok: true }], [{ ok: true }]]);
  });
});

test('a place for live decisions has a process booted for whoever comes next', async () => {
  const before = childrenOf(process.pid);
  const own = (): number => childrenOf(process.pid).filter((pid) => !before.includes(pid)).length;
  const runner = openDecisionRunner();
  try {
    expect(own()).toBe(1);
    await runner.compile('ann', cross);
    expect(own()).toBe(2);
    await runner.compile('ann', cross);
    expect(own()).toBe(2);
    await runner.compile('bob', cross);
    expect(own()).toBe(3);
    await runner.compile('cid', cross);
    // A new one for the next; Ann, who was here longest ago, has lost hers.
    await expect.poll(own).toBe(3);
  } finally {
    runner.close();
  }
});
