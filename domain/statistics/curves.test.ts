import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dayMs, hourMs, timeOfDate } from '../market/calendar.ts';
import { deepestDrawdowns, drawdownSeries, summarizeDrawdowns } from './drawdown.ts';
import { dailyReturns, histogram } from './distribution.ts';
import { downsampleEquity } from './downsample.ts';
import { exactSum } from './exact-sum.ts';
import { monthlyReturns } from './monthly-returns.ts';
import { prepareCalendar } from './trading-days.ts';

const days = (count: number, from = 0): Float64Array =>
  Float64Array.from({ length: count }, (_, i) => from + i * dayMs);

describe('drawdowns', () => {
  const equity = Float64Array.of(100, 80, 100, 90, 95, 120, 60, 90);

  it('measures depth and length from peak to recovery, an unfinished one to the end', () => {
    const summary = summarizeDrawdowns(days(8), equity, 100);
    expect(summary.count).toBe(3);
    expect(summary.max).toBe(-0.5);
    expect(summary.average).toBeCloseTo((-0.2 - 0.1 - 0.5) / 3, 12);
    expect(summary.maxMs).toBe(3 * dayMs);
    expect(summary.averageMs).toBe(((2 + 3 + 2) / 3) * dayMs);
    expect(summary.peak).toBe(120);
  });

  it('counts a loss against the starting cash', () => {
    expect(summarizeDrawdowns(days(1), Float64Array.of(90), 100).max).toBeCloseTo(-0.1, 12);
  });

  it('lists the deepest first, with its steps', () => {
    const [first, second] = deepestDrawdowns(days(8), equity, 100, 2);
    expect(first).toMatchObject({ peakStep: 5, troughStep: 6, recoveryStep: null, recoveryTime: null, depth: -0.5 });
    expect(second).toMatchObject({ peakStep: 0, troughStep: 1, recoveryStep: 2, recoveryTime: 2 * dayMs });
  });

  it('agrees with the series on the deepest point of any curve', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 1, max: 1000, noNaN: true }), { minLength: 1 }), (values) => {
        const curve = Float64Array.from(values);
        const series = drawdownSeries(curve, 100);
        expect(summarizeDrawdowns(days(values.length), curve, 100).max).toBe(Math.min(0, ...series));
        expect(series.every((value) => value <= 0)).toBe(true);
      }),
    );
  });
});

describe('the trading days of a timeline', () => {
  it('give currencies that open on Sunday evening a week of five days', () => {
    // Hourly from Sunday 2024-01-07 22:00 to Friday 2024-01-12 21:00, and the same a week later.
    const week = Array.from({ length: 120 }, (_, i) => timeOfDate(2024, 1, 7) + (22 + i) * hourMs);
    const timeline = Float64Array.from([...week, ...week.map((time) => time + 7 * dayMs)]);
    const calendar = prepareCalendar(timeline);
    expect(calendar.samplesPerYear).toBe(252);
    expect(calendar.dayEnds.length).toBe(10);
  });

  it('know weekly and monthly bars', () => {
    expect(prepareCalendar(Float64Array.from({ length: 30 }, (_, i) => i * 7 * dayMs)).samplesPerYear).toBe(52);
    expect(
      prepareCalendar(
        Float64Array.from({ length: 30 }, (_, i) => timeOfDate(2020 + Math.floor(i / 12), 1 + (i % 12), 1)),
      ).samplesPerYear,
    ).toBe(12);
  });

  it('end a day at its last step and the last day at the last step', () => {
    const timeline = Float64Array.of(0, hourMs, dayMs, dayMs + hourMs, dayMs + 2 * hourMs);
    expect([...prepareCalendar(timeline).dayEnds]).toEqual([1, 4]);
    expect([...prepareCalendar(timeline, 3).dayEnds]).toEqual([4]);
    expect(prepareCalendar(new Float64Array(0)).dayEnds.length).toBe(0);
  });
});

