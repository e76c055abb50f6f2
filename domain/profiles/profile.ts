/** A profile: a rule book with its settings read, under the name by which people choose it. */

import type { Fill, Order } from '../engine/order.ts';
import type { RuleBookFactory } from '../engine/rule-book.ts';
import type { StatisticsInput } from '../statistics/statistics.ts';

/** What a profile's own statistics are computed from. */
export interface ProfileStatisticsInput extends StatisticsInput {
  readonly fills: readonly Fill[];
  readonly orders: readonly Order[];
  /** Steps before the trader could act. */
  readonly warmUpSteps: number;
}

export interface Profile {
  readonly name: string;
  readonly startCash: number;
  /** The settings after defaults: enough to make the same profile again. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly ruleBook: RuleBookFactory;
  /** Statistics under the names and definitions of the reproduced engine. */
  readonly statistics?: (input: ProfileStatisticsInput) => Readonly<Record<string, number | string | null>>;
  /** The data reach to the present and will go on: the strategy is not told of their end. */
  readonly goesOn?: true;
}
