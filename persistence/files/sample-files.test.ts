import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import {
  actionsFromCloses,
  dayMs,
  formatShort,
  formatTimeframe,
  instrumentOf,
  parseTimeframe,
  resampleBars,
} from '#domain';
import { readPriceFile } from './price-file.ts';

const folder = fileURLToPath(new URL('../../../shared/data/', import.meta.url));

describe.runIf(existsSync(folder))('real files of other projects', () => {
  test.each([
    ['BTCUSD.csv', 156, '1M', '2012-01-31', '2024-12-31', 93381, 0.01, 0.000001],
    ['EURUSD.csv', 5000, '1h', '2017-04-19 09:00', '2018-02-07 15:00', 1.22904, 0.00001, 1],
    ['GOOG.csv', 2148, '1d', '2004-08-19', '2013-03-01', 806.19, 0.01, 1],
    ['bt-2005-2006-day-001.txt', 512, '1d', '2005-01-03', '2006-12-29', 4119.94, 0.01, 1],
    ['bt-2006-01-02-volume-min-001.txt', 6648, '1m', '2006-01-02 09:01', '2006-01-12 22:00', 3664, 1, 1],
    ['bt-2006-day-001.txt', 255, '1d', '2006-01-02', '2006-12-29', 4119.94, 0.01, 1],
    ['bt-2006-min-005.txt', 2142, '5m', '2006-01-02 09:05', '2006-01-30 17:30', 3677.52, 0.01, 1],
    ['bt-2006-volume-day-001.txt', 255, '1d', '2006-01-02', '2006-12-29', 4157, 1, 1],
    ['bt-2006-week-001.txt', 52, '1w', '2006-01-06', '2006-12-29', 4119.94, 0.01, 1],
    ['bt-nvda-1999-2014.txt', 4012, '1d', '1999-01-22', '2014-12-31', 20.049999, 0.000001, 1],
    ['bt-orcl-1995-2014.txt', 5036, '1d', '1995-01-03', '2014-12-31', 44.970001, 0.000001, 1],
    ['bt-yhoo-1996-2014.txt', 4713, '1d', '1996-04-12', '2014-12-31', 50.509998, 0.000001, 1],
    ['lean-spy-daily-adjusted.csv', 5849, '1d', '1998-01-02', '2021-03-31', 396.33, 1e-8, 1],
    ['lean-spy-daily-raw.csv', 5849, '1d', '1998-01-02', '2021-03-31', 396.33, 0.01, 1],
    ['nautilus-btcperp-1m-10000.csv', 10000, '1m', '2021-12-31 23:01', '2022-01-07 21:40', 41985, 1, 0.000001],
    ['talib-ref252.csv', 252, '1d', '1970-01-01', '1970-09-09', 107.87, 0.005, 1],
  ])('%s is read as it is', async (name, count, timeframe, first, last, close, tick, lot) => {
    const { bars, description, timeframe: detected } = await readPriceFile(`${folder}${name}`);
    expect([bars.time.length, detected === null ? null : formatTimeframe(detected)]).toEqual([count, timeframe]);
    expect([formatShort(bars.time[0] ?? NaN), formatShort(bars.time.at(-1) ?? NaN), bars.close.at(-1)]).toEqual([
      first,
      last,
      close,
    ]);
    expect(instrumentOf(description, name)).toMatchObject({ tick, lot });
  });

  test('backtrader’s weeks are those resampled from its days, dated by their last trading day', async () => {
    const [daily, weekly] = await Promise.all(
      ['bt-2006-day-001.txt', 'bt-2006-week-001.txt'].map(async (name) => (await readPriceFile(folder + name)).bars),
    );
    if (daily === undefined || weekly === undefined) throw new Error('files are missing');
    const { bars } = resampleBars(daily, { from: parseTimeframe('1d'), to: parseTimeframe('1w'), label: 'end' });
    expect([...bars.time].map(formatShort)).toEqual([...weekly.time].map(formatShort));
    for (const column of ['open', 'high', 'low', 'close'] as const)
      expect([...bars[column]]).toEqual([...weekly[column]]);
  });

  test('backtrader’s five-minute bars make its days', async () => {
    const [fine, daily] = await Promise.all(
      ['bt-2006-min-005.txt', 'bt-2006-day-001.txt'].map(async (name) => (await readPriceFile(folder + name)).bars),
    );
    if (fine === undefined || daily === undefined) throw new Error('files are missing');
    const { bars } = resampleBars(fine, { from: parseTimeframe('5m'), to: parseTimeframe('1d'), label: 'end' });
    expect([...bars.time].map((time) => time - dayMs)).toEqual([...daily.time.subarray(0, bars.time.length)]);
    // the two files disagree on the high of one day
    expect(bars.high.filter((high, i) => high === daily.high[i]).length).toBeGreaterThanOrEqual(bars.time.length - 1);
    expect([...bars.low]).toEqual([...daily.low.subarray(0, bars.time.length)]);
  });

  test('dividends come out of Yahoo’s and Lean’s adjusted closes', async () => {
    const oracle = await readPriceFile(`${folder}bt-orcl-1995-2014.txt`);
    const dividends = actionsFromCloses({ ...oracle.bars, adjustedClose: oracle.adjustedClose ?? new Float64Array(0) });
    expect(
      dividends.map((action) => (action.type === 'dividend' ? Math.round(action.amount * 1e4) / 1e4 : action.type)),
    ).toEqual([
      0.05, 0.05, 0.05, 0.05, 0.05, 0.05, 0.05, 0.05, 0.06, 0.06, 0.06, 0.06, 0.06, 0.06, 0.06, 0.18, 0.12, 0.12, 0.12,
      0.12, 0.12, 0.12,
    ]);
    const [raw, adjusted] = await Promise.all(
      ['raw', 'adjusted'].map(async (kind) => (await readPriceFile(`${folder}lean-spy-daily-${kind}.csv`)).bars),
    );
    if (raw === undefined || adjusted === undefined) throw new Error('files are missing');
    const quarterly = actionsFromCloses({ ...raw, adjustedClose: adjusted.close });
    expect(quarterly).toHaveLength(94);
    expect(quarterly.every((action) => action.type === 'dividend' && action.amount > 0.1 && action.amount < 2)).toBe(
      true,
    );
    expect(formatShort(quarterly.at(-1)?.time ?? NaN)).toBe('2021-03-19');
  });
});
