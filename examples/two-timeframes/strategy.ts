/** Two timeframes: hourly pull-backs, bought by a limit below the market in the direction of the daily trend. */

import { crossUnder, defineStrategy, float, int } from 'xtrading/strategy';

const hourMs = 3_600_000;

export default defineStrategy({
  name: 'two-timeframes',
  params: {
    trend: int(20, { min: 5, max: 100, step: 5, label: 'days of the average that tells the trend' }),
    pullback: int(5, { min: 2, max: 50, label: 'hours of the RSI' }),
    discount: float(0.5, { min: 0, max: 3, step: 0.25, label: 'limit below the close, in hourly average true ranges' }),
    stop: float(3, { min: 0.5, max: 10, step: 0.5, label: 'stop-loss below the limit, in hourly average true ranges' }),
    patience: int(7, { min: 1, max: 48, label: 'hours until the limit expires' }),
  },
  data: [
    { id: 'main', timeframe: '1h' },
    { id: 'daily', from: 'main', timeframe: '1d' },
  ],
  init: ({ bars, ta }, p) => ({
    trend: ta.ema(bars.daily.close, p.trend),
    rsi: ta.rsi(bars.main.close, p.pullback),
    range: ta.atr(bars.main, 24),
  }),
  onBar(ctx, { trend, rsi, range }, p) {
    const isUp = ctx.bars.daily.close.value > trend.value;
    if (!ctx.position('main').isFlat) {
      if (!isUp || rsi.value > 75) ctx.close('main');
      return;
    }
    if (!isUp || !crossUnder(rsi, 30)) return;

    ctx.cancelAll('main');
    const limit = ctx.bars.main.close.value - p.discount * range.value;
    ctx.buy(
      'main',
      { percent: 0.9 },
      {
        limit,
        expiresAt: ctx.now + p.patience * hourMs,
        stopLoss: limit - p.stop * range.value,
      },
    );
  },
});
