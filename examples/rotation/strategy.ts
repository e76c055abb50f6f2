/** Rotation: each month holds the strongest few of all the symbols that the run supplies. */

import { defineStrategy, int } from 'xtrading/strategy';
import type { Series } from 'xtrading/strategy';

export default defineStrategy({
  name: 'rotation',
  params: {
    momentum: int(120, { min: 10, max: 250, step: 10, label: 'bars over which strength is measured' }),
    hold: int(2, { min: 1, max: 10, label: 'symbols held at a time' }),
  },
  data: 'all',
  init: (ctx, p) => {
    const strength = new Map<string, Series>();
    for (const id of ctx.ids) strength.set(id, ctx.ta.roc(ctx.bars[id]!.close, p.momentum)); // every id has bars
    ctx.timer('rebalance', 0); // due at the first bar on which all are warm
    return { strength };
  },
  onTimer(ctx, _name, { strength }, p) {
    const rising = [...strength].filter(([, series]) => series.value > 0).sort(([, a], [, b]) => b.value - a.value);
    const chosen = rising.slice(0, p.hold).map(([id]) => id);
    // What leaves is sold before what enters is bought, so that its cash is there.
    for (const id of ctx.ids) if (!chosen.includes(id)) ctx.close(id);
    for (const id of chosen) ctx.targetPercent(id, 0.95 / p.hold);
    ctx.log('holding', chosen.length > 0 ? chosen.join(', ') : 'cash');
    ctx.timer('rebalance', startOfNextMonth(ctx.now));
  },
  onBar(ctx) {
    ctx.plot('invested', 1 - ctx.cash / ctx.equity);
  },
});

const startOfNextMonth = (time: number): number => {
  const date = new Date(time);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1);
};
