/** The settings of the profile `backtesting.py`, under the names and with the defaults of that library's `Backtest`. */

import { ConfigMistake, Fields, readNumber } from '../../config.ts';

export interface BacktestingPyConfig {
  /** Cash at the start, in currency. */
  readonly cash: number;
  /** Per fill, at entry and at exit: currency, and a fraction of the fill's value (negative: a rebate). */
  readonly commission: { readonly fixed: number; readonly relative: number };
  /** Widens entry prices, a fraction: a buy pays price × (1 + spread), a sale brings price × (1 − spread). */
  readonly spread: number;
  /** Fraction of a position's value that it binds: 0.02 lets one trade fifty times the equity. */
  readonly margin: number;
  /** Market orders fill at the close of the bar after which they were made. */
  readonly tradeOnClose: boolean;
  /** Trades of both directions may be open at once. */
  readonly hedging: boolean;
  /** A new order closes what is open and withdraws what waits. */
  readonly exclusiveOrders: boolean;
  /** What is open after the last bar is closed on that bar. */
  readonly finalizeTrades: boolean;
  /** The smallest quantity, as `FractionalBacktest` has it: 1e-8 trades satoshis. 1 trades whole units. */
  readonly fractionalUnit: number;
  /**
   * The bar at which the indicators of a recorded strategy were warm, for order tapes, which have
   * none: buy-and-hold and alpha count from it. null: as the run's own trader says.
   */
  readonly warmUpBars: number | null;
}

const fieldNames = [
  'cash',
  'commission',
  'spread',
  'margin',
  'trade_on_close',
  'hedging',
  'exclusive_orders',
  'finalize_trades',
  'fractional_unit',
  'warm_up_bars',
] as const;

/** The library refuses a relative commission outside [−10 %, 10 %). */
const relativeCommission = { min: -0.1, below: 0.1 } as const;

/** Beyond these a seller would be paid nothing or less; the sign is not looked at. */
const spreadBounds = { above: -1, below: 1 } as const;

/** Parses the `config` of a run. Throws ConfigMistake with the name of the field. */
export const parseBacktestingPyConfig = (value: unknown): BacktestingPyConfig => {
  const fields = new Fields(value ?? {}, 'config', fieldNames);
  return {
    cash: fields.number('cash', 10_000, { above: 0 }),
    commission: parseCommission(fields.raw('commission'), fields.at('commission')),
    spread: fields.number('spread', 0, spreadBounds),
    margin: fields.number('margin', 1, { above: 0, max: 1 }),
    tradeOnClose: fields.flag('trade_on_close', false),
    hedging: fields.flag('hedging', false),
    exclusiveOrders: fields.flag('exclusive_orders', false),
    finalizeTrades: fields.flag('finalize_trades', false),
    fractionalUnit: fields.number('fractional_unit', 1, { above: 0 }),
    warmUpBars: fields.number('warm_up_bars', null, { min: 0, whole: true }),
  };
};

const parseCommission = (value: unknown, path: string): BacktestingPyConfig['commission'] => {
  if (value === undefined) return { fixed: 0, relative: 0 };
  if (typeof value === 'number') return { fixed: 0, relative: readNumber(value, path, relativeCommission) };
  if (Array.isArray(value) && value.length === 2) {
    return {
      fixed: readNumber(value[0], `${path}[0]`, { min: 0 }),
      relative: readNumber(value[1], `${path}[1]`, relativeCommission),
    };
  }
  throw new ConfigMistake(
    path,
    'expected a number or a pair of numbers.',
    'Write a fraction of each fill (0.001 is 0.1 %), or [fixed, relative]: a fee per fill in currency, and a fraction.',
  );
};
