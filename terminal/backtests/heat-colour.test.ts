import { expect, it } from 'vitest';
import { heatColour, heatOf } from './heat-colour.ts';

it('places a value between the lowest and the highest', () => {
  expect([heatOf(-1, -1, 3), heatOf(1, -1, 3), heatOf(3, -1, 3), heatOf(9, -1, 3)]).toEqual([0, 0.5, 1, 1]);
  expect(heatOf(2, 2, 2)).toBe(0.5);
});

it('goes from dark to light', () => {
  expect(heatColour(0)).toEqual({ back: 'rgb(38 43 92)', isLight: false });
  expect(heatColour(0.5)).toEqual({ back: 'rgb(31 146 140)', isLight: false });
  expect(heatColour(1)).toEqual({ back: 'rgb(240 222 70)', isLight: true });
});
