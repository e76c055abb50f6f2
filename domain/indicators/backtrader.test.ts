/** Holds the built-in indicators against the values that backtrader's tests expect. */

import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

import { builtInIndicators } from './index.ts';
import type { BuiltInName, Indicator } from './index.ts';

const shared = new URL('../../../shared/', import.meta.url);
const url = new URL('reference/indicators/backtrader-indicators.json', shared);
const exists = existsSync(url);

interface BacktraderCase {
  readonly test: string;
  readonly lines: readonly string[];
  readonly minPeriod: number;
  /** For each line, the values at `checkBars`; alternatives in a list. */
  readonly chkvals: readonly (readonly (string | readonly string[])[])[];
  readonly checkBars: readonly number[];
}

const cases: readonly BacktraderCase[] = exists
  ? (JSON.parse(readFileSync(url, 'utf8')) as { readonly cases: readonly BacktraderCase[] }).cases
  : [];

const columns = ((): Readonly<Record<string, Float64Array>> => {
  if (!exists) return {};
  const [header = '', ...lines] = readFileSync(new URL('data/bt-2006-day-001.txt', shared), 'utf8').trim().split('\n');
  const rows = lines.map((line) => line.split(','));
  return Object.fromEntries(
    header
      .toLowerCase()
      .split(',')
      .map((name, i) => [name.trim(), Float64Array.from(rows, (row) => Number(row[i]))]),
  );
})();

interface Known {
  readonly ours: BuiltInName;
  readonly params?: readonly unknown[];
  /** Our outputs in the order of backtrader's lines; null for a line that we don't give. */
  readonly outputs?: readonly (string | null)[];
  /** backtrader's figure from ours. */
  readonly scale?: number;
}

const envelopeLines = ['middle', 'upper', 'lower'];

const known: Readonly<Record<string, Known>> = {
  accdecosc: { ours: 'accelerator' },
  aroonoscillator: { ours: 'aroonOsc' },
  aroonupdown: { ours: 'aroon' },
  atr: { ours: 'atr' },
  awesomeoscillator: { ours: 'ao' },
  bbands: { ours: 'bbands', params: [20, 2, 2], outputs: envelopeLines },
  dema: { ours: 'dema' },
  tema: { ours: 'tema' },
  ema: { ours: 'ema' },
  sma: { ours: 'sma' },
  wma: { ours: 'wma' },
  smma: { ours: 'wilders', params: [30] },
  hma: { ours: 'hma' },
  zlema: { ours: 'zlema' },
  zlind: { ours: 'errorCorrecting' },
  dma: { ours: 'dickson' },
  envelope: { ours: 'envelope', outputs: [null, 'upper', 'lower'] },
  smaenvelope: { ours: 'envelope', outputs: envelopeLines },
  kamaenvelope: { ours: 'envelope', outputs: envelopeLines },
  emaenvelope: { ours: 'envelope', params: [30, 2.5, 'ema'], outputs: envelopeLines },
  demaenvelope: { ours: 'envelope', params: [30, 2.5, 'dema'], outputs: envelopeLines },
  temaenvelope: { ours: 'envelope', params: [30, 2.5, 'tema'], outputs: envelopeLines },
  wmaenvelope: { ours: 'envelope', params: [30, 2.5, 'wma'], outputs: envelopeLines },
  smmaenvelope: { ours: 'envelope', params: [30, 2.5, 'wilders'], outputs: envelopeLines },
  oscillator: { ours: 'maOsc' },
  smaosc: { ours: 'maOsc' },
  emaosc: { ours: 'maOsc', params: [30, 'ema'] },
  demaosc: { ours: 'maOsc', params: [30, 'dema'] },
  temaosc: { ours: 'maOsc', params: [30, 'tema'] },
  wmaosc: { ours: 'maOsc', params: [30, 'wma'] },
  smmaosc: { ours: 'maOsc', params: [30, 'wilders'] },
  downmove: { ours: 'mom', params: [1], scale: -1 },
  upmove: { ours: 'mom', params: [1] },
  dv2: { ours: 'dv2' },
  heikinashi: { ours: 'heikinAshi' },
  highest: { ours: 'max', params: [14] },
  lowest: { ours: 'min', params: [14] },
  sumn: { ours: 'sum', params: [14] },
  ichimoku: { ours: 'ichimoku', outputs: ['conversion', 'base', 'spanA', 'spanB', null] },
  kst: { ours: 'kst', params: [10, 15, 20, 30, 10, 10, 10, 10, 9] },
  momentum: { ours: 'mom', params: [12] },
  momentumoscillator: { ours: 'rocr100', params: [12] },
  pctchange: { ours: 'rocp', params: [30] },
  roc: { ours: 'rocp', params: [12] },
  pctrank: { ours: 'percentRank' },
  pgo: { ours: 'pgo' },
  rmi: { ours: 'rmi' },
  rsi: { ours: 'rsi' },
  rsi_safe: { ours: 'rsi' },
  minperiod: { ours: 'sma' },
  stochastic: { ours: 'stoch', params: [14, 3, 'sma', 3, 'sma'] },
  stochasticfull: { ours: 'stochF', params: [14, 3], outputs: ['fastK', 'fastD', null] },
  trix: { ours: 'trix', params: [15] },
  tsi: { ours: 'tsi' },
  ultosc: { ours: 'ultOsc' },
  vortex: { ours: 'vortex' },
  williamsad: { ours: 'wad' },
  williamsr: { ours: 'willr' },
};

