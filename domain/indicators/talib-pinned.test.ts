/** Holds the built-in indicators against the regression rows that TA-Lib's own tests pin, with other parameters. */

import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

import { StrategyMistake } from '../strategy/mistake.ts';
import { builtInIndicators } from './index.ts';
import type { BuiltInName, Indicator } from './index.ts';

const shared = new URL('../../../shared/', import.meta.url);
const pinnedUrl = new URL('reference/indicators/talib-pinned.json', shared);
const exists = existsSync(pinnedUrl);

type Row = Readonly<Record<string, string | number>>;

interface Table {
  readonly file: string;
  readonly rows: readonly Row[];
}

const tables: readonly Table[] = exists
  ? (JSON.parse(readFileSync(pinnedUrl, 'utf8')) as { readonly tables: readonly Table[] }).tables
  : [];

const columns = ((): Readonly<Record<string, Float64Array>> => {
  if (!exists) return {};
  const [header = '', ...lines] = readFileSync(new URL('data/talib-ref252.csv', shared), 'utf8').trim().split('\n');
  const rows = lines.map((line) => line.split(',').map(Number));
  const read = Object.fromEntries(
    header.split(',').map((name, i) => [name, Float64Array.from(rows, (row) => row[i] ?? NaN)]),
  );
  const { high, low } = read as { readonly high: Float64Array; readonly low: Float64Array }; // columns of that file
  return { ...read, median: high.map((top, i) => (top + (low[i] ?? NaN)) / 2) };
})();

/** One row as a call of ours: the indicator, its parameters, and which columns a series indicator reads. */
interface Call {
  readonly name: BuiltInName;
  readonly params: readonly unknown[];
  readonly value?: string;
  readonly other?: string;
  /** For each expected value, the output it is for. */
  readonly outputs?: readonly number[];
}

const typeOf = (talib: string | number | undefined): string => String(talib).replace('TA_MAType_', '').toLowerCase();

const directional: Readonly<Record<string, BuiltInName>> = {
  TST_MINUS_DI: 'minusDI',
  TST_PLUS_DI: 'plusDI',
  TST_MINUS_DM: 'minusDM',
  TST_PLUS_DM: 'plusDM',
  TST_DX: 'dx',
  TST_ADX: 'adx',
  TST_ADXR: 'adxr',
};
const byFunction: Readonly<Record<string, (length: number) => Call>> = {
  TA_HT_TRENDMODE_TEST: () => ({ name: 'htTrendMode', params: [], value: 'median' }),
  TA_HT_TRENDLINE_TEST: () => ({ name: 'htTrendline', params: [], value: 'median' }),
  TA_HT_DCPHASE_TEST: () => ({ name: 'htDcPhase', params: [], value: 'median' }),
  TA_HT_DCPERIOD_TEST: () => ({ name: 'htDcPeriod', params: [], value: 'median' }),
  TA_HT_SINE_TEST: () => ({ name: 'htSine', params: [], value: 'median', outputs: [0, 1] }),
  TA_HT_PHASOR_TEST: () => ({ name: 'htPhasor', params: [], value: 'median', outputs: [0, 1] }),
  TA_SIN_TEST: () => ({ name: 'sin', params: [] }),
  TA_MIN_TEST: (length) => ({ name: 'min', params: [length], value: 'open' }),
  TA_MAX_TEST: (length) => ({ name: 'max', params: [length], value: 'open' }),
  TA_MINMAX_TEST: (length) => ({ name: 'minMax', params: [length], value: 'open', outputs: [0] }),
  TA_MOM_TEST: (length) => ({ name: 'mom', params: [length] }),
  TA_ROC_TEST: (length) => ({ name: 'roc', params: [length] }),
  TA_ROCR_TEST: (length) => ({ name: 'rocr', params: [length] }),
  TA_ROCR100_TEST: (length) => ({ name: 'rocr100', params: [length] }),
  TA_TRIX_TEST: (length) => ({ name: 'trix', params: [length] }),
  TA_BETA_TEST: (length) => ({ name: 'beta', params: [length], value: 'high', other: 'low' }),
  TA_CORREL_TEST: (length) => ({ name: 'correl', params: [length], value: 'high', other: 'low' }),
  TA_AROON_UP_TEST: (length) => ({ name: 'aroon', params: [length], outputs: [0] }),
  TA_AROON_DOWN_TEST: (length) => ({ name: 'aroon', params: [length], outputs: [1] }),
  TA_AROONOSC_TEST: (length) => ({ name: 'aroonOsc', params: [length] }),
  TA_ACCBANDS_TEST: (length) => ({ name: 'accBands', params: [length], outputs: [1] }),
  TA_NATR_TEST: (length) => ({ name: 'natr', params: [length] }),
  TA_WILLR_TEST: (length) => ({ name: 'willr', params: [length] }),
  TA_CCI_TEST: (length) => ({ name: 'cci', params: [length] }),
  TA_AD_TEST: () => ({ name: 'ad', params: [] }),
  TA_ADOSC_3_10_TEST: () => ({ name: 'adOsc', params: [3, 10] }),
  TA_ADOSC_5_2_TEST: () => ({ name: 'adOsc', params: [5, 2] }),
  TA_MFI_TEST: (length) => ({ name: 'mfi', params: [length] }),
  TA_AVGPRICE_TEST: () => ({ name: 'avgPrice', params: [] }),
  TA_BOP_TEST: () => ({ name: 'bop', params: [] }),
  TA_RSI_TEST: (length) => ({ name: 'rsi', params: [length] }),
  TA_CMO_TEST: (length) => ({ name: 'cmo', params: [length] }),
};

