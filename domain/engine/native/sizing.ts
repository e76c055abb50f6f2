/** How many units a wish in currency or in percent of equity comes to, by prices known now. */

import { fromSteps, stepsTowardZero } from '../../money.ts';
import { noFees, orderFee } from './commission.ts';
import type { AccountParts } from './execution.ts';
import { equityAt, shortfall } from './margin.ts';
import type { Shortfall } from './margin.ts';
import type { Sign } from './matching.ts';
import { closesOpposite } from './open-trade.ts';
import { adverseTicks, takerPrice } from './slippage.ts';

export type Wish = { readonly value: number } | { readonly fraction: number };

/** How often an estimate is narrowed down: each round leaves an error of the fee rate times the last one. */
const roundsMax = 16;
/** Lots by which the narrowed estimate is raised again, one by one. */
const raiseLotsMax = 64;

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
  const lack = (size: number, costs: boolean): Shortfall | null => {
    const missing = sign * size - ledger.netLots(feed);
    return missing === 0
      ? null
      : shortfallOf(parts, feed, { sign: missing > 0 ? 1 : -1, lots: Math.abs(missing), costs });
  };

  let size = Math.abs(lots);
  let short = lack(size, true);
  if (short === null || lack(size, false) !== null) return fromSteps(lotGrid, lots);
  for (let round = 0; short !== null && size > 0 && round < roundsMax; round++) {
    const scaled = size * Math.max(0, Math.min(1, short.available / short.needed));
    size = lotGrid.step === 0 ? scaled * (1 - 1e-12) : Math.min(size - 1, Math.floor(scaled));
    short = lack(size, true);
  }
  if (short !== null || size <= 0) return 0;
  if (lotGrid.step > 0) {
    for (let raised = 0; raised < raiseLotsMax && size < Math.abs(lots) && lack(size + 1, true) === null; raised++)
      size++;
  }
  return fromSteps(lotGrid, sign * size);
};

/** A quantity rounded toward zero to whole lots. */
export const roundToLot = (parts: AccountParts, feed: number, units: number): number => {
  const grid = parts.ledger.lots[feed]!; // as above
  return fromSteps(grid, stepsTowardZero(grid, units));
};

/** What such an order would pay by prices known now: price on the tick, and commission. */
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
  return {
    price: paid,
    fee: orderFee(config.commission, noFees, { value, units, taker, traded: parts.traded.at(market.time) }),
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
