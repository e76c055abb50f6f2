/** The door of the trading core: what other rooms may use of it. */

export * from './market/bars.ts';
export type { CorporateAction } from './market/corporate-action.ts';
export type { Feed } from './market/feed.ts';
export type { Instrument } from './market/instrument.ts';
export { MarketDataMistake } from './market/mistake.ts';
export * from './market/calendar.ts';
export * from './market/timeframe.ts';
export {
  actionsFromCloses,
  actionsFromFactors,
  adjustToCloses,
  applyFactors,
  factorsOf,
  parseFactorRows,
} from './market/adjust.ts';
export { resampleBars } from './market/resample.ts';
export { BarsDescriber, describeBars } from './market/describe-bars.ts';
export type { BarsDescription } from './market/describe-bars.ts';
export type { Gap } from './market/gap-finder.ts';
export { instrumentFor, instrumentOf } from './market/guess-instrument.ts';
export type { InstrumentOverrides } from './market/guess-instrument.ts';
export { randomFrom } from './random.ts';
export { defineStrategy, isStrategy, nearest } from './strategy/define-strategy.ts';
export { StrategyMistake } from './strategy/mistake.ts';
export { describeParam, paramFromText, readParams } from './strategy/params.ts';
export type { Param, ParamDeclarations, ParamProblem, ParamValue } from './strategy/params.ts';
export type { Context, DataDeclaration, Strategy } from './strategy/strategy.ts';
export { prepareRunData } from './engine/run-data.ts';
export type { RunData } from './engine/run-data.ts';
export { runBacktest, RunCancelled, StrategyFailure } from './engine/run.ts';
export { RunMemory } from './engine/run-memory.ts';
export type { RunProgress, RunRequest, RunTrader } from './engine/run.ts';
export type { BacktestResult, BatchResult, FeedSummary, LogLine } from './engine/result.ts';
export { engineVersion } from './engine/engine-version.ts';
export type { Fill, Order, OrderStatus, OrderType, Side, TimeInForce, Trade } from './engine/order.ts';
export type { Profile } from './profiles/profile.ts';
export type { Statistics } from './statistics/statistics.ts';
export { isStatisticKey, statisticDefinitions, statisticKeys } from './statistics/definitions.ts';
export type { StatisticDefinition, StatisticKey, StatisticUnit } from './statistics/definitions.ts';
export type {
  AccountFacts,
  BarFacts,
  CarriedOrder,
  OrderKey,
  OrderNews,
  Standing,
} from './profiles/account/account-facts.ts';
export { liveOutcome } from './profiles/account/wants.ts';
export type { LiveOutcome, WantedChange, WantedOrder } from './profiles/account/wants.ts';
export { parseOrderTape } from './engine/order-tape.ts';
export type { TapeEntry } from './engine/order-tape.ts';
export { playTape } from './engine/tape-player.ts';
export type { MissedEntry, TapePlayer } from './engine/tape-player.ts';
export { profileNames, resolveProfile } from './profiles/index.ts';
export type { ProfileName } from './profiles/index.ts';
export { ConfigMistake, Fields } from './config.ts';
export { deepestDrawdowns, drawdownSeries } from './statistics/drawdown.ts';
export { keptSteps } from './statistics/downsample.ts';
export { prepareBenchmark } from './statistics/benchmark.ts';
export { computeBreakdown } from './statistics/breakdown.ts';
export type { Breakdown, TradeGroup } from './statistics/breakdown.ts';
export type { Histogram } from './statistics/distribution.ts';
export { histogram } from './statistics/distribution.ts';
export { monthlyReturns } from './statistics/monthly-returns.ts';
export { indicatorCatalogue } from './indicators/index.ts';
export { generatePrices } from './market/generate.ts';
export type { GeneratedSymbol, GenerateOptions } from './market/generate.ts';
export { marketKinds } from './market/trading-hours.ts';
export type { MarketKind } from './market/trading-hours.ts';
export { SearchCollector } from './search/search-collector.ts';
export type { SearchSummary } from './search/search-collector.ts';
export { combinationAt, combinations, readGrid } from './search/grid.ts';
export type { Combination, Grid } from './search/grid.ts';
export { randomCombinations, readRandomSpace } from './search/random-search.ts';
export { deflatedSharpe } from './search/deflated-sharpe.ts';
export type { DeflatedSharpe } from './search/deflated-sharpe.ts';
export { heatMap } from './search/heat-map.ts';
export type { CellAggregate, HeatMap } from './search/heat-map.ts';
export { Scores } from './search/scores.ts';
export type { Stability } from './search/stability.ts';
export { SearchMistake } from './search/mistake.ts';
export { dailyReturns } from './statistics/distribution.ts';
export { prepareCalendar } from './statistics/trading-days.ts';
export { planWindows, WalkForward } from './search/walk-forward.ts';
export type { WalkForwardSummary, WalkForwardWindow } from './search/walk-forward.ts';
export { joinOutOfSample, windowSpans } from './search/out-of-sample.ts';
export type { WalkedRun } from './search/out-of-sample.ts';
export { computeStatistics, prepareStatistics } from './statistics/statistics.ts';
export {
  decimal,
  decimalFromText,
  decimalPlaces,
  decimalText,
  isOnGrid,
  overDecimal,
  timesDecimal,
} from './decimal.ts';
export type { Decimal } from './decimal.ts';
