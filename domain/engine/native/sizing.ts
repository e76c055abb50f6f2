/** How many units a wish in currency or in percent of equity comes to, by prices known now. */

import { fromSteps, stepsTowardZero } from '../../money.ts';
import { feeQuanta, noFees } from './commission.ts';
import type { AccountParts } from './execution.ts';
import { equityAt, shortfall } from './margin.ts';
import type { Shortfall } from './margin.ts';
import type { Sign } from './matching.ts';
import { closesOpposite } from './open-trade.ts';
import { adverseTicks, takerPrice } from './slippage.ts';

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
  const sign: Sign = lots > 0 ? 1 : -1;
  const wished = Math.abs(lots);
  const lack = (size: number, costs: boolean): Shortfall | null => {
    const missing = sign * size - ledger.netLots(feed);
    return missing === 0
      ? null
      : shortfallOf(parts, feed, { sign: missing > 0 ? 1 : -1, lots: Math.abs(missing), costs });
  };

  const short = lack(wished, true);
  if (short === null || lack(wished, false) !== null) return fromSteps(lotGrid, lots);
  // The wish costs at least what a smaller size does, so that this is just below the largest that fits.
  const guess = wished * Math.max(0, Math.min(1, short.available / short.needed));
  const isOffGrid = lotGrid.step === 0;
  const size = largestFitting((candidate) => lack(candidate, true) === null, {
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

/** What such an order would pay by prices known now: price on the tick, and commission in whole quanta. */
export const estimate = (
  parts: AccountParts,
  feed: number,
  {
    sign,
    lots,
    price = parts.prices.of(feed),
    taker = true,
  }: { readonly sign: Sign; readonly lots: number; readonly price?: number; readonly taker?: boolean },
): { readonly price: number; readonly fee: number } => {
  const { ledger, config, market } = parts;
  const units = fromSteps(ledger.lots[feed]!, lots); // as above
  const { bars } = market.feeds[feed]!; // as above
  const bar = market.index[feed]!; // as above
  const { low, high, volume } = bars;
  const asked =
    taker && parts.takerCosts
      ? takerPrice(config, {
          sign,
          price,
          units,
          volume: volume[bar] ?? 0,
          low: low[bar] ?? price,
          high: high[bar] ?? price,
        })
      : price;
  const ticks = ledger.ticks[feed]!; // as above
  const paid = fromSteps(ticks, adverseTicks(ticks, sign, asked));
  const value = units * paid * ledger.multipliers[feed]!; // as above
  const ask = { value, units, taker, traded: parts.traded.at(market.time) };
  return {
    price: paid,
    fee: fromSteps(ledger.money, feeQuanta(ledger.money, config.commission, noFees, ask)),
  };
};

/** The shortfall of a market order by prices known now, judged for this feed alone: others may be closed meanwhile. */
const shortfallOf = (
  parts: AccountParts,
  feed: number,
  { sign, lots, costs }: { readonly sign: Sign; readonly lots: number; readonly costs: boolean },
): Shortfall | null => {
  const { ledger, prices, config } = parts;
  const grid = ledger.lots[feed]!; // as above
  const paid = costs ? estimate(parts, feed, { sign, lots }) : { price: prices.of(feed), fee: 0 };
  const opposite = config.positions === 'hedging' ? 0 : ledger.closable(feed, sign, closesOpposite);
  return shortfall(
    ledger,
    prices,
    {
      feed,
      units: fromSteps(grid, lots),
      price: paid.price,
      fee: paid.fee,
      closes: fromSteps(grid, Math.min(lots, opposite)),
    },
    config.initialMargin,
    'feed',
  );
};
