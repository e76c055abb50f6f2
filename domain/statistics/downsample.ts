/** A long equity curve cut down to the points that its picture needs. */

/** Points of equity that a batch member keeps: what a chart a thousand pixels wide can show. */
const equityPointsMax = 500;

export interface ShortCurve {
  /** Milliseconds UTC and currency; as many of one as of the other, at most the points asked for. */
  readonly timeline: Float64Array;
  readonly equity: Float64Array;
}

/** The points of {@link keptSteps}. A curve that is short enough comes back as a copy. */
export const downsampleEquity = (timeline: Float64Array, equity: Float64Array, max = equityPointsMax): ShortCurve => {
  const kept = keptSteps(equity, max);
  const short: ShortCurve = { timeline: new Float64Array(kept.length), equity: new Float64Array(kept.length) };
  for (let i = 0; i < kept.length; i++) {
    short.timeline[i] = timeline[kept[i] ?? 0] ?? 0;
    short.equity[i] = equity[kept[i] ?? 0] ?? 0;
  }
  return short;
};

/**
 * Indexes of at most `max` values that show the curve, ascending: the first and the last and, of equal
 * runs between, the lowest and the highest, so that peaks and drawdowns stay what they were. `max` is
 * at least 4.
 */
export const keptSteps = (values: Float64Array, max: number): Int32Array => {
  if (max < 4) throw new RangeError(`A curve needs at least 4 points, not ${String(max)}.`);
  const steps = values.length;
  if (steps <= max) return Int32Array.from(values, (_value, i) => i);
  const buckets = Math.floor((max - 2) / 2);
  const kept = new Int32Array(max);
  let count = 1;
  for (let bucket = 0; bucket < buckets; bucket++) {
    const from = 1 + Math.floor((bucket * (steps - 2)) / buckets);
    const to = 1 + Math.floor(((bucket + 1) * (steps - 2)) / buckets);
    let lowest = from;
    let highest = from;
    for (let i = from + 1; i < to; i++) {
      const value = values[i] ?? 0;
      if (value < (values[lowest] ?? 0)) lowest = i;
      if (value > (values[highest] ?? 0)) highest = i;
    }
    kept[count++] = Math.min(lowest, highest);
    if (lowest !== highest) kept[count++] = Math.max(lowest, highest);
  }
  kept[count++] = steps - 1;
  return kept.slice(0, count);
};
