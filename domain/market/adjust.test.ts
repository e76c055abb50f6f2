import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  actionsFromCloses,
  actionsFromFactors,
  adjustToCloses,
  applyFactors,
  factorsOf,
  parseFactorRows,
} from './adjust.ts';
import { allocateBars } from './bars.ts';
import type { Bars } from './bars.ts';
import { dayMs, parseTime } from './calendar.ts';
import type { CorporateAction } from './corporate-action.ts';

const start = parseTime('2020-01-06');
const day = (index: number): number => start + index * dayMs;

const flat = (closes: readonly number[]): Bars => {
  const bars = allocateBars(closes.length);
  closes.forEach((close, i) => {
    bars.time[i] = day(i);
    for (const column of ['open', 'high', 'low', 'close'] as const) bars[column][i] = close;
    bars.volume[i] = 1000;
  });
  return bars;
};

describe('actionsFromCloses', () => {
  test('finds a dividend as Yahoo builds it into its adjusted closes', () => {
    // 2 paid out of 100: everything before is multiplied by 0.98
    const actions = actionsFromCloses({
      time: flat([100, 100, 98, 99]).time,
      close: Float64Array.of(100, 100, 98, 99),
      adjustedClose: Float64Array.of(98, 98, 98, 99),
    });
    expect(actions).toEqual([{ type: 'dividend', time: day(2), amount: expect.closeTo(2, 9) as number }]);
  });

  test.each([[2], [3], [1.5], [7], [0.1], [0.125], [20]])('finds a split of %d and no dividend in it', (ratio) => {
    const raw = [60, 61, 61 / ratio, 62 / ratio];
    const adjusted = [60 / ratio, 61 / ratio, 61 / ratio, 62 / ratio];
    expect(
      actionsFromCloses({
        time: flat(raw).time,
        close: Float64Array.from(raw),
        adjustedClose: Float64Array.from(adjusted),
      }),
    ).toEqual([{ type: 'split', time: day(2), ratio }]);
  });

  test('finds nothing in equal columns, in rounding, and in no data', () => {
    const close = Float64Array.from({ length: 500 }, (_, i) => Math.round((20 + Math.sin(i) * 3) * 100) / 100);
    const rounded = close.map((value) => Math.round(value * 0.937 * 1e6) / 1e6);
    const time = flat([...close]).time;
    expect(actionsFromCloses({ time, close, adjustedClose: close })).toEqual([]);
    expect(actionsFromCloses({ time, close, adjustedClose: rounded })).toEqual([]);
    expect(
      actionsFromCloses({ time: new Float64Array(0), close: new Float64Array(0), adjustedClose: new Float64Array(0) }),
    ).toEqual([]);
  });

  test('refuses columns of different lengths', () => {
    expect(() =>
      actionsFromCloses({ time: Float64Array.of(1), close: Float64Array.of(1), adjustedClose: new Float64Array(0) }),
    ).toThrow(expect.objectContaining({ code: 'adjust-lengths' }));
    expect(() => adjustToCloses(flat([1]), new Float64Array(0))).toThrow(
      expect.objectContaining({ code: 'adjust-lengths' }),
    );
  });
});

