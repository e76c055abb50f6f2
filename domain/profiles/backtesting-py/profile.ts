/** The profile `backtesting.py` as a run takes it: its rules, its statistics and its settings under their own names. */

import { backtestingPyStatistics } from '../../statistics/backtesting-py.ts';
import type { Profile } from '../profile.ts';
import { parseBacktestingPyConfig } from './config.ts';
import { backtestingPyRuleBook } from './rule-book.ts';

/** `config` has the fields of that library's `Backtest`, all of them optional. Throws ConfigMistake. */
export const backtestingPyProfile = (config: unknown): Profile => {
  const parsed = parseBacktestingPyConfig(config);
  const { warmUpBars } = parsed;
  const { fixed, relative } = parsed.commission;
  return {
    name: 'backtesting.py',
    startCash: parsed.cash,
    settings: {
      cash: parsed.cash,
      commission: fixed === 0 ? relative : [fixed, relative],
      spread: parsed.spread,
      margin: parsed.margin,
      trade_on_close: parsed.tradeOnClose,
      hedging: parsed.hedging,
      exclusive_orders: parsed.exclusiveOrders,
      finalize_trades: parsed.finalizeTrades,
      fractional_unit: parsed.fractionalUnit,
      ...(warmUpBars === null ? {} : { warm_up_bars: warmUpBars }),
    },
    ruleBook: backtestingPyRuleBook(parsed),
    // A strategy is first called on the bar after the one at which its indicators are warm.
    statistics: (input) =>
      backtestingPyStatistics(warmUpBars === null ? input : { ...input, warmUpSteps: warmUpBars + 1 }),
  };
};
