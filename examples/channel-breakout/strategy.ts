/** Breakout with a trailing stop: buys a new high by a stop order and lets a trailing stop take it out. */

import { defineStrategy, float, int } from 'xtrading/strategy';
import type { OrderHandle } from 'xtrading/strategy';

export default defineStrategy({
  name: 'channel-breakout',
  params: {
    channel: int(30, { min: 5, max: 200, step: 5, label: 'bars whose highest price must be broken' }),
    trail: float(4, { min: 0.5, max: 10, step: 0.5, label: 'trailing distance in average true ranges' }),
    risk: float(0.01, { min: 0.001, max: 0.05, step: 0.005, label: 'part of equity lost at the first stop' }),
  },
  init: ({ bars, ta }, p) => ({
    top: ta.max(bars.main.high, p.channel),
    range: ta.atr(bars.main, 14),
    entry: null as OrderHandle | null,
  }),
  onBar(ctx, state, p) {
    const level = state.top.value;
    ctx.plot('breakout level', level);
    if (!ctx.position('main').isFlat) return;

    // So many units that the first stop costs the part of equity that may be risked, but no loan.
    const quantity = Math.min((p.risk * ctx.equity) / (p.trail * state.range.value), (0.95 * ctx.equity) / level);
    if (state.entry?.isOpen === true) state.entry.amend({ stop: level, quantity });
    else state.entry = ctx.buy('main', quantity, { stop: level, tag: 'breakout' });
  },
  onFill(ctx, fill, order, state, p) {
    if (order.tag !== 'breakout') return;
    ctx.sell('main', fill.quantity, { trailAmount: p.trail * state.range.value, reduceOnly: true, tag: 'trail' });
  },
});
