/** Commission: what each fill of an order costs, with bounds that hold for the order as a whole. */

import { monthIndex } from '../../market/calendar.ts';
import type { CommissionConfig, CommissionTier } from './native-config.ts';

/** What an order has paid for so far. Currency. */
export interface FeeTally {
  /** Sum of the parts before the order's minimum and maximum. */
  readonly raw: number;
  /** Value of the order's fills, and their units. */
  readonly value: number;
  readonly units: number;
}

export const noFees: FeeTally = Object.freeze({ raw: 0, value: 0, units: 0 });

export interface FeeAsk {
  readonly value: number;
  readonly units: number;
  readonly taker: boolean;
  /** What the account has traded in the measure of the table before this fill. */
  readonly traded: number;
}

/** The order's commission in all, this fill included. */
export const orderFee = (config: CommissionConfig, tally: FeeTally, ask: FeeAsk): number =>
  bounded(config, tally.raw + rawFee(config, tally, ask), tally.value + ask.value);

/** The tally with a fill added. */
export const tallyFee = (config: CommissionConfig, tally: FeeTally, ask: FeeAsk): FeeTally => ({
  raw: tally.raw + rawFee(config, tally, ask),
  value: tally.value + ask.value,
  units: tally.units + ask.units,
});

const rawFee = (config: CommissionConfig, tally: FeeTally, ask: FeeAsk): number => {
  const first = tally.units === 0 ? config.perOrder : 0;
  const { tiers } = config;
  const rates =
    tiers === null
      ? config
      : tierAt(tiers.table, tiers.over !== 'order' ? ask.traded : tiers.by === 'value' ? tally.value : tally.units);
  const perUnit = tiers === null ? config.perUnit : config.perUnit + rates.perUnit;
  return first + perUnit * ask.units + (ask.taker ? rates.taker : rates.maker) * ask.value;
};

/** The last row that starts at or below `traded`; the first row starts at 0. */
const tierAt = (table: readonly CommissionTier[], traded: number): CommissionTier => {
  let found = table[0] as CommissionTier; // the parser refuses an empty table
  for (const tier of table) if (tier.from <= traded) found = tier;
  return found;
};

/** The maxima win over the minimum: a fee never exceeds what it is a fee for by rule. */
const bounded = (config: CommissionConfig, raw: number, value: number): number =>
  Math.min(
    Math.max(raw, config.minimum),
    config.maximum,
    config.maximumFraction === Infinity ? Infinity : config.maximumFraction * value,
  );

/** What the account has traded, for commission tables that span orders. */
export class TradedVolume {
  #month = -1;
  #sum = 0;
  readonly #config: CommissionConfig;

  constructor(config: CommissionConfig) {
    this.#config = config;
  }

  /** Units or currency traded in the table's measure up to `time` (milliseconds UTC). */
  at(time: number): number {
    return this.#config.tiers?.over === 'month' && monthIndex(time) !== this.#month ? 0 : this.#sum;
  }

  add(time: number, value: number, units: number): void {
    const { tiers } = this.#config;
    if (tiers === null || tiers.over === 'order') return;
    if (tiers.over === 'month') {
      const month = monthIndex(time);
      if (month !== this.#month) this.#sum = 0;
      this.#month = month;
    }
    this.#sum += tiers.by === 'value' ? value : units;
  }
}
