/** A long equity curve cut down to the points that its picture needs. */

/** Points of equity that a batch member keeps: what a chart a thousand pixels wide can show. */
export const equityPointsMax = 500;

export interface ShortCurve {
  /** Milliseconds UTC and currency; as many of one as of the other, at most the points asked for. */
  readonly timeline: Float64Array;
  readonly equity: Float64Array;
}

/**
 * Keeps the first and last point and, of equal runs of steps between, the lowest and the highest in
 * their order: peaks and drawdowns stay what they were. A curve that is short enough comes back as
 * a copy. `max` is at least 4.
 */
export const downsampleEquity = (timeline: Float64Array, equity: Float64Array, max = equityPointsMax): ShortCurve => {
  if (max < 4) throw new RangeError(`An equity curve needs at least 4 points, not ${String(max)}.`);
  const steps = equity.length;
  if (steps <= max) return { timeline: timeline.slice(), equity: equity.slice() };
  const buckets = Math.floor((max - 2) / 2);
  const kept = new Int32Array(max);
  let count = 1;
  for (let bucket = 0; bucket < buckets; bucket++) {
    const from = 1 + Math.floor((bucket * (steps - 2)) / buckets);
    const to = 1 + Math.floor(((bucket + 1) * (steps - 2)) / buckets);
    let lowest = from;
    let highest = from;
    for (let i = from + 1; i < to; i++) {
      const value = equity[i] ?? 0;
      if (value < (equity[lowest] ?? 0)) lowest = i;
      if (value > (equity[highest] ?? 0)) highest = i;
    }
    kept[count++] = Math.min(lowest, highest);
    if (lowest !== highest) kept[count++] = Math.max(lowest, highest);
  }
  kept[count++] = steps - 1;
  const short: ShortCurve = { timeline: new Float64Array(count), equity: new Float64Array(count) };
  for (let i = 0; i < count; i++) {
    short.timeline[i] = timeline[kept[i] ?? 0] ?? 0;
    short.equity[i] = equity[kept[i] ?? 0] ?? 0;
  }
  return short;
};
