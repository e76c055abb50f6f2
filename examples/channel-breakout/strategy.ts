/** Breakout with a trailing stop: buys a new high by a stop order and lets a trailing stop take it out. */

import { defineStrategy, float, int } from 'xtrading/strategy';
import type { OrderHandle } from 'xtrading/strategy';

export default defineStrategy({
  name: 'channel-breakout',
  params: {
    channel: int(20, { min: 5, max: 200, step: 5 }),
    trail: float(3, { min: 0.5, max: 10, step: 0.5, label: 'trailing distance in average true ranges' }),
    risk: float(0.01, { min: 0.001, max: 0.05, step: 0.005, label: 'part of equity lost at the first stop' }),
  },
  init: ({ bars, ta }, p) => ({
    top: ta.max(bars.main.high, p.channel),
    range: ta.atr(bars.main, 14),
    entry: null as OrderHandle | null,
  }),
  onBar(ctx, state, p) {
    if (!ctx.position('main').isFlat) return;
    // The level moves with the channel, so yesterday's waiting entry makes room for today's.
    state.entry?.cancel();
    const distance = p.trail * state.range.value;
    const quantity = Math.min((p.risk * ctx.equity) / distance, (0.95 * ctx.equity) / state.top.value);
    state.entry = quantity >= 1 ? ctx.buy('main', Math.floor(quantity), { stop: state.top.value, tag: 'breakout' }) : null;
  },
  onFill(ctx, fill, order, state, p) {
    if (order.tag !== 'breakout') return;
    ctx.sell('main', fill.quantity, { trailAmount: p.trail * state.range.value, reduceOnly: true, tag: 'trail' });
  },
});
