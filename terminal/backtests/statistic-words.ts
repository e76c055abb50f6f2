/** Titles and units of statistics as the engine defines them (its `definitions.ts`), and the ones that are shown first. */

import { showMoney, showNumber } from '../format/numbers.ts';

type Unit = 'percent' | 'ratio' | 'currency' | 'count' | 'days';

interface StatisticWords {
  readonly title: string;
  readonly unit: Unit;
  readonly group: 'Result' | 'Risk' | 'Trades' | 'Costs' | 'Benchmark';
}

const words = (group: StatisticWords['group'], title: string, unit: Unit): StatisticWords => ({
  group,
  title,
  unit,
});

const statistics: Readonly<Record<string, StatisticWords>> = {
  equityFinal: words('Result', 'Final equity', 'currency'),
  equityPeak: words('Result', 'Peak equity', 'currency'),
  return: words('Result', 'Return', 'percent'),
  cagr: words('Result', 'Growth a year (CAGR)', 'percent'),
  duration: words('Result', 'Duration', 'days'),
  exposure: words('Result', 'Exposure', 'percent'),
  annualVolatility: words('Risk', 'Volatility a year', 'percent'),
  sharpe: words('Risk', 'Sharpe ratio', 'ratio'),
  sortino: words('Risk', 'Sortino ratio', 'ratio'),
  calmar: words('Risk', 'Calmar ratio', 'ratio'),
  maxDrawdown: words('Risk', 'Maximum drawdown', 'percent'),
  averageDrawdown: words('Risk', 'Average drawdown', 'percent'),
  maxDrawdownDays: words('Risk', 'Longest drawdown', 'days'),
  averageDrawdownDays: words('Risk', 'Average drawdown length', 'days'),
  buyAndHoldReturn: words('Benchmark', 'Buy and hold', 'percent'),
  alpha: words('Benchmark', 'Alpha a year', 'percent'),
  beta: words('Benchmark', 'Beta', 'ratio'),
  trades: words('Trades', 'Trades', 'count'),
  openTrades: words('Trades', 'Open trades', 'count'),
  longTrades: words('Trades', 'Long trades', 'count'),
  shortTrades: words('Trades', 'Short trades', 'count'),
  winRate: words('Trades', 'Win rate', 'percent'),
  bestTrade: words('Trades', 'Best trade', 'percent'),
  worstTrade: words('Trades', 'Worst trade', 'percent'),
  averageTrade: words('Trades', 'Average trade', 'percent'),
  expectancy: words('Trades', 'Expectancy', 'currency'),
  profitFactor: words('Trades', 'Profit factor', 'ratio'),
  sqn: words('Trades', 'System quality (SQN)', 'ratio'),
  kelly: words('Trades', 'Kelly fraction', 'percent'),
  averageTradeDays: words('Trades', 'Average trade length', 'days'),
  maxTradeDays: words('Trades', 'Longest trade', 'days'),
  fees: words('Costs', 'Fees', 'currency'),
  commission: words('Costs', 'Commission', 'currency'),
  funding: words('Costs', 'Funding', 'currency'),
  borrow: words('Costs', 'Borrow interest', 'currency'),
  dividends: words('Costs', 'Dividends', 'currency'),
  turnover: words('Costs', 'Turnover', 'currency'),
  annualTurnover: words('Costs', 'Turnover a year', 'ratio'),
};

/** `averageTradeDays` as words, where the server has one that is not known here. */
const guessed = (key: string): StatisticWords =>
  words(
    'Result',
    key.replaceAll(/([A-Z])/g, ' $1').replace(/^./, (first) => first.toUpperCase()),
    'ratio',
  );

export const wordsOf = (key: string): StatisticWords => statistics[key] ?? guessed(key);

export const keyFigures = ['return', 'cagr', 'sharpe', 'maxDrawdown', 'winRate', 'profitFactor', 'trades', 'exposure'];
/** What a search can be ranked by, from the form. */
export const rankings = [
  'sharpe',
  'return',
  'cagr',
  'sortino',
  'calmar',
  'maxDrawdown',
  'profitFactor',
  'winRate',
  'sqn',
];

export const showStatistic = (key: string, value: number | null | undefined): string => {
  if (value === null || value === undefined || !Number.isFinite(value)) return 'n/a';
  switch (wordsOf(key).unit) {
    case 'percent':
      return `${showNumber(value * 100, 2)} %`;
    case 'currency':
      return showMoney(value);
    case 'count':
      return showNumber(value, 0);
    case 'days':
      return value >= 1 || value === 0
        ? `${showNumber(value, value < 10 ? 1 : 0)} d`
        : `${showNumber(value * 24, 1)} h`;
    case 'ratio':
      return showNumber(value, 2);
  }
};
