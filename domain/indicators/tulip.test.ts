/** Holds the built-in indicators against the test vectors of Tulip Indicators. */

import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

import { builtInIndicators } from './index.ts';
import type { BuiltInName, Indicator } from './index.ts';

const url = new URL('../../../shared/reference/indicators/tulip-vectors.json', import.meta.url);
const exists = existsSync(url);

interface TulipCase {
  readonly suite: string;
  readonly name: string;
  readonly options: Readonly<Record<string, number>>;
  readonly inputs: Readonly<Record<string, readonly number[]>>;
  readonly outputs: Readonly<Record<string, readonly number[]>>;
}

const cases: readonly TulipCase[] = exists
  ? (JSON.parse(readFileSync(url, 'utf8')) as { readonly cases: readonly TulipCase[] }).cases
  : [];

interface Known {
  readonly ours: BuiltInName;
  /** Our parameters from Tulip's options in their order; the options as they are unless given. */
  readonly params?: (...options: number[]) => readonly unknown[];
  /** Our outputs in the order of Tulip's. */
  readonly outputs?: readonly string[];
  /** Tulip's figure times this is ours. */
  readonly scale?: number;
  /** Inputs that ours takes and Tulip doesn't, made from those that it does. */
  readonly value?: (bars: Readonly<Record<string, readonly number[]>>) => readonly number[];
}

const median = ({ high = [], low = [] }: Readonly<Record<string, readonly number[]>>) =>
  high.map((top, i) => (top + (low[i] ?? NaN)) / 2);

const known: Readonly<Record<string, Known>> = {
  abs: { ours: 'abs' },
  acos: { ours: 'acos' },
  ad: { ours: 'ad' },
  add: { ours: 'add' },
  adosc: { ours: 'adOsc' },
  ao: { ours: 'ao' },
  aroon: { ours: 'aroon', outputs: ['down', 'up'] },
  aroonosc: { ours: 'aroonOsc' },
  asin: { ours: 'asin' },
  atan: { ours: 'atan' },
  avgprice: { ours: 'avgPrice' },
  bbands: {
    ours: 'bbands',
    params: (length = 0, deviations = 0) => [length, deviations, deviations],
    outputs: ['lower', 'middle', 'upper'],
  },
  bop: { ours: 'bop' },
  cci: { ours: 'cci' },
  ceil: { ours: 'ceil' },
  cos: { ours: 'cos' },
  cosh: { ours: 'cosh' },
  cvi: { ours: 'cvi' },
  decay: { ours: 'decay' },
  div: { ours: 'div' },
  dpo: { ours: 'dpo' },
  edecay: { ours: 'exponentialDecay' },
  emv: { ours: 'emv' },
  exp: { ours: 'exp' },
  fisher: { ours: 'fisher', outputs: ['fisher', 'signal'], value: median },
  floor: { ours: 'floor' },
  fosc: { ours: 'fosc' },
  hma: { ours: 'hma' },
  kvo: { ours: 'kvo' },
  lag: { ours: 'lag' },
  linreg: { ours: 'linearReg' },
  linregintercept: { ours: 'linearRegIntercept' },
  linregslope: { ours: 'linearRegSlope' },
  ln: { ours: 'ln' },
  log10: { ours: 'log10' },
  marketfi: { ours: 'marketFi' },
  max: { ours: 'max' },
  md: { ours: 'avgDev' },
  medprice: { ours: 'medPrice' },
  mfi: { ours: 'mfi' },
  min: { ours: 'min' },
  mom: { ours: 'mom' },
  msw: { ours: 'mesaSine', outputs: ['sine', 'lead'] },
  mul: { ours: 'mult' },
  nvi: { ours: 'nvi' },
  pvi: { ours: 'pvi' },
  qstick: { ours: 'qstick' },
  roc: { ours: 'rocp' },
  rocr: { ours: 'rocr' },
  round: { ours: 'round' },
  rsi: { ours: 'rsi' },
  sin: { ours: 'sin' },
  sinh: { ours: 'sinh' },
  sma: { ours: 'sma' },
  sqrt: { ours: 'sqrt' },
  stddev: { ours: 'stddev' },
  stderr: { ours: 'stderr' },
  stoch: { ours: 'stoch', params: (k, slow, d) => [k, slow, 'sma', d, 'sma'], outputs: ['slowK', 'slowD'] },
  stochrsi: { ours: 'stochRsi', params: (length) => [length, length, 1], outputs: ['fastK'], scale: 100 },
  sub: { ours: 'sub' },
  sum: { ours: 'sum' },
  tan: { ours: 'tan' },
  tanh: { ours: 'tanh' },
  todeg: { ours: 'toDegrees' },
  torad: { ours: 'toRadians' },
  tr: { ours: 'trueRange' },
  trima: { ours: 'trima' },
  trunc: { ours: 'trunc' },
  tsf: { ours: 'tsf' },
  typprice: { ours: 'typPrice' },
  ultosc: { ours: 'ultOsc' },
  var: { ours: 'variance' },
  vhf: { ours: 'vhf' },
  volatility: { ours: 'volatility' },
  vosc: { ours: 'vosc' },
  vwma: { ours: 'vwma' },
  wad: { ours: 'wad' },
  wcprice: { ours: 'wclPrice' },
  wilders: { ours: 'wilders' },
  willr: { ours: 'willr' },
  wma: { ours: 'wma' },
  di: { ours: 'plusDI' },
  dm: { ours: 'plusDM' },
  dx: { ours: 'dx' },
  kama: { ours: 'kama' },
};

