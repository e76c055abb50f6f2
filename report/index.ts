/** The door of the reports: results as HTML files and as text for people. */

export { backtestReport } from './backtest-report.ts';
export type { BacktestReportInput } from './backtest-report.ts';
export { searchReport } from './search-report.ts';
export type { SearchReportInput } from './search-report.ts';
export { showPrice, showStatistic, showTime, withSeparators } from './show-number.ts';
export { walkForwardReport } from './walk-forward-report.ts';
export type { WalkForwardReportInput } from './walk-forward-report.ts';
