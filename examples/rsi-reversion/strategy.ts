/** Mean reversion: buys weakness inside an up-trend, in steps, and leaves when strength returns. */

import { choice, defineStrategy, float, int } from 'xtrading/strategy';

export default defineStrategy({
  name: 'rsi-reversion',
  description: 'Buys when the short RSI is low above the long average; sells when strength is back.',
  params: {
    period: int(3, { min: 2, max: 30, label: 'bars of the RSI' }),
    trend: int(100, { min: 20, max: 300, step: 20, label: 'bars of the average that tells the trend' }),
    low: float(20, { min: 5, max: 50, step: 5, label: 'RSI below which to buy' }),
    high: float(70, { min: 50, max: 95, step: 5, label: 'RSI above which to sell' }),
    steps: int(3, { min: 1, max: 5, label: 'buys until fully invested' }),
    leave: choice(['strength', 'trend', 'either'], { label: 'what ends a position' }),
  },
  init: ({ bars, ta }, p) => ({
    rsi: ta.rsi(bars.main.close, p.period),
    trend: ta.sma(bars.main.close, p.trend),
  }),
  onBar(ctx, { rsi, trend }, p) {
    const price = ctx.bars.main.close.value;
    const isUp = price > trend.value;
    ctx.plot('RSI', rsi.value);

    const isOver = (p.leave !== 'trend' && rsi.value > p.high) || (p.leave !== 'strength' && !isUp);
    if (isOver) ctx.close('main');
    else if (isUp && rsi.value < p.low) {
      // Targets count from what is held, so a step that was not filled is simply tried again.
      const invested = (ctx.position('main').quantity * price) / ctx.equity;
      ctx.targetPercent('main', Math.min(0.95, invested + 0.95 / p.steps));
    }
  },
});
