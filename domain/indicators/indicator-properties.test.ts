/** What holds for every built-in indicator, whatever it computes. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { StrategyMistake } from '../strategy/mistake.ts';
import { builtInIndicators, indicatorCatalogue, indicatorGroups } from './index.ts';
import type { Indicator } from './index.ts';

const all = Object.entries(builtInIndicators as unknown as Readonly<Record<string, Indicator>>);

/** The steps of a run, called with as many inputs as it takes. */
const stepper = (indicator: Indicator, params: readonly unknown[]) => {
  const run = indicator.start(...params);
  const next = run.next as (...args: unknown[]) => number | undefined;
  const out = new Float64Array(indicator.gives.length);
  return {
    lookback: run.lookback,
    step: (...inputs: number[]): number[] => {
      if (indicator.gives.length === 1) return [next(...inputs) as number];
      next(out, ...inputs);
      return [...out];
    },
  };
};

const batchColumns = (
  indicator: Indicator,
  inputs: readonly Float64Array[],
  params: readonly unknown[] = [],
): Float64Array[] => {
  const result = indicator.batch(inputs, ...params) as unknown;
  return result instanceof Float64Array ? [result] : Object.values(result as Readonly<Record<string, Float64Array>>); // in the order of gives
};

/** Bars from closes: open is the previous close, the range widens by `spread`. */
const barsFrom = (closes: readonly number[], spread: number, volumes: readonly number[]) => {
  const close = Float64Array.from(closes);
  const open = close.map((value, i) => (i === 0 ? value : (close[i - 1] ?? value)));
  return {
    close,
    open,
    high: close.map((value, i) => Math.max(value, open[i] ?? value) * (1 + spread)),
    low: close.map((value, i) => Math.min(value, open[i] ?? value) * (1 - spread)),
    volume: Float64Array.from(closes, (_, i) => volumes[i % volumes.length] ?? 1),
  };
};

type Bars = ReturnType<typeof barsFrom>;

const inputsOf = (indicator: Indicator, bars: Bars): Float64Array[] =>
  indicator.takes.map((input, i) => (input in bars ? bars[input as keyof Bars] : i === 0 ? bars.close : bars.high));

/** A random walk, repeatable. */
const walk = (length: number, start = 100, seed = 1): number[] => {
  let state = seed;
  let value = start;
  return Array.from({ length }, () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    value *= 1 + (state / 2_147_483_648 - 0.5) * 0.04;
    return value;
  });
};

const length = 400;
const anyCloses = fc.oneof(
  fc.array(fc.double({ min: 1, max: 1000, noNaN: true }), { minLength: length, maxLength: length }),
  fc.array(fc.oneof(fc.constant(1e-9), fc.constant(1e12), fc.double({ min: 1e-9, max: 1e12, noNaN: true })), {
    minLength: length,
    maxLength: length,
  }),
  fc.array(fc.integer({ min: 5, max: 8 }), { minLength: length, maxLength: length }),
  fc.double({ min: 1e-6, max: 1e6, noNaN: true }).map((value) => new Array<number>(length).fill(value)),
);
const anyVolumes = fc.array(fc.integer({ min: 0, max: 1_000_000 }), { minLength: 1, maxLength: 20 });
const anyBars = fc
  .tuple(anyCloses, fc.constantFrom(0, 0.001, 0.2), anyVolumes)
  .map(([closes, spread, volumes]) => barsFrom(closes, spread, volumes));

/** Parameters of a declaration, kept small so that a window fits the test's bars. */
const anyParams = (indicator: Indicator): fc.Arbitrary<unknown[]> =>
  fc.tuple(
    ...(indicator.about?.parameters ?? []).map((parameter) => {
      if (parameter.kind === 'choice') return fc.constantFrom(...parameter.options) as fc.Arbitrary<unknown>;
      if (parameter.kind === 'whole')
        return fc.integer({ min: parameter.min, max: Math.min(parameter.max, Math.max(parameter.min, 12)) });
      return fc.double({ min: Math.max(parameter.min, -5), max: Math.min(parameter.max, 5), noNaN: true });
    }),
  );

/** Undefined where their argument is: no promise of a number after the lookback. */
const partial: ReadonlySet<string> = new Set(['acos', 'asin', 'sqrt', 'ln', 'log10', 'div']);