const exponentialStart = 'exponential averages start at the first value, not at a simple average';
const wilderStart = "Wilder's averages take in the first bar, which has no bar before it";

/** Where Tulip and TA-Lib define an indicator differently, TA-Lib is right; and what has no counterpart. */
const leftOut: Readonly<Record<string, string>> = {
  ema: exponentialStart,
  dema: exponentialStart,
  tema: exponentialStart,
  macd: exponentialStart,
  apo: exponentialStart,
  ppo: exponentialStart,
  trix: exponentialStart,
  mass: exponentialStart,
  zlema: exponentialStart,
  adx: wilderStart,
  adxr: wilderStart,
  atr: wilderStart,
  natr: wilderStart,
  cmo: 'TA-Lib smooths rises and falls by Wilder, Tulip sums them',
  obv: "TA-Lib starts with the first bar's volume, Tulip with 0",
  psar: 'TA-Lib starts on the side of the larger movement, Tulip by another rule',
  vidya: "ours is Chande's of 1995 with the momentum oscillator, Tulip's that of 1992 with deviations",
  crossany: 'crossings are functions of the strategy API',
  crossover: 'crossings are functions of the strategy API',
};

const valuesOf = (tulip: TulipCase, { ours, params, outputs, value }: Known): readonly Float64Array[] => {
  const indicator = builtInIndicators[ours] as unknown as Indicator;
  const { inputs } = tulip;
  const series = value?.(inputs) ?? inputs['real'] ?? inputs['real0'] ?? inputs['close'] ?? [];
  const columns = indicator.takes.map((input) =>
    Float64Array.from(
      input === 'value' ? series : input === 'other' ? (inputs['real1'] ?? []) : (inputs[input] ?? series),
    ),
  );
  const options = Object.values(tulip.options);
  const result = indicator.batch(columns, ...(params?.(...options) ?? options)) as unknown;
  return result instanceof Float64Array
    ? [result]
    : (outputs ?? indicator.gives).map((name) => (result as Record<string, Float64Array>)[name] as Float64Array);
};

describe.runIf(exists)('Tulip Indicators', () => {
  cases.forEach((tulip, i) => {
    const ours = known[tulip.name];
    if (ours === undefined) return;
    it(`${tulip.name} agrees (${tulip.suite}, case ${i})`, () => {
      const columns = valuesOf(tulip, ours);
      columns.forEach((column, k) => {
        const expected = Object.values(tulip.outputs)[k] ?? [];
        let compared = 0;
        for (let j = 0; j < expected.length; j++) {
          const got = column[column.length - expected.length + j] ?? NaN;
          if (Number.isNaN(got) && compared === 0) continue; // ours begins later
          compared++;
          const wanted = (expected[j] ?? NaN) * (ours.scale ?? 1);
          expect(
            Math.abs(got - wanted),
            `output ${k}, value ${j} of ${expected.length}: ${got} instead of ${wanted}`,
          ).toBeLessThan(1e-3 * (ours.scale ?? 1) + 1e-12 * Math.abs(wanted));
        }
        expect(compared, 'values compared').toBeGreaterThanOrEqual(Math.min(1, expected.length));
      });
    });
  });

  it('has every case either held or left out with a reason', () => {
    expect([
      ...new Set(cases.map((tulip) => tulip.name).filter((name) => !(name in known) && !(name in leftOut))),
    ]).toEqual([]);
  });
});
