/** Holds the built-in indicators against the data files of Lean's tests. */

import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

import { builtInIndicators } from './index.ts';
import type { BuiltInName, Indicator } from './index.ts';

const folder = new URL('../../../shared/reference/indicators/', import.meta.url);
const exists = existsSync(new URL('lean-index.json', folder));

const files: readonly string[] = exists
  ? [
      ...new Set(
        (
          JSON.parse(readFileSync(new URL('lean-index.json', folder), 'utf8')) as {
            readonly cases: readonly { readonly file: string }[];
          }
        ).cases.map((lean) => lean.file),
      ),
    ]
  : [];

/** The columns of a file by their lower-case names; NaN for an empty cell. */
const readColumns = (file: string): Readonly<Record<string, Float64Array>> => {
  const [header = '', ...lines] = readFileSync(new URL(`lean/${file}`, folder), 'utf8')
    .replace('﻿', '')
    .trim()
    .split(/\r?\n/);
  const cells = (line: string) => line.split(',').map((cell) => cell.trim().replaceAll('"', ''));
  const rows = lines.map(cells);
  return Object.fromEntries(
    cells(header).map((name, i) => [
      name.toLowerCase(),
      Float64Array.from(rows, (row) => (row[i] ? Number(row[i]) : NaN)),
    ]),
  );
};

interface Held {
  readonly ours: BuiltInName;
  readonly params?: readonly unknown[];
  /** Which of the file's columns each of our outputs is held against. */
  readonly columns: Readonly<Record<string, string>>;
  /** Absolute, where not Lean's 0.001. */
  readonly tolerance?: number;
  /** Bars not compared after the lookback: Lean starts other values than TA-Lib, which fade with them. */
  readonly skip?: number;
  /** The file's figure from ours. */
  readonly convert?: (value: number) => number;
}

const one = (ours: BuiltInName, params: readonly unknown[], column: string, more: Partial<Held> = {}): Held => ({
  ours,
  params,
  columns: { value: column },
  ...more,
});

