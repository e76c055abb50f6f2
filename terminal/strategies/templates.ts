/** What a new strategy can begin with. Each runs as it is. */

export interface Template {
  readonly title: string;
  readonly about: string;
  readonly source: string;
}

const crossing = `import { crossOver, crossUnder, defineStrategy, int } from 'xtrading/strategy';

/** Long while a fast average is above a slow one. */
export default defineStrategy({
  name: 'average-cross',
  params: {
    fast: int(10, { min: 2, max: 100, label: 'bars of the fast average' }),
    slow: int(30, { min: 3, max: 300, label: 'bars of the slow average' }),
  },
  // A search leaves out combinations that make no sense.
  constraint: (p) => p.fast < p.slow,
  init: ({ bars, ta }, p) => ({
    fast: ta.sma(bars.main.close, p.fast),
    slow: ta.sma(bars.main.close, p.slow),
  }),
  onBar(ctx, { fast, slow }) {
    if (crossOver(fast, slow)) ctx.targetPercent('main', 0.95);
    else if (crossUnder(fast, slow)) ctx.close('main');
  },
});
`;

const reversion = `import { defineStrategy, float, int } from 'xtrading/strategy';

/** Buys weakness inside an up-trend and sells when strength is back. */
export default defineStrategy({
  name: 'rsi-dips',
  params: {
    period: int(3, { min: 2, max: 30, label: 'bars of the RSI' }),
    trend: int(100, { min: 20, max: 300, step: 20, label: 'bars of the trend' }),
    low: float(20, { min: 5, max: 50, step: 5, label: 'buy below' }),
    high: float(70, { min: 50, max: 95, step: 5, label: 'sell above' }),
  },
  init: ({ bars, ta }, p) => ({
    rsi: ta.rsi(bars.main.close, p.period),
    trend: ta.sma(bars.main.close, p.trend),
  }),
  onBar(ctx, { rsi, trend }, p) {
    ctx.plot('RSI', rsi.value);
    const isUp = ctx.bars.main.close.value > trend.value;
    if (rsi.value > p.high || !isUp) ctx.close('main');
    else if (rsi.value < p.low) ctx.targetPercent('main', 0.95);
  },
});
`;

const breakout = `import { defineStrategy, float, int } from 'xtrading/strategy';

/** Buys a new high; a stop-loss goes with each entry. */
export default defineStrategy({
  name: 'new-high',
  params: {
    channel: int(30, { min: 5, max: 200, step: 5, label: 'bars whose high must be broken' }),
    stop: float(3, { min: 0.5, max: 10, step: 0.5, label: 'stop, in average true ranges' }),
  },
  init: ({ bars, ta }, p) => ({
    top: ta.max(bars.main.high, p.channel),
    range: ta.atr(bars.main, 14),
  }),
  onBar(ctx, { top, range }, p) {
    const price = ctx.bars.main.close.value;
    if (!ctx.position('main').isFlat || price < top.value) return;
    const quantity = (0.95 * ctx.equity) / price;
    ctx.buy('main', quantity, { stopLoss: price - p.stop * range.value });
  },
});
`;

const blank = `import { defineStrategy } from 'xtrading/strategy';

export default defineStrategy({
  name: 'my-strategy',
  onBar(ctx) {
    // Called at each completed bar: ctx.buy, ctx.sell, ctx.targetPercent, ctx.close.
    if (ctx.position('main').isFlat) ctx.targetPercent('main', 0.95);
  },
});
`;

export const templates: readonly Template[] = [
  { title: 'Averages that cross', about: 'Follows the trend', source: crossing },
  { title: 'RSI dips', about: 'Buys weakness in an up-trend', source: reversion },
  { title: 'New highs', about: 'Breakout with a stop-loss', source: breakout },
  { title: 'Blank', about: 'Buys and holds', source: blank },
];
