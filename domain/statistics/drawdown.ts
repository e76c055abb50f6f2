/** Drawdowns of an equity curve: how far and how long it lay below its highest point so far. */

export interface DrawdownSummary {
  /** Highest equity, the starting cash included. */
  readonly peak: number;
  /** Depth of the deepest, zero or negative: −0.25 is a quarter below the peak. */
  readonly max: number;
  /** Mean of the depths; NaN without a drawdown. */
  readonly average: number;
  readonly maxMs: number;
  /** Mean length; NaN without a drawdown. */
  readonly averageMs: number;
  readonly count: number;
}

/** One drawdown. Times in milliseconds UTC; steps of the timeline. */
export interface DrawdownPeriod {
  readonly peakStep: number;
  readonly troughStep: number;
  /** The step that was back at the peak; null when the run ended first. */
  readonly recoveryStep: number | null;
  readonly peakTime: number;
  readonly troughTime: number;
  readonly recoveryTime: number | null;
  /** Negative. */
  readonly depth: number;
}

/** Equity this close to its peak (relative) is at its peak: less is rounding of the sums it is made of. */
const roundingShare = 1e-12;

/**
 * Drawdowns from step `firstStep` on. The first peak is the starting cash, at the first step. A
 * drawdown begins at the last step at the peak and lasts to the step that is back at it, or to the
 * last step.
 */
export const summarizeDrawdowns = (
  timeline: Float64Array,
  equity: Float64Array,
  startCash: number,
  firstStep = 0,
): DrawdownSummary => {
  let max = 0;
  let depths = 0;
  let maxMs = 0;
  let lengths = 0;
  let count = 0;
  const peak = walkDrawdowns(equity, startCash, firstStep, (peakStep, _troughStep, recoveryStep, depth) => {
    const end = recoveryStep === -1 ? equity.length - 1 : recoveryStep;
    const length = (timeline[end] ?? 0) - (timeline[peakStep] ?? 0);
    if (depth < max) max = depth;
    if (length > maxMs) maxMs = length;
    depths += depth;
    lengths += length;
    count++;
  });
  return { peak, max, average: depths / count, maxMs, averageMs: lengths / count, count };
};

/** The `count` deepest drawdowns, deepest first, the earlier first among equals. */
export const deepestDrawdowns = (
  timeline: Float64Array,
  equity: Float64Array,
  startCash: number,
  count = 5,
): readonly DrawdownPeriod[] => {
  const periods: DrawdownPeriod[] = [];
  walkDrawdowns(equity, startCash, 0, (peakStep, troughStep, recoveryStep, depth) => {
    periods.push({
      peakStep,
      troughStep,
      recoveryStep: recoveryStep === -1 ? null : recoveryStep,
      peakTime: timeline[peakStep] ?? 0,
      troughTime: timeline[troughStep] ?? 0,
      recoveryTime: recoveryStep === -1 ? null : (timeline[recoveryStep] ?? 0),
      depth,
    });
  });
  return periods.sort((a, b) => a.depth - b.depth || a.peakStep - b.peakStep).slice(0, count);
};

/** Per step: equity ÷ highest equity so far − 1; zero or negative. The starting cash is the first peak. */
export const drawdownSeries = (equity: Float64Array, startCash: number): Float64Array => {
  const series = new Float64Array(equity.length);
  let peak = startCash;
  for (let i = 0; i < equity.length; i++) {
    const value = equity[i] ?? 0;
    if (value > peak) peak = value;
    else if (value < peak - roundingShare * peak) series[i] = value / peak - 1;
  }
  return series;
};

/** Calls `ended` for each drawdown (recoveryStep −1: unfinished) and returns the highest equity. */
const walkDrawdowns = (
  equity: Float64Array,
  startCash: number,
  firstStep: number,
  ended: (peakStep: number, troughStep: number, recoveryStep: number, depth: number) => void,
): number => {
  let peak = startCash;
  let floor = peak - roundingShare * peak;
  let peakStep = firstStep;
  let i = firstStep;
  while (i < equity.length) {
    let value = equity[i] ?? 0;
    if (value >= floor) {
      if (value > peak) {
        peak = value;
        floor = peak - roundingShare * peak;
      }
      peakStep = i++;
      continue;
    }
    let trough = value;
    let troughStep = i;
    for (i++; i < equity.length; i++) {
      value = equity[i] ?? 0;
      if (value >= floor) break;
      if (value < trough) {
        trough = value;
        troughStep = i;
      }
    }
    ended(peakStep, troughStep, i < equity.length ? i : -1, trough / peak - 1);
  }
  return peak;
};