const callOf = (file: string, row: Row): Call => {
  const length = Number(row['optInTimePeriod'] ?? row['optInTimePeriod1'] ?? NaN);
  switch (file) {
    case 'test_adx.c':
      return { name: directional[String(row['id'])] ?? expect.fail(String(row['id'])), params: [length] };
    case 'test_avgdev.c':
      return { name: 'avgDev', params: [length] };
    case 'test_bbands.c':
      return {
        name: 'bbands',
        params: [length, row['optInNbDevUp'], row['optInNbDevDn'], typeOf(row['optInMethod_3'])],
        outputs: [0, 1, 2],
      };
    case 'test_imi.c':
      return { name: 'imi', params: [length] };
    case 'test_ma.c':
      if (row['id'] === 'TA_MAMA_TEST') return { name: 'mama', params: [], value: 'median', outputs: [0] };
      if (row['id'] === 'TA_FAMA_TEST') return { name: 'mama', params: [], value: 'median', outputs: [1] };
      return {
        name: 'ma',
        params: [length, typeOf(row['optInMAType_1'])],
        value: row['optInMAType_1'] === 'TA_MAType_MAMA' ? 'median' : 'close',
      };
    case 'test_macd.c': {
      const [fast, slow, signal] = [row['optInFastPeriod'], row['optInSlowPeriod'], row['optInSignalPeriod_2']];
      // Upstream runs MACDEXT with exponential averages there.
      return row['testId'] === 'TA_MACD_TEST'
        ? { name: 'macd', params: [fast, slow, signal], outputs: [0, 1, 2] }
        : { name: 'macdExt', params: [fast, 'ema', slow, 'ema', signal, 'ema'], outputs: [0, 1, 2] };
    }
    case 'test_po.c':
      return {
        name: row['doPercentage'] === 1 ? 'ppo' : 'apo',
        params: [row['optInFastPeriod'], row['optInSlowPeriod'], typeOf(row['optInMethod_2'])],
      };
    case 'test_stddev.c':
      return { name: 'stddev', params: [length, row['optInNbDeviation_1']] };
    case 'test_stoch.c': {
      const [first, second, third] = [row['optInPeriod_0'], row['optInPeriod_1'], row['optInPeriod_2']];
      return row['testId'] === 'TEST_STOCH'
        ? {
            name: 'stoch',
            params: [first, second, typeOf(row['optInMAType_1']), third, typeOf(row['optInMAType_2'])],
            outputs: [0, 1],
          }
        : { name: 'stochRsi', params: [first, second, third, typeOf(row['optInMAType_2'])], outputs: [0, 1] };
    }
    case 'test_trange.c':
      return row['doAverage'] === 1 ? { name: 'atr', params: [length] } : { name: 'trueRange', params: [] };
    default:
      if (row['theFunction'] === 'TA_ULTOSC_TEST')
        return { name: 'ultOsc', params: [length, row['optInTimePeriod2'], row['optInTimePeriod3']] };
      return (byFunction[String(row['theFunction'])] ?? expect.fail(`${file}: ${row['theFunction']}`))(length);
  }
};

