import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { statisticKeys } from '../statistics/definitions.ts';
import type { Statistics } from '../statistics/statistics.ts';
import { SearchMistake } from './mistake.ts';
import { stitchRuns } from './stitch.ts';
import { degradationOf, planWindows, WalkForward } from './walk-forward.ts';

// The keys are the whole list of a Statistics record.
const statistics = (some: Partial<Statistics>): Statistics =>
  ({ ...Object.fromEntries(statisticKeys.map((key) => [key, null])), ...some }) as Statistics;

describe('windows', () => {
  it('roll through the data to its end, out-of-sample ranges following each other', () => {
    const windows = planWindows(105, { scheme: 'rolling', inSample: 50, outOfSample: 20, warmUp: 10 });
    expect(windows).toEqual([
      {
        number: 0,
        inSample: { from: 15, to: 65 },
        outOfSample: { from: 65, to: 85 },
        inSampleData: { from: 5, to: 65 },
        outOfSampleData: { from: 55, to: 85 },
      },
      {
        number: 1,
        inSample: { from: 35, to: 85 },
        outOfSample: { from: 85, to: 105 },
        inSampleData: { from: 25, to: 85 },
        outOfSampleData: { from: 75, to: 105 },
      },
    ]);
  });

  it('are anchored at the first step when asked', () => {
    const windows = planWindows(100, { scheme: 'anchored', inSample: 0.5, outOfSample: 0.25, warmUp: 10 });
    expect(
      windows.map(({ inSample, outOfSample, inSampleData }) => [inSample, outOfSample, inSampleData.from]),
    ).toEqual([
      [{ from: 0, to: 50 }, { from: 50, to: 75 }, 0],
      [{ from: 0, to: 75 }, { from: 75, to: 100 }, 0],
    ]);
  });

  it('can be asked for by number', () => {
    expect(planWindows(80, { scheme: 'rolling', windows: 5 })).toMatchObject({
      length: 5,
      0: { inSample: { from: 0, to: 30 }, outOfSample: { from: 30, to: 40 } },
      4: { outOfSample: { to: 80 } },
    });
  });

  it('never let a choice see what it is judged on, whatever the lengths', () => {
    const lengths = fc.record({
      inSample: fc.integer({ min: 1, max: 80 }),
      outOfSample: fc.integer({ min: 1, max: 40 }),
      warmUp: fc.nat(50),
      scheme: fc.constantFrom('rolling' as const, 'anchored' as const),
    });
    fc.assert(
      fc.property(fc.integer({ min: 120, max: 500 }), lengths, (steps, plan) => {
        const windows = planWindows(steps, plan);
        let end = windows[0]?.outOfSample.from ?? NaN;
        for (const { inSample, outOfSample, inSampleData, outOfSampleData } of windows) {
          expect(inSample.to).toBe(outOfSample.from);
          expect(inSample.to - inSample.from).toBeGreaterThanOrEqual(plan.inSample);
          expect(outOfSample.from).toBe(end);
          expect(Math.min(inSampleData.from, outOfSampleData.from)).toBeGreaterThanOrEqual(0);
          expect(inSampleData.to).toBe(inSample.to);
          end = outOfSample.to;
        }
        expect(end).toBe(steps);
      }),
    );
  });

  it.each([
    [{ inSample: 90, outOfSample: 20 }, /do not fit into 100 steps/],
    [{ inSample: 0, outOfSample: 20 }, /inSample: 0/],
    [{ inSample: 50.5, outOfSample: 20 }, /inSample: 50.5/],
    [{ inSample: 0.5, outOfSample: 0.001 }, /outOfSample: 0.001/],
    [{ windows: 0 }, /0 windows/],
    [{ windows: 1000 }, /1000 windows do not fit/],
    [{ windows: 2, inSampleShare: 1 }, /share of 1/],
    [{ windows: 2, inSampleShare: 1e-18 }, /leaves no step in-sample/],
    [{ windows: 2, warmUp: -1 }, /warm-up of -1/],
  ])('are refused for %j', (plan, message) => {
    const work = () => planWindows(100, { scheme: 'rolling', ...plan });
    expect(work).toThrow(SearchMistake);
    expect(work).toThrow(message);
  });
});

