import { expect, it } from 'vitest';
import { moment, money, price, tick, timeTicks } from './page/numbers.ts';

const seconds = (text: string): number => Date.parse(text) / 1000;

it('writes prices of any size with the digits that they need', () => {
  expect([64_000, 0.3, 1.0842, 1e-8, 1.234e-8, 0].map(price)).toEqual([
    '64000',
    '0.3',
    '1.0842',
    '0.00000001',
    '0.00000001234',
    '0',
  ]);
  expect(price(null)).toBe('–');
});

it('writes money with cents, unless it is too small or too large for them', () => {
  expect([1234.5, -0.5, 0, 0.00012, 1e18].map(money)).toEqual(['1,234.50', '-0.50', '0.00', '0.000120', '1.00e+18']);
});

it('writes the numbers of an axis as exactly as they are apart', () => {
  expect([
    tick(20_000, 10_000),
    tick(2_500_000, 500_000),
    tick(0.125, 0.005),
    tick(3e-8, 1e-8),
    tick(2e18, 1e18),
  ]).toEqual(['20,000', '2.5M', '0.125', '3.0e-8', '2.0e18']);
});

it('tells steps of a quarter apart', () => {
  expect([0.5, 0.75, 1].map((value) => tick(value, 0.25))).toEqual(['0.50', '0.75', '1.00']);
});

it('writes times in UTC, the time of day where there is one', () => {
  expect(moment(seconds('2024-03-01T00:00Z'))).toBe('2024-03-01');
  expect(moment(seconds('2024-03-01T14:30Z'))).toBe('2024-03-01 14:30');
  expect(moment(seconds('2024-03-01T14:30:05Z'))).toBe('2024-03-01 14:30:05');
});

it('names on a time axis what changes, and below it once what it belongs to', () => {
  const day = 86_400;
  expect(timeTicks(['2023-01-01', '2024-01-01'].map(seconds), 365 * day)).toEqual(['2023', '2024']);
  expect(timeTicks(['2023-11-01', '2023-12-01', '2024-01-01'].map(seconds), 30 * day)).toEqual([
    'Nov\n2023',
    'Dec',
    'Jan\n2024',
  ]);
  expect(timeTicks(['2023-12-31', '2024-01-01'].map(seconds), day)).toEqual(['31 Dec\n2023', '1 Jan\n2024']);
  expect(timeTicks(['2024-01-01T10:00Z', '2024-01-01T11:00Z'].map(seconds), 3600)).toEqual([
    '10:00\n1 Jan 2024',
    '11:00',
  ]);
});
