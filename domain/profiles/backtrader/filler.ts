/** How much of an order one bar fills: backtrader's three volume fillers. */

import type { Bars } from '../../market/bars.ts';
import type { Filler } from './config.ts';
import { floorDivide } from '../floor-divide.ts';

/** Units, positive, that bar `index` fills of the `remaining` ones (positive). */
export const fillableUnits = (filler: Filler, bars: Bars, index: number, remaining: number): number => {
  const volume = bars.volume[index] ?? 0;
  switch (filler.type) {
    case 'FixedSize':
      return Math.min(volume, remaining, filler.size === null || filler.size === 0 ? Infinity : filler.size);
    case 'FixedBarPerc':
      return Math.min(floorDivide(volume * filler.perc, 100), remaining);
    case 'BarPointPerc': {
      const { minmov, perc } = filler;
      const range = (bars.high[index] ?? 0) - (bars.low[index] ?? 0);
      const parts = minmov === null || minmov === 0 ? 1 : floorDivide(range + minmov, minmov);
      return Math.min(floorDivide((volume / parts) * perc, 100), remaining);
    }
  }
};