const held: Readonly<Record<string, readonly Held[]>> = {
  'spy_acceleration_bands_20_4.txt': [
    { ours: 'accBands', params: [20, 4], columns: { upper: 'upperband', middle: 'middleband', lower: 'lowerband' } },
  ],
  'spy_ad.txt': [one('ad', [], 'ad')],
  'spy_ad_osc.txt': [one('adOsc', [3, 10], 'adosc_3_10', { skip: 150 })],
  'spy_adr.csv': [one('averageRange', [20], 'adr')],
  'spy_alma.txt': [one('alma', [9, 6], 'alma')],
  'spy_ao.txt': [one('ao', [5, 34], 'ao')],
  'spy_apo.txt': [one('apo', [5, 10, 'sma'], 'apo_5_10')],
  'spy_aroon_oscillator.txt': [one('aroonOsc', [14], 'aroon oscillator 14')],
  'spy_atr_wilder.txt': [one('atr', [14], 'average true range 14', { skip: 150 })],
  'spy_bollinger_bands.txt': [
    {
      ours: 'bbands',
      params: [20, 2, 2],
      columns: {
        upper: 'bollinger bands® 20 2 top',
        middle: 'moving average 20',
        lower: 'bollinger bands® 20 2 bottom',
      },
    },
  ],
  'spy_bop.txt': [one('bop', [], 'bop')],
  'spy_cmf.txt': [one('cmf', [20], 'cmf_20')],
  'spy_cmo.txt': [one('cmo', [5], 'cmo_5')],
  'spy_coppock_curve.csv': [one('coppock', [], 'coppockcurve')],
  'spy_crsi.csv': [one('connorsRsi', [], 'crsi')],
  'spy_dema.txt': [one('dema', [5], 'dema_5')],
  'spy_do.csv': [one('derivativeOsc', [14, 5, 3, 9], 'do', { tolerance: 1e-9 })],
  'spy_dpo.csv': [one('dpo', [21], 'dpo')],
  'spy_ema.csv': [one('ema', [14], 'ema14')],
  'spy_emv.txt': [one('emv', [], 'emv')],
  'spy_heikin_ashi.txt': [
    { ours: 'heikinAshi', columns: { open: 'ha_open', high: 'ha_high', low: 'ha_low', close: 'ha_close' } },
  ],
  'spy_hma.txt': [one('hma', [16], 'hma_16')],
  'spy_kama.txt': [one('kama', [5], 'kama_5')],
  'frama.txt': [one('frama', [16], 'filt', { tolerance: 0.006, skip: 600 })],
  'spy_sm.csv': [one('squeeze', [], 'squeeze on', { convert: (value) => 2 * value - 1 })],
  'spy_ker.txt': [one('efficiencyRatio', [10], 'ker')],
  'spx_lwma.csv': [one('wma', [6], 'lwma')],
  'spy_logr14.txt': [one('logReturn', [14], 'logr14')],
  'spy_mass_index_25.txt': [one('massIndex', [], 'massindex')],
  'spy_max.txt': [one('max', [5], 'max_5')],
  'spy_mfi.txt': [one('mfi', [20], 'money flow index 20')],
  'spy_midpoint.txt': [one('midPoint', [5], 'midpoint_5')],
  'spy_midprice.txt': [one('midPrice', [5], 'midprice_5')],
  'spy_min.txt': [one('min', [5], 'min_5')],
  'spy_natr.txt': [one('natr', [5], 'natr_5')],
  'spy_ppo.txt': [one('ppo', [5, 10, 'sma'], 'ppo_5_10')],
  'spy_pso.csv': [one('premierStochastic', [8, 5], 'pso')],
  'spy_rocr.txt': [one('rocr', [5], 'rocr_5')],
  'spy_rvi.txt': [{ ours: 'rvi', params: [10], columns: { rvi: 'rvi', signal: 'rvi_s' }, tolerance: 0.06 }],
  'spy_stc.txt': [one('stc', [], 'stc', { skip: 250 })],
  'spy_t3.txt': [one('t3', [5], 't3_5')],
  'spy_tema.txt': [one('tema', [5], 'tema_5')],
  'spy_tr.txt': [one('trueRange', [], 'tr')],
  'spy_trima.txt': [one('trima', [5], 'trima_5'), one('trima', [6], 'trima_6')],
  'spy_trix.txt': [one('trix', [5], 'trix_5')],
  'spy_tsi.csv': [one('tsi', [25, 13], 'tsi_25_13')],
  'spy_ultosc.txt': [one('ultOsc', [7, 14, 28], 'ultosc_7_14_28')],
  'spy_var.txt': [one('variance', [10], 'var'), one('stddev', [10], 'var', { convert: (value) => value * value })],
  'spy_vidya.txt': [one('vidya', [9], 'vidya_9')],
  'spy_with_ChandeKrollStop.csv': [
    {
      ours: 'chandeKroll',
      params: [5, 2, 3],
      columns: { short: 'short_stop', long: 'long_stop' },
      tolerance: 1e-6,
      skip: 100,
    },
  ],
  'spy_with_ForceIndex.csv': [one('forceIndex', [20], 'forceindex20')],
  'spy_with_McGinleyDynamic.csv': [one('mcGinley', [14], 'mcginleydynamic14')],
  'spy_with_StochRSI.csv': [{ ours: 'stochRsi', params: [14, 14, 3], columns: { fastD: 'k' } }],
  'spy_with_adx.txt': [one('adx', [14], 'adx 14', { skip: 250 }), one('adxr', [14], 'adxr 14', { skip: 250 })],
  'spy_with_cci.txt': [one('cci', [14], 'commodity channel index (cci) 14', { tolerance: 1e-2 })],
  'spy_with_chop.csv': [one('choppiness', [14], 'chop14')],
  'spy_with_don50.txt': [
    {
      ours: 'donchian',
      params: [50],
      columns: {
        upper: 'donchian channels 50 top',
        middle: 'donchian channels 50 mean',
        lower: 'donchian channels 50 bottom',
      },
    },
  ],
  'spy_with_ibs.csv': [one('ibs', [], 'ibs')],
  'spy_with_ichimoku.csv': [
    { ours: 'ichimoku', columns: { conversion: 'tenkan', base: 'kijun', spanA: 'senkou a', spanB: 'senkou b' } },
  ],
  'spy_with_indicators.txt': [
    one('sma', [14], 'sma14', { tolerance: 1e-2 }),
    one('ema', [14], 'ema14', { tolerance: 1e-2 }),
    one('rsi', [14], 'rsi 14 wilder'),
  ],
  'spy_with_keltner.csv': [
    {
      ours: 'keltner',
      params: [20, 1.5],
      columns: { upper: 'keltner channels 20 top', middle: 'middle band', lower: 'keltner channels 20 bottom' },
    },
  ],
  'spy_with_kst.csv': [
    { ours: 'kst', params: [5, 10, 15, 25, 5, 5, 5, 10, 9], columns: { kst: 'kst', signal: 'signal' } },
  ],
  'spy_with_macd.txt': [{ ours: 'macd', columns: { macd: 'macd', signal: 'signal', histogram: 'histogram' } }],
  'spy_with_obv.txt': [one('obv', [], 'obv', { tolerance: 5000 })],
  'spy_with_rocp50.txt': [
    one('roc', [50], 'rate of change % 50'),
    one('rocp', [50], 'rate of change % 50', { convert: (value) => value * 100 }),
  ],
  'spy_with_rsv.csv': [one('rogersSatchell', [9], 'rsv9')],
  'spy_with_stoch12k3.txt': [
    { ours: 'stoch', params: [12, 3, 'sma', 5, 'sma'], columns: { slowK: 'stochastics 12 %k 3', slowD: '%d 5' } },
  ],
  'spy_with_vtx.csv': [{ ours: 'vortex', params: [14], columns: { plus: 'plus_vtx', minus: 'minus_vtx' } }],
  'spy_with_vwap.txt': [one('vwap', [50], 'moving vwap 50')],
  'spy_with_vwma.csv': [one('vwma', [20], 'vwma20')],
  'spy_with_williamsR14.txt': [one('willr', [14], 'williams %r 14')],
  'spy_with_zlema.csv': [one('zlema', [5], 'zlema5')],
  'dwac_supertrend.txt': [
    { ours: 'supertrend', params: [10, 3], columns: { stop: 'super' }, tolerance: 0.05, skip: 30 },
  ],
};