describe('factorsOf and actionsFromCloses', () => {
  test('undo each other for any splits and dividends', () => {
    const anyAction = fc.oneof(
      fc.record({ type: fc.constant('split' as const), ratio: fc.constantFrom(2, 3, 1.5, 0.5, 0.1, 10, 4) }),
      fc.record({ type: fc.constant('dividend' as const), share: fc.double({ min: 0.002, max: 0.06, noNaN: true }) }),
    );
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.tuple(fc.integer({ min: 1, max: 199 }), anyAction), {
          selector: ([index]) => index,
          maxLength: 6,
        }),
        fc.integer({ min: 1, max: 1000 }),
        (events, seed) => {
          const closes = Array.from({ length: 200 }, (_, i) => 50 + 10 * Math.sin(i * seed));
          const sorted = events.toSorted(([a], [b]) => a - b);
          for (const [index, event] of sorted)
            if (event.type === 'split') for (let i = index; i < 200; i++) closes[i] = (closes[i] ?? NaN) / event.ratio;
          const actions = sorted.map(([index, event]): CorporateAction =>
            event.type === 'split'
              ? { type: 'split', time: day(index), ratio: event.ratio }
              : { type: 'dividend', time: day(index), amount: (closes[index - 1] ?? NaN) * event.share },
          );
          const bars = flat(closes);
          const adjusted = applyFactors(bars, factorsOf(actions, bars));
          const found = actionsFromCloses({ time: bars.time, close: bars.close, adjustedClose: adjusted.close });
          expect(found.map(({ type, time }) => ({ type, time }))).toEqual(
            actions.map(({ type, time }) => ({ type, time })),
          );
          found.forEach((action, i) => {
            const wanted = actions[i];
            if (action.type === 'split' && wanted?.type === 'split') expect(action.ratio).toBeCloseTo(wanted.ratio, 9);
            if (action.type === 'dividend' && wanted?.type === 'dividend')
              expect(action.amount / wanted.amount).toBeCloseTo(1, 4);
          });
        },
      ),
    );
  });
});

describe('applyFactors', () => {
  test('divides prices and multiplies volumes before a split, and leaves the latest bars alone', () => {
    const bars = flat([100, 102, 51, 52]);
    const adjusted = applyFactors(bars, factorsOf([{ type: 'split', time: day(2), ratio: 2 }], bars));
    expect([...adjusted.open]).toEqual([50, 51, 51, 52]);
    expect([...adjusted.volume]).toEqual([2000, 2000, 1000, 1000]);
    expect([...bars.open]).toEqual([100, 102, 51, 52]);
  });

  test('counts a dividend of a split’s day per new share', () => {
    const bars = flat([100, 49]);
    const { price } = factorsOf(
      [
        { type: 'dividend', time: day(1), amount: 1 },
        { type: 'split', time: day(1), ratio: 2 },
      ],
      bars,
    );
    expect(price[0]).toBeCloseTo(0.5 * (1 - 1 / 50), 12);
  });

  test('applies an action between two bars to the later one, and ignores those outside the data', () => {
    const bars = flat([100, 50]);
    expect([...factorsOf([{ type: 'split', time: day(0) + 1, ratio: 2 }], bars).price]).toEqual([0.5, 1]);
    expect([
      ...factorsOf(
        [
          { type: 'split', time: day(9), ratio: 2 },
          { type: 'split', time: day(-9), ratio: 2 },
        ],
        bars,
      ).price,
    ]).toEqual([1, 1]);
  });

  test('refuses a dividend that eats up the price', () => {
    expect(() => factorsOf([{ type: 'dividend', time: day(1), amount: 100 }], flat([100, 100]))).toThrow(
      expect.objectContaining({ code: 'adjust-action' }),
    );
  });
});

test('adjustToCloses moves whole bars to their adjusted closes', () => {
  const adjusted = adjustToCloses(flat([100, 80]), Float64Array.of(50, 80));
  expect([[...adjusted.open], [...adjusted.close], [...adjusted.volume]]).toEqual([
    [50, 80],
    [50, 80],
    [1000, 1000],
  ]);
});

describe('factor files', () => {
  test('give the actions at the first bar after each row', () => {
    const rows = parseFactorRows('20200107,0.49,0.5\n20200109,0.98,1,50\n20501231,1,1\n');
    expect(actionsFromFactors(rows, flat([100, 100, 50, 50, 49, 49]))).toEqual([
      { type: 'split', time: day(2), ratio: 2 },
      { type: 'dividend', time: day(2), amount: expect.closeTo(25, 9) as number },
      { type: 'dividend', time: day(4), amount: expect.closeTo(1, 9) as number },
    ]);
  });

  test('name the line that is wrong', () => {
    expect(() => parseFactorRows('20200107,1,1\n2020-01-08,1,1')).toThrow(
      expect.objectContaining({ code: 'factor-row', message: expect.stringContaining('Line 2') as string }),
    );
    expect(() => parseFactorRows('20200107,0,1')).toThrow(expect.objectContaining({ code: 'factor-row' }));
    expect(() => parseFactorRows('20200107,1')).toThrow(expect.objectContaining({ code: 'factor-row' }));
  });
});
