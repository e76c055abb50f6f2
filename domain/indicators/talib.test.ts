/** Holds the built-in indicators against what TA-Lib computes. */

import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

import { builtInIndicators, movingAverageTypes } from './index.ts';
import type { BuiltInName, Indicator } from './index.ts';

const shared = new URL('../../../shared/', import.meta.url);
const exists = existsSync(new URL('reference/indicators/talib-pinned.json', shared));
const readJson = (path: string): unknown => JSON.parse(readFileSync(new URL(path, shared), 'utf8'));

/** TA-Lib's functions under our names, its outputs in our order, and the inputs of one-series functions. */
const namesOfTalib: Readonly<Record<string, { readonly name: BuiltInName; readonly outputs?: readonly string[] }>> = {
  ACCBANDS: { name: 'accBands', outputs: ['outRealUpperBand', 'outRealMiddleBand', 'outRealLowerBand'] },
  ACOS: { name: 'acos' },
  AD: { name: 'ad' },
  ADD: { name: 'add' },
  ADOSC: { name: 'adOsc' },
  ADX: { name: 'adx' },
  ADXR: { name: 'adxr' },
  APO: { name: 'apo' },
  AROON: { name: 'aroon', outputs: ['outAroonUp', 'outAroonDown'] },
  AROONOSC: { name: 'aroonOsc' },
  ASIN: { name: 'asin' },
  ATAN: { name: 'atan' },
  ATR: { name: 'atr' },
  AVGPRICE: { name: 'avgPrice' },
  AVGDEV: { name: 'avgDev' },
  BBANDS: { name: 'bbands', outputs: ['outRealUpperBand', 'outRealMiddleBand', 'outRealLowerBand'] },
  BETA: { name: 'beta' },
  BOP: { name: 'bop' },
  CCI: { name: 'cci' },
  CEIL: { name: 'ceil' },
  CMO: { name: 'cmo' },
  CORREL: { name: 'correl' },
  COS: { name: 'cos' },
  COSH: { name: 'cosh' },
  DEMA: { name: 'dema' },
  DIV: { name: 'div' },
  DX: { name: 'dx' },
  EMA: { name: 'ema' },
  EXP: { name: 'exp' },
  FLOOR: { name: 'floor' },
  HT_DCPERIOD: { name: 'htDcPeriod' },
  HT_DCPHASE: { name: 'htDcPhase' },
  HT_PHASOR: { name: 'htPhasor', outputs: ['outInPhase', 'outQuadrature'] },
  HT_SINE: { name: 'htSine', outputs: ['outSine', 'outLeadSine'] },
  HT_TRENDLINE: { name: 'htTrendline' },
  HT_TRENDMODE: { name: 'htTrendMode', outputs: ['outInteger'] },
  IMI: { name: 'imi' },
  KAMA: { name: 'kama' },
  LINEARREG: { name: 'linearReg' },
  LINEARREG_ANGLE: { name: 'linearRegAngle' },
  LINEARREG_INTERCEPT: { name: 'linearRegIntercept' },
  LINEARREG_SLOPE: { name: 'linearRegSlope' },
  LN: { name: 'ln' },
  LOG10: { name: 'log10' },
  MA: { name: 'ma' },
  MACD: { name: 'macd', outputs: ['outMACD', 'outMACDSignal', 'outMACDHist'] },
  MACDEXT: { name: 'macdExt', outputs: ['outMACD', 'outMACDSignal', 'outMACDHist'] },
  MACDFIX: { name: 'macdFix', outputs: ['outMACD', 'outMACDSignal', 'outMACDHist'] },
  MAMA: { name: 'mama', outputs: ['outMAMA', 'outFAMA'] },
  MAVP: { name: 'mavp' },
  MAX: { name: 'max' },
  MAXINDEX: { name: 'maxIndex', outputs: ['outInteger'] },
  MEDPRICE: { name: 'medPrice' },
  MFI: { name: 'mfi' },
  MIDPOINT: { name: 'midPoint' },
  MIDPRICE: { name: 'midPrice' },
  MIN: { name: 'min' },
  MININDEX: { name: 'minIndex', outputs: ['outInteger'] },
  MINMAX: { name: 'minMax', outputs: ['outMin', 'outMax'] },
  MINMAXINDEX: { name: 'minMaxIndex', outputs: ['outMinIdx', 'outMaxIdx'] },
  MINUS_DI: { name: 'minusDI' },
  MINUS_DM: { name: 'minusDM' },
  MOM: { name: 'mom' },
  MULT: { name: 'mult' },
  NATR: { name: 'natr' },
  OBV: { name: 'obv' },
  PLUS_DI: { name: 'plusDI' },
  PLUS_DM: { name: 'plusDM' },
  PPO: { name: 'ppo' },
  ROC: { name: 'roc' },
  ROCP: { name: 'rocp' },
  ROCR: { name: 'rocr' },
  ROCR100: { name: 'rocr100' },
  RSI: { name: 'rsi' },
  SAR: { name: 'sar' },
  SAREXT: { name: 'sarExt' },
  SIN: { name: 'sin' },
  SINH: { name: 'sinh' },
  SMA: { name: 'sma' },
  SQRT: { name: 'sqrt' },
  STDDEV: { name: 'stddev' },
  STOCH: { name: 'stoch', outputs: ['outSlowK', 'outSlowD'] },
  STOCHF: { name: 'stochF', outputs: ['outFastK', 'outFastD'] },
  STOCHRSI: { name: 'stochRsi', outputs: ['outFastK', 'outFastD'] },
  SUB: { name: 'sub' },
  SUM: { name: 'sum' },
  T3: { name: 't3' },
  TAN: { name: 'tan' },
  TANH: { name: 'tanh' },
  TEMA: { name: 'tema' },
  TRANGE: { name: 'trueRange' },
  TRIMA: { name: 'trima' },
  TRIX: { name: 'trix' },
  TSF: { name: 'tsf' },
  TYPPRICE: { name: 'typPrice' },
  ULTOSC: { name: 'ultOsc' },
  VAR: { name: 'variance' },
  WCLPRICE: { name: 'wclPrice' },
  WILLR: { name: 'willr' },
  WMA: { name: 'wma' },
};

