/** The door of the trading core: what other rooms may use of it. */

export * from './market/bars.ts';
export type { CorporateAction } from './market/corporate-action.ts';
export type { Feed } from './market/feed.ts';
export type { Instrument } from './market/instrument.ts';
export { MarketDataMistake } from './market/mistake.ts';
export * from './market/calendar.ts';
export * from './market/timeframe.ts';
export { randomFrom } from './random.ts';
export { defineStrategy, isStrategy, nearest } from './strategy/define-strategy.ts';
export { StrategyMistake } from './strategy/mistake.ts';
export { describeParam, paramFromText, readParams } from './strategy/params.ts';
export type { Param, ParamDeclarations, ParamProblem, ParamValue } from './strategy/params.ts';
export type { DataDeclaration, Strategy } from './strategy/strategy.ts';
export { prepareRunData } from './engine/run-data.ts';
export type { RunData } from './engine/run-data.ts';
export { runBacktest, RunCancelled, StrategyFailure } from './engine/run.ts';
export type { RunProgress, RunRequest, RunTrader } from './engine/run.ts';
export type { BacktestResult, BatchResult, FeedSummary, LogLine } from './engine/result.ts';
export { engineVersion } from './engine/engine-version.ts';
export type { Fill, Order, OrderStatus, OrderType, Side, TimeInForce, Trade } from './engine/order.ts';
export type { Profile } from './profiles/profile.ts';
export type { Statistics } from './statistics/statistics.ts';
