/**
 * Splits and dividends out of adjusted prices or factor files, and adjusted prices out of splits and
 * dividends.
 *
 * An adjusted price is the raw one times a factor that is 1 at the end of the data. Going back over
 * an ex-date, a split of `ratio` divides the factor by it; a dividend of `amount` multiplies it by
 * 1 − amount ÷ (the raw close before the ex-date), as CRSP, Yahoo and Lean do.
 */

import type { Bars } from './bars.ts';
import type { CorporateAction } from './corporate-action.ts';
import { dayIndex, startOfDay, timeOfDate } from './calendar.ts';
import { MarketDataMistake } from './mistake.ts';

/** Raw and adjusted closes of the same bars. */
export interface ClosePairs {
  readonly time: Float64Array;
  readonly close: Float64Array;
  readonly adjustedClose: Float64Array;
}

/**
 * The actions that explain the adjusted closes. What the rounding of both columns does to the factor
 * is measured on the data (most days have no action) and left out. A jump by a ratio of small whole
 * numbers (2, 3:2, 1:10) is a split, a large fall of the factor always is one; any other rise is a
 * dividend. A split and a dividend of one day are told apart when the dividend is below a tenth of
 * the price.
 */
export const actionsFromCloses = ({ time, close, adjustedClose }: ClosePairs): CorporateAction[] => {
  if (close.length !== time.length || adjustedClose.length !== time.length)
    throw lengthsDiffer(time.length, adjustedClose.length);
  const actions: CorporateAction[] = [];
  const changes = new Float64Array(time.length).fill(1);
  const weights = new Float64Array(time.length).fill(1);
  for (let i = 1; i < time.length; i++) {
    changes[i] = at(adjustedClose, i) / at(close, i) / (at(adjustedClose, i - 1) / at(close, i - 1));
    // an error of one unit in each of the four prices moves the change by this much
    weights[i] = 1 / at(adjustedClose, i) + 1 / at(adjustedClose, i - 1) + 1 / at(close, i) + 1 / at(close, i - 1);
  }
  const errors = changes
    .map((change, i) => Math.abs(change - 1) / at(weights, i))
    .subarray(1)
    .toSorted();
  const usualError = errors[Math.floor(errors.length / 2)] ?? 0;
  for (let i = 1; i < time.length; i++) {
    const change = at(changes, i);
    const noise = noiseFactor * usualError * at(weights, i) + 1e-9;
    if (!(change > 1 + noise || change < 1 - Math.max(noise, smallestSplit))) continue;
    const ratio = splitRatio(change, noise + 1e-6);
    const rest = ratio === null ? change : change / ratio;
    if (ratio !== null) actions.push({ type: 'split', time: at(time, i), ratio });
    if (ratio === null || rest > 1 + noise + 1e-6) {
      // the close before counts per share after the split, as the dividend does
      actions.push({ type: 'dividend', time: at(time, i), amount: (at(close, i - 1) / (ratio ?? 1)) * (1 - 1 / rest) });
    }
  }
  return actions;
};

/** Rounding errors in the data stay below this multiple of their median. */
const noiseFactor = 40;

const lengthsDiffer = (bars: number, closes: number): MarketDataMistake =>
  new MarketDataMistake(
    'adjust-lengths',
    `${bars} bars have ${closes} adjusted closes.`,
    'Give raw and adjusted closes of the same bars.',
  );

/** One row of a factor file: the factors of all bars up to and including `until`. */
export interface FactorRow {
  /** Milliseconds UTC, any time on the last day that has these factors. */
  readonly until: number;
  readonly priceFactor: number;
  readonly splitFactor: number;
}

/**
 * Reads a factor file of Lean's form, `20140606,0.8893653,0.1428571[,645.57]` per line: the last
 * day, the price factor, the split factor, and perhaps the close of that day. Throws
 * {@link MarketDataMistake} `factor-row`.
 */
export const parseFactorRows = (text: string): FactorRow[] => {
  const rows: FactorRow[] = [];
  text.split('\n').forEach((line, index) => {
    if (line.trim() === '') return;
    const [date = '', price = '', split = ''] = line.split(',').map((cell) => cell.trim());
    const digits = /^(\d{4})(\d{2})(\d{2})$/.exec(date);
    const row = {
      until: timeOfDate(Number(digits?.[1]), Number(digits?.[2]), Number(digits?.[3])),
      priceFactor: Number(price),
      splitFactor: Number(split),
    };
    if (
      Number.isNaN(row.until) ||
      !(row.priceFactor > 0 && row.priceFactor < Infinity && row.splitFactor > 0 && row.splitFactor < Infinity)
    ) {
      throw new MarketDataMistake(
        'factor-row',
        `Line ${index + 1} of the factors is not a date and two factors: "${line.slice(0, 60)}".`,
        'Write 20140606,0.8893653,0.1428571: date, price factor, split factor.',
      );
    }
    rows.push(row);
  });
  return rows.toSorted((a, b) => a.until - b.until);
};

