/** Market making on bars: quotes on both sides of a fair price, leaning against what it holds. */

import { defineStrategy, float, int } from 'xtrading/strategy';

export default defineStrategy({
  name: 'market-making',
  params: {
    fair: int(10, { min: 2, max: 100 }),
    width: float(0.6, { min: 0.1, max: 3, step: 0.1, label: 'distance of a quote from the fair price in average true ranges' }),
    lean: float(0.3, { min: 0, max: 1, step: 0.1, label: 'average true ranges the quotes shift at a full position' }),
    size: int(20, { min: 1, max: 1000 }),
    most: int(60, { min: 1, max: 10_000, label: 'largest position on either side' }),
  },
  init: ({ bars, ta }, p) => ({ fair: ta.ema(bars.main.close, p.fair), range: ta.atr(bars.main, 20) }),
  onBar(ctx, { fair, range }, p) {
    ctx.cancelAll('main');
    const held = ctx.position('main').quantity;
    const center = fair.value - (held / p.most) * p.lean * range.value;
    const half = p.width * range.value;
    // Never across the market: a quote that would trade at once is no quote.
    const close = ctx.bars.main.close.value;
    if (held < p.most) ctx.buy('main', Math.min(p.size, p.most - held), { limit: Math.min(center - half, close * 0.999), postOnly: true });
    if (held > -p.most) ctx.sell('main', Math.min(p.size, p.most + held), { limit: Math.max(center + half, close * 1.001), postOnly: true });
  },
});