const leftOut: Readonly<Record<string, string>> = {
  cci: "its deviation is from each bar's own average; TA-Lib's from the newest",
  dm: "its sums start with 14 movements, TA-Lib's with 13",
  dpo: 'it moves the average back; Tulip and Lean, which we follow, the price',
  kama: "it starts at a simple average, TA-Lib's at the value before",
  kamaosc: "it starts at a simple average, TA-Lib's at the value before",
  lrsi: 'its code subtracts 11 (eleven) where the formula has l1',
  macdhisto: "its fast average starts at the first bar, TA-Lib's together with the slow one",
  ppo: "its fast average starts at the first bar, TA-Lib's together with the slow one",
  pposhort: "its fast average starts at the first bar, TA-Lib's together with the slow one",
  priceosc: "its fast average starts at the first bar, TA-Lib's together with the slow one",
};

const nameOf = ({ test }: BacktraderCase): string => test.replace('test_ind_', '').replace('.py', '');

describe.runIf(exists)('backtrader', () => {
  for (const backtrader of cases) {
    const ours = known[nameOf(backtrader)];
    if (ours === undefined) continue;
    it(`${nameOf(backtrader)} agrees to six decimals`, () => {
      const indicator = builtInIndicators[ours.ours] as unknown as Indicator;
      const inputs = indicator.takes.map(
        (input) => (input === 'value' ? columns['close'] : columns[input]) ?? expect.fail(input),
      );
      const result = indicator.batch(inputs, ...(ours.params ?? [])) as unknown;
      const outputs = ours.outputs ?? indicator.gives;
      backtrader.chkvals.forEach((values, k) => {
        const output = outputs[k];
        if (output === null || output === undefined) return;
        const column =
          result instanceof Float64Array
            ? result
            : ((result as Record<string, Float64Array>)[output] ?? expect.fail(output));
        values.forEach((value, i) => {
          const got = ((column[backtrader.checkBars[i] ?? -1] ?? NaN) * (ours.scale ?? 1)).toFixed(6);
          expect([value].flat(), `${output} at ${backtrader.checkBars[i]}`).toContain(got);
        });
      });
    });
  }

  it('has every case either held or left out with a reason', () => {
    expect(cases.map(nameOf).filter((name) => !(name in known) && !(name in leftOut))).toEqual([]);
  });
});