interface TalibFunction {
  readonly name: string;
  readonly group: string;
  readonly params: Readonly<Record<string, number>>;
  readonly begIdx: number;
  readonly lookback: number;
  readonly outputs: Readonly<Record<string, readonly unknown[]>>;
}

type Columns = Readonly<Record<'open' | 'high' | 'low' | 'close' | 'volume', Float64Array>>;

const readColumns = (path: string): Columns => {
  const [header = '', ...lines] = readFileSync(new URL(path, shared), 'utf8').trim().split('\n');
  const names = header.toLowerCase().split(',');
  const rows = lines.map((line) => line.split(','));
  const column = (name: string) => Float64Array.from(rows, (row) => Number(row[names.indexOf(name)]));
  return {
    open: column('open'),
    high: column('high'),
    low: column('low'),
    close: column('close'),
    volume: column('volume'),
  };
};

/** Any built-in, called without the types of its own inputs and parameters. */
const indicatorOf = (name: BuiltInName): Indicator => builtInIndicators[name] as unknown as Indicator;

const run = (name: BuiltInName, columns: Columns, params: readonly unknown[]): Float64Array[] => {
  const indicator = indicatorOf(name);
  const inputs = indicator.takes.map((input) =>
    input in columns ? columns[input as keyof Columns] : input === 'value' ? columns.close : columns.high,
  );
  const result = indicator.batch(inputs, ...params) as unknown;
  return result instanceof Float64Array
    ? [result]
    : indicator.gives.map((output) => (result as Record<string, Float64Array>)[output] as Float64Array);
};

/** TA-Lib's parameters as we take them: average types by name, and no deviations for the variance. */
const paramsOf = ({ name, params }: TalibFunction): unknown[] =>
  Object.entries(params)
    .filter(([key]) => !(name === 'VAR' && key === 'optInNbDev'))
    .map(([key, value]) => (key.includes('MAType') ? movingAverageTypes[value] : value));

/** Where we give exactly 0, TA-Lib's running sums leave up to 2.5e-13 behind (STOCHRSI's %D). */
const talibResidue = 1e-12;

/** Relative 1e-9. */
const expectClose = (got: number, expected: number | null, where: string): void => {
  if (expected === null) {
    expect(Number.isFinite(got), where).toBe(false);
  } else if (!(Math.abs(got - expected) <= 1e-9 * Math.abs(expected) + talibResidue)) {
    expect.fail(`${where}: ${got} instead of ${expected}`);
  }
};

describe.runIf(exists)('TA-Lib with default parameters', () => {
  const refColumns = exists ? readColumns('data/talib-ref252.csv') : undefined;
  const googColumns = exists ? readColumns('data/GOOG.csv') : undefined;
  const functionsOf = (path: string) =>
    exists
      ? (readJson(path) as { readonly functions: readonly TalibFunction[] }).functions.filter(
          (fn) => fn.group !== 'Pattern Recognition',
        )
      : [];

  for (const fn of functionsOf('reference/indicators/talib-ref252-defaults.json')) {
    it(`${fn.name} agrees at every bar of the reference series`, () => {
      const known = namesOfTalib[fn.name];
      if (known === undefined || refColumns === undefined) return expect.fail(`${fn.name} has no name of ours`);
      const columns = run(known.name, refColumns, paramsOf(fn));
      expect(indicatorOf(known.name).start(...paramsOf(fn)).lookback).toBe(fn.lookback);
      (known.outputs ?? ['outReal']).forEach((output, k) => {
        const column = columns[k] as Float64Array;
        for (let i = 0; i < fn.begIdx; i++) expect(column[i], `${output} at ${i}`).toBeNaN();
        (fn.outputs[output] as readonly (number | null)[]).forEach((expected, i) => {
          expectClose(column[fn.begIdx + i] as number, expected, `${output} at ${fn.begIdx + i}`);
        });
      });
    });
  }

  for (const fn of functionsOf('reference/indicators/talib-goog-defaults.json')) {
    it(`${fn.name} agrees at the sampled bars of GOOG`, () => {
      const known = namesOfTalib[fn.name];
      if (known === undefined || googColumns === undefined) return expect.fail(`${fn.name} has no name of ours`);
      const columns = run(known.name, googColumns, paramsOf(fn));
      (known.outputs ?? ['outReal']).forEach((output, k) => {
        for (const [bar, expected] of fn.outputs[output] as readonly (readonly [number, number | null])[]) {
          expectClose((columns[k] as Float64Array)[bar] as number, expected, `${output} at ${bar}`);
        }
      });
    });
  }
});