describe('every built-in indicator', () => {
  it.each(all)('%s gives the same bits step by step and as a whole column', (_, indicator) => {
    fc.assert(
      fc.property(anyBars, anyParams(indicator), (bars, params) => {
        const inputs = inputsOf(indicator, bars);
        const columns = batchColumns(indicator, inputs, params);
        const { step } = stepper(indicator, params);
        for (let i = 0; i < length; i++) {
          const values = step(...inputs.map((column) => column[i] as number)); // i < length
          values.forEach((value, k) => {
            if (!Object.is(value, columns[k]?.[i])) expect.fail(`output ${k} at ${i}: ${value} and ${columns[k]?.[i]}`);
          });
        }
      }),
      { numRuns: 12 },
    );
  });

  it.each(all)('%s is NaN for exactly its lookback, then a number, whatever the prices', (name, indicator) => {
    fc.assert(
      fc.property(anyBars, anyParams(indicator), (bars, params) => {
        const { lookback } = indicator.start(...params);
        for (const column of batchColumns(indicator, inputsOf(indicator, bars), params)) {
          for (let i = 0; i < Math.min(lookback, length); i++)
            if (column[i] === column[i]) expect.fail(`${column[i]} at ${i}, before ${lookback}`);
          if (partial.has(name)) continue;
          for (let i = lookback; i < length; i++)
            if (column[i] !== column[i]) expect.fail(`NaN at ${i}, after ${lookback}; ${params.join()}`);
        }
      }),
      { numRuns: 25 },
    );
  });

  it.each(all)('%s refuses what is not a parameter, and says what to write', (name, indicator) => {
    const parameters = indicator.about?.parameters ?? [];
    expect(() => indicator.start(...parameters.map((parameter) => parameter.default), 1)).toThrow(StrategyMistake);
    parameters.forEach((parameter, i) => {
      const before = parameters.slice(0, i).map((each) => each.default);
      const wrong: unknown[] = [NaN, Infinity, null, {}, [], 'nothing', true, 7n];
      if (parameter.kind === 'whole') wrong.push(parameter.min - 1, parameter.max + 1, parameter.min + 0.5, '10');
      if (parameter.kind === 'real') wrong.push('0.5', -1e300);
      if (parameter.kind === 'choice') wrong.push('', 3);
      for (const value of wrong) {
        try {
          indicator.start(...before, value);
        } catch (error) {
          if (!(error instanceof StrategyMistake)) throw error;
          expect(error.code).toBe('indicator-parameter');
          expect(error.message).toContain(`${name}: ${parameter.name} must be `);
          expect(error.remedy).toContain(`${name}(`);
          continue;
        }
        expect.fail(`${name} took ${String(value)} for ${parameter.name}`);
      }
    });
  });

  it.each(all)('%s takes its declared limits and defaults', (_, indicator) => {
    const parameters = indicator.about?.parameters ?? [];
    const defaults = parameters.map((parameter) => parameter.default);
    expect(indicator.start().lookback).toBe(indicator.start(...defaults).lookback);
    expect(() =>
      indicator.start(
        ...parameters.map((parameter) => (parameter.kind === 'choice' ? parameter.default : parameter.min)),
      ),
    ).not.toThrow();
  });

  it.each(all)('%s starts runs that share nothing', (_, indicator) => {
    const bars = barsFrom(walk(200), 0.01, [100, 250, 80]);
    const inputs = inputsOf(indicator, bars);
    const alone = batchColumns(indicator, inputs);
    const first = stepper(indicator, []);
    const other = stepper(indicator, []);
    for (let i = 0; i < 200; i++) {
      const at = inputs.map((column) => column[i] as number); // i is below the columns' length
      other.step(...at.map((value) => value * 3 + i));
      expect(first.step(...at)).toEqual(alone.map((column) => column[i]));
    }
  });
});

/** The indicators whose value depends on the newest lookback + 1 bars alone. */
const windowed = [
  'sma',
  'wma',
  'trima',
  'bbands',
  'accBands',
  'midPoint',
  'midPrice',
  'min',
  'max',
  'sum',
  'minMax',
  'variance',
  'stddev',
  'avgDev',
  'correl',
  'beta',
  'linearReg',
  'linearRegSlope',
  'linearRegAngle',
  'linearRegIntercept',
  'tsf',
  'cci',
  'imi',
  'willr',
  'ultOsc',
  'aroon',
  'aroonOsc',
  'mfi',
  'stochF',
  'mom',
  'roc',
] as const;

describe('an indicator over a window', () => {
  it.each(windowed)('%s is after 100,000 bars what a fresh start gives', (name) => {
    const indicator = builtInIndicators[name] as unknown as Indicator;
    const bars = barsFrom(walk(100_000, 50, 7), 0.003, [1000, 10, 70_000, 330]);
    // A price a million times as high passes through the windows long before the end.
    bars.close[50_000] = (bars.close[50_000] ?? 1) * 1e6;
    const inputs = inputsOf(indicator, bars);
    const columns = batchColumns(indicator, inputs);
    const { lookback } = indicator.start();
    for (const bar of [60_000, 99_990, 99_999]) {
      const fresh = batchColumns(
        indicator,
        inputs.map((column) => column.subarray(bar - lookback, bar + 1)),
      );
      columns.forEach((column, k) => {
        const expected = fresh[k]?.[lookback] ?? NaN;
        expect(Math.abs((column[bar] ?? NaN) - expected)).toBeLessThanOrEqual(1e-10 * Math.max(1, Math.abs(expected)));
      });
    }
  });

  it('recovers from a missing value once it has left the window', () => {
    const values = Float64Array.from(walk(60));
    values[20] = NaN;
    const column = builtInIndicators.sma.batch([values], 5);
    expect(column[24]).toBeNaN();
    expect(column[25]).toBeCloseTo((values[21]! + values[22]! + values[23]! + values[24]! + values[25]!) / 5, 10); // 60 values
  });
});

describe('the catalogue', () => {
  it('describes every built-in, each with a title, a known group and its parameters', () => {
    expect(indicatorCatalogue.map((entry) => entry.name)).toEqual(Object.keys(builtInIndicators));
    for (const entry of indicatorCatalogue) {
      expect(entry.title.length).toBeGreaterThan(2);
      expect(indicatorGroups).toContain(entry.group);
      expect(builtInIndicators[entry.name].indicatorName).toBe(entry.name);
      expect(new Set(entry.parameters.map((parameter) => parameter.name)).size).toBe(entry.parameters.length);
    }
  });

  it('gives the parameters of macd as they are written', () => {
    expect(indicatorCatalogue.find((entry) => entry.name === 'macd')).toMatchObject({
      takes: ['value'],
      gives: ['macd', 'signal', 'histogram'],
      parameters: [
        { kind: 'whole', name: 'fast', default: 12, min: 2, max: 100_000 },
        { kind: 'whole', name: 'slow', default: 26, min: 2, max: 100_000 },
        { kind: 'whole', name: 'signal', default: 9, min: 1, max: 100_000 },
      ],
    });
  });

  it('titles are all different', () => {
    expect(new Set(indicatorCatalogue.map((entry) => entry.title)).size).toBe(indicatorCatalogue.length);
  });
});