describe('monthly returns', () => {
  it('are taken from month to month, with gaps left out', () => {
    const timeline = Float64Array.of(
      timeOfDate(2023, 12, 1),
      timeOfDate(2023, 12, 31),
      timeOfDate(2024, 2, 10),
      timeOfDate(2024, 3, 1),
    );
    const [first, second, ...rest] = monthlyReturns(timeline, Float64Array.of(105, 110, 121, 60.5), 100);
    expect(rest).toEqual([]);
    expect(first?.months[11]).toBeCloseTo(0.1, 12);
    expect(second?.months.slice(0, 4)).toEqual([null, expect.closeTo(0.1, 12), -0.5, null]);
    expect(second?.total).toBeCloseTo(-0.45, 12);
  });

  it('multiply up to the return of the year, and years to the whole', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 50, max: 200, noNaN: true }), { minLength: 1, maxLength: 40 }),
        (values) => {
          const timeline = Float64Array.from(values, (_, i) => timeOfDate(2020, 1, 15) + i * 40 * dayMs);
          const years = monthlyReturns(timeline, Float64Array.from(values), 100);
          const whole = years.reduce((growth, { total }) => growth * (1 + (total ?? 0)), 1);
          expect(whole).toBeCloseTo((values.at(-1) ?? 0) / 100, 9);
          for (const { months, total } of years) {
            expect(months.reduce<number>((growth, each) => growth * (1 + (each ?? 0)), 1)).toBeCloseTo(
              1 + (total ?? 0),
              9,
            );
          }
        },
      ),
    );
  });

  it('are n/a once the account is empty', () => {
    const timeline = Float64Array.of(timeOfDate(2024, 1, 1), timeOfDate(2024, 2, 1));
    expect(monthlyReturns(timeline, Float64Array.of(0, 0), 100)[0]?.months.slice(0, 2)).toEqual([-1, null]);
  });
});

describe('a histogram', () => {
  it('counts every finite value once, in a bounded number of bins with an edge at zero', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1 }), (values) => {
        const bins = histogram([...values, NaN, Infinity]);
        if (bins === null) throw new Error('no bins');
        expect(bins.counts.reduce((sum, count) => sum + count, 0)).toBe(values.length);
        expect(bins.counts.length).toBeLessThanOrEqual(60);
        const zero = -bins.from / bins.width;
        expect(Math.abs(zero - Math.round(zero))).toBeLessThan(1e-9);
      }),
    );
  });

  it('has none of nothing', () => {
    expect(histogram([NaN])).toBeNull();
  });

  it('is made of daily returns that end with the money', () => {
    expect([...dailyReturns(Float64Array.of(110, 0, 0), 100, prepareCalendar(days(3)))]).toEqual([
      expect.closeTo(0.1, 12),
      -1,
    ]);
  });
});

describe('a short equity curve', () => {
  it('keeps first, last, highest and lowest of any curve, in order and within its bound', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -10, max: 10, noNaN: true }), { minLength: 1, maxLength: 300 }),
        fc.integer({ min: 4, max: 50 }),
        (values, max) => {
          const timeline = days(values.length);
          const short = downsampleEquity(timeline, Float64Array.from(values), max);
          expect(short.equity.length).toBe(Math.min(short.equity.length, Math.max(max, 0)));
          expect(short.timeline.length).toBe(short.equity.length);
          expect(short.equity[0]).toBe(values[0]);
          expect(short.equity.at(-1)).toBe(values.at(-1));
          expect(Math.max(...short.equity)).toBe(Math.max(...values));
          expect(Math.min(...short.equity)).toBe(Math.min(...values));
          expect([...short.timeline]).toEqual([...new Set(short.timeline)].sort((a, b) => a - b));
        },
      ),
    );
  });

  it('refuses to be shorter than four points', () => {
    expect(() => downsampleEquity(days(2), new Float64Array(2), 3)).toThrow(RangeError);
  });
});

describe('an exact sum', () => {
  it('keeps what plain addition loses', () => {
    expect(exactSum([1, 1e100, 1, -1e100])).toBe(2);
    expect(exactSum(new Array<number>(10).fill(0.1))).toBe(1);
  });
});
