/** Indicators on a few bars whose results can be worked out with pencil and paper. */

import { describe, expect, it } from 'vitest';

import { builtInIndicators } from './index.ts';
import type { BuiltInName, Indicator } from './index.ts';

/** Bars of a short up and down move. */
const bars = {
  open: [10, 11, 12, 14, 13, 12],
  high: [12, 13, 15, 16, 14, 13],
  low: [9, 10, 12, 13, 11, 10],
  close: [11, 12, 14, 14, 12, 10],
  volume: [100, 200, 300, 100, 200, 400],
};

const run = (
  name: BuiltInName,
  inputs: Readonly<Record<string, readonly number[]>>,
  ...params: unknown[]
): Readonly<Record<string, readonly number[]>> => {
  const indicator = builtInIndicators[name] as unknown as Indicator;
  const columns = indicator.takes.map((input) => Float64Array.from(inputs[input] ?? []));
  const result = indicator.batch(columns, ...params) as unknown;
  const named = result instanceof Float64Array ? { value: result } : (result as Readonly<Record<string, Float64Array>>);
  return Object.fromEntries(Object.entries(named).map(([output, column]) => [output, [...column]]));
};

const ofValues = (name: BuiltInName, value: readonly number[], ...params: unknown[]) =>
  run(name, { value }, ...params)['value'] ?? [];
const ofBars = (name: BuiltInName, ...params: unknown[]) => run(name, bars, ...params)['value'] ?? [];

const expectValues = (got: readonly number[] | undefined, expected: readonly number[]): void => {
  expect(got).toHaveLength(expected.length);
  got?.forEach((value, i) => {
    const wanted = expected[i] ?? NaN;
    if (Number.isNaN(wanted)) expect(value, `at ${i}`).toBeNaN();
    else expect(value, `at ${i}`).toBeCloseTo(wanted, 10);
  });
};

const none = NaN;

describe('averages', () => {
  it('weigh their values as they say', () => {
    expectValues(ofValues('sma', [2, 4, 6, 11], 3), [none, none, 4, 7]);
    expectValues(ofValues('wma', [1, 2, 6, 0], 3), [none, none, (1 + 4 + 18) / 6, (2 + 12 + 0) / 6]);
    expectValues(ofValues('ema', [1, 2, 3, 6, 0], 3), [none, none, 2, 4, 2]);
    expectValues(ofValues('wilders', [2, 4, 9, 3], 2), [none, 3, 6, 4.5]);
    expectValues(ofValues('trima', [1, 2, 3, 4, 10], 4), [none, none, none, 2.5, (2 + 2 * 3 + 2 * 4 + 10) / 6]);
    expectValues(ofValues('dema', [1, 2, 3, 4, 5], 2), [none, none, 3, 4, 5]);
    expectValues(ofValues('hma', [1, 2, 3, 4, 5], 4), [none, none, none, none, 5]);
  });

  it('of one bar are the values themselves', () => {
    for (const type of ['sma', 'ema', 'wma', 'dema', 'tema', 'trima', 'kama', 'mama', 't3', 'wilders', 'hma']) {
      expectValues(ofValues('ma', [3, 1, 4], 1, type), [3, 1, 4]);
    }
  });

  it('follow a straight line without lag where they are built to', () => {
    const line = Array.from({ length: 60 }, (_, i) => 5 + 2 * i);
    for (const name of ['dema', 'tema', 'zlema', 'linearReg'] as const)
      expect(ofValues(name, line, 5).at(-1)).toBeCloseTo(123, 6);
  });

  it('by volume count a bar as often as it was traded', () => {
    expectValues(ofBars('vwma', 2).slice(0, 3), [none, (1100 + 2400) / 300, (2400 + 4200) / 500]);
  });
});

