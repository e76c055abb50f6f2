/**
 * Walk-forward analysis: parameters are chosen on one stretch of data and judged on the next, again
 * and again (R. Pardo, The Evaluation and Optimization of Trading Strategies, 2008).
 */

import type { StatisticKey } from '../statistics/definitions.ts';
import type { Statistics } from '../statistics/statistics.ts';
import { exactSum } from '../statistics/exact-sum.ts';
import type { Params } from './grid.ts';
import { SearchMistake } from './mistake.ts';
import { isLowerBetter, Ranking } from './ranking.ts';

/** Steps of the timeline, `to` exclusive. */
export interface StepRange {
  readonly from: number;
  readonly to: number;
}

export interface WalkForwardWindow {
  readonly number: number;
  readonly inSample: StepRange;
  readonly outOfSample: StepRange;
  /**
   * Where the data of each run begins: up to `warmUp` steps earlier, for indicators only. Nothing may
   * be traded before the range itself.
   */
  readonly inSampleData: StepRange;
  readonly outOfSampleData: StepRange;
}

/** Lengths in steps where 1 or more, else as a fraction of all steps; or a number of windows. */
export type WindowLengths =
  | { readonly inSample: number; readonly outOfSample: number }
  | {
      readonly windows: number;
      /** Part of each window that is in-sample: 0.75 unless told. */
      readonly inSampleShare?: number;
    };

export type WalkForwardPlan = WindowLengths & {
  /** Rolling: all in-sample ranges are of one length. Anchored: all begin at the first step. */
  readonly scheme: 'rolling' | 'anchored';
  /** Steps of data before each range, as far as there are any. Default 0. */
  readonly warmUp?: number;
};

/** More windows than this are a mistake in their lengths. */
const windowsMax = 10_000;

const shareByDefault = 0.75;

/**
 * Lays out the windows. The out-of-sample ranges follow each other without gap and end with the
 * data: what does not fill a window is left over at the beginning, where it is oldest (anchored
 * in-sample ranges use it). Throws {@link SearchMistake} when not even one window fits.
 */
export const planWindows = (steps: number, plan: WalkForwardPlan): readonly WalkForwardWindow[] => {
  const { inSample, outOfSample } = lengthsOf(steps, plan);
  const warmUp = plan.warmUp ?? 0;
  if (!Number.isSafeInteger(warmUp) || warmUp < 0)
    refuse(`A warm-up of ${String(warmUp)} steps is not possible.`, 'Give a whole number of at least 0.');
  const count = Math.floor((steps - inSample) / outOfSample);
  if (count < 1)
    refuse(
      `${String(inSample)} steps in-sample and ${String(outOfSample)} out-of-sample do not fit into ${String(steps)} steps.`,
      'Give shorter windows, or more data.',
    );
  if (count > windowsMax)
    refuse(
      `${String(count)} windows are too many.`,
      `Give longer out-of-sample ranges; there may be ${String(windowsMax)} windows.`,
    );
  const first = steps - count * outOfSample;
  return Array.from({ length: count }, (_, number) => {
    const split = first + number * outOfSample;
    const inRange = { from: plan.scheme === 'anchored' ? 0 : split - inSample, to: split };
    const outRange = { from: split, to: split + outOfSample };
    const withWarmUp = ({ from, to }: StepRange): StepRange => ({ from: Math.max(0, from - warmUp), to });
    return {
      number,
      inSample: inRange,
      outOfSample: outRange,
      inSampleData: withWarmUp(inRange),
      outOfSampleData: withWarmUp(outRange),
    };
  });
};

export interface WalkForwardRow {
  readonly window: WalkForwardWindow;
  /** What was chosen in-sample; null while (or when) no combination had a score. */
  readonly chosen: { readonly index: number; readonly params: Params } | null;
  readonly inSampleScore: number | null;
  readonly outOfSampleScore: number | null;
  readonly outOfSampleReturn: number | null;
  /** {@link degradationOf} the two scores. */
  readonly degradation: number | null;
}

export interface WalkForwardSummary {
  readonly rows: readonly WalkForwardRow[];
  /** Mean of the windows' degradations; null when none is known. */
  readonly degradation: number | null;
  /** Part of the judged windows with a return above zero; null before the first. */
  readonly profitableWindows: number | null;
}

/**
 * Takes in-sample results one at a time in any order, chooses the best of each window (ties: the
 * lower index), then takes one out-of-sample result per window.
 */
export class WalkForward {
  readonly #by: StatisticKey;
  readonly #windows: readonly WalkForwardWindow[];
  readonly #rankings: readonly Ranking<Params>[];
  readonly #outOfSample: (Statistics | undefined)[] = [];

  constructor(windows: readonly WalkForwardWindow[], by: StatisticKey) {
    this.#by = by;
    this.#windows = windows;
    this.#rankings = windows.map(() => new Ranking({ by, keep: 1 }));
  }

