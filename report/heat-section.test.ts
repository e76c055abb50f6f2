import { expect, it } from 'vitest';
import { heatColour, heatSection } from './heat-section.ts';

const mapOf = (size: number) => {
  const values = Array.from({ length: size }, (_, i) => i);
  const rows = values.map((y) => values.map((x) => (x === y ? null : x + y)));
  return {
    x: { param: 'fast', values },
    y: { param: 'slow', values },
    aggregate: 'best' as const,
    rows,
    lowest: 1,
    highest: 2 * size - 3,
  };
};
const cellsIn = (text: string): number => text.match(/<td/g)?.length ?? 0;

it('has a cell for each pair of values, empty where nothing is known, the best framed', () => {
  const text = heatSection(mapOf(3), 'sharpe', { fast: 2, slow: 1 })?.text ?? '';
  expect(cellsIn(text)).toBe(9);
  expect(text.match(/<td><\/td>/g)).toHaveLength(3);
  expect(text.match(/class="best"/g)).toHaveLength(1);
  expect(text).toContain('title="slow = 1, fast = 2"');
});

it('joins neighbours of a large map, and keeps the best of them', () => {
  const text = heatSection(mapOf(400), 'sharpe', { fast: 399, slow: 398 })?.text ?? '';
  expect(cellsIn(text)).toBe(80 * 80);
  expect(text).toContain('the best of 5 × 5 neighbours');
  expect(text).toContain('797.00');
  expect(text).toContain('slow = 395…399');
});

it('is left out when no score is known', () => {
  expect(heatSection({ ...mapOf(2), lowest: null, highest: null }, 'sharpe', {})).toBeNull();
});

it('colours the good blue and the bad amber, the middle not at all', () => {
  expect([1, 0, 0.5].map(heatColour)).toEqual([
    'color-mix(in srgb, #2f74e0 75%, transparent)',
    'color-mix(in srgb, #e08a2f 75%, transparent)',
    'color-mix(in srgb, #2f74e0 0%, transparent)',
  ]);
});
