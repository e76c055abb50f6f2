/** Crossings of two series, or of a series and a level, at the newest bar. */

import type { Series } from './series.ts';

/** True when `a` was at or below `b` one bar ago and is above it now. NaN on either side is no crossing. */
export const crossOver = (a: Series | number, b: Series | number): boolean => {
  // Methods, and each case on its own: what comes from a getter, or may be of either kind, is boxed at every bar.
  if (typeof a === 'number') return typeof b === 'number' ? false : a > b.ago(0) && a <= b.ago(1);
  if (typeof b === 'number') return a.ago(0) > b && a.ago(1) <= b;
  return a.ago(0) > b.ago(0) && a.ago(1) <= b.ago(1);
};

/** True when `a` was at or above `b` one bar ago and is below it now. */
export const crossUnder = (a: Series | number, b: Series | number): boolean => crossOver(b, a);
