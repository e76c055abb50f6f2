/** Mean reversion: buys weakness inside an up-trend, in steps, and leaves when strength returns. */

import { defineStrategy, float, int } from 'xtrading/strategy';

export default defineStrategy({
  name: 'rsi-reversion',
  description: 'Buys when the short RSI is low above the long average; sells when it is high again.',
  params: {
    period: int(3, { min: 2, max: 30 }),
    trend: int(100, { min: 20, max: 300, step: 20 }),
    low: float(20, { min: 1, max: 50, step: 5 }),
    high: float(70, { min: 50, max: 99, step: 5 }),
    steps: int(3, { min: 1, max: 5 }),
  },
  init: ({ bars, ta }, p) => ({
    rsi: ta.rsi(bars.main.close, p.period),
    trend: ta.sma(bars.main.close, p.trend),
  }),
  onBar(ctx, { rsi, trend }, p) {
    const price = ctx.bars.main.close.value;
    const held = (ctx.position('main').quantity * price) / ctx.equity;
    if (rsi.value > p.high) ctx.close('main');
    else if (rsi.value < p.low && price > trend.value) {
      const next = Math.min(0.95, held + 0.95 / p.steps);
      if (next > held) ctx.targetPercent('main', next);
    }
  },
});
