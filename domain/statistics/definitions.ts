/** What each statistic of a run means: the one place from which tables, reports and documentation read it. */

/**
 * `percent` values are fractions (0.25 is shown as 25 %), `days` are calendar days with a fraction,
 * `currency` is money of the account.
 */
export type StatisticUnit = 'percent' | 'ratio' | 'currency' | 'count' | 'days';

export type StatisticGroup = 'Result' | 'Risk' | 'Benchmark' | 'Trades' | 'Costs';

/** What `minimumSamples` counts. Returns are daily, or one per bar where bars are longer than a day. */
export type SampleKind = 'steps' | 'daily returns' | 'closed trades' | 'drawdowns';

export interface StatisticDefinition {
  readonly title: string;
  readonly group: StatisticGroup;
  readonly unit: StatisticUnit;
  /** The formula and, where it has one, its source. */
  readonly definition: string;
  /** With fewer samples than this the statistic is null ("n/a"). */
  readonly minimumSamples: number;
  readonly samples: SampleKind;
  /** Which way is good, for ranking and colours; null where neither is. */
  readonly better: 'higher' | 'lower' | null;
}

/** Fewer daily returns than a trading month say nothing about a spread, and a year projected from them less. */
const daysMin = 20;
/** Fewer trades than this say nothing about how trades vary. */
const variedTradesMin = 10;

const define = (
  group: StatisticGroup,
  title: string,
  unit: StatisticUnit,
  better: StatisticDefinition['better'],
  [minimumSamples, samples]: readonly [number, SampleKind],
  definition: string,
): StatisticDefinition => ({ title, group, unit, definition, minimumSamples, samples, better });

