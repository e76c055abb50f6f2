/** Crossings of two series, or of a series and a level, at the newest bar. */

import type { Series } from './series.ts';

/** True when `a` was at or below `b` one bar ago and is above it now. NaN on either side is no crossing. */
export const crossOver = (a: Series | number, b: Series | number): boolean =>
  valueOf(a) > valueOf(b) && before(a) <= before(b);

/** True when `a` was at or above `b` one bar ago and is below it now. */
export const crossUnder = (a: Series | number, b: Series | number): boolean =>
  valueOf(a) < valueOf(b) && before(a) >= before(b);

const valueOf = (source: Series | number): number => (typeof source === 'number' ? source : source.value);
const before = (source: Series | number): number => (typeof source === 'number' ? source : source.ago(1));
