/** Runs over consecutive stretches of data, joined into the one run that a trader would have seen. */

import type { Trade } from '../engine/order.ts';
import type { StatisticsInput } from '../statistics/statistics.ts';

/** A run over one stretch; `firstStep` of its timeline is the first that counts, the rest was warm-up. */
export type Stretch = Pick<StatisticsInput, 'timeline' | 'equity' | 'exposed' | 'trades' | 'startCash' | 'sums'> & {
  readonly firstStep: number;
};

/**
 * Joins the stretches in their order, each beginning with the money the one before ended with: its
 * equity, profits and costs are scaled by that. Give the result, with the feeds, to
 * `computeStatistics`. Trade ids count anew; bars of trades stay those of their own stretch.
 */
export const stitchRuns = (stretches: readonly Stretch[], startCash: number): Omit<StatisticsInput, 'feeds'> => {
  const steps = stretches.reduce((sum, { timeline, firstStep }) => sum + timeline.length - firstStep, 0);
  const timeline = new Float64Array(steps);
  const equity = new Float64Array(steps);
  const exposed = new Uint8Array(steps);
  const trades: Trade[] = [];
  const sums = { commission: 0, funding: 0, borrow: 0, dividends: 0, turnover: 0 };
  let cash = startCash;
  let at = 0;
  for (const stretch of stretches) {
    const scale = cash / stretch.startCash;
    timeline.set(stretch.timeline.subarray(stretch.firstStep), at);
    exposed.set(stretch.exposed.subarray(stretch.firstStep), at);
    for (let step = stretch.firstStep; step < stretch.timeline.length; step++) {
      equity[at] = (stretch.equity[step] ?? 0) * scale;
      at++;
    }
    for (const trade of stretch.trades) {
      trades.push({
        ...trade,
        id: trades.length,
        quantity: trade.quantity * scale,
        pnl: trade.pnl * scale,
        commission: trade.commission * scale,
      });
    }
    for (const key of sumKeys) sums[key] += stretch.sums[key] * scale;
    sums.borrow += (stretch.sums.marginInterest ?? 0) * scale;
    // An account that was lost stays lost.
    cash = at > 0 ? Math.max(0, equity[at - 1] ?? 0) : cash;
  }
  return { timeline, equity, exposed, trades, startCash, sums };
};

const sumKeys = ['commission', 'funding', 'borrow', 'dividends', 'turnover'] as const;