/** All statistics in the order in which they are shown. */
export const statisticDefinitions = {
  equityFinal: define(
    'Result',
    'Final equity',
    'currency',
    'higher',
    [1, 'steps'],
    'Cash plus open positions at the last close.',
  ),
  equityPeak: define(
    'Result',
    'Peak equity',
    'currency',
    'higher',
    [1, 'steps'],
    'The highest equity at any close, the starting cash included.',
  ),
  return: define('Result', 'Return', 'percent', 'higher', [1, 'steps'], 'Final equity ÷ starting cash − 1.'),
  cagr: define(
    'Result',
    'Growth a year (CAGR)',
    'percent',
    'higher',
    [daysMin, 'daily returns'],
    '(Final equity ÷ starting cash)^(1 ÷ years) − 1, years of 365.25 days from the start of the first bar to the end of the last. −100 % when nothing is left.',
  ),
  duration: define(
    'Result',
    'Duration',
    'days',
    null,
    [1, 'steps'],
    'Calendar days from the start of the first bar to the end of the last.',
  ),
  exposure: define(
    'Result',
    'Exposure',
    'percent',
    null,
    [1, 'steps'],
    'Steps at which a position was held at any moment ÷ all steps.',
  ),

  annualVolatility: define(
    'Risk',
    'Volatility a year',
    'percent',
    'lower',
    [daysMin, 'daily returns'],
    'Sample standard deviation (n − 1) of daily returns × √N. Daily returns are changes of the last equity of each UTC day, the first against the starting cash; N is 252, or 365 where the data trades at weekends (52 or 12 for weekly or monthly bars).',
  ),
  sharpe: define(
    'Risk',
    'Sharpe ratio',
    'ratio',
    'higher',
    [daysMin, 'daily returns'],
    'Mean ÷ sample standard deviation of daily returns × √N, without a risk-free rate (Sharpe, Journal of Portfolio Management, 1994). Not given when equity does not vary.',
  ),
  sortino: define(
    'Risk',
    'Sortino ratio',
    'ratio',
    'higher',
    [daysMin, 'daily returns'],
    'Mean of daily returns ÷ √(mean of min(return, 0)²) × √N, all days counted in the mean of squares (Sortino and Price, Journal of Investing, 1994). Not given without a losing day.',
  ),
  calmar: define(
    'Risk',
    'Calmar ratio',
    'ratio',
    'higher',
    [daysMin, 'daily returns'],
    'Growth a year ÷ depth of the maximum drawdown (Young, Futures, 1991), over the whole run. Not given without a drawdown.',
  ),
  maxDrawdown: define(
    'Risk',
    'Maximum drawdown',
    'percent',
    'higher',
    [1, 'steps'],
    'The lowest value of equity ÷ highest equity before − 1, on every step; the starting cash is the first peak. Zero or negative.',
  ),
  averageDrawdown: define(
    'Risk',
    'Average drawdown',
    'percent',
    'higher',
    [1, 'drawdowns'],
    'Mean of the lowest values of all drawdowns. A drawdown lasts from a peak until equity is back at it, or to the end of the run.',
  ),
  maxDrawdownDays: define(
    'Risk',
    'Longest drawdown',
    'days',
    'lower',
    [1, 'steps'],
    'Calendar days of the longest drawdown, from the peak to the step that is back at it, or to the last step. Zero without a drawdown.',
  ),
  averageDrawdownDays: define(
    'Risk',
    'Average drawdown length',
    'days',
    'lower',
    [1, 'drawdowns'],
    'Mean calendar days of all drawdowns, an unfinished one up to the last step.',
  ),

  buyAndHoldReturn: define(
    'Benchmark',
    'Buy and hold',
    'percent',
    null,
    [1, 'steps'],
    'Return of equal amounts put into each symbol at the close of its first bar and held to the last close, with splits, and dividends kept as cash; no costs.',
  ),
  alpha: define(
    'Benchmark',
    'Alpha a year',
    'percent',
    'higher',
    [daysMin, 'daily returns'],
    '(Mean daily return − beta × mean daily return of buy and hold) × N, without a risk-free rate (Jensen, Journal of Finance, 1968).',
  ),
  beta: define(
    'Benchmark',
    'Beta',
    'ratio',
    null,
    [daysMin, 'daily returns'],
    'Covariance of daily returns with those of buy and hold ÷ variance of the latter. Not given when the market does not vary.',
  ),

  trades: define(
    'Trades',
    'Trades',
    'count',
    null,
    [0, 'steps'],
    'Closed round trips: units opened by one fill and closed by another, first in, first out.',
  ),
  openTrades: define(
    'Trades',
    'Open trades',
    'count',
    null,
    [0, 'steps'],
    'Round trips still open at the end. They count in equity, in no other statistic of trades.',
  ),
  longTrades: define('Trades', 'Long trades', 'count', null, [0, 'steps'], 'Closed trades that were bought first.'),
  shortTrades: define('Trades', 'Short trades', 'count', null, [0, 'steps'], 'Closed trades that were sold first.'),
  winRate: define(
    'Trades',
    'Win rate',
    'percent',
    'higher',
    [1, 'closed trades'],
    'Trades with a profit after commissions ÷ closed trades.',
  ),
  bestTrade: define(
    'Trades',
    'Best trade',
    'percent',
    'higher',
    [1, 'closed trades'],
    'Highest return of a trade: profit after commissions ÷ value at entry.',
  ),
  worstTrade: define(
    'Trades',
    'Worst trade',
    'percent',
    'higher',
    [1, 'closed trades'],
    'Lowest return of a trade: profit after commissions ÷ value at entry.',
  ),
  averageTrade: define(
    'Trades',
    'Average trade',
    'percent',
    'higher',
    [1, 'closed trades'],
    'Arithmetic mean of the returns of trades.',
  ),
  expectancy: define(
    'Trades',
    'Expectancy',
    'currency',
    'higher',
    [1, 'closed trades'],
    'Win rate × average win − loss rate × average loss: the mean profit of a trade in currency.',
  ),
  profitFactor: define(
    'Trades',
    'Profit factor',
    'ratio',
    'higher',
    [1, 'closed trades'],
    'Sum of the profits ÷ sum of the losses of trades, in currency. Not given without a losing trade.',
  ),
  sqn: define(
    'Trades',
    'System quality (SQN)',
    'ratio',
    'higher',
    [variedTradesMin, 'closed trades'],
    '√trades × mean ÷ sample standard deviation of the profits of trades, in currency (Tharp, Trade Your Way to Financial Freedom, 2007). Not given when all are equal.',
  ),
  kelly: define(
    'Trades',
    'Kelly fraction',
    'percent',
    'higher',
    [variedTradesMin, 'closed trades'],
    'W − (1 − W) ÷ (average win ÷ average loss), W the win rate (Kelly, Bell System Technical Journal, 1956). Not given without a win and a loss.',
  ),
  averageTradeDays: define(
    'Trades',
    'Average trade length',
    'days',
    null,
    [1, 'closed trades'],
    'Mean calendar days from entry to exit, by the times of the bars that filled them.',
  ),
  maxTradeDays: define(
    'Trades',
    'Longest trade',
    'days',
    null,
    [1, 'closed trades'],
    'Calendar days of the longest trade.',
  ),

  fees: define(
    'Costs',
    'Fees',
    'currency',
    'lower',
    [0, 'steps'],
    'Commission, funding and borrow interest paid, less what was received of them.',
  ),
  commission: define(
    'Costs',
    'Commission',
    'currency',
    'lower',
    [0, 'steps'],
    'Commission of all fills, of trades still open too; rebates deducted.',
  ),
  funding: define(
    'Costs',
    'Funding',
    'currency',
    'lower',
    [0, 'steps'],
    'Funding paid on perpetual positions; negative when received.',
  ),
  borrow: define(
    'Costs',
    'Borrow interest',
    'currency',
    'lower',
    [0, 'steps'],
    'Interest paid on borrowed units and cash.',
  ),
  dividends: define(
    'Costs',
    'Dividends',
    'currency',
    'higher',
    [0, 'steps'],
    'Dividends received; negative when a short position paid more.',
  ),
  turnover: define(
    'Costs',
    'Turnover',
    'currency',
    null,
    [0, 'steps'],
    'Value of all fills: price × quantity × contract multiplier.',
  ),
  annualTurnover: define(
    'Costs',
    'Turnover a year',
    'ratio',
    null,
    [daysMin, 'daily returns'],
    'Turnover ÷ mean daily equity ÷ years.',
  ),
} as const satisfies Readonly<Record<string, StatisticDefinition>>;

export type StatisticKey = keyof typeof statisticDefinitions;

// Object.keys returns exactly the keys written above, in the order written.
export const statisticKeys = Object.keys(statisticDefinitions) as readonly StatisticKey[];

export const isStatisticKey = (key: string): key is StatisticKey => Object.hasOwn(statisticDefinitions, key);
