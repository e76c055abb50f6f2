/**
 * How likely the best Sharpe ratio of many trials is more than luck: D. Bailey and M. López de Prado,
 * "The Deflated Sharpe Ratio", Journal of Portfolio Management 40:5, 2014.
 */

import { exactSum } from '../statistics/exact-sum.ts';
import { normalCdf, normalQuantile } from './normal.ts';

/** Moments of a series of returns, by the number of observations (n, not n − 1). */
export interface ReturnMoments {
  readonly count: number;
  readonly mean: number;
  readonly deviation: number;
  /** 0 for a symmetric distribution. */
  readonly skewness: number;
  /** 3 for a normal distribution. */
  readonly kurtosis: number;
}

export interface DeflatedSharpe {
  /** Sharpe ratio of the returns per observation, not annualised. */
  readonly sharpe: number;
  /** The best that so many trials would reach by luck alone, per observation. */
  readonly expectedMaximum: number;
  /** Probability that the true Sharpe ratio is above zero. */
  readonly probabilistic: number;
  /** Probability that it is above the expected maximum: above 0.95 it is hardly luck. */
  readonly deflated: number;
}

export interface DeflatedSharpeInput {
  /** Daily returns of the best trial. */
  readonly returns: Float64Array;
  /** Sharpe ratios of all trials, annualised or not, as long as all are alike. */
  readonly sharpes: Float64Array;
  /** What the trials' ratios were annualised by: √ of this; 1 when they were not. */
  readonly samplesPerYear: number;
  /** Independent trials, where known to be fewer than all (correlated parameters). Default: all. */
  readonly trials?: number;
}

/** Fewer returns say nothing about their tails. */
const returnsMin = 20;

/** Euler's constant. */
const gamma = 0.577_215_664_901_532_9;

/** null with fewer than 20 returns, with fewer than two ratios or one trial, or where returns do not vary. */
export const deflatedSharpe = ({
  returns,
  sharpes,
  samplesPerYear,
  trials = sharpes.length,
}: DeflatedSharpeInput): DeflatedSharpe | null => {
  const moments = momentsOf(returns);
  if (moments === null || returns.length < returnsMin || sharpes.length < 2 || trials < 1) return null;
  const sharpe = moments.mean / moments.deviation;
  const expectedMaximum = expectedMaximumSharpe(trials, varianceOf(sharpes) / samplesPerYear);
  return {
    sharpe,
    expectedMaximum,
    probabilistic: probabilisticSharpe(sharpe, 0, moments),
    deflated: probabilisticSharpe(sharpe, expectedMaximum, moments),
  };
};

/**
 * The expected maximum of `trials` Sharpe ratios of strategies without skill, whose ratios vary
 * with `variance`: √V × ((1 − γ) × Z⁻¹(1 − 1/N) + γ × Z⁻¹(1 − 1/(N e))). 0 for a single trial.
 */
export const expectedMaximumSharpe = (trials: number, variance: number): number =>
  trials <= 1
    ? 0
    : -Math.sqrt(variance) * ((1 - gamma) * normalQuantile(1 / trials) + gamma * normalQuantile(1 / (trials * Math.E)));

/**
 * The probability that the true Sharpe ratio exceeds `benchmark`, both per observation, given how
 * many returns there are and how they are spread: Z((SR − SR*) √(n − 1) ÷ √(1 − skew × SR + (kurtosis − 1) ÷ 4 × SR²)).
 */
export const probabilisticSharpe = (
  sharpe: number,
  benchmark: number,
  { count, skewness, kurtosis }: Pick<ReturnMoments, 'count' | 'skewness' | 'kurtosis'>,
): number =>
  // The root's argument is never negative, as kurtosis ≥ 1 + skewness²; returns of two values only can make it 0.
  normalCdf(
    ((sharpe - benchmark) * Math.sqrt(count - 1)) /
      Math.sqrt(Math.max(Number.EPSILON, 1 - skewness * sharpe + ((kurtosis - 1) / 4) * sharpe * sharpe)),
  );

/** null for fewer than two returns, or returns that do not vary. */
export const momentsOf = (returns: Float64Array): ReturnMoments | null => {
  const count = returns.length;
  if (count < 2) return null;
  const mean = exactSum(returns) / count;
  const moment = (power: number): number => exactSum(returns.map((value) => (value - mean) ** power)) / count;
  const variance = moment(2);
  const deviation = Math.sqrt(variance);
  if (!(deviation > 1e-12 + 1e-10 * Math.abs(mean))) return null;
  return {
    count,
    mean,
    deviation,
    skewness: moment(3) / (variance * deviation),
    kurtosis: moment(4) / (variance * variance),
  };
};

const varianceOf = (values: Float64Array): number => {
  const mean = exactSum(values) / values.length;
  return exactSum(values.map((value) => (value - mean) ** 2)) / (values.length - 1);
};
