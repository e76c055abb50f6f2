/** Trailing stops: how they follow the best price. */

import type { Grid } from '../../money.ts';
import { better, trailingLevel } from './matching.ts';
import { limitOnGrid, stopOnGrid } from './slippage.ts';
import { isOpen, moveStop } from './waiting-order.ts';
import type { WaitingOrder } from './waiting-order.ts';

/** True for trailing stops that have not been triggered. */
export const isTrailing = (waiting: WaitingOrder): boolean =>
  waiting.waits === 'stop' && waiting.trail !== null && isOpen(waiting);

/** Moves a trailing stop when `price` is better than its best so far; never away from the price. */
export const followPrice = (waiting: WaitingOrder, ticks: Grid, price: number): void => {
  const { sign, best, trail } = waiting;
  const newBest = Number.isNaN(best) ? price : better(sign, best, price);
  if (newBest === best || trail === null) return;
  waiting.best = newBest;
  const level = stopOnGrid(ticks, sign, trailingLevel(sign, newBest, trail));
  // A first stop given by hand may be nearer than the trail.
  if (!Number.isNaN(waiting.stop) && better(sign, level, waiting.stop) === waiting.stop) return;
  placeStop(waiting, ticks, level);
};

/** Begins to trail anew from `price`: for orders that come alive inside a bar. */
export const startTrailing = (waiting: WaitingOrder, ticks: Grid, price: number): void => {
  if (waiting.trail === null) return;
  waiting.best = price;
  if (waiting.order.request.stop === undefined)
    placeStop(waiting, ticks, stopOnGrid(ticks, waiting.sign, trailingLevel(waiting.sign, price, waiting.trail)));
};

/** The limit keeps its distance from the stop. */
const placeStop = (waiting: WaitingOrder, ticks: Grid, level: number): void => {
  const { sign, limitOffset } = waiting;
  moveStop(waiting, level, Number.isNaN(limitOffset) ? NaN : limitOnGrid(ticks, sign, level + limitOffset));
};