/** The actions that a factor file means for these raw bars; those outside the bars' span are left out. */
export const actionsFromFactors = (
  rows: readonly FactorRow[],
  { time, close }: Pick<Bars, 'time' | 'close'>,
): CorporateAction[] => {
  const actions: CorporateAction[] = [];
  for (let k = 1; k < rows.length; k++) {
    const [before, after] = [rows[k - 1], rows[k]];
    if (before === undefined || after === undefined) continue;
    const index = firstAfterDay(time, before.until);
    if (index === 0 || index === time.length) continue;
    const ratio = after.splitFactor / before.splitFactor;
    const kept = before.priceFactor / after.priceFactor;
    if (Math.abs(ratio - 1) > 1e-6)
      actions.push({ type: 'split', time: at(time, index), ratio: splitRatio(ratio, 1e-5) ?? ratio });
    if (kept < 1 - 1e-9)
      actions.push({ type: 'dividend', time: at(time, index), amount: (at(close, index - 1) / ratio) * (1 - kept) });
  }
  return actions;
};

/** Factors of bars: what raw prices and volumes are multiplied by to become adjusted ones. */
export interface Factors {
  readonly price: Float64Array;
  readonly volume: Float64Array;
}

/** The factors that actions mean for raw bars. */
export const factorsOf = (
  actions: readonly CorporateAction[],
  { time, close }: Pick<Bars, 'time' | 'close'>,
): Factors => {
  const price = new Float64Array(time.length);
  const volume = new Float64Array(time.length);
  const latestFirst = actions.toSorted((a, b) => b.time - a.time);
  let next = 0;
  let priceFactor = 1;
  let volumeFactor = 1;
  for (let i = time.length - 1; i >= 0; i--) {
    price[i] = priceFactor;
    volume[i] = volumeFactor;
    if (i === 0) break;
    // of one day's actions the split counts first, so that a dividend is per new share
    const today: CorporateAction[] = [];
    for (
      let action = latestFirst[next];
      action !== undefined && action.time > at(time, i - 1);
      action = latestFirst[++next]
    ) {
      if (action.time <= at(time, i)) today.push(action);
    }
    let ratio = 1;
    for (const action of today) if (action.type === 'split') ratio *= action.ratio;
    let kept = 1;
    for (const action of today) if (action.type === 'dividend') kept -= (action.amount * ratio) / at(close, i - 1);
    if (!(kept > 0 && ratio > 0)) {
      throw new MarketDataMistake(
        'adjust-action',
        'A dividend is as large as the price, or a split has no ratio.',
        'Check the actions against raw, unadjusted prices.',
      );
    }
    priceFactor *= kept / ratio;
    volumeFactor *= ratio;
  }
  return { price, volume };
};

/** Bars whose prices and volumes are multiplied by factors; the original stays as it is. */
export const applyFactors = (bars: Bars, { price, volume }: Factors): Bars => {
  const times = (column: Float64Array, factors: Float64Array): Float64Array =>
    column.map((value, i) => value * at(factors, i));
  return {
    time: bars.time,
    open: times(bars.open, price),
    high: times(bars.high, price),
    low: times(bars.low, price),
    close: times(bars.close, price),
    volume: times(bars.volume, volume),
  };
};

/** Bars moved to a column of adjusted closes, such as Yahoo's; volumes stay as they are. */
export const adjustToCloses = (bars: Bars, adjustedClose: Float64Array): Bars => {
  if (adjustedClose.length !== bars.close.length) throw lengthsDiffer(bars.close.length, adjustedClose.length);
  const price = adjustedClose.map((value, i) => value / at(bars.close, i));
  const moved = applyFactors(bars, { price, volume: new Float64Array(price.length).fill(1) });
  return { ...moved, close: adjustedClose };
};

/** Terms that splits are made of: up to 1:50 and 50:1, and any up to 20:20 between. */
const splitTermMax = 50;
const splitSmallTermMax = 20;

/** The smallest split ever seen is 11 for 10; anything closer to 1 is a dividend or an error. */
const smallestSplit = 0.09;

/** A dividend that comes on a split's day is taken to be below this share of the price. */
const dividendBesideSplitMax = 0.1;

/**
 * The ratio of small whole numbers that a change of the factor is, within `tolerance`, at least a
 * tenth away from 1; null when there is none. A change of 1.4 and more, or below 1, is always a
 * split: then the nearest simple ratio a little below it, the rest being a dividend.
 */
const splitRatio = (change: number, tolerance: number): number | null => {
  if (Math.abs(change - 1) < smallestSplit) return null;
  let best: number | null = null;
  let bestTerms = Infinity;
  for (let m = 1; m <= splitTermMax; m++) {
    const n = Math.round(change * m);
    if (n < 1 || n > splitTermMax || (n > 1 && m > 1 && Math.max(n, m) > splitSmallTermMax)) continue;
    if (n !== m && Math.abs(n / m / change - 1) <= tolerance && n + m < bestTerms) {
      best = n / m;
      bestTerms = n + m;
    }
  }
  if (best !== null || (change < 1.4 && change >= 1)) return best;
  for (let m = 1; m <= 4; m++) {
    const n = Math.floor(change * m);
    if (n >= 1 && n !== m && change / (n / m) - 1 <= dividendBesideSplitMax) return n / m;
  }
  return change < 1 ? change : null;
};

/** Index of the first bar of a later day than that of `time`. */
const firstAfterDay = (times: Float64Array, time: number): number => {
  const nextDay = startOfDay(dayIndex(time) + 1);
  const index = times.findIndex((candidate) => candidate >= nextDay);
  return index < 0 ? times.length : index;
};

const at = (column: Float64Array, i: number): number => column[i] as number; // callers stay within the columns
