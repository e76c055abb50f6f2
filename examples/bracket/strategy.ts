/** A bracket: each entry carries its stop-loss and its target from the first moment on. */

import { crossOver, defineStrategy, float, int } from 'xtrading/strategy';

export default defineStrategy({
  name: 'bracket',
  params: {
    fast: int(12, { min: 3, max: 50 }),
    slow: int(26, { min: 5, max: 150 }),
    stop: float(1.5, { min: 0.5, max: 5, step: 0.5, label: 'stop-loss in average true ranges' }),
    target: float(3, { min: 0.5, max: 10, step: 0.5, label: 'target in average true ranges' }),
    size: float(0.5, { min: 0.1, max: 0.95, step: 0.05 }),
  },
  constraint: (p) => p.fast < p.slow && p.target > p.stop,
  init: ({ bars, ta }, p) => ({
    fast: ta.ema(bars.main.close, p.fast),
    slow: ta.ema(bars.main.close, p.slow),
    range: ta.atr(bars.main, 14),
  }),
  onBar(ctx, { fast, slow, range }, p) {
    if (!crossOver(fast, slow) || !ctx.position('main').isFlat) return;
    const price = ctx.bars.main.close.value;
    ctx.buy('main', { percent: p.size }, {
      stopLoss: price - p.stop * range.value,
      takeProfit: price + p.target * range.value,
    });
  },
});
