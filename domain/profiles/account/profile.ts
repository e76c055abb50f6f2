/** The profile `account`: a strategy that runs live, on what is known of its account. Not for people to choose. */

import type { Profile } from '../profile.ts';
import type { AccountFacts } from './account-facts.ts';
import { AccountRuleBook } from './rule-book.ts';

/** `config` holds {@link AccountFacts}. */
export const accountProfile = (config: unknown): Profile => {
  const facts = config as AccountFacts; // made by the platform itself, never by a person
  let book: AccountRuleBook | null = null;
  return {
    name: 'account',
    startCash: facts.bars.find(({ standing }) => standing !== undefined)?.standing?.cash ?? 0,
    settings: {},
    ruleBook: (market) => (book = new AccountRuleBook(facts, market)),
    statistics: () => ({ differences: book?.differences ?? 0 }),
    goesOn: true,
  };
};
