/** Splits and dividends as Lean applies them to a holding and its waiting orders. */

import type { Order } from '../../engine/order.ts';
import type { RunLog } from '../../engine/run-log.ts';
import type { Holding } from './holding.ts';
import { roundToTick } from './intake.ts';
import type { Ticket } from './matching.ts';

interface ActionRun {
  readonly holding: Holding;
  /** How many of the feed's actions are behind us. */
  readonly done: number;
  /** Time of the step; actions up to it take effect. */
  readonly time: number;
  /** The feed's waiting orders, held ones included, and the tickets of those that are not held. */
  readonly orders: readonly Order[];
  readonly tickets: readonly Ticket[];
  /** Adds to the cash. */
  readonly pay: (amount: number) => void;
  readonly log: RunLog;
}

/** Lean's factor files carry seven decimals. */
const factorScale = 1e7;

/**
 * Applies the actions that are due, before the new bar fills anything. A split leaves whole units
 * and pays the rest in cash at the last close; a dividend is paid on what is held. Returns how many
 * actions are done now.
 */
export const applyActions = ({ holding, done, time, orders, tickets, pay, log }: ActionRun): number => {
  const { tick } = holding;
  const actions = holding.feed.actions ?? [];
  let at = done;
  for (let action = actions[at]; action !== undefined && action.time <= time; action = actions[++at]) {
    if (action.type === 'dividend') {
      const amount = holding.quantity * action.amount * holding.multiplier;
      pay(amount);
      log.dividends += amount;
      continue;
    }
    const factor = Math.round(factorScale / action.ratio) / factorScale;
    const leftOver = holding.split(factor);
    pay(leftOver * holding.close * holding.multiplier);
    for (const order of orders) {
      order.quantity = Math.trunc(order.quantity / factor);
      if (order.limit !== null) order.limit = roundToTick(order.limit * factor, tick);
      if (order.stop !== null) order.stop = roundToTick(order.stop * factor, tick);
    }
    for (const ticket of tickets) ticket.trailScale *= factor;
  }
  return at;
};
