/** The profile `backtrader` as a run takes it: its broker, its analyzers and its settings under their own names. */

import { backtraderStatistics } from '../../statistics/backtrader.ts';
import type { Profile } from '../profile.ts';
import { parseBacktraderConfig } from './config.ts';
import { backtraderRuleBook } from './rule-book.ts';

/** `config` has the parameters of that library's broker and of `setcommission`, all optional. Throws ConfigMistake. */
export const backtraderProfile = (config: unknown): Profile => {
  const parsed = parseBacktraderConfig(config);
  return {
    name: 'backtrader',
    startCash: parsed.cash,
    settings: { cash: parsed.cash, ...parsed.given },
    ruleBook: backtraderRuleBook(parsed),
    statistics: (input) => backtraderStatistics(input, parsed),
  };
};
