/** How many units a wish in currency or in percent of equity comes to, by prices known now. */

import { fromSteps, stepsTowardZero } from '../../money.ts';
import { noFees } from './commission.ts';
import type { AccountParts } from './execution.ts';
import { equityAt, shortfall } from './margin.ts';
import type { Shortfall } from './margin.ts';
import type { Sign } from './matching.ts';
import { closesOpposite } from './open-trade.ts';

export type Wish = { readonly value: number } | { readonly fraction: number };

/** Into how many parts a wish without a grid is divided to be made smaller: nobody misses a billionth of a wish. */
const partsOffGrid = 2 ** 30;
/** Room for the rounding of the division, where no grid takes what is computed down to something that fits. */
const offGridRoom = 1e-12;

/**
 * The position (signed units) that a wish comes to at the newest close: value ÷ price, rounded to
 * the lot toward zero. A fraction is of equity, less the setting `sizingBuffer`. Where the wish is
 * affordable but its costs (half the spread, slippage, commission) are not, it becomes the largest
 * position that is, so that all of equity can be asked for. A wish beyond that stays as it is, and
 * the order is refused. 0 before the feed's first bar.
 */
export const targetUnits = (parts: AccountParts, feed: number, wish: Wish): number => {
  const { ledger, prices, config } = parts;
  const price = prices.of(feed);
  if (!(price > 0)) return 0;
  const value = 'value' in wish ? wish.value : wish.fraction * (1 - config.sizingBuffer) * equityAt(ledger, prices);
  const lotGrid = ledger.lots[feed]!; // feed indexes come from the market
  const lots = stepsTowardZero(lotGrid, value / (price * ledger.multipliers[feed]!)); // as above
  if (lots === 0 || !Number.isFinite(lots)) return 0;
  const lack = shortfallAt(parts, feed, lots, true);
  return lack === null || shortfallAt(parts, feed, lots, false) !== null
    ? fromSteps(lotGrid, lots)
    : largestAffordable(parts, feed, lots, lack);
};

/** The largest position on that side that can be paid, when for `lots` that much is missing. */
const largestAffordable = (parts: AccountParts, feed: number, lots: number, lack: Shortfall): number => {
  const lotGrid = parts.ledger.lots[feed]!; // as above
  const sign = Math.sign(lots);
  const wished = Math.abs(lots);
  // The wish costs at least what a smaller size does, so that this is just below the largest that fits.
  const guess = wished * Math.max(0, Math.min(1, lack.available / lack.needed));
  const isOffGrid = lotGrid.step === 0;
  const size = largestFitting((candidate) => shortfallAt(parts, feed, sign * candidate, true) === null, {
    guess: isOffGrid ? guess * (1 - offGridRoom) : Math.floor(guess),
    tooMuch: wished,
    grain: isOffGrid ? wished / partsOffGrid : 1,
  });
  return fromSteps(lotGrid, sign * size);
};

/**
 * The largest size that fits, to a grain, when 0 does and `tooMuch` does not: from a guess by strides
 * that double, and by halves once they have gone past it.
 */
const largestFitting = (
  fits: (size: number) => boolean,
  { guess, tooMuch, grain }: { readonly guess: number; readonly tooMuch: number; readonly grain: number },
): number => {
  let low = 0;
  let high = tooMuch;
  let at = guess;
  for (let stride = grain; high - low > grain; stride *= 2) {
    if (at <= low || at >= high) at = grain === 1 ? Math.floor((low + high) / 2) : (low + high) / 2;
    if (fits(at)) {
      low = at;
      at += stride;
    } else {
      high = at;
      at -= stride;
    }
  }
  return low;
};

/** A quantity rounded toward zero to whole lots. */
export const roundToLot = (parts: AccountParts, feed: number, units: number): number => {
  const grid = parts.ledger.lots[feed]!; // as above
  return fromSteps(grid, stepsTowardZero(grid, units));
};

/**
 * What is missing for a market order from what is held to a target of signed lots, with its costs or
 * without, by prices known now; judged for this feed alone: others may be closed meanwhile.
 */
const shortfallAt = (parts: AccountParts, feed: number, target: number, costs: boolean): Shortfall | null => {
  const { ledger, prices, config, terms } = parts;
  const missing = target - ledger.netLots(feed);
  if (missing === 0) return null;
  const sign: Sign = missing > 0 ? 1 : -1;
  const lots = Math.abs(missing);
  const price = prices.of(feed);
  const closable = config.positions === 'hedging' ? 0 : ledger.closable(feed, sign, closesOpposite);
  const grid = ledger.lots[feed]!; // as above
  const trade = costs
    ? terms.workOut({
        feed,
        sign,
        lots,
        closable,
        price,
        taker: true,
        limit: NaN,
        bar: prices.newest[feed]!, // as above
        tally: noFees,
        paidQuanta: 0,
      })
    : { feed, units: fromSteps(grid, lots), price, fee: 0, closes: fromSteps(grid, Math.min(lots, closable)) };
  return shortfall(ledger, prices, trade, config.initialMargin, 'feed');
};
