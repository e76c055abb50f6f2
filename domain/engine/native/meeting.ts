/** Which waiting order the price meets next inside a bar, and at which price: one way of looking for each policy. */

import type { BarState } from './bar-state.ts';
import { limitFillPrice, stopFillPrice } from './matching.ts';
import { isOpen } from './waiting-order.ts';
import type { WaitingOrder } from './waiting-order.ts';

export interface Meeting {
  readonly waiting: WaitingOrder;
  readonly price: number;
}

/** True while an order may fill in this bar. */
export const canMeet = (waiting: WaitingOrder, { serial, step }: BarState): boolean =>
  isOpen(waiting) && waiting.live && waiting.blockedBar !== serial && waiting.notBeforeStep <= step;

/** Without a path: a stop that the bar's range touches; those that close something before others. */
export const worstStop = (
  queue: readonly WaitingOrder[],
  state: BarState,
  closesSomething: (waiting: WaitingOrder) => boolean,
): Meeting | null => {
  let found: Meeting | null = null;
  for (const waiting of queue) {
    if (waiting.waits !== 'stop' || !canMeet(waiting, state)) continue;
    const start = Number.isNaN(waiting.from) ? state.open : waiting.from;
    const price = stopFillPrice(waiting.sign, waiting.stop, start, state.low, state.high);
    if (Number.isNaN(price)) continue;
    if (closesSomething(waiting)) return { waiting, price };
    found ??= { waiting, price };
  }
  return found;
};

/** Without a path: a limit that the price certainly reaches once the order is there. */
export const sureLimit = (queue: readonly WaitingOrder[], state: BarState): Meeting | null => {
  for (const waiting of queue) {
    if (!canMeet(waiting, state)) continue;
    const isNew = !Number.isNaN(waiting.from);
    if (waiting.waits === 'market' && isNew) return { waiting, price: waiting.from };
    if (waiting.waits !== 'limit') continue;
    const price = isNew
      ? limitFillPrice(waiting.sign, waiting.limit, waiting.from, waiting.sureLow, waiting.sureHigh)
      : limitFillPrice(waiting.sign, waiting.limit, state.open, state.low, state.high);
    if (!Number.isNaN(price)) return { waiting, price };
  }
  return null;
};

/** On a path: the order that the price meets first on its way from where it is to `turn`. */
export const nextOnWay = (queue: readonly WaitingOrder[], state: BarState, turn: number): Meeting | null => {
  const { at } = state;
  const low = Math.min(at, turn);
  const high = Math.max(at, turn);
  let found: Meeting | null = null;
  let distance = Infinity;
  for (const waiting of queue) {
    if (!canMeet(waiting, state)) continue;
    const price = priceOnWay(waiting, at, low, high);
    const way = Math.abs(price - at);
    if (way < distance) {
      found = { waiting, price };
      distance = way;
    }
  }
  return found;
};

const priceOnWay = (
  { sign, waits, limit, stop, from }: WaitingOrder,
  at: number,
  low: number,
  high: number,
): number => {
  if (waits === 'stop') return stopFillPrice(sign, stop, at, low, high);
  if (waits === 'limit') return limitFillPrice(sign, limit, at, low, high);
  return waits === 'market' && !Number.isNaN(from) ? at : NaN;
};
