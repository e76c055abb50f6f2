/** Pairs trading: sells the dear and buys the cheap of two related symbols, and waits for them to meet. */

import { defineStrategy, float, int } from 'xtrading/strategy';
import { rollingScore } from './rolling-score.ts';

export default defineStrategy({
  name: 'pairs',
  params: {
    window: int(40, { min: 10, max: 300, step: 10, label: 'bars that say what is usual' }),
    enter: float(2, { min: 0.5, max: 4, step: 0.25, label: 'deviations at which to enter' }),
    leave: float(0.25, { min: 0, max: 2, step: 0.25, label: 'deviations at which to leave' }),
    size: float(0.45, { min: 0.05, max: 0.5, step: 0.05, label: 'part of equity in each leg' }),
  },
  constraint: (p) => p.leave < p.enter,
  data: [{ id: 'a' }, { id: 'b' }],
  init: (_ctx, p) => ({ scoreOf: rollingScore(p.window) }),
  onBar(ctx, { scoreOf }, p) {
    // On a day on which only one of them traded their prices do not compare.
    if (!ctx.isFresh('a') || !ctx.isFresh('b')) return;
    const score = scoreOf(Math.log(ctx.bars.a.close.value / ctx.bars.b.close.value));
    if (Number.isNaN(score)) return;
    ctx.plot('score', score);

    const isFlat = ctx.position('a').isFlat && ctx.position('b').isFlat;
    if (isFlat && Math.abs(score) > p.enter) {
      const size = score > 0 ? -p.size : p.size;
      ctx.targetPercent('a', size);
      ctx.targetPercent('b', -size);
    } else if (!isFlat && Math.abs(score) < p.leave) {
      ctx.close('a');
      ctx.close('b');
    }
  },
});
