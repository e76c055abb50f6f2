/** Rotation: each month holds the strongest few of all the symbols that the run supplies. */

import { defineStrategy, int } from 'xtrading/strategy';
import type { Series } from 'xtrading/strategy';

const monthOf = (time: number): string => new Date(time).toISOString().slice(0, 7);

export default defineStrategy({
  name: 'rotation',
  params: {
    momentum: int(60, { min: 10, max: 250, step: 10 }),
    hold: int(2, { min: 1, max: 10 }),
  },
  data: 'all',
  init: (ctx, p) => {
    const strength = new Map<string, Series>();
    for (const id of ctx.ids) strength.set(id, ctx.ta.roc(ctx.bars[id]!.close, p.momentum)); // every id has bars
    return { strength, month: '' };
  },
  onBar(ctx, state, p) {
    const month = monthOf(ctx.now);
    if (month === state.month) return;
    state.month = month;
    const ranked = [...state.strength].filter(([, series]) => series.value > 0).sort(([, a], [, b]) => b.value - a.value);
    const chosen = new Set(ranked.slice(0, p.hold).map(([id]) => id));
    // What leaves is sold before what enters is bought, so that its cash is there.
    for (const id of ctx.ids) if (!chosen.has(id)) ctx.close(id);
    for (const id of chosen) ctx.targetPercent(id, 0.95 / p.hold);
  },
});
