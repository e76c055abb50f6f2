/** Titles and units of statistics, and the ones that are shown first. */

import { showMoney, showNumber } from '../format/numbers.ts';

type Unit = 'percent' | 'ratio' | 'currency' | 'count' | 'days';

interface StatisticWords {
  readonly title: string;
  readonly unit: Unit;
  /** Of a higher value; null: neither is good. */
  readonly isGood: boolean | null;
  readonly group: 'Result' | 'Risk' | 'Trades' | 'Costs' | 'Benchmark';
}

const words = (
  group: StatisticWords['group'],
  title: string,
  unit: Unit,
  isGood: boolean | null = null,
): StatisticWords => ({
  group,
  title,
  unit,
  isGood,
});

const statistics: Readonly<Record<string, StatisticWords>> = {
  equityFinal: words('Result', 'Final equity', 'currency', true),
  equityPeak: words('Result', 'Peak equity', 'currency', true),
  return: words('Result', 'Return', 'percent', true),
  cagr: words('Result', 'Growth a year (CAGR)', 'percent', true),
  duration: words('Result', 'Duration', 'days'),
  exposure: words('Result', 'Exposure', 'percent'),
  annualVolatility: words('Risk', 'Volatility a year', 'percent', false),
  sharpe: words('Risk', 'Sharpe ratio', 'ratio', true),
  sortino: words('Risk', 'Sortino ratio', 'ratio', true),
  calmar: words('Risk', 'Calmar ratio', 'ratio', true),
  maxDrawdown: words('Risk', 'Maximum drawdown', 'percent', true),
  averageDrawdown: words('Risk', 'Average drawdown', 'percent', true),
  maxDrawdownDays: words('Risk', 'Longest drawdown', 'days', false),
  averageDrawdownDays: words('Risk', 'Average drawdown length', 'days', false),
  buyAndHoldReturn: words('Benchmark', 'Buy and hold', 'percent'),
  alpha: words('Benchmark', 'Alpha', 'percent', true),
  beta: words('Benchmark', 'Beta', 'ratio'),
  trades: words('Trades', 'Closed trades', 'count'),
  openTrades: words('Trades', 'Open trades', 'count'),
  longTrades: words('Trades', 'Long trades', 'count'),
  shortTrades: words('Trades', 'Short trades', 'count'),
  winRate: words('Trades', 'Win rate', 'percent', true),
  bestTrade: words('Trades', 'Best trade', 'percent', true),
  worstTrade: words('Trades', 'Worst trade', 'percent', true),
  averageTrade: words('Trades', 'Average trade', 'percent', true),
  expectancy: words('Trades', 'Expectancy', 'percent', true),
  profitFactor: words('Trades', 'Profit factor', 'ratio', true),
  sqn: words('Trades', 'SQN', 'ratio', true),
  kelly: words('Trades', 'Kelly', 'percent', true),
  averageTradeDays: words('Trades', 'Average length', 'days'),
  maxTradeDays: words('Trades', 'Longest trade', 'days'),
  fees: words('Costs', 'Fees', 'currency', false),
  commission: words('Costs', 'Commission', 'currency', false),
  funding: words('Costs', 'Funding', 'currency', false),
  borrow: words('Costs', 'Borrowing', 'currency', false),
  dividends: words('Costs', 'Dividends', 'currency', true),
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
