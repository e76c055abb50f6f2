import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { detectLayout } from './price-layout.ts';
import { RowParser } from './row-parser.ts';

const header = 'time,open,high,low,close,volume';
const parserFor = (row: string): RowParser =>
  new RowParser({ layout: detectLayout({ file: 'x', lines: [header, row, row, row] }) });
/** Reads a row plain, and once more with a cell in quotes, which takes the slow way. */
const bothWays = (row: string): [number[] | object, number[] | object] => {
  const quoted = row.replace(/,([^,]*)$/, ',"$1"');
  return [row, quoted].map((line) => {
    const parser = parserFor(row);
    const bytes = Buffer.from(line);
    const outcome = parser.parse(bytes, 0, bytes.length);
    return outcome === 'row' ? [...parser.values] : (outcome as object); // no symbols here, so the rest are bad rows
  }) as [number[] | object, number[] | object];
};

describe('the quick way and the slow way', () => {
  test('give the same bits as JavaScript does for any number', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            fc.double({ noNaN: true, noDefaultInfinity: true }),
            fc.integer(),
            fc.double({ min: 1e-6, max: 1e6, noNaN: true }).map((x) => Number(x.toFixed(6))),
          ),
          { minLength: 5, maxLength: 5 },
        ),
        (numbers) => {
          const row = `2020-01-02,${numbers.join(',')}`;
          const [quick, slow] = bothWays(row);
          expect(slow).toEqual(quick);
          const wanted = numbers.map((value) => (Object.is(value, -0) ? 0 : value));
          expect((quick as number[]).slice(1, 6)).toEqual(wanted);
        },
      ),
    );
  });

  test('give the same for decimals of any length', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^-?\d{1,20}\.\d{0,25}$/), (text) => {
        const [quick, slow] = bothWays(`2020-01-02,${text},1,1,1,1`);
        expect(slow).toEqual(quick);
        expect((quick as number[])[1]).toBe(Number(text));
      }),
    );
  });

  test.each([
    '2020-01-02',
    '2020-1-2',
    '2020/01/02 09:30',
    '2020.01.02 09:30:15',
    '2020-01-02T09:30:15.250',
    '2020-01-02T09:30:15.1234567Z',
    '20200102',
    '20200102 093000',
    '20200102 09:30',
    '13/01/2020',
    '13.01.2020 00:00:00.000',
    '13-01-2020 9:30',
    '1577966400',
    '1577966400000',
    '1577966400000000',
    '2020-01-02 09:30:00-05:00',
    '2-Jan-2020',
    '2020-01-02 09:30 PM',
    '2020-02-30',
    '2020-01-02 24:00',
    '2020-01-02 09:61',
    '2020-01-02T',
    '2020-01-0212:00',
    '2020-01-02 09:30x',
    'today',
    '',
  ])('agree on the time "%s"', (text) => {
    // a layout made from good rows, so that only the row itself is judged
    const layout = detectLayout({ file: 'x', lines: [header, '13/01/2020,1,1,1,1,1', '14/01/2020,1,1,1,1,1'] });
    const [quick, slow] = ['1', '"1"'].map((last) => {
      const parser = new RowParser({ layout });
      const bytes = Buffer.from(`${text},1,1,1,1,${last}`);
      const outcome = parser.parse(bytes, 0, bytes.length);
      return typeof outcome === 'string' ? [outcome, ...parser.values] : outcome;
    });
    expect(slow).toEqual(quick);
  });
});

describe('a bad row', () => {
  test.each([
    ['2020-01-02,1,2,x,4,5', 'low', 'is not a number'],
    ['2020-01-02,1,2,,4,5', 'low', 'is missing'],
    ['2020-01-02,1,2,1e999,4,5', 'low', 'is too large'],
    ['yesterday,1,2,3,4,5', 'time', 'is not a date'],
    [',1,2,3,4,5', 'time', 'is missing'],
    ['2020-01-02,1,2,3,4', null, '5 fields where the others have 6'],
    ['2020-01-02,1,2,3,4,5,6', null, '7 fields'],
    ['2020-01-02,1,"2,3,4,5', null, 'quotes'],
    ['2020-01-02', null, '1 field '],
  ])('%s is named by column and problem', (row, column, problem) => {
    const parser = parserFor('2020-01-02,1,2,1,2,5');
    const bytes = Buffer.from(row);
    expect(parser.parse(bytes, 0, bytes.length)).toMatchObject({
      column,
      problem: expect.stringContaining(problem) as string,
    });
  });

  test('shows its content without control characters, and not at length', () => {
    const parser = parserFor('2020-01-02,1,2,1,2,5');
    const bytes = Buffer.from(`2020-01-02,1,2,\u001b[31m${'9'.repeat(10_000)}x,4,5`);
    const outcome = parser.parse(bytes, 0, bytes.length);
    expect(outcome).toMatchObject({
      column: 'low',
      content: expect.stringMatching(/^"\\u001b\[31m9{40,60}…"$/) as string,
    });
  });
});

test('an empty volume is 0 and counted', () => {
  const parser = parserFor('2020-01-02,1,2,1,2,5');
  const bytes = Buffer.from('2020-01-02,1,2,1,2,');
  expect(parser.parse(bytes, 0, bytes.length)).toBe('row');
  expect([parser.values[5], parser.volumesMissing]).toEqual([0, 1]);
});

test('a delimiter after the last value is no field', () => {
  const parser = parserFor('2020-01-02,1,2,1,2,5');
  const bytes = Buffer.from('2020-01-02,1,2,1,2,5,');
  expect(parser.parse(bytes, 0, bytes.length)).toBe('row');
});
