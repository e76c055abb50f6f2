/** How likely the best of a search is more than luck. */

import type { BacktestResult, DeflatedSharpe, SearchSummary } from '#domain';
import { dailyReturns, deflatedSharpe, prepareCalendar } from '#domain';

/** The deflated Sharpe ratio of the best member; null where too little is known. */
export const luckOf = (best: BacktestResult, { sharpes }: SearchSummary): DeflatedSharpe | null => {
  const calendar = prepareCalendar(best.timeline);
  const returns = dailyReturns(best.equity, Number(best.settings['cash']), calendar);
  return deflatedSharpe({ returns, sharpes, samplesPerYear: calendar.samplesPerYear });
};