  addInSample(window: number, index: number, params: Params, statistics: Statistics): void {
    const ranking = this.#rankings[window];
    if (ranking === undefined) throw new RangeError(`There is no window ${String(window)}.`);
    ranking.add(index, statistics[this.#by], params);
  }

  /** The best of a window so far; null when no combination had a score, so that there is nothing to judge. */
  chosen(window: number): { readonly index: number; readonly params: Params; readonly score: number } | null {
    const [best] = this.#rankings[window]?.best() ?? [];
    return best === undefined || best.score === null
      ? null
      : { index: best.index, params: best.result, score: best.score };
  }

  addOutOfSample(window: number, statistics: Statistics): void {
    this.#outOfSample[window] = statistics;
  }

  summary(): WalkForwardSummary {
    const rows = this.#windows.map((window): WalkForwardRow => {
      const chosen = this.chosen(window.number);
      const outOfSample = this.#outOfSample[window.number];
      const outOfSampleScore = outOfSample?.[this.#by] ?? null;
      return {
        window,
        chosen: chosen === null ? null : { index: chosen.index, params: chosen.params },
        inSampleScore: chosen?.score ?? null,
        outOfSampleScore,
        outOfSampleReturn: outOfSample?.return ?? null,
        degradation: degradationOf(
          this.#by,
          { inSample: chosen?.score ?? null, outOfSample: outOfSampleScore },
          window,
        ),
      };
    });
    const degradations = rows.map((row) => row.degradation).filter((value) => value !== null);
    const returns = rows.map((row) => row.outOfSampleReturn).filter((value) => value !== null);
    return {
      rows,
      degradation: degradations.length === 0 ? null : exactSum(degradations) / degradations.length,
      profitableWindows: returns.length === 0 ? null : returns.filter((value) => value > 0).length / returns.length,
    };
  }
}

/** Statistics that grow with time, so that ranges of different lengths are compared per step. */
const totals: ReadonlySet<StatisticKey> = new Set([
  'return',
  'trades',
  'longTrades',
  'shortTrades',
  'fees',
  'commission',
  'funding',
  'borrow',
  'dividends',
  'turnover',
]);

/**
 * Out-of-sample score ÷ in-sample score, or the inverse where less is better: 1 keeps what was
 * promised, 0 nothing, negative turns it round. Totals are compared per step. null unless the score
 * that is divided by is above zero: a quotient of losses says nothing.
 */
export const degradationOf = (
  by: StatisticKey,
  scores: { readonly inSample: number | null; readonly outOfSample: number | null },
  window: Pick<WalkForwardWindow, 'inSample' | 'outOfSample'>,
): number | null => {
  const { inSample, outOfSample } = scores;
  if (inSample === null || outOfSample === null) return null;
  const lowerIsBetter = isLowerBetter(by);
  if ((lowerIsBetter ? outOfSample : inSample) <= 0) return null;
  const ratio = lowerIsBetter ? inSample / outOfSample : outOfSample / inSample;
  if (!totals.has(by)) return ratio;
  const [insideSteps, outsideSteps] = [stepsOf(window.inSample), stepsOf(window.outOfSample)];
  return lowerIsBetter ? (ratio * outsideSteps) / insideSteps : (ratio * insideSteps) / outsideSteps;
};

const stepsOf = ({ from, to }: StepRange): number => to - from;

const lengthsOf = (
  steps: number,
  plan: WalkForwardPlan,
): { readonly inSample: number; readonly outOfSample: number } => {
  if (!('windows' in plan))
    return {
      inSample: toSteps('inSample', plan.inSample, steps),
      outOfSample: toSteps('outOfSample', plan.outOfSample, steps),
    };
  const { windows, inSampleShare = shareByDefault } = plan;
  if (!Number.isSafeInteger(windows) || windows < 1)
    refuse(`${String(windows)} windows are not possible.`, 'Give a whole number of at least 1.');
  if (!(inSampleShare > 0 && inSampleShare < 1))
    refuse(
      `An in-sample share of ${String(inSampleShare)} is not possible.`,
      'Give a share above 0 and below 1, such as 0.75.',
    );
  const perWindow = inSampleShare / (1 - inSampleShare);
  const outOfSample = Math.floor(steps / (perWindow + windows));
  if (outOfSample < 1)
    refuse(`${String(windows)} windows do not fit into ${String(steps)} steps.`, 'Give fewer windows, or more data.');
  // Rolling and anchored alike: what the out-of-sample ranges leave is the first in-sample range.
  const inSample = steps - windows * outOfSample;
  if (inSample < 1)
    refuse(`An in-sample share of ${String(inSampleShare)} leaves no step in-sample.`, 'Give a share such as 0.75.');
  return { outOfSample, inSample };
};

const toSteps = (name: string, length: number, steps: number): number => {
  const whole = length < 1 ? Math.floor(length * steps) : length;
  if (!Number.isSafeInteger(whole) || whole < 1)
    refuse(
      `${name}: ${String(length)} is no length.`,
      'Give a whole number of steps, or a fraction of all steps below 1 that is at least one step.',
    );
  return whole;
};

const refuse = (message: string, remedy: string): never => {
  throw new SearchMistake('search-windows', message, remedy);
};
