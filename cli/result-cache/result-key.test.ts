import { describe, expect, test } from 'vitest';
import type { Feed } from '#domain';
import { drawerKey, paramsKey, pricesKey } from './result-key.ts';
import type { RunIdentity } from './result-key.ts';

const feed = (close: readonly number[]): Feed => ({
  id: 'main',
  symbol: 'GOOG',
  timeframeMs: 86_400_000,
  instrument: { symbol: 'GOOG', tick: 0.01, lot: 1, multiplier: 1, currency: 'USD' },
  bars: {
    time: Float64Array.from(close, (_, i) => i * 86_400_000),
    open: Float64Array.from(close),
    high: Float64Array.from(close),
    low: Float64Array.from(close),
    close: Float64Array.from(close),
    volume: new Float64Array(close.length),
  },
});

const run: RunIdentity = {
  source: { entry: 'a.ts', files: { 'a.ts': "import './b.ts'", 'b.ts': 'export const b = 1;' } },
  feeds: [feed([1, 2, 3])],
  job: { params: { fast: 5 }, profile: 'native', config: { cash: 1 }, seed: '1', keep: 'full', span: null },
};
const [main] = run.feeds as readonly [Feed];

describe('the key of a run', () => {
  const key = drawerKey(run, 'engine 1');

  test('is the same for the same things, in whatever order the files were found', () => {
    const files = { 'b.ts': 'export const b = 1;', 'a.ts': "import './b.ts'" };
    expect(drawerKey({ ...run, source: { entry: 'a.ts', files }, feeds: [feed([1, 2, 3])] }, 'engine 1')).toBe(key);
    expect(pricesKey([feed([1, 2, 3])])).toBe(pricesKey(run.feeds));
  });

  const other: readonly (readonly [what: string, run: RunIdentity])[] = [
    ['the strategy', { ...run, source: { ...run.source, files: { ...run.source.files, 'a.ts': '' } } }],
    ['a file that it imports', { ...run, source: { ...run.source, files: { ...run.source.files, 'b.ts': '' } } }],
    ['which file is the strategy', { ...run, source: { ...run.source, entry: 'b.ts' } }],
    ['a parameter', { ...run, job: { ...run.job, params: { fast: 6 } } }],
    ['the sign of a nought', { ...run, job: { ...run.job, params: { fast: -0 } } }],
    ['the rules', { ...run, job: { ...run.job, profile: 'lean' } }],
    ['a setting', { ...run, job: { ...run.job, config: { cash: 2 } } }],
    ['the seed', { ...run, job: { ...run.job, seed: '2' } }],
    ['what is kept', { ...run, job: { ...run.job, keep: 'summary' } }],
    ['the span', { ...run, job: { ...run.job, span: { from: 0, to: 1 } } }],
    ['the instrument', { ...run, feeds: [{ ...main, instrument: { ...main.instrument, lot: 0.1 } }] }],
    ['the id of a feed', { ...run, feeds: [{ ...main, id: 'other' }] }],
    ['the timeframe', { ...run, feeds: [{ ...main, timeframeMs: 60_000 }] }],
    ['a dividend', { ...run, feeds: [{ ...main, actions: [{ type: 'dividend', time: 1, amount: 1 }] }] }],
    ['finer bars', { ...run, feeds: [{ ...main, finer: main.bars }] }],
    ['a second feed', { ...run, feeds: [main, { ...main, id: 'b' }] }],
  ];
  test.each(other)('changes with %s', (_what, changed) => {
    expect(drawerKey(changed, 'engine 1')).not.toBe(key);
  });

  test('changes with the engine', () => {
    expect(drawerKey(run, 'engine 2')).not.toBe(key);
  });

  test('does not let one text run into the next', () => {
    const one = { ...run, source: { entry: 'a', files: { a: 'bc' } } };
    const two = { ...run, source: { entry: 'a', files: { ab: 'c' } } };
    expect(drawerKey(one, '')).not.toBe(drawerKey(two, ''));
  });
});

test('the key of the prices changes with the last bit of any column', () => {
  const key = pricesKey(run.feeds);
  for (const name of ['time', 'open', 'high', 'low', 'close', 'volume'] as const) {
    const column = Float64Array.from(main.bars[name]);
    column[2] = (column[2] ?? 0) + (Math.abs(column[2] ?? 0) * Number.EPSILON || Number.MIN_VALUE);
    expect(pricesKey([{ ...main, bars: { ...main.bars, [name]: column } }]), name).not.toBe(key);
  }
  expect(pricesKey([{ ...main, finer: main.bars }])).not.toBe(key);
});

test('the key of parameters tells values and kinds apart', () => {
  const keys = [{ a: 0 }, { a: -0 }, { a: '0' }, { a: '-0' }, { a: false }, { b: 0 }].map(paramsKey);
  expect(new Set(keys).size).toBe(keys.length);
});
