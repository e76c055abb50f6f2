/** Two timeframes: hourly pull-backs, taken only in the direction of the daily trend. */

import { crossOver, defineStrategy, float, int } from 'xtrading/strategy';

export default defineStrategy({
  name: 'two-timeframes',
  params: {
    trend: int(20, { min: 5, max: 100, step: 5 }),
    pullback: int(5, { min: 2, max: 50 }),
    stop: float(2, { min: 0.5, max: 6, step: 0.5, label: 'stop-loss in hourly average true ranges' }),
  },
  data: [{ id: 'main', timeframe: '1h' }, { id: 'daily', from: 'main', timeframe: '1d' }],
  init: ({ bars, ta }, p) => ({
    trend: ta.ema(bars.daily.close, p.trend),
    rsi: ta.rsi(bars.main.close, p.pullback),
    range: ta.atr(bars.main, 24),
  }),
  onBar(ctx, { trend, rsi, range }, p) {
    const upTrend = ctx.bars.daily.close.value > trend.value;
    const { isFlat } = ctx.position('main');
    if (!isFlat && !upTrend) ctx.close('main');
    else if (isFlat && upTrend && crossOver(rsi, 30)) {
      ctx.buy('main', { percent: 0.9 }, { stopLoss: ctx.bars.main.close.value - p.stop * range.value });
    }
  },
});
