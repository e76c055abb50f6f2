/** The curves of a result: equity as it was, and how far it was below its highest. */

import type { EquityRow } from '#sdk';

export interface CurvePoint {
  /** Milliseconds UTC. */
  readonly time: number;
  readonly value: number;
}

export const equityCurve = (rows: readonly EquityRow[]): readonly CurvePoint[] =>
  rows.map(({ time, equity }) => ({ time: Date.parse(time), value: equity }));

/** Fractions: −0.1 is ten percent below the peak. */
export const drawdownCurve = (equity: readonly CurvePoint[]): readonly CurvePoint[] => {
  let peak = -Infinity;
  return equity.map(({ time, value }) => {
    peak = Math.max(peak, value);
    return { time, value: peak > 0 ? value / peak - 1 : 0 };
  });
};

/**
 * At most about `max` points: of each stretch its first, lowest, highest and last, so that no drawdown
 * and no peak is lost.
 */
export const thinned = (points: readonly CurvePoint[], max: number): readonly CurvePoint[] => {
  if (points.length <= max) return points;
  const stretch = Math.ceil(points.length / (max / 4));
  const kept: CurvePoint[] = [];
  for (let start = 0; start < points.length; start += stretch) {
    const part = points.slice(start, start + stretch);
    const places = new Set([0, part.length - 1]);
    let low = 0;
    let high = 0;
    for (const [place, { value }] of part.entries()) {
      if (value < (part[low]?.value ?? Infinity)) low = place;
      if (value > (part[high]?.value ?? -Infinity)) high = place;
    }
    places.add(low).add(high);
    kept.push(...part.filter((_, place) => places.has(place)));
  }
  return kept;
};
