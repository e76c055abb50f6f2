/** A bracket: each entry carries its stop-loss and its target from the first moment on. */

import { crossOver, crossUnder, defineStrategy, flag, float, int } from 'xtrading/strategy';
import type { OrderHandle } from 'xtrading/strategy';

export default defineStrategy({
  name: 'bracket',
  params: {
    fast: int(12, { min: 3, max: 50 }),
    slow: int(26, { min: 5, max: 150 }),
    stop: float(2, { min: 0.5, max: 5, step: 0.5, label: 'stop-loss in average true ranges' }),
    target: float(3, { min: 0.5, max: 10, step: 0.5, label: 'target in average true ranges' }),
    exposure: float(0.9, { min: 0.1, max: 5, step: 0.1, label: 'position as a multiple of equity' }),
    breakEven: flag(true, { label: 'move the stop to the entry once the trade is ahead by its risk' }),
  },
  constraint: (p) => p.fast < p.slow && p.target > p.stop,
  init: ({ bars, ta }, p) => ({
    momentum: ta.macd(bars.main.close, p.fast, p.slow, 9).histogram,
    range: ta.atr(bars.main, 14),
    entry: null as OrderHandle | null,
    risk: 0,
  }),
  onBar(ctx, state, p) {
    const price = ctx.bars.main.close.value;
    if (!ctx.position('main').isFlat) {
      const { entry, risk } = state;
      if (!p.breakEven || risk === 0 || entry?.fillPrice == null) return;
      const ahead = entry.side === 'buy' ? price - entry.fillPrice : entry.fillPrice - price;
      if (ahead < risk) return;
      entry.stopLoss?.amend({ stop: entry.fillPrice });
      state.risk = 0; // done once for each trade
      return;
    }

    const isUp = crossOver(state.momentum, 0);
    if (!isUp && !crossUnder(state.momentum, 0)) return;

    const sign = isUp ? 1 : -1;
    state.risk = p.stop * state.range.value;
    const bracket = { stopLoss: price - sign * state.risk, takeProfit: price + sign * p.target * state.range.value };
    state.entry = ctx[isUp ? 'buy' : 'sell']('main', { percent: p.exposure }, bracket);
  },
});
