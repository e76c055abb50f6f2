/** From the price that a policy names to the price that is paid: spread, slippage, the bar's edge and the tick. */

import { fromSteps, stepsDown, stepsUp } from '../../money.ts';
import type { Grid } from '../../money.ts';
import type { SlippageConfig, SpreadConfig } from './native-config.ts';
import type { Sign } from './matching.ts';

export interface CostConfig {
  readonly slippage: SlippageConfig;
  readonly spread: SpreadConfig;
}

/** What is known of the bar in which something is paid. */
export interface PricedBar {
  /** Milliseconds UTC. */
  readonly time: number;
  /** Units traded, and the range: for slippage by volume share, and `limitToBar`. */
  readonly volume: number;
  readonly low: number;
  readonly high: number;
}

export interface PriceAsk {
  readonly sign: Sign;
  /** The price named by the policy. */
  readonly price: number;
  readonly units: number;
  readonly bar: PricedBar;
}

/** False when a fill pays just the price that its policy names, so that nothing needs to be computed. */
export const hasTakerCosts = ({ slippage, spread }: CostConfig): boolean =>
  slippage.model !== 'none' || ('amount' in spread ? spread.amount : spread.fraction) !== 0;

/** What a fill that takes liquidity pays, before the tick. */
export const takerPrice = (config: CostConfig, ask: PriceAsk): number => {
  const { sign, price, bar } = ask;
  const { spread, slippage } = config;
  const half = ('amount' in spread ? spread.amount : price * spread.fraction) / 2;
  const paid = price + sign * (half + slippageOf(slippage, ask));
  if (!slippage.limitToBar || slippage.model === 'none') return paid;
  // The bar's range bounds the slippage only: the spread is paid even at the edge.
  const edge = sign > 0 ? Math.max(bar.high, price) + half : Math.min(bar.low, price) - half;
  return sign > 0 ? Math.min(paid, edge) : Math.max(paid, edge);
};

const slippageOf = (slippage: SlippageConfig, { price, units, bar: { volume } }: PriceAsk): number => {
  switch (slippage.model) {
    case 'none':
      return 0;
    case 'fixed':
      return slippage.amount;
    case 'percent':
      return price * slippage.fraction;
    case 'volume-share': {
      // Without volume the whole trade is the bar: the share can't be worse than 1.
      const share = volume > 0 ? Math.min(1, units / volume) : 1;
      return price * slippage.impact * power(share, slippage.exponent);
    }
  }
};

/** Whole powers by multiplication: `**` may differ in the last bit between machines. */
const power = (base: number, exponent: number): number => {
  if (!Number.isInteger(exponent)) return base ** exponent;
  let result = 1;
  for (let i = 0; i < exponent; i++) result *= base;
  return result;
};

/** Ticks of a price that is paid: off the grid it goes to the side that costs more. */
export const adverseTicks = (ticks: Grid, sign: Sign, price: number): number =>
  sign > 0 ? stepsUp(ticks, price) : stepsDown(ticks, price);

/** The price on the grid for a limit: a buy below, a sell above, so that it is never worse than asked. */
export const limitOnGrid = (ticks: Grid, sign: Sign, price: number): number =>
  fromSteps(ticks, sign > 0 ? stepsDown(ticks, price) : stepsUp(ticks, price));

/** The price on the grid for a stop: a buy above, a sell below, so that it never triggers sooner than asked. */
export const stopOnGrid = (ticks: Grid, sign: Sign, price: number): number =>
  fromSteps(ticks, sign > 0 ? stepsUp(ticks, price) : stepsDown(ticks, price));
