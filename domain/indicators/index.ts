/** Every built-in indicator by name, and the catalogue from which editor help and documentation are made. */

import { frama, mama } from './adaptive-averages.ts';
import { accBands, bbands, midPoint, midPrice } from './bands.ts';
import { fisher, laguerreRsi, pgo, premierStochastic, rvi, vortex } from './bar-oscillators.ts';
import { decay, exponentialDecay, fosc, heikinAshi, ibs, mesaSine, pivots } from './bar-shapes.ts';
import { chandeKroll, donchian, envelope, ichimoku, keltner, squeeze, supertrend } from './channels.ts';
import { htDcPeriod, htDcPhase, htPhasor, htSine, htTrendMode, htTrendline } from './cycle.ts';
import { adx, adxr, dx, minusDI, minusDM, plusDI, plusDM } from './directional.ts';
import { avgDev, beta, correl, stddev, variance } from './dispersion.ts';
import { max, maxIndex, min, minIndex, minMax, minMaxIndex, sum } from './extremes.ts';
import { alma, dickson, errorCorrecting, mcGinley, vidya, zlema } from './lag-averages.ts';
import { apo, macd, macdExt, macdFix, ppo } from './macd.ts';
import {
  abs,
  acos,
  add,
  asin,
  atan,
  ceil,
  cos,
  cosh,
  div,
  exp,
  floor,
  ln,
  log10,
  mult,
  round,
  sin,
  sinh,
  sqrt,
  sub,
  tan,
  tanh,
  toDegrees,
  toRadians,
  trunc,
} from './math.ts';
import { cmo, mom, roc, rocp, rocr, rocr100, rsi, trix, wilders } from './momentum.ts';
import { cmf, emv, forceIndex, kvo, marketFi, nvi, pvi, vosc, vwap, vwma, wad } from './money-flow.ts';
import { dema, ema, hma, kama, ma, mavp, sma, t3, tema, trima, wma } from './moving-averages.ts';
import { accelerator, ao, coppock, derivativeOsc, dpo, kst, maOsc, rmi, stc, tsi } from './oscillators.ts';
import { sar, sarExt } from './parabolic.ts';
import { avgPrice, medPrice, typPrice, wclPrice } from './price.ts';
import { aroon, aroonOsc, bop, cci, imi, ultOsc, willr } from './price-momentum.ts';
import {
  averageRange,
  choppiness,
  cvi,
  efficiencyRatio,
  lag,
  logReturn,
  massIndex,
  qstick,
  rogersSatchell,
  stderr,
  vhf,
  volatility,
} from './range-volatility.ts';
import { connorsRsi, dv2, percentRank } from './ranks.ts';
import { linearReg, linearRegAngle, linearRegIntercept, linearRegSlope, tsf } from './regression.ts';
import { stoch, stochF, stochRsi } from './stochastic.ts';
import { atr, natr, trueRange } from './volatility.ts';
import { ad, adOsc, mfi, obv } from './volume.ts';
import type { Indicator, IndicatorGroup } from './indicator.ts';
import type { IndicatorParameter } from './parameter.ts';

export { indicatorGroups } from './indicator.ts';
export type { Indicator } from './indicator.ts';
export { movingAverageTypes } from './moving-averages.ts';

/** What a strategy finds as `ctx.ta`. */
export const builtInIndicators = Object.freeze({
  abs,
  accBands,
  accelerator,
  acos,
  ad,
  add,
  adOsc,
  adx,
  adxr,
  alma,
  ao,
  apo,
  aroon,
  aroonOsc,
  asin,
  atan,
  atr,
  averageRange,
  avgDev,
  avgPrice,
  bbands,
  beta,
  bop,
  cci,
  ceil,
  chandeKroll,
  choppiness,
  cmf,
  cmo,
  connorsRsi,
  coppock,
  correl,
  cos,
  cosh,
  cvi,
  decay,
  dema,
  derivativeOsc,
  dickson,
  div,
  donchian,
  dpo,
  dv2,
  dx,
  efficiencyRatio,
  ema,
  emv,
  envelope,
  errorCorrecting,
  exp,
  exponentialDecay,
  fisher,
  floor,
  forceIndex,
  fosc,
  frama,
  heikinAshi,
  hma,
  htDcPeriod,
  htDcPhase,
  htPhasor,
  htSine,
  htTrendline,
  htTrendMode,
  ibs,
  ichimoku,
  imi,
  kama,
  keltner,
  kst,
  kvo,
  lag,
  laguerreRsi,
  linearReg,
  linearRegAngle,
  linearRegIntercept,
  linearRegSlope,
  ln,
  log10,
  logReturn,
  ma,
  macd,
  macdExt,
  macdFix,
  mama,
  maOsc,
  marketFi,
  massIndex,
  mavp,
  max,
  maxIndex,
  mcGinley,
  medPrice,
  mesaSine,
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
  nvi,
  obv,
  percentRank,
  pgo,
  pivots,
  plusDI,
  plusDM,
  ppo,
  premierStochastic,
  pvi,
  qstick,
  rmi,
  roc,
  rocp,
  rocr,
  rocr100,
  rogersSatchell,
  round,
  rsi,
  rvi,
  sar,
  sarExt,
  sin,
  sinh,
  sma,
  sqrt,
  squeeze,
  stc,
  stddev,
  stderr,
  stoch,
  stochF,
  stochRsi,
  sub,
  sum,
  supertrend,
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
  tsi,
  typPrice,
  ultOsc,
  variance,
  vhf,
  vidya,
  volatility,
  vortex,
  vosc,
  vwap,
  vwma,
  wad,
  wclPrice,
  wilders,
  willr,
  wma,
  zlema,
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
  // They differ in what they take and give, which the catalogue does not ask.
  Object.entries(builtInIndicators as unknown as Readonly<Record<BuiltInName, Indicator>>).map(([name, indicator]) => {
    const { takes, gives, about } = indicator;
    if (about === null) throw new Error(`${name} is not defined by builtIn.`);
    return Object.freeze({
      name: name as BuiltInName, // a key of the object above
      title: about.title,
      group: about.group,
      takes,
      gives,
      parameters: about.parameters,
    });
  }),
);