describe('a walk forward', () => {
  const windows = planWindows(40, { scheme: 'rolling', inSample: 20, outOfSample: 10 });

  it('chooses in-sample and judges out-of-sample', () => {
    const walk = new WalkForward(windows, 'sharpe');
    walk.addInSample(0, 1, { n: 2 }, statistics({ sharpe: 2 }));
    walk.addInSample(0, 0, { n: 1 }, statistics({ sharpe: 2 }));
    walk.addInSample(0, 2, { n: 3 }, statistics({ sharpe: 1 }));
    walk.addInSample(1, 0, { n: 1 }, statistics({ sharpe: null }));
    expect(walk.chosen(0)).toEqual({ index: 0, params: { n: 1 }, score: 2 });
    expect(walk.chosen(1)).toBeNull();
    walk.addOutOfSample(0, statistics({ sharpe: 0.5, return: 0.1 }));
    const { rows, degradation, profitableWindows } = walk.summary();
    expect(rows[0]).toMatchObject({
      chosen: { index: 0, params: { n: 1 } },
      inSampleScore: 2,
      outOfSampleScore: 0.5,
      outOfSampleReturn: 0.1,
      degradation: 0.25,
    });
    expect(rows[1]).toMatchObject({ chosen: null, inSampleScore: null, outOfSampleScore: null, degradation: null });
    expect(degradation).toBe(0.25);
    expect(profitableWindows).toBe(1);
  });

  it('compares returns per step, and no losses', () => {
    const [window] = windows;
    if (window === undefined) throw new Error('no window');
    expect(degradationOf('return', { inSample: 0.2, outOfSample: 0.1 }, window)).toBe(1);
    expect(degradationOf('cagr', { inSample: 0.2, outOfSample: 0.1 }, window)).toBe(0.5);
    expect(degradationOf('cagr', { inSample: -0.2, outOfSample: 0.1 }, window)).toBeNull();
    expect(degradationOf('cagr', { inSample: 0.2, outOfSample: null }, window)).toBeNull();
  });

  it('compares totals per step, and the other way round where less is better', () => {
    const [window] = windows;
    if (window === undefined) throw new Error('no window');
    expect(degradationOf('annualVolatility', { inSample: 0.1, outOfSample: 0.2 }, window)).toBe(0.5);
    expect(degradationOf('annualVolatility', { inSample: 0.1, outOfSample: 0 }, window)).toBeNull();
    expect(degradationOf('fees', { inSample: 20, outOfSample: 10 }, window)).toBe(1);
    expect(degradationOf('trades', { inSample: 20, outOfSample: 5 }, window)).toBe(0.5);
  });

  it('knows nothing before the first result', () => {
    expect(new WalkForward(windows, 'sharpe').summary()).toMatchObject({ degradation: null, profitableWindows: null });
  });
});

describe('stitched runs', () => {
  const stretch = (equity: readonly number[], firstStep = 0) => ({
    timeline: Float64Array.from(equity, (_, i) => i),
    equity: Float64Array.from(equity),
    exposed: new Uint8Array(equity.length).fill(1),
    trades: [],
    startCash: 100,
    sums: { commission: 1, funding: 0, borrow: 1.5, marginInterest: 0.5, dividends: 0, turnover: 10 },
    firstStep,
  });

  it('begin each with what the one before left, without the warm-up', () => {
    const joined = stitchRuns([stretch([110, 120]), stretch([100, 100, 90, 150], 2)], 1000);
    expect([...joined.equity]).toEqual([1100, 1200, 1080, 1800]);
    expect([...joined.timeline]).toEqual([0, 1, 2, 3]);
    expect(joined.sums).toMatchObject({ commission: 22, borrow: 44, turnover: 220 });
  });

  it('stay at nothing once all is lost', () => {
    expect([...stitchRuns([stretch([50, -10]), stretch([110])], 100).equity]).toEqual([50, -10, 0]);
  });
});
