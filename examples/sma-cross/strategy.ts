/** Trend following in its plainest form: long while a fast average is above a slow one. */

import { crossOver, crossUnder, defineStrategy, int } from 'xtrading/strategy';

export default defineStrategy({
  name: 'sma-cross',
  params: { fast: int(10, { min: 2, max: 100 }), slow: int(20, { min: 3, max: 300 }) },
  constraint: (p) => p.fast < p.slow,
  init: ({ bars, ta }, p) => ({ fast: ta.sma(bars.main.close, p.fast), slow: ta.sma(bars.main.close, p.slow) }),
  onBar(ctx, { fast, slow }) {
    if (crossOver(fast, slow)) ctx.targetPercent('main', 0.95);
    else if (crossUnder(fast, slow)) ctx.close('main');
  },
});
