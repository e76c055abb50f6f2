import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deflatedSharpe, expectedMaximumSharpe, momentsOf, probabilisticSharpe } from './deflated-sharpe.ts';
import { normalCdf, normalQuantile } from './normal.ts';

const relative = (value: number, expected: number): number => Math.abs(value / expected - 1);

describe('the normal distribution', () => {
  // Values of the usual tables, to the digits that double precision holds.
  it.each([
    [0, 0.5],
    [1, 0.8413447460685429],
    [-1, 0.15865525393145705],
    [1.96, 0.9750021048517795],
    [-1.96, 0.024997895148220435],
    [-2.5, 0.006209665325776132],
    [-3, 0.0013498980316300946],
    [-5, 2.8665157187919333e-7],
    [-8, 6.220960574271785e-16],
    [-10, 7.619853024160527e-24],
    [-37, 5.725571222524577e-300],
  ])('is below %d with probability %d', (x, p) => {
    expect(relative(normalCdf(x), p)).toBeLessThan(1e-12);
  });

  it.each([
    [0.975, 1.959963984540054],
    [0.95, 1.6448536269514722],
    [0.99, 2.3263478740408408],
    [0.25, -0.6744897501960817],
    [0.001, -3.090232306167813],
    [1e-10, -6.361340902404056],
  ])('has its quantile of %d at %d', (p, x) => {
    expect(relative(normalQuantile(p), x)).toBeLessThan(1e-11);
  });

  it('has ends', () => {
    expect([
      normalQuantile(0),
      normalQuantile(0.5),
      normalQuantile(1),
      normalQuantile(1.1),
      normalQuantile(NaN),
    ]).toEqual([-Infinity, 0, Infinity, NaN, NaN]);
    expect([normalCdf(-Infinity), normalCdf(Infinity), normalCdf(-50), normalCdf(50)]).toEqual([0, 1, 0, 1]);
  });

  it('turns quantiles back into probabilities, and grows', () => {
    fc.assert(
      fc.property(fc.double({ min: -30, max: 5, noNaN: true }), (x) => {
        expect(relative(normalCdf(normalQuantile(normalCdf(x))), normalCdf(x))).toBeLessThan(1e-11);
        expect(normalCdf(x + 0.01)).toBeGreaterThan(normalCdf(x));
      }),
    );
  });
});

describe('the deflated Sharpe ratio', () => {
  it('comes out as in the example of the paper', () => {
    // 100 trials with an annual variance of 1/2, five years of 250 days, annual Sharpe 2.5, skewness −3, kurtosis 10.
    const expected = expectedMaximumSharpe(100, 0.5 / 250);
    expect(expected).toBeCloseTo(0.1132, 4);
    expect(
      probabilisticSharpe(2.5 / Math.sqrt(250), expected, { count: 1250, skewness: -3, kurtosis: 10 }),
    ).toBeCloseTo(0.9004, 4);
    // With 46 independent trials the same strategy passes at 95 %.
    expect(
      probabilisticSharpe(2.5 / Math.sqrt(250), expectedMaximumSharpe(46, 0.5 / 250), {
        count: 1250,
        skewness: -3,
        kurtosis: 10,
      }),
    ).toBeCloseTo(0.9505, 4);
  });

  it('expects more of more trials, and nothing of one', () => {
    expect(expectedMaximumSharpe(1, 1)).toBe(0);
    for (const trials of [2, 10, 100, 1e6])
      expect(expectedMaximumSharpe(trials * 2, 1)).toBeGreaterThan(expectedMaximumSharpe(trials, 1));
  });

  it('takes moments of the whole series', () => {
    expect(momentsOf(Float64Array.of(1, 1, 1, 5))).toMatchObject({
      mean: 2,
      deviation: Math.sqrt(3),
      skewness: expect.closeTo(6 / 3 ** 1.5, 12),
      kurtosis: expect.closeTo(21 / 9, 12),
    });
    expect(momentsOf(Float64Array.of(1))).toBeNull();
    expect(momentsOf(new Float64Array(30).fill(0.01))).toBeNull();
  });

  it('is lower than the probability without other trials, and unknown from too little', () => {
    const returns = Float64Array.from({ length: 250 }, (_, i) => 0.001 + 0.01 * Math.sin(i * 2.4));
    const sharpes = Float64Array.of(-0.5, 0.2, 1.4, 0.9, -1);
    const result = deflatedSharpe({ returns, sharpes, samplesPerYear: 252 });
    expect(result?.deflated).toBeLessThan(result?.probabilistic ?? 0);
    expect(result?.sharpe).toBeGreaterThan(0);
    expect(deflatedSharpe({ returns, sharpes, samplesPerYear: 252, trials: 2 })?.deflated).toBeGreaterThan(
      result?.deflated ?? 1,
    );
    expect(deflatedSharpe({ returns: returns.subarray(0, 19), sharpes, samplesPerYear: 252 })).toBeNull();
    expect(deflatedSharpe({ returns, sharpes: sharpes.subarray(0, 1), samplesPerYear: 252 })).toBeNull();
    expect(deflatedSharpe({ returns: new Float64Array(50), sharpes, samplesPerYear: 252 })).toBeNull();
  });
});