/** Why a row is not held, or undefined. */
const reasonToLeaveOut = (file: string, row: Row, index: number): string | undefined => {
  if (file === 'test_candlestick.c') return 'candlestick patterns are not built';
  if (file === 'test_sar.c') return "Wilder's worksheet data is not in the file; SAR is held by the default vectors";
  if ('nbElement' in row) return 'names of series of another test, no values';
  if (Number(row['unstablePeriod'] ?? 0) > 0) return 'we have no unstable period';
  if (row['compatibility'] === 'TA_COMPATIBILITY_METASTOCK') return 'we follow the default, not the Metastock start';
  if (String(row['theFunction']).endsWith('INDEX_TEST')) return 'the row repeats the value of MIN, not an index';
  if (String(row['expectedRetCode']).startsWith('TA_OUT_OF_RANGE')) return 'we have no start and end index';
  if (file === 'test_adx.c' && index >= 30)
    return "rows of Wilder's worksheet, which rounds every step to a whole number";
  if (file === 'test_per_ema.c' && (index === 4 || index === 5))
    return 'rows of the Metastock start, which upstream marks outside the row';
  return undefined;
};

/** Upstream accepts 0.01, its rows are cut or rounded to two to six figures; a tenth of that for small values with more decimals. */
const tolerance = (expected: number): number =>
  Math.abs(expected) < 1 && (String(expected).split('.')[1]?.length ?? 0) > 2 ? 0.001 : 0.01;

const outputsOf = (
  indicator: Indicator,
  inputs: readonly Float64Array[],
  params: readonly unknown[],
): readonly Float64Array[] => {
  const result = indicator.batch(inputs, ...params) as unknown;
  return result instanceof Float64Array ? [result] : Object.values(result as Readonly<Record<string, Float64Array>>); // in the order of gives
};

/** Computes a row as TA-Lib does: from the first bar that the lookback before its start index needs. */
const holdRow = (file: string, row: Row): void => {
  const call = callOf(file, row);
  const indicator = builtInIndicators[call.name] as unknown as Indicator;
  if (row['expectedRetCode'] === 'TA_BAD_PARAM') {
    expect(() => indicator.start(...call.params)).toThrow(StrategyMistake);
    return;
  }
  const { lookback } = indicator.start(...call.params);
  const from = Math.max(0, Number(row['startIdx']) - lookback);
  const to = Number(row['endIdx']) + 1;
  const inputs = indicator.takes.map((input) => {
    const column = input === 'value' ? (call.value ?? 'close') : input === 'other' ? (call.other ?? 'high') : input;
    return (columns[column] ?? expect.fail(column)).subarray(from, to);
  });
  const outputs = outputsOf(indicator, inputs, call.params);
  const defined = (outputs[0] as Float64Array).length - lookback;
  expect(Math.max(0, defined), 'number of values').toBe(row['expectedNbElement']);
  if (defined <= 0) return;
  expect(from + lookback, 'first bar').toBe(row['expectedBegIdx']);
  (call.outputs ?? [0]).forEach((output, k) => {
    const suffix = 'oneOfTheExpectedOutRealIndex' in row ? '' : String(k);
    const index = Number(row[`oneOfTheExpectedOutRealIndex${suffix}`]);
    const expected = Number(row[`oneOfTheExpectedOutReal${suffix}`]);
    const got = (outputs[output] as Float64Array)[lookback + index] as number;
    expect(
      Math.abs(got - expected),
      `${call.name}(${call.params.join(', ')}) output ${output} value ${index}: ${got} instead of ${expected}`,
    ).toBeLessThanOrEqual(tolerance(expected));
  });
};

describe.runIf(exists)("TA-Lib's own regression rows", () => {
  for (const { file, rows } of tables) {
    rows.forEach((row, i) => {
      if (reasonToLeaveOut(file, row, i) === undefined) it(`${file} row ${i} holds`, () => holdRow(file, row));
    });
  }

  it('leaves out no more rows than the stated reasons account for', () => {
    const left = tables.flatMap(({ file, rows }) =>
      rows.filter((row, i) => file !== 'test_candlestick.c' && reasonToLeaveOut(file, row, i) !== undefined),
    );
    expect(left.length).toBeLessThan(200);
  });
});
