/** Every built-in indicator by name, and the catalogue from which editor help and documentation are made. */

import { mama } from './adaptive-averages.ts';
import { accBands, bbands, midPoint, midPrice } from './bands.ts';
import { htDcPeriod, htDcPhase, htPhasor, htSine, htTrendMode, htTrendline } from './cycle.ts';
import { adx, adxr, dx, minusDI, minusDM, plusDI, plusDM } from './directional.ts';
import { avgDev, beta, correl, stddev, variance } from './dispersion.ts';
import { max, maxIndex, min, minIndex, minMax, minMaxIndex, sum } from './extremes.ts';
import { apo, macd, macdExt, macdFix, ppo } from './macd.ts';
import { abs, acos, add, asin, atan, ceil, cos, cosh, div, exp, floor, ln, log10, mult, round, sin, sinh, sqrt, sub, tan, tanh, toDegrees, toRadians, trunc } from './math.ts';
import { cmo, mom, roc, rocp, rocr, rocr100, rsi, trix, wilders } from './momentum.ts';
import { dema, ema, kama, ma, mavp, sma, t3, tema, trima, wma } from './moving-averages.ts';
import { sar, sarExt } from './parabolic.ts';
import { avgPrice, medPrice, typPrice, wclPrice } from './price.ts';
import { aroon, aroonOsc, bop, cci, imi, ultOsc, willr } from './price-momentum.ts';
import { linearReg, linearRegAngle, linearRegIntercept, linearRegSlope, tsf } from './regression.ts';
import { stoch, stochF, stochRsi } from './stochastic.ts';
import { atr, natr, trueRange } from './volatility.ts';
import { ad, adOsc, mfi, obv } from './volume.ts';
import type { Indicator, IndicatorGroup } from './indicator.ts';
import type { IndicatorParameter } from './parameter.ts';

export { defineIndicator, indicatorGroups } from './indicator.ts';
export type { Indicator, IndicatorAbout, IndicatorGroup, ManyRun, SingleRun } from './indicator.ts';
export { movingAverageTypes } from './moving-averages.ts';
export type { MovingAverageType } from './moving-averages.ts';
export type { ChoiceParameter, IndicatorParameter, RealParameter, WholeParameter } from './parameter.ts';

/** What a strategy finds as `ctx.ta`. */
export const builtInIndicators = Object.freeze({
  abs,
  accBands,
  acos,
  ad,
  add,
  adOsc,
  adx,
  adxr,
  apo,
  aroon,
  aroonOsc,
  asin,
  atan,
  atr,
  avgDev,
  avgPrice,
  bbands,
  beta,
  bop,
  cci,
  ceil,
  cmo,
  correl,
  cos,
  cosh,
  dema,
  div,
  dx,
  ema,
  exp,
  floor,
  htDcPeriod,
  htDcPhase,
  htPhasor,
  htSine,
  htTrendline,
  htTrendMode,
  imi,
  kama,
  linearReg,
  linearRegAngle,
  linearRegIntercept,
  linearRegSlope,
  ln,
  log10,
  ma,
  macd,
  macdExt,
  macdFix,
  mama,
  mavp,
  max,
  maxIndex,
  medPrice,
  mfi,
  midPoint,
  midPrice,
  min,
  minIndex,
  minMax,
  minMaxIndex,
  minusDI,
  minusDM,
  mom,
  mult,
  natr,
  obv,
  plusDI,
  plusDM,
  ppo,
  roc,
  rocp,
  rocr,
  rocr100,
  round,
  rsi,
  sar,
  sarExt,
  sin,
  sinh,
  sma,
  sqrt,
  stddev,
  stoch,
  stochF,
  stochRsi,
  sub,
  sum,
  t3,
  tan,
  tanh,
  tema,
  toDegrees,
  toRadians,
  trima,
  trix,
  trueRange,
  trunc,
  tsf,
  typPrice,
  ultOsc,
  variance,
  wclPrice,
  wilders,
  willr,
  wma,
});

export type BuiltInName = keyof typeof builtInIndicators;

/** One built-in indicator, described. */
export interface CatalogueEntry {
  readonly name: BuiltInName;
  readonly title: string;
  readonly group: IndicatorGroup;
  readonly takes: readonly string[];
  readonly gives: readonly string[];
  /** In the order in which they are written after the sources. */
  readonly parameters: readonly IndicatorParameter[];
}

/** All built-in indicators, described, in alphabetical order. */
export const indicatorCatalogue: readonly CatalogueEntry[] = Object.freeze(
  Object.entries(builtInIndicators as unknown as Readonly<Record<BuiltInName, Indicator>>).map(([name, indicator]) => {
    const { takes, gives, about } = indicator;
    if (about === null) throw new Error(`${name} is not defined by builtIn.`);
    return Object.freeze({ name: name as BuiltInName, title: about.title, group: about.group, takes, gives, parameters: about.parameters }); // a key of the object above
  }),
);