describe('oscillators', () => {
  it('rsi is the share of the rises, by the averages of Wilder', () => {
    // Rises 1, 3, 0 and falls 0, 0, 2: means of the first two, then a half of the new one.
    expectValues(ofValues('rsi', [1, 2, 5, 3], 2), [none, none, 100, (100 * 1) / 2]);
    expectValues(ofValues('cmo', [1, 2, 5, 3], 2), [none, none, 100, 0]);
  });

  it('rsi, cmo, stochastics and their kind are 0 while nothing moves', () => {
    const still = Array<number>(40).fill(7);
    for (const name of ['rsi', 'cmo', 'stochRsi', 'tsi', 'rmi'] as const) {
      for (const column of Object.values(run(name, { value: still }))) expect(column.at(-1)).toBe(0);
    }
    for (const name of ['stoch', 'stochF', 'willr', 'cci', 'ultOsc', 'bop', 'imi', 'mfi', 'adx'] as const) {
      for (const column of Object.values(
        run(name, { open: still, high: still, low: still, close: still, volume: still }),
      ))
        expect(column.at(-1)).toBe(0);
    }
  });

  it('stochastics say where the close stands in the range', () => {
    expectValues(run('stochF', bars, 3, 1)['fastK'], [
      none,
      none,
      (100 * (14 - 9)) / 6,
      (100 * (14 - 10)) / 6,
      (100 * (12 - 11)) / 5,
      0,
    ]);
    expectValues(ofBars('willr', 3), [none, none, -100 / 6, -200 / 6, -80, -100]);
    expectValues(ofBars('ibs'), [2 / 3, 2 / 3, 2 / 3, 1 / 3, 1 / 3, 0]);
  });

  it('rates of change are percent, fraction and ratio', () => {
    expectValues(ofValues('roc', [4, 5, 0, 3], 1), [none, 25, -100, 0]);
    expectValues(ofValues('rocp', [4, 5], 1), [none, 0.25]);
    expectValues(ofValues('rocr', [4, 5], 1), [none, 1.25]);
    expectValues(ofValues('rocr100', [4, 5], 1), [none, 125]);
  });

  it('macd starts both averages at one bar, and a fast period that is longer is the slow one', () => {
    // Slow: mean of 1, 2, 3 = 2, then 4. Fast starts one bar late: mean of 2, 3 = 2.5, then 4.5 + …
    expectValues(run('macd', { value: [1, 2, 3, 6] }, 2, 3, 1)['macd'], [none, none, 0.5, 2.5 + (2 / 3) * 3.5 - 4]);
    expect(run('macd', { value: [1, 2, 3, 6] }, 3, 2, 1)).toEqual(run('macd', { value: [1, 2, 3, 6] }, 2, 3, 1));
  });
});

describe('bands and channels', () => {
  it('bollinger bands are so many population deviations wide', () => {
    const lines = run('bbands', { value: [2, 4, 4, 4, 5, 5, 7, 9] }, 8, 2, 1);
    expect([lines['upper']?.[7], lines['middle']?.[7], lines['lower']?.[7]]).toEqual([9, 5, 3]);
  });

  it('donchian channels include the newest bar', () => {
    const lines = run('donchian', bars, 2);
    expectValues(lines['upper'], [none, 13, 15, 16, 16, 14]);
    expectValues(lines['lower'], [none, 9, 10, 12, 11, 10]);
    expectValues(lines['middle'], [none, 11, 12.5, 14, 13.5, 12]);
  });

  it('supertrend is below a rising price and above it after the turn', () => {
    const rise = Array.from({ length: 30 }, (_, i) => 100 + i);
    const fall = Array.from({ length: 30 }, (_, i) => 129 - 3 * i);
    const close = [...rise, ...fall];
    const lines = run(
      'supertrend',
      { high: close.map((value) => value + 0.5), low: close.map((value) => value - 0.5), close },
      5,
      2,
    );
    expect(lines['direction']?.[29]).toBe(1);
    expect(lines['stop']?.[29]).toBeLessThan(129);
    expect(lines['direction']?.[59]).toBe(-1);
    expect(lines['stop']?.[59]).toBeGreaterThan(42);
  });

  it('pivot levels come from the bar before', () => {
    const lines = run('pivots', bars);
    expectValues(
      Object.values(lines).map((column) => column[1] ?? none),
      [32 / 3, 64 / 3 - 9, 64 / 3 - 12, 32 / 3 + 3, 32 / 3 - 3, 12 + 2 * (32 / 3 - 9), 9 - 2 * (12 - 32 / 3)],
    );
  });

  it('the cloud is drawn from the past', () => {
    const lines = run('ichimoku', bars, 1, 2, 3, 2);
    expectValues(lines['conversion'], [none, none, none, none, 12.5, 11.5]);
    expectValues(lines['base'], [none, none, none, none, 13.5, 12]);
    expectValues(lines['spanB'], [none, none, none, none, 12, 13]);
  });
});

