import { expect, it } from 'vitest';
import { showMoney, showPrice, showStatistic, withSeparators } from './show-number.ts';

it('groups thousands and uses a true minus sign', () => {
  expect(withSeparators(-1234567.891, 2)).toBe('−1,234,567.89');
  expect(withSeparators(999, 0)).toBe('999');
  expect(withSeparators(-0.001, 2)).toBe('0.00');
});

it('shows a statistic in its unit, n/a where there is none', () => {
  expect(showStatistic(0.2543, 'percent')).toBe('25.43 %');
  expect(showStatistic(68935.12, 'currency')).toBe('68,935.12');
  expect(showStatistic(3.44, 'days')).toBe('3.4 days');
  expect([0, 0.75, 1 / 96, 40].map((value) => showStatistic(value, 'days'))).toEqual([
    '0.0 days',
    '18.0 hours',
    '15.0 minutes',
    '40 days',
  ]);
  expect(showStatistic(null, 'ratio')).toBe('n/a');
  expect(showStatistic(NaN, 'ratio')).toBe('n/a');
});

it('shows prices without the noise of binary fractions', () => {
  expect(showPrice(0.1 + 0.2)).toBe('0.3');
  expect(showPrice(64000)).toBe('64000');
});

it('shows tiny prices and amounts with their digits, and huge ones by their power', () => {
  expect([1e-8, 1.25e-7, 0.00001].map(showPrice)).toEqual(['0.00000001', '0.000000125', '0.00001']);
  expect([0.00000123, -0.0042, 0, 1234.5].map(showMoney)).toEqual(['0.00000123', '−0.0042', '0.00', '1,234.50']);
  expect(withSeparators(-1.5e18, 2)).toBe('−1.50e+18');
  expect(withSeparators(Infinity, 2)).toBe('n/a');
});
