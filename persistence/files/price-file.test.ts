import { appendFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { formatTimeframe } from '#domain';
import { lineBytesMax } from './file-lines.ts';
import { PriceFileError } from './price-file-error.ts';
import { barsFromJson, readPriceFile } from './price-file.ts';
import type { PriceFile } from './price-file.ts';
import type { PriceFileOptions } from './price-rows.ts';

let folder = '';
let files = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'price-file-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

const write = async (content: string | Uint8Array, name = `${++files}.csv`): Promise<string> => {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
};
const read = async (content: string | Uint8Array, options?: PriceFileOptions): Promise<PriceFile> =>
  await readPriceFile(await write(content), options);
const refusal = async (content: string | Uint8Array, options?: PriceFileOptions): Promise<PriceFileError> => {
  try {
    await read(content, options);
  } catch (error) {
    if (error instanceof PriceFileError) return error;
    throw error;
  }
  throw new Error('the file was read');
};
/** Time, open, high, low, close and volume of each bar. */
const rowsOf = ({ bars }: PriceFile): number[][] =>
  Array.from(bars.time, (time, i) =>
    [time, bars.open[i], bars.high[i], bars.low[i], bars.close[i], bars.volume[i]].map((value) => value ?? NaN),
  );
const timeframeOf = ({ timeframe }: PriceFile): string | null =>
  timeframe === null ? null : formatTimeframe(timeframe);

const january = (day: number, hour = 0, minute = 0): number => Date.UTC(2020, 0, day, hour, minute);

/** Three bars, a day apart, as every daily layout below tells them. */
const threeDays = [
  [january(2), 10, 12, 9, 11, 100],
  [january(3), 11, 13, 10, 12, 200],
  [january(6), 12, 14, 11, 13, 300],
];
const threeMinutes = threeDays.map(([, ...rest], i) => [january(2, 9, 30 + i), ...rest]);

describe('layouts of daily bars', () => {
  test.each([
    [
      'plain',
      'time,open,high,low,close,volume\n2020-01-02,10,12,9,11,100\n2020-01-03,11,13,10,12,200\n2020-01-06,12,14,11,13,300\n',
    ],
    [
      'pandas with a nameless index',
      ',Open,High,Low,Close,Volume\n2020-01-02,10.0,12.0,9.0,11.0,100\n2020-01-03,11.0,13.0,10.0,12.0,200\n2020-01-06,12.0,14.0,11.0,13.0,300\n',
    ],
    [
      'Yahoo',
      'Date,Open,High,Low,Close,Adj Close,Volume\n2020-01-02,10,12,9,11,10.5,100\n2020-01-03,11,13,10,12,11.5,200\n2020-01-06,12,14,11,13,12.5,300',
    ],
    [
      'yfinance with stacked headers',
      'Price,Close,High,Low,Open,Volume\nTicker,SPY,SPY,SPY,SPY,SPY\nDate,,,,,\n2020-01-02,11,12,9,10,100\n2020-01-03,12,13,10,11,200\n2020-01-06,13,14,11,12,300\n',
    ],
    [
      'Stooq in full',
      '<TICKER>,<PER>,<DATE>,<TIME>,<OPEN>,<HIGH>,<LOW>,<CLOSE>,<VOL>,<OPENINT>\nSPY.US,D,20200102,000000,10,12,9,11,100,0\nSPY.US,D,20200103,000000,11,13,10,12,200,0\nSPY.US,D,20200106,000000,12,14,11,13,300,0\n',
    ],
    [
      'Alpha Vantage, newest first',
      'timestamp,open,high,low,close,volume\n2020-01-06,12,14,11,13,300\n2020-01-03,11,13,10,12,200\n2020-01-02,10,12,9,11,100\n',
    ],
    [
      'Nasdaq with dollars, month first and newest first',
      'Date,Close/Last,Volume,Open,High,Low\n01/06/2020,$13.00,300,$12.00,$14.00,$11.00\n01/03/2020,$12.00,200,$11.00,$13.00,$10.00\n01/02/2020,$11.00,100,$10.00,$12.00,$9.00\n',
      { dateFormat: 'mdy' },
    ],
    [
      'Investing.com with names of months, quotes and suffixes',
      '"Date","Price","Open","High","Low","Vol.","Change %"\n"Jan 06, 2020","13.00","12.00","14.00","11.00","0.3K","1.0%"\n"Jan 03, 2020","12.00","11.00","13.00","10.00","0.2K","-1.0%"\n"Jan 02, 2020","11.00","10.00","12.00","9.00","0.1K","1.0%"\n',
    ],
    [
      'MetaTrader 5',
      '<DATE>\t<OPEN>\t<HIGH>\t<LOW>\t<CLOSE>\t<TICKVOL>\t<VOL>\t<SPREAD>\n2020.01.02\t10\t12\t9\t11\t100\t0\t2\n2020.01.03\t11\t13\t10\t12\t200\t0\t2\n2020.01.06\t12\t14\t11\t13\t300\t0\t2\n',
    ],
    [
      'European, with semicolons, decimal commas and days first',
      'Datum;Open;High;Low;Close;Volume\n02.01.2020;10,0;12,0;9,00;11,0;100\n03.01.2020;11,0;13,0;10,0;12,0;200\n06.01.2020;12,0;14,0;11,0;13,0;300\n',
    ],
    [
      'TradingView with seconds since 1970',
      'time,open,high,low,close,Volume\n1577923200,10,12,9,11,100\n1578009600,11,13,10,12,200\n1578268800,12,14,11,13,300\n',
    ],
    [
      'Kraken without header',
      '1577923200,10,12,9,11,100,7\n1578009600,11,13,10,12,200,8\n1578268800,12,14,11,13,300,9\n',
    ],
    [
      'Binance without header',
      '1577923200000,10,12,9,11,100,1578009599999,1,2,3,4,0\n1578009600000,11,13,10,12,200,1578095999999,1,2,3,4,0\n1578268800000,12,14,11,13,300,1578355199999,1,2,3,4,0\n',
    ],
    [
      'Binance in microseconds, with header',
      'open_time,open,high,low,close,volume,close_time,quote_volume,count,taker_buy_volume,taker_buy_quote_volume,ignore\n1577923200000000,10,12,9,11,100,1578009599999999,1,2,3,4,0\n1578009600000000,11,13,10,12,200,1578095999999999,1,2,3,4,0\n1578268800000000,12,14,11,13,300,1578355199999999,1,2,3,4,0\n',
    ],
    [
      'CryptoDataDownload with an address first',
      'https://www.CryptoDataDownload.com\nunix,date,symbol,open,high,low,close,Volume BTC,Volume USD\n1578268800,2020-01-06 00:00:00,BTC/USD,12,14,11,13,300,9\n1578009600,2020-01-03 00:00:00,BTC/USD,11,13,10,12,200,9\n1577923200000,2020-01-02 00:00:00,BTC/USD,10,12,9,11,100,9\n',
    ],
    [
      'Polygon and Alpaca',
      't,o,h,l,c,v,n,vw\n2020-01-02T00:00:00Z,10,12,9,11,100,1,1\n2020-01-03T00:00:00Z,11,13,10,12,200,1,1\n2020-01-06T00:00:00Z,12,14,11,13,300,1,1\n',
    ],
    [
      'quantmod',
      '"","GOOG.Open","GOOG.High","GOOG.Low","GOOG.Close","GOOG.Volume","GOOG.Adjusted"\n"2020-01-02",10,12,9,11,100,1\n"2020-01-03",11,13,10,12,200,1\n"2020-01-06",12,14,11,13,300,1\n',
    ],
    [
      'names of rows without a name above them',
      'open,high,low,close,volume\n2020-01-02,10,12,9,11,100\n2020-01-03,11,13,10,12,200\n2020-01-06,12,14,11,13,300\n',
    ],
    [
      'a delimiter after each row',
      'date,open,high,low,close,volume\n2020-01-02,10,12,9,11,100,\n2020-01-03,11,13,10,12,200,\n2020-01-06,12,14,11,13,300,\n',
    ],
    [
      'Excel’s separator line',
      'sep=;\ndate;open;high;low;close;volume\n2020-01-02;10;12;9;11;100\n2020-01-03;11;13;10;12;200\n2020-01-06;12;14;11;13;300\n',
    ],
    [
      'comment lines and blank lines',
      '# made by hand\n\ndate,open,high,low,close,volume\n2020-01-02,10,12,9,11,100\n\n2020-01-03,11,13,10,12,200\n2020-01-06,12,14,11,13,300\n\n\n',
    ],
    [
      'thousands marks in quotes',
      'date,open,high,low,close,volume\n2020-01-02,"10","12","9","11","100"\n2020-01-03,"11.00","13","10","12","200"\n2020-01-06,12,14,11,13,"300"\n',
    ],
    [
      'bars between the fields',
      'date|open|high|low|close|volume\n2020-01-02|10|12|9|11|100\n2020-01-03|11|13|10|12|200\n2020-01-06|12|14|11|13|300\n',
    ],
    [
      'two-digit years after names of months',
      'Date,Open,High,Low,Close,Volume\n2-Jan-20,10,12,9,11,100\n3-Jan-20,11,13,10,12,200\n6-Jan-20,12,14,11,13,300\n',
    ],
  ] as const)('%s', async (_name, content, options?: PriceFileOptions) => {
    const file = await read(content, options);
    expect(rowsOf(file)).toEqual(threeDays);
    expect(timeframeOf(file)).toBe('1d');
  });

  test('with a byte order mark, CRLF, CR alone, UTF-16, gzip and no last line break', async () => {
    const text =
      'date,open,high,low,close,volume\n2020-01-02,10,12,9,11,100\n2020-01-03,11,13,10,12,200\n2020-01-06,12,14,11,13,300';
    const variants = [
      `\uFEFF${text}`,
      text.replaceAll('\n', '\r\n'),
      `${text.replaceAll('\n', '\r\n')}\r\n`,
      text.replaceAll('\n', '\r'),
      Buffer.from(`\uFEFF${text}`, 'utf16le'),
      Buffer.from(`\uFEFF${text}`, 'utf16le').swap16(),
      gzipSync(text),
      gzipSync(`\uFEFF${text.replaceAll('\n', '\r\n')}`),
    ];
    for (const variant of variants) expect(rowsOf(await read(variant))).toEqual(threeDays);
  });
});

describe('layouts of bars within the day', () => {
  test.each([
    [
      'MetaTrader 4',
      '2020.01.02,09:30,10,12,9,11,100\n2020.01.02,09:31,11,13,10,12,200\n2020.01.02,09:32,12,14,11,13,300\n',
    ],
    ['HistData', '20200102 093000;10;12;9;11;100\n20200102 093100;11;13;10;12;200\n20200102 093200;12;14;11;13;300\n'],
    [
      'Dukascopy',
      'Gmt time,Open,High,Low,Close,Volume\n02.01.2020 09:30:00.000,10,12,9,11,100\n02.01.2020 09:31:00.000,11,13,10,12,200\n02.01.2020 09:32:00.000,12,14,11,13,300\n',
    ],
    [
      'backtrader with date and time apart',
      'Date,Time,Open,High,Low,Close,Volume,OpenInterest\n2020-01-02,09:30:00,10,12,9,11,100,0\n2020-01-02,09:31:00,11,13,10,12,200,0\n2020-01-02,09:32:00,12,14,11,13,300,0\n',
    ],
    [
      'backtrader with one field more than the header',
      'Date,Open,High,Low,Close,Volume,OpenInterest\r\n2020-01-02,09:30:00,10,12,9,11,100,0\r\n2020-01-02,09:31:00,11,13,10,12,200,0\r\n2020-01-02,09:32:00,12,14,11,13,300,0\r\n',
    ],
    [
      'nautilus with microseconds',
      'timestamp,open,high,low,close,volume\n2020-01-02 09:30:00.000000,10,12,9,11,100\n2020-01-02 09:31:00.000000,11,13,10,12,200\n2020-01-02 09:32:00.000000,12,14,11,13,300\n',
    ],
    [
      'offsets in the text',
      'time,open,high,low,close,volume\n2020-01-02T04:30:00-05:00,10,12,9,11,100\n2020-01-02T04:31:00-05:00,11,13,10,12,200\n2020-01-02T04:32:00-05:00,12,14,11,13,300\n',
    ],
    [
      'Stooq without leading zeros',
      '<DATE>,<TIME>,<OPEN>,<HIGH>,<LOW>,<CLOSE>,<VOL>\n20200102,93000,10,12,9,11,100\n20200102,93100,11,13,10,12,200\n20200102,93200,12,14,11,13,300\n',
    ],
    [
      'half days',
      'Date,Open,High,Low,Close,Volume\n01/02/2020 9:30 AM,10,12,9,11,100\n01/02/2020 9:31 AM,11,13,10,12,200\n01/02/2020 9:32 AM,12,14,11,13,300\n',
      { dateFormat: 'mdy' },
    ],
    [
      'New York’s wall clock',
      'time,open,high,low,close,volume\n2020-01-02 04:30,10,12,9,11,100\n2020-01-02 04:31,11,13,10,12,200\n2020-01-02 04:32,12,14,11,13,300\n',
      { timeZone: 'America/New_York' },
    ],
    [
      'New York’s wall clock beside the date',
      'date,time,open,high,low,close,volume\n2020-01-02,04:30,10,12,9,11,100\n2020-01-02,04:31,11,13,10,12,200\n2020-01-02,04:32,12,14,11,13,300\n',
      { timeZone: 'America/New_York' },
    ],
  ] as const)('%s', async (_name, content, options?: PriceFileOptions) => {
    const file = await read(content, options);
    expect(rowsOf(file)).toEqual(threeMinutes);
    expect(timeframeOf(file)).toBe('1m');
  });

  test('a zone does not move moments that say their own offset, nor days', async () => {
    const zoned = await read(
      'time,open,high,low,close,volume\n2020-01-02T09:30:00Z,10,12,9,11,100\n2020-01-02T09:31:00Z,11,13,10,12,200\n',
      { timeZone: 'Asia/Tokyo' },
    );
    expect([...zoned.bars.time]).toEqual([january(2, 9, 30), january(2, 9, 31)]);
    const days = await read('time,open,high,low,close\n2020-01-02,10,12,9,11\n2020-01-03,11,13,10,12\n', {
      timeZone: 'Asia/Tokyo',
    });
    expect([...days.bars.time]).toEqual([january(2), january(3)]);
  });
});

describe('files that say less', () => {
  test('numbered rows are days, with a note', async () => {
    const file = await read(
      'index,open,high,low,close,volume\n0,10,12,9,11,100\n1,11,13,10,12,200\n2,12,14,11,13,300\n',
    );
    expect([...file.bars.time]).toEqual([0, 86_400_000, 172_800_000]);
    expect(file.notes.join()).toContain('numbered');
  });

  test('rows without any time are days, with a note', async () => {
    const file = await read('open,high,low,close\n10,12,9,11\n11,13,10,12\n');
    expect([...file.bars.time]).toEqual([0, 86_400_000]);
    expect(file.notes.join()).toContain('no column for time');
    expect(file.notes.join()).toContain('no column for volume');
  });

  test('closes alone become bars without range, with a note', async () => {
    const file = await read('date,price\n2020-01-02,10\n2020-01-03,11\n');
    expect(rowsOf(file)).toEqual([
      [january(2), 10, 10, 10, 10, 0],
      [january(3), 11, 11, 11, 11, 0],
    ]);
    expect(file.notes.join()).toContain('one price');
  });

  test('adjusted closes come along', async () => {
    const file = await read(
      'Date,Open,High,Low,Close,Adj Close,Volume\n2020-01-02,10,12,9,11,10.5,100\n2020-01-03,11,13,10,12,11.5,200\n',
    );
    expect([...(file.adjustedClose ?? [])]).toEqual([10.5, 11.5]);
  });

  test('columns with unknown names can be named by the caller', async () => {
    const file = await read('when,a,b,c,d\n2020-01-02,10,12,9,11\n2020-01-03,11,13,10,12\n', {
      columns: { time: 'WHEN', open: 2, high: 'b', low: 'c', close: 5 },
    });
    expect(rowsOf(file)[1]).toEqual([january(3), 11, 13, 10, 12, 0]);
    expect(await refusal('when,a,b,c,d\n2020-01-02,10,12,9,11\n', { columns: { time: 'then' } })).toMatchObject({
      code: 'price-file-no-such-column',
      remedy: expect.stringContaining('"when"') as string,
    });
  });

  test('the layout is told in a line', async () => {
    expect(
      (await read('Datum;Open;High;Low;Close;Adj Close\n02.01.2020;10,5;12;9;11;11\n13.01.2020;11;13;10;12;12\n'))
        .layout,
    ).toBe(
      'separated by semicolons, data from line 2, time from "Datum", open, high, low, close, adjustedClose from "Adj Close", decimal comma, day-first',
    );
  });

  test('one row is enough', async () => {
    const file = await read('time,open,high,low,close,volume\n2020-01-02,10,12,9,11,100\n');
    expect([rowsOf(file), file.timeframe]).toEqual([[threeDays[0]], null]);
  });
});

describe('day and month', () => {
  const dated = (...dates: string[]): string =>
    `Date,Open,High,Low,Close\n${dates.map((date) => `${date},10,12,9,11`).join('\n')}\n`;

  test('are told apart by a single row, however late', async () => {
    const early = Array.from({ length: 12 }, (_, i) => `${String(i + 1).padStart(2, '0')}/01/2020`);
    const monthFirst = await read(dated(...early, '12/31/2020'));
    expect(monthFirst.bars.time[1]).toBe(Date.UTC(2020, 1, 1));
    const many = Array.from(
      { length: 1000 },
      (_, i) => `01/01/2020 ${String(Math.floor(i / 60)).padStart(2, '0')}:${String(i % 60).padStart(2, '0')}`,
    );
    const dayFirst = await read(dated(...many, '02/01/2020 00:00', '13/01/2020 00:00'));
    expect(dayFirst.bars.time[1000]).toBe(january(2));
  });

  test('that nothing tells apart are refused with what to say', async () => {
    expect(await refusal(dated('01/02/2020', '02/02/2020', '03/02/2020'))).toMatchObject({
      code: 'price-file-ambiguous-dates',
      field: 'Date',
      remedy: expect.stringContaining('--date-format') as string,
    });
    expect((await read(dated('01/02/2020', '02/02/2020'), { dateFormat: 'dmy' })).bars.time[1]).toBe(
      Date.UTC(2020, 1, 2),
    );
    expect((await read(dated('01/02/2020', '02/02/2020'), { dateFormat: 'mdy' })).bars.time[0]).toBe(january(2));
    expect((await read(dated('20/01/02', '20/01/03'), { dateFormat: 'ymd' })).bars.time[0]).toBe(january(2));
    expect(await refusal(dated('01/02/2020'), { dateFormat: 'american' })).toMatchObject({
      code: 'price-file-date-format',
    });
  });

  test('that contradict the rest make a bad row', async () => {
    expect(await refusal(dated('01/13/2020', '01/14/2020', '15/01/2020'))).toMatchObject({
      code: 'price-file-bad-row',
      line: 4,
      field: 'Date',
    });
  });
});

describe('order and repetition', () => {
  const header = 'time,open,high,low,close,volume\n';
  const [first, second, third] = [
    '2020-01-02,10,12,9,11,100\n',
    '2020-01-03,11,13,10,12,200\n',
    '2020-01-06,12,14,11,13,300\n',
  ] as const;

  test('unsorted rows are sorted, with a note', async () => {
    const file = await read(header + second + first + third);
    expect(rowsOf(file)).toEqual(threeDays);
    expect(file.notes).toContain('rows were not in order of time: sorted');
  });

  test('newest first is turned round, with a note', async () => {
    expect((await read(header + third + second + first)).notes).toContain('rows were newest first: turned round');
  });

  test.each([
    ['side by side', first + first + second + third],
    ['apart', first + second + third + first],
    ['newest first', third + second + second + first],
  ])('exact repetitions %s are left out, with a note', async (_name, rows) => {
    const file = await read(header + rows);
    expect(rowsOf(file)).toEqual(threeDays);
    expect(file.notes).toContain('1 row repeats another exactly: left out');
  });

  test.each([
    ['side by side', first + '2020-01-02,10,12,9,11,999\n' + second, 3, 2],
    ['apart', first + second + third + '2020-01-02,10,12,9,11,999\n', 5, 2],
  ])('other values for the same time %s are a bad row', async (_name, rows, line, other) => {
    const error = await refusal(header + rows);
    expect(error).toMatchObject({ code: 'price-file-bad-row', line, field: 'time', badRowCount: 1 });
    expect(error.message).toContain(`line ${other}`);
    expect(rowsOf(await read(header + rows, { skipBad: true }))).toEqual(
      threeDays.slice(0, rows.includes(third) ? 3 : 2),
    );
  });

  test('gaps are noted with their number and the largest', async () => {
    const days = [2, 3, 6, 7, 20, 21, 22].map((day) => `2020-01-${String(day).padStart(2, '0')},10,12,9,11,100\n`);
    expect((await read(header + days.join(''))).notes).toContain(
      '1 gap beyond the usual pauses, from 2020-01-07 to 2020-01-20 (bars of 1d)',
    );
  });
});

describe('bad rows', () => {
  const header = 'Time,Open,High,Low,Close,Volume\n';
  const good = '2020-01-02,10,12,9,11,100\n';
  test.each([
    ['abc for a price', '2020-01-03,10,abc,9,11,100', 'High', '"abc" is not a number'],
    ['an empty price', '2020-01-03,10,12,,11,100', 'Low', 'is missing'],
    ['null', '2020-01-03,null,null,null,null,null', 'Open', 'is missing'],
    ['a high below the low', '2020-01-03,10,9,12,11,100', 'high', 'the high is below the low'],
    ['an open above the high', '2020-01-03,13,12,9,11,100', 'open', 'the open is above the high'],
    ['a close below the low', '2020-01-03,10,12,9,8,100', 'close', 'the close is below the low'],
    ['a price of zero', '2020-01-03,10,12,0,11,100', 'low', 'the low is zero'],
    ['a negative volume', '2020-01-03,10,12,9,11,-1', 'volume', 'the volume is negative'],
    ['a day that does not exist', '2020-02-30,10,12,9,11,100', 'Time', '"2020-02-30" is not a date or time'],
    ['no day', ',10,12,9,11,100', 'Time', 'is missing'],
    ['a field too few', '2020-01-03,10,12,9,11', null, '5 fields where the others have 6'],
    ['a field too many', '2020-01-03,10,12,9,11,100,7', null, '7 fields'],
    ['an open quote', '2020-01-03,"10,12,9,11,100', null, 'quotes do not match'],
    ['control characters', '2020-01-03,10,1\u001b[31m2,9,11,100', 'High', '"1\\u001b[31m2" is not a number'],
    ['words', 'end of file', null, '1 field where'],
    ['a price with the wrong mark', '2020-01-03,10,1.2.3,9,11,100', 'High', 'is not a number'],
  ])('%s is named by line, column and content', async (_name, row, field, problem) => {
    const content = `${header}${good}${row}\n2020-01-06,10,12,9,11,100\n`;
    const error = await refusal(content);
    expect(error).toMatchObject({ code: 'price-file-bad-row', line: 3, field, badRowCount: 1 });
    expect(error.message).toContain('line 3');
    expect(error.message).toContain(problem);
    expect(error.remedy).toContain('--skip-bad');
    const skipped = await read(content, { skipBad: true });
    expect(skipped.bars.time.length).toBe(2);
    expect(skipped).toMatchObject({ rejectedCount: 1, rejected: [{ line: 3 }] });
    expect(skipped.notes).toContain('1 bad row left out');
  });

  test('are listed to ten and counted', async () => {
    const error = await refusal(header + good + '2020-01-03,x,12,9,11,100\n'.repeat(250) + good);
    expect(error.badRowCount).toBe(250);
    expect(error.badRows).toHaveLength(10);
    expect(error.message.split('\n')).toHaveLength(12);
    expect(error.message).toContain('and 240 more');
  });

  test('that come of calling adjusted closes the close are answered with --adjust', async () => {
    for (const [name, close] of [
      ['Adj Close', 'adj close'],
      ['GOOG.Adjusted.Close', 6],
    ] as const) {
      const text = `Date,Open,High,Low,Close,${name}\n2020-01-02,10,12,9,11,5\n`;
      expect(await refusal(text, { columns: { close } })).toMatchObject({
        code: 'price-file-bad-row',
        remedy: expect.stringContaining('--adjust') as string,
      });
    }
    expect((await refusal('Date,Open,High,Low,Close\n2020-01-02,10,12,9,13\n')).remedy).toContain('--skip-bad');
  });

  test('are those with NUL bytes deep in a file', async () => {
    const rows = Array.from(
      { length: 500 },
      (_, i) => `${new Date(i * 86_400_000).toISOString().slice(0, 10)},10,12,9,11,100\n`,
    );
    expect(await refusal(`${header}${rows.join('')}2020-01-03,10,1\u00002,9,11,100\n`)).toMatchObject({
      code: 'price-file-bad-row',
      line: 502,
      field: 'High',
    });
  });

  test('are an error when nothing else is there, even when they may be skipped', async () => {
    expect(await refusal(`${header}2020-01-03,10,9,12,11,100\n`, { skipBad: true })).toMatchObject({
      code: 'price-file-bad-row',
    });
  });

  test('do not include rounding of adjusted prices', async () => {
    expect((await read(`${header}2020-01-03,12.0000000001,12,9,11,100\n`)).bars.open[0]).toBe(12.0000000001);
  });

  test('do not include negative prices, which are noted', async () => {
    const file = await read(`${header}2020-04-17,18,19,17,18,1\n2020-04-20,17,18,-40,-37,1\n`);
    expect(file.bars.close[1]).toBe(-37);
    expect(file.notes.join()).toContain('1 bar has negative prices, first at line 3');
  });

  test('do not include rows without volume, which are counted', async () => {
    expect((await read(`${header}${good}2020-01-03,10,12,9,11,\n`)).notes).toContain(
      '1 rows have no volume: taken as 0',
    );
  });
});

describe('several symbols', () => {
  const content =
    'date,symbol,open,high,low,close,volume\n2020-01-02,A,10,12,9,11,100\n2020-01-02,B,20,22,19,21,100\n2020-01-03,A,11,13,10,12,200\n2020-01-03,B,21,23,20,22,200\n2020-01-06,A,12,14,11,13,300\n';
  test('are refused, with both named', async () => {
    const error = await refusal(content);
    expect(error).toMatchObject({ code: 'price-file-several-symbols', line: 3 });
    expect(error.message).toContain('"A"');
    expect(error.message).toContain('"B"');
  });

  test('are read one at a time when asked for', async () => {
    expect(rowsOf(await read(content, { symbol: 'A' }))).toEqual(threeDays);
    expect((await read(content, { symbol: 'B' })).bars.time.length).toBe(2);
    expect(await refusal(content, { symbol: 'C' })).toMatchObject({ code: 'price-file-no-such-symbol' });
  });
});

describe('files that are no price files', () => {
  test.each([
    ['an empty file', '', 'price-file-empty'],
    ['blank lines', '\n \n\n', 'price-file-empty'],
    ['a byte order mark', '\uFEFF', 'price-file-empty'],
    ['a header only', 'time,open,high,low,close,volume\n', 'price-file-no-rows'],
    ['a header only, quoted', '"Date","Open","High","Low","Close"\r\n', 'price-file-no-rows'],
    [
      'prose',
      'Call me Ishmael. Some years ago, never mind how long precisely,\nhaving little or no money in my purse.\n',
      'price-file-layout',
    ],
    ['one word', 'hello', 'price-file-layout'],
    ['numbers without order', '1,5,2,9\n3,8,1,2\n7,1,9,4\n', 'price-file-layout'],
    ['a web page', '<!doctype html>\n<html><body>404</body></html>\n', 'price-file-layout'],
    ['another table', 'name,age\nAnn,31\nBob,42\n', 'price-file-missing-column'],
    ['no low', 'time,open,high,close\n2020-01-02,10,12,11\n2020-01-03,10,12,11\n', 'price-file-missing-column'],
    ['a zip archive', 'PK\u0003\u0004rest', 'price-file-format'],
    ['a Parquet file', 'PAR1rest', 'price-file-format'],
    ['a program', '\u007fELF\u0002\u0001\u0001\u0000\u0000\u0000', 'price-file-format'],
    ['broken JSON', '{"bars":[', 'price-file-json'],
    ['JSON without bars', '{"a":1}', 'price-file-json'],
  ])('%s', async (_name, content, code) => {
    expect(await refusal(content)).toMatchObject({ code, name: 'PriceFileError' });
  });

  test('random bytes', async () => {
    const bytes = Buffer.from(Array.from({ length: 5000 }, (_, i) => (((i * 7919) ^ (i >> 3)) % 255) + 1));
    expect((await refusal(bytes)).code).toMatch(/^price-file-/);
  });

  test('gzip that is cut short or holds no text', async () => {
    const packed = gzipSync('time,open,high,low,close\n' + '2020-01-02,10,12,9,11\n'.repeat(1000));
    expect(await refusal(packed.subarray(0, packed.length - 12))).toMatchObject({ code: 'price-file-compression' });
    expect(await refusal(gzipSync(Buffer.alloc(1000)))).toMatchObject({ code: 'price-file-format' });
  });

  test('a line without end', async () => {
    expect(await refusal('9'.repeat(3_000_000))).toMatchObject({ code: 'price-file-line-too-long' });
    expect(
      await refusal(
        `time,open,high,low,close\n2020-01-02,10,12,9,11\n${'9'.repeat(lineBytesMax + 1)}\n2020-01-03,10,12,9,11\n`,
      ),
    ).toMatchObject({ code: 'price-file-line-too-long', line: 3 });
  });

  test('what is not there, is a folder, or may not be read', async () => {
    await expect(readPriceFile(join(folder, 'nothing.csv'))).rejects.toMatchObject({
      code: 'price-file-missing',
      cause: expect.objectContaining({ code: 'ENOENT' }) as Error,
    });
    await mkdir(join(folder, 'sub'));
    await expect(readPriceFile(join(folder, 'sub'))).rejects.toMatchObject({ code: 'price-file-is-folder' });
    await expect(readPriceFile(join(folder, '1.csv', 'below'))).rejects.toMatchObject({ code: 'price-file-missing' });
  });

  test('what can not be opened', async () => {
    const path = join(folder, 'circle.csv');
    await symlink(path, path);
    await expect(readPriceFile(path)).rejects.toMatchObject({ code: 'price-file-unreadable' });
  });

  test('a zone that nobody knows', async () => {
    expect(
      await refusal('time,open,high,low,close\n2020-01-02,10,12,9,11\n', { timeZone: 'Mars/Olympus' }),
    ).toMatchObject({ code: 'price-file-time-zone' });
  });
});

describe('large files', () => {
  const rows = (count: number): string =>
    Array.from({ length: count }, (_, i) => `${new Date(1.5e12 + i * 60_000).toISOString()},10,12,9,11,${i}\n`).join(
      '',
    );

  test('are read over many pieces without losing or doubling a row', async () => {
    const content = `time,open,high,low,close,volume\n${rows(100_000)}`;
    for (const variant of [content, gzipSync(content), content.replaceAll('\n', '\r\n')]) {
      const { bars } = await read(variant);
      expect(bars.time.length).toBe(100_000);
      expect(bars.volume.every((volume, i) => volume === i && bars.time[i] === 1.5e12 + i * 60_000)).toBe(true);
    }
  });

  test('tell how far they have come', async () => {
    const seen: number[] = [];
    let total = 0;
    await read(`time,open,high,low,close,volume\n${rows(50_000)}`, {
      onProgress: ({ bytesDone, bytesTotal }) => {
        seen.push(bytesDone);
        total = bytesTotal;
      },
    });
    expect(seen.length).toBeGreaterThan(1);
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
    expect(seen.at(-1)).toBe(total);
  });

  test('that change meanwhile are refused', async () => {
    const path = await write(`time,open,high,low,close,volume\n${rows(50_000)}`);
    let isChanged = false;
    await expect(
      readPriceFile(path, {
        onProgress: () => {
          if (!isChanged) appendFileSync(path, rows(1));
          isChanged = true;
        },
      }),
    ).rejects.toMatchObject({ code: 'price-file-changed' });
  });

  test('can be given up', async () => {
    const path = await write(`time,open,high,low,close,volume\n${rows(50_000)}`);
    const giveUp = new AbortController();
    await expect(
      readPriceFile(path, { signal: giveUp.signal, onProgress: () => giveUp.abort() }),
    ).rejects.toMatchObject({ name: 'AbortError' });
  });
});

describe('JSON bars', () => {
  const wanted = threeDays.slice(0, 2);
  test.each([
    [
      'objects in bars',
      {
        bars: [
          { time: '2020-01-02', open: 10, high: 12, low: 9, close: 11, volume: 100 },
          { time: '2020-01-03', open: 11, high: 13, low: 10, close: 12, volume: 200 },
        ],
      },
    ],
    [
      'short names and milliseconds',
      [
        { t: january(2), o: 10, h: 12, l: 9, c: 11, v: 100 },
        { t: january(3), o: 11, h: 13, l: 10, c: 12, v: 200 },
      ],
    ],
    [
      'rows of values and seconds',
      [
        [january(2) / 1000, '10', '12', '9', '11', '100'],
        [january(3) / 1000, 11, 13, 10, 12, 200],
      ],
    ],
  ])('as %s', async (_name, json) => {
    expect(rowsOf(await read(JSON.stringify(json)))).toEqual(wanted);
    expect(rowsOf(barsFromJson(json, 'inline'))).toEqual(wanted);
  });

  test('on one long line are read all the same', async () => {
    const bars = Array.from({ length: 5000 }, (_, i) => ({ time: i, open: 10, high: 12, low: 9, close: 11 }));
    expect((await read(`\uFEFF ${JSON.stringify({ bars })}`)).bars.time.length).toBe(5000);
  });

  test('with small whole numbers for times count days, and need no volume', () => {
    const file = barsFromJson(
      { bars: [0, 1, 2].map((time) => ({ time, open: 10, high: 12, low: 9, close: 11 })) },
      'inline',
    );
    expect([...file.bars.time]).toEqual([0, 86_400_000, 172_800_000]);
    expect(timeframeOf(file)).toBe('1d');
  });

  test('are judged like rows', () => {
    expect(() => barsFromJson({ bars: [{ time: 0, open: 10, high: 8, low: 9, close: 11 }] }, 'inline')).toThrow(
      expect.objectContaining({ code: 'price-file-bad-row' }),
    );
    expect(() => barsFromJson({ bars: [{ time: 'soon', open: 10, high: 12, low: 9, close: 11 }] }, 'inline')).toThrow(
      expect.objectContaining({ field: 'time', line: 1 }),
    );
    expect(() => barsFromJson({ bars: [{ time: 0, open: 10, high: null, low: 9, close: 11 }] }, 'inline')).toThrow(
      expect.objectContaining({ field: 'high' }),
    );
    expect(() => barsFromJson({ bars: [7, null] }, 'inline')).toThrow(
      expect.objectContaining({ code: 'price-file-bad-row', badRowCount: 2 }),
    );
    expect(() => barsFromJson({ bars: [] }, 'inline')).toThrow(expect.objectContaining({ code: 'price-file-no-rows' }));
  });
});
