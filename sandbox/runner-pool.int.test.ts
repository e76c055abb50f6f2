import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { attackJob, honestStrategy, risingFeed, strategyWith } from './hostile/attack.ts';
import { RunnerPool } from './runner-pool.ts';
import type { BatchOutcome } from './runner-pool.ts';
import type { SandboxJob } from './runner-messages.ts';

let pool: RunnerPool;
beforeAll(async () => {
  pool = new RunnerPool({ runners: 2, limits: { wallMs: 1_500, memoryBytes: 250 * 2 ** 20 } });
  await pool.load([risingFeed()]);
});
afterAll(() => pool.close());

const compile = async (source: string): Promise<void> => {
  expect(await pool.compile({ entry: 's.ts', files: { 's.ts': source } })).toMatchObject({ ok: true });
};

const job = (size: number): SandboxJob => ({ ...attackJob, keep: 'summary', params: { size } });

const gathered = async (jobs: Iterable<SandboxJob> | AsyncIterable<SandboxJob>): Promise<BatchOutcome[]> => {
  const all: BatchOutcome[] = [];
  for await (const outcome of pool.runMany(jobs)) all.push(outcome);
  return all.sort((a, b) => a.index - b.index);
};

const bySize = strategyWith({
  onBar: "if (ctx.step === 5) ctx.buy('main', params.size); if (ctx.step === 50) ctx.close('main');",
});

describe('a batch', () => {
  test('runs each job once, and tells which outcome is whose', async () => {
    await compile(bySize);
    const all = await gathered(Array.from({ length: 500 }, (_, i) => job((i % 9) + 1)));
    expect(all.map(({ index }) => index)).toEqual(Array.from({ length: 500 }, (_, i) => i));
    for (const { index, outcome } of all) {
      const size = (index % 9) + 1;
      expect(outcome).toMatchObject({
        ok: true,
        value: { params: { size }, statistics: { equityFinal: 10_000 + 45 * size } },
      });
    }
  });

  test('gives what a single run gives', async () => {
    await compile(bySize);
    const [member] = await gathered([job(4)]);
    const single = await pool.first.run(job(4));
    expect(member?.outcome).toEqual(single);
  });

  test('lets no member pay for the memory that members before it have left behind', async () => {
    // Each stays below the limit alone; two together would not.
    await compile(strategyWith({ onBar: 'if (ctx.step === 5) new Uint8Array(1.2e8).fill(1);' }));
    const all = await gathered(Array.from({ length: 24 }, () => job(1)));
    expect(all.filter(({ outcome }) => !outcome.ok)).toEqual([]);
  });

  test('makes its list while it works: no more than a few chunks ahead of what was fetched', async () => {
    await compile(bySize);
    let made = 0;
    const endless = (function* () {
      for (;;) {
        made++;
        yield job(1);
      }
    })();
    let fetched = 0;
    for await (const { outcome } of pool.runMany(endless)) {
      expect(outcome.ok).toBe(true);
      if (++fetched === 50) break;
    }
    expect(made).toBeLessThan(50 + 1_024 + 2 * 512 + 2);
  });

  test('takes its list from somewhere that answers later', async () => {
    await compile(bySize);
    const later = (async function* () {
      for (let size = 1; size <= 5; size++) {
        await Promise.resolve();
        yield job(size);
      }
    })();
    expect(await gathered(later)).toHaveLength(5);
  });

  test('an empty list ends at once', async () => {
    await compile(bySize);
    expect(await gathered([])).toEqual([]);
  });

  test('a list that fails passes its error on, and the pool goes on working', async () => {
    await compile(bySize);
    const failing = (function* () {
      yield job(1);
      throw new Error('the list failed');
    })();
    await expect(gathered(failing)).rejects.toThrow('the list failed');
    expect(await gathered([job(2)])).toMatchObject([{ outcome: { ok: true } }]);
  });

  test.each([
    ['never ends', 'for (;;);', 'time-limit'],
    ['takes all memory', 'const kept = []; for (;;) kept.push(new Uint8Array(2e7).fill(1));', 'memory-limit'],
    ['throws', "throw new Error('on purpose');", 'strategy-threw'],
  ])('a member that %s fails alone', async (_name, body, code) => {
    await compile(
      strategyWith({
        onBar: `if (ctx.step === 5) ctx.buy('main', params.size); if (params.size === 13 && ctx.step === 9) { ${body} }`,
      }),
    );
    const all = await gathered(Array.from({ length: 40 }, (_, i) => job(i + 1)));
    expect(all).toHaveLength(40);
    for (const { index, outcome } of all) {
      if (index === 12) expect(outcome).toMatchObject({ ok: false, failure: { code } });
      else expect(outcome).toMatchObject({ ok: true, value: { params: { size: index + 1 } } });
    }
  });

  test('a batch that is stopped ends soon, and the pool goes on working', async () => {
    // Limits far beyond the test's own: what ends these members can only be the stop.
    const patient = new RunnerPool({ runners: 2, limits: { wallMs: 600_000 } });
    try {
      await patient.load([risingFeed()]);
      await patient.compile({
        entry: 's.ts',
        files: { 's.ts': strategyWith({ onBar: 'if (params.size > 1) for (;;);' }) },
      });
      const stop = new AbortController();
      const outcomes: BatchOutcome[] = [];
      for await (const outcome of patient.runMany([1, 2, 3, 4, 5].map(job), { signal: stop.signal })) {
        outcomes.push(outcome);
        stop.abort();
      }
      expect(outcomes[0]).toMatchObject({ outcome: { ok: true } });
      for (const { outcome } of outcomes.slice(1))
        expect(outcome).toMatchObject({ ok: false, failure: { code: 'cancelled' } });
      await patient.compile({ entry: 's.ts', files: { 's.ts': honestStrategy } });
      const again: BatchOutcome[] = [];
      for await (const outcome of patient.runMany([job(1)])) again.push(outcome);
      expect(again).toMatchObject([{ outcome: { ok: true } }]);
    } finally {
      patient.close();
    }
  });

  test('members share an isolate, and none sees another', async () => {
    await compile(
      strategyWith({
        top: 'let runs = 0; const seen = [];',
        onBar:
          "if (ctx.step !== 5) return; runs++; seen.push(params.size); if (runs !== 1 || seen.length !== 1) throw new Error('I saw another run');",
      }),
    );
    for (const { outcome } of await gathered(Array.from({ length: 100 }, (_, i) => job(i + 1))))
      expect(outcome.ok).toBe(true);
  });
});