const breadth = 'of many symbols at once';
const notBuilt = 'not built in yet';

/** Where Lean and TA-Lib or Tulip define an indicator differently, and what has no counterpart here. */
const leftOut: Readonly<Record<string, string>> = {
  'spy_mama.csv': 'Lean delays the phase otherwise than TA-Lib',
  'spy_with_kvo.csv': "Lean's volume force is |2 (range ÷ sum − 1)|, Klinger's and Tulip's |2 range ÷ sum − 1|",
  'spy_with_fisher.txt': "Lean leaves out the half of the bar before's figure, Tulip and Ehlers' first paper add it",
  'arms_data.txt': breadth,
  'mcclellan_data.csv': breadth,
  'nhnl_data.csv': breadth,
  'alpha_indicator_datatest.csv': 'of two symbols over days that differ',
  'bi_datatest.csv': 'of two symbols over days that differ',
  'spy_sortino.csv': 'a statistic of returns, not an indicator',
  'spy_sr.txt': 'a statistic of returns, not an indicator',
  'spy_arima.csv': 'a fitted model, whose figures depend on the optimiser',
  'spy_hurst_exponent.csv': notBuilt,
  'spy_aps.txt': notBuilt,
  'spy_swiss.txt': notBuilt,
  'td_sequential_test_data.csv': notBuilt,
  'spy_with_rma.csv': notBuilt,
  'spy_with_hilbert.csv': "Lean's own transform; ours is TA-Lib's (htPhasor)",
  'spy_with_sobv.csv': 'a simple average of obv, written sma(obv(bars), 20)',
  'spy_rdv.txt': 'it needs the time of day',
  'tp_datatest.csv': 'a profile of prices, not a series',
  'vp_datatest.csv': 'a profile of prices, not a series',
  'spy_pivot_pnt_hl.txt': 'it is known only bars later',
  'spy_zigzag.csv': 'it is known only bars later',
};

describe.runIf(exists)('Lean', () => {
  for (const [file, list] of Object.entries(held)) {
    it.each(list)(
      `${file}: $ours agrees`,
      ({ ours, params = [], columns, tolerance = 1e-3, skip = 0, convert = (value) => value }) => {
        const data = readColumns(file);
        const indicator = builtInIndicators[ours] as unknown as Indicator;
        const inputs = indicator.takes.map(
          (input) => data[input === 'value' ? 'close' : input] ?? expect.fail(`no column ${input}`),
        );
        const { lookback } = indicator.start(...params);
        const result = indicator.batch(inputs, ...params) as unknown;
        for (const [output, column] of Object.entries(columns)) {
          const got =
            result instanceof Float64Array
              ? result
              : ((result as Record<string, Float64Array>)[output] ?? expect.fail(output));
          const expected = data[column] ?? expect.fail(`no column ${column} in ${Object.keys(data).join('; ')}`);
          let compared = 0;
          for (let i = lookback + skip; i < expected.length; i++) {
            const wanted = expected[i] ?? NaN;
            if (Number.isNaN(wanted)) continue;
            compared++;
            const value = convert(got[i] ?? NaN);
            if (!(Math.abs(value - wanted) <= tolerance + 1e-9 * Math.abs(wanted)))
              expect.fail(`${output} at ${i} of ${expected.length}: ${value} instead of ${wanted}`);
          }
          expect(compared, 'values compared').toBeGreaterThan(4);
        }
      },
    );
  }

  it('has every file either held or left out with a reason', () => {
    expect(files.filter((file) => !(file in held) && !(file in leftOut))).toEqual([]);
  });
});