describe('ranges and trends', () => {
  it('true range reaches back to the close before', () => {
    expectValues(run('trueRange', { high: [5, 9, 4], low: [4, 8, 3], close: [4, 8, 3] })['value'], [none, 5, 5]);
    expectValues(ofBars('atr', 2), [none, none, 3, 3, 3, 3]);
  });

  it('directional movement counts the larger side only', () => {
    expectValues(ofBars('plusDM', 1), [none, 1, 2, 1, 0, 0]);
    expectValues(ofBars('minusDM', 1), [none, 0, 0, 0, 2, 1]);
    expectValues(ofBars('plusDI', 1), [none, 1 / 3, 2 / 3, 1 / 3, 0, 0]);
  });

  it('aroon says how recent the extremes are, the newest of equals counting', () => {
    const lines = run('aroon', { high: [5, 7, 7, 6, 5], low: [1, 2, 1, 3, 4] }, 2);
    expectValues(lines['up'], [none, none, 100, 50, 0]);
    expectValues(lines['down'], [none, none, 100, 50, 0]);
  });

  it('the parabolic stop follows a rise and turns with it', () => {
    const up = run('sar', { high: [10, 11, 12, 13, 9], low: [9, 10, 11, 12, 5] }, 0.1, 0.2)['value'];
    // 9; 9 + 0.1 × (11 − 9) = 9.2; 9.2 + 0.2 × (12 − 9.2) = 9.76; 9.76 + 0.2 × (13 − 9.76) = 10.408 is crossed: the extreme.
    expectValues(up, [none, 9, 9.2, 9.76, 13]);
    expectValues(
      run('sarExt', { high: [10, 11, 12, 13, 9], low: [9, 10, 11, 12, 5] }, 0, 0, 0.1, 0.1, 0.2, 0.1, 0.1, 0.2)[
        'value'
      ],
      [none, 9, 9.2, 9.76, -13],
    );
  });

  it('choppiness is 100 in a market that comes back, and falls in a trend', () => {
    const back = { high: [2, 2, 2, 2, 2], low: [1, 1, 1, 1, 1], close: [1.5, 1.5, 1.5, 1.5, 1.5] };
    expect(run('choppiness', back, 4)['value']?.[4]).toBeCloseTo(100, 10);
  });
});

describe('volume', () => {
  it('on-balance volume adds rises and subtracts falls, from the first volume on', () => {
    expectValues(ofBars('obv'), [100, 300, 600, 600, 400, 0]);
  });

  it('accumulation counts the close in its bar', () => {
    // (2 × close − high − low) ÷ range × volume: a third of 100, of 200 and of 300, and so on.
    expectValues(ofBars('ad'), [100 / 3, 100, 200, 200 - 100 / 3, 200 - 100 / 3 - 200 / 3, 200 - 100 - 400]);
    expectValues(ofBars('cmf', 2).slice(0, 2), [none, (100 / 3 + 200 / 3) / 300]);
  });
});

describe('statistics', () => {
  it('fit a line', () => {
    expectValues(ofValues('linearRegSlope', [1, 2, 6], 3), [none, none, 2.5]);
    expectValues(ofValues('linearRegIntercept', [1, 2, 6], 3), [none, none, 0.5]);
    expectValues(ofValues('linearReg', [1, 2, 6], 3), [none, none, 5.5]);
    expectValues(ofValues('tsf', [1, 2, 6], 3), [none, none, 8]);
    expectValues(ofValues('linearRegAngle', [1, 2, 3], 3), [none, none, 45]);
  });

  it('measure spread', () => {
    expectValues(ofValues('variance', [1, 3, 5], 3), [none, none, 8 / 3]);
    expectValues(ofValues('stddev', [1, 3, 5], 3, 2), [none, none, 2 * Math.sqrt(8 / 3)]);
    expectValues(ofValues('avgDev', [1, 3, 5], 3), [none, none, 4 / 3]);
  });

  it('count a first bar that stands still as rising, and the fall after it as a turn (Klinger, as in Tulip)', () => {
    // Force: 100 × |2 × 2 ÷ 2 − 1| × 100 = 10,000, then 100 × |2 × 2 ÷ 4 − 1| × 100 = 0.
    const still = { high: [12, 12, 11], low: [10, 10, 9], close: [11, 11, 10], volume: [100, 100, 100] };
    expectValues(run('kvo', still, 1, 3)['value'], [none, 0, -5000]);
  });

  it('relate two series', () => {
    expect(run('correl', { value: [1, 2, 3], other: [5, 7, 9] }, 3)['value']?.[2]).toBeCloseTo(1, 12);
    expect(run('correl', { value: [1, 2, 3], other: [9, 7, 5] }, 3)['value']?.[2]).toBeCloseTo(-1, 12);
    expect(run('beta', { value: [100, 110, 99, 118.8], other: [100, 120, 96, 134.4] }, 3)['value']?.[3]).toBeCloseTo(
      2,
      10,
    );
  });

  it('find extremes and where they are', () => {
    expectValues(ofValues('max', [3, 1, 4, 1, 5], 2), [none, 3, 4, 4, 5]);
    expectValues(ofValues('min', [3, 1, 4, 1, 5], 2), [none, 1, 1, 1, 1]);
    expectValues(ofValues('maxIndex', [3, 1, 4, 1, 5], 2), [none, 0, 2, 2, 4]);
    expectValues(ofValues('minIndex', [3, 1, 4, 1, 5], 2), [none, 1, 1, 3, 3]);
    expectValues(ofValues('sum', [3, 1, 4, 1, 5], 3), [none, none, 8, 6, 10]);
    expectValues(ofValues('percentRank', [3, 1, 4, 2], 4), [none, none, none, 0.25]);
  });
});
