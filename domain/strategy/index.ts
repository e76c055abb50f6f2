/** The strategy API: all that a strategy file may import, as `xtrading/strategy`. */

export { defineStrategy } from './define-strategy.ts';
export { choice, flag, float, int } from './params.ts';
export type { ChoiceParam, FlagParam, FloatParam, IntParam, Param, ParamDeclarations, ParamValues } from './params.ts';
export { crossOver, crossUnder } from './cross.ts';
export { StrategyMistake } from './mistake.ts';
export type { BarSeries, Series } from './series.ts';
export type {
  Amount,
  Context,
  DataDeclaration,
  OrderHandle,
  OrderOptions,
  Position,
  Strategy,
  StrategySpec,
} from './strategy.ts';
export type { Fill, OrderStatus, OrderType, Side, TimeInForce } from '../engine/order.ts';
export { defineIndicator } from '../indicators/indicator.ts';
export type { Indicator, IndicatorSpec, ManyRun, SingleRun } from '../indicators/indicator.ts';
export { builtInIndicators as ta } from '../indicators/index.ts';
