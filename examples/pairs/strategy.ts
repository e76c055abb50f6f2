/** Pairs trading: sells the dear and buys the cheap of two related symbols, and waits for them to meet. */

import { defineStrategy, float, int } from 'xtrading/strategy';

export default defineStrategy({
  name: 'pairs',
  params: {
    window: int(40, { min: 10, max: 300, step: 10 }),
    enter: float(2, { min: 0.5, max: 4, step: 0.25, label: 'deviations at which to enter' }),
    leave: float(0.25, { min: 0, max: 2, step: 0.25, label: 'deviations at which to leave' }),
    size: float(0.45, { min: 0.05, max: 0.5, step: 0.05, label: 'part of equity in each leg' }),
  },
  constraint: (p) => p.leave < p.enter,
  data: [{ id: 'a' }, { id: 'b' }],
  init: () => ({ spreads: [] as number[] }),
  onBar(ctx, { spreads }, p) {
    if (!ctx.isFresh('a') || !ctx.isFresh('b')) return;
    spreads.push(Math.log(ctx.bars.a.close.value / ctx.bars.b.close.value));
    if (spreads.length > p.window) spreads.shift();
    if (spreads.length < p.window) return;

    const mean = spreads.reduce((sum, spread) => sum + spread, 0) / p.window;
    const variance = spreads.reduce((sum, spread) => sum + (spread - mean) ** 2, 0) / p.window;
    const score = ((spreads.at(-1) ?? mean) - mean) / Math.sqrt(variance);
    ctx.plot('score', score);

    const held = ctx.position('a').quantity;
    if (held === 0 && Math.abs(score) > p.enter) {
      ctx.targetPercent('a', score > 0 ? -p.size : p.size);
      ctx.targetPercent('b', score > 0 ? p.size : -p.size);
    } else if (held !== 0 && Math.abs(score) < p.leave) {
      ctx.close('a');
      ctx.close('b');
    }
  },
});
