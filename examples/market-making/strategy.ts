/** Market making on bars: quotes on both sides of a fair price, leaning against what it holds. */

import { defineStrategy, float, int } from 'xtrading/strategy';

export default defineStrategy({
  name: 'market-making',
  params: {
    fair: int(10, { min: 2, max: 100, label: 'bars of the average that tells the fair price' }),
    width: float(0.6, {
      min: 0.1,
      max: 3,
      step: 0.1,
      label: 'distance of a quote from the fair price, in average true ranges',
    }),
    lean: float(1, {
      min: 0,
      max: 5,
      step: 0.5,
      label: 'average true ranges that the quotes shift at the largest position',
    }),
    quote: float(0.05, { min: 0.01, max: 0.5, step: 0.01, label: 'value of one quote as a part of equity' }),
    most: int(5, { min: 1, max: 20, label: 'quotes held at most, on either side' }),
  },
  init: ({ bars, ta }, p) => ({
    fair: ta.ema(bars.main.close, p.fair),
    range: ta.atr(bars.main, 20),
    bought: 0,
    sold: 0,
  }),
  onBar(ctx, { fair, range }, p) {
    ctx.cancelAll('main');
    const close = ctx.bars.main.close.value;
    const value = p.quote * ctx.equity;
    const inventory = (ctx.position('main').quantity * close) / (value * p.most); // −1 to 1
    const center = fair.value - inventory * p.lean * range.value;
    const half = p.width * range.value;
    ctx.plot('inventory', inventory);

    // A post-only quote that would trade at once is refused, so none stands closer to the market than this.
    const gap = 0.2 * range.value;
    if (inventory < 1) ctx.buy('main', { value }, { limit: Math.min(center - half, close - gap), postOnly: true });
    if (inventory > -1) ctx.sell('main', { value }, { limit: Math.max(center + half, close + gap), postOnly: true });
  },
  onFill(_ctx, fill, _order, state) {
    if (fill.side === 'buy') state.bought += fill.quantity;
    else state.sold += fill.quantity;
  },
  onStop(ctx, { bought, sold }) {
    ctx.log(`bought ${bought.toFixed(3)}, sold ${sold.toFixed(3)}, left ${ctx.position('main').quantity.toFixed(3)}`);
  },
});
