import { expect, it } from 'vitest';
import { monthsSection } from './months-section.ts';

it('shows a row a year in percent, stronger colours for larger months, blanks without data', () => {
  const months = [null, 0.02, -0.1, ...new Array<null>(9).fill(null)];
  const text = monthsSection({ byMonth: [{ year: 2024, months, total: -0.082 }] })?.text ?? '';
  expect(text).toContain('2024');
  expect(text).toMatch(/--good\) 11%[^>]*>\s*2\.0\s*</);
  expect(text).toMatch(/--bad\) 55%[^>]*>\s*−10\.0\s*</);
  expect(text).toMatch(/>\s*−8\.2\s*</);
  expect(text.match(/<td><\/td>/g)).toHaveLength(10);
});

it('is left out without months', () => {
  expect(monthsSection({ byMonth: [] })).toBeNull();
});
