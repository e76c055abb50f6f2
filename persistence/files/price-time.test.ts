import { describe, expect, test } from 'vitest';
import { localTimeConverter } from './local-time.ts';
import { dateOrderOf, parseClock, parseTimeText } from './price-time.ts';

const noon = Date.UTC(2020, 0, 2, 12);
const midnight = Date.UTC(2020, 0, 2);

describe('parseTimeText', () => {
  test.each([
    ['2020-01-02', midnight],
    ['2020-1-2', midnight],
    ['2020/01/02', midnight],
    ['2020.01.02', midnight],
    ['20200102', midnight],
    ['2020-01-02 12:00', noon],
    ['2020-01-02T12:00:00', noon],
    ['2020-01-02 12:00:00.000000', noon],
    ['2020.01.02 12:00', noon],
    ['2020-01-02T12:00:00Z', noon],
    ['2020-01-02 12:00:00+00:00', noon],
    ['2020-01-02T07:00:00-05:00', noon],
    ['2020-01-02 17:30+0530', noon],
    ['2020-01-02 12:00:00 UTC', noon],
    ['02.01.2020 13:00:00.000 GMT+0100', noon],
    ['20200102 120000', noon],
    ['202001021200', noon],
    ['20200102120000', noon],
    ['2020-01-02 12-PM', noon],
    ['2020-01-02 12:00 PM', noon],
    ['2020-01-02 12:00:00 am', midnight],
    ['02.01.2020', midnight],
    ['02/01/2020 12:00', noon],
    ['2/1/20', midnight],
    ['2-1-2020', midnight],
    ['Jan 02, 2020', midnight],
    ['January 2, 2020', midnight],
    ['02 Jan 2020', midnight],
    ['2-Jan-20', midnight],
    ['02-JAN-2020 12:00', noon],
    ['1577966400', noon],
    ['1577966400.0', noon],
    ['1577966400000', noon],
    ['1577966400000000', noon],
    ['1577966400000000000', noon],
  ])('reads %s', (text, time) => {
    expect(parseTimeText(text, 'day-first')?.time).toBe(time);
  });

  test('reads the month first when told so, and the year', () => {
    expect(parseTimeText('01/02/2020', 'month-first')?.time).toBe(midnight);
    expect(parseTimeText('20/01/02', 'year-first')?.time).toBe(midnight);
  });

  test('takes two-digit years for 1970 to 2069', () => {
    expect(parseTimeText('31/12/69', 'day-first')?.time).toBe(Date.UTC(2069, 11, 31));
    expect(parseTimeText('01/01/70', 'day-first')?.time).toBe(0);
  });

  test('does not guess an order it was not told', () => {
    expect(parseTimeText('01/02/2020', null)).toBeNull();
  });

  test.each([
    '',
    'Date',
    '2020-13-01',
    '2020-02-30',
    '31/04/2020',
    '2020-01-02 25:00',
    '2020-01-02 12',
    '12:00',
    'Foo 02, 2020',
    '2020-01-02 13:00 PM',
    '1',
    '123456',
    '-5',
    '2020-01-02 12:00:00+99:00',
    '99999999',
  ])('refuses "%s"', (text) => {
    expect(parseTimeText(text, 'day-first')).toBeNull();
  });

  test('knows which texts name a moment and which a local time or a day', () => {
    expect(parseTimeText('2020-01-02T12:00Z', null)).toMatchObject({ zoned: true, clock: true });
    expect(parseTimeText('1577966400', null)).toMatchObject({ zoned: true });
    expect(parseTimeText('2020-01-02 12:00', null)).toMatchObject({ zoned: false, clock: true });
    expect(parseTimeText('2020-01-02', null)).toMatchObject({ zoned: false, clock: false });
  });
});

test.each([
  ['9:30', 34_200_000],
  ['09:30:00', 34_200_000],
  ['0930', 34_200_000],
  ['093000', 34_200_000],
  ['93000', 34_200_000],
  ['930', 34_200_000],
  ['9:30 AM', 34_200_000],
  ['00:00:00.250', 250],
])('parseClock reads %s', (text, ms) => {
  expect(parseClock(text)?.ms).toBe(ms);
});

test.each([
  ['13/01/2020', 'day-first'],
  ['01/13/2020', 'month-first'],
  ['01/02/2020 10:00', 'either'],
  ['13/13/2020', null],
  ['2020-01-02', null],
])('dateOrderOf %s is %s', (text, order) => {
  expect(dateOrderOf(text)).toBe(order);
});

describe('localTimeConverter', () => {
  const newYork = (...locals: readonly number[]): number[] => {
    const convert = localTimeConverter('America/New_York');
    return convert === null ? [] : locals.map(convert);
  };

  test('moves winter and summer by their own offsets', () => {
    expect(newYork(Date.UTC(2020, 0, 2, 9, 30), Date.UTC(2020, 6, 2, 9, 30))).toEqual([
      Date.UTC(2020, 0, 2, 14, 30),
      Date.UTC(2020, 6, 2, 13, 30),
    ]);
  });

  test('counts on through the hour that is left out in spring', () => {
    expect(newYork(Date.UTC(2020, 2, 8, 1, 59), Date.UTC(2020, 2, 8, 3, 0))).toEqual([
      Date.UTC(2020, 2, 8, 6, 59),
      Date.UTC(2020, 2, 8, 7, 0),
    ]);
  });

  test('tells the two passes of the hour that comes twice in autumn by their order', () => {
    const local = [30, 45, 30, 45].map((minute) => Date.UTC(2020, 10, 1, 1, minute));
    expect(newYork(Date.UTC(2020, 10, 1, 0, 45), ...local, Date.UTC(2020, 10, 1, 2))).toEqual([
      Date.UTC(2020, 10, 1, 4, 45),
      Date.UTC(2020, 10, 1, 5, 30),
      Date.UTC(2020, 10, 1, 5, 45),
      Date.UTC(2020, 10, 1, 6, 30),
      Date.UTC(2020, 10, 1, 6, 45),
      Date.UTC(2020, 10, 1, 7),
    ]);
  });

  test('does not know a zone that is none', () => {
    expect(localTimeConverter('Atlantis/Capital')).toBeNull();
  });
});
