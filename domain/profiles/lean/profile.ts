/** The profile `lean` as a run takes it: its fills and margin account, its statistics and its settings. */

import { leanStatistics } from '../../statistics/lean.ts';
import type { Profile } from '../profile.ts';
import { parseLeanConfig } from './config.ts';
import { leanRuleBook } from './rule-book.ts';

/** `config` has the settings of an algorithm, all optional. Throws ConfigMistake. */
export const leanProfile = (config: unknown): Profile => {
  const parsed = parseLeanConfig(config);
  return {
    name: 'lean',
    startCash: parsed.cash,
    settings: { cash: parsed.cash, leverage: parsed.leverage, ...parsed.given },
    ruleBook: leanRuleBook(parsed),
    statistics: leanStatistics(parsed),
  };
};
