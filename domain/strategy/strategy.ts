/** What a strategy is: declared data and parameters, and handlers that the run calls. */

import type { Fill, OrderStatus, OrderType, Side, TimeInForce } from '../engine/order.ts';
import type { builtInIndicators } from '../indicators/index.ts';
import type { ParamDeclarations, ParamValue, ParamValues } from './params.ts';
import type { BarSeries } from './series.ts';

/** One stream of bars that a strategy asks for. */
export interface DataDeclaration {
  /** The name under which the strategy uses it: `ctx.bars.main`. */
  readonly id: string;
  /** The symbol, where the strategy insists on one; else whatever the run supplies for this id. */
  readonly symbol?: string;
  /** Length of a bar such as `1m`, `15m`, `1h`, `1d`, `1w`; absent: as the data comes. */
  readonly timeframe?: string;
  /** Build these bars from the finer bars of that other id; orders go to that id. */
  readonly from?: string;
}

/** Options of every way to make an order. Prices in currency. */
export interface OrderOptions {
  readonly limit?: number;
  readonly stop?: number;
  /** Trailing stop: distance in currency, or as a fraction of the price. */
  readonly trailAmount?: number;
  readonly trailPercent?: number;
  /** Fill at the close of the next bar. */
  readonly onClose?: boolean;
  readonly timeInForce?: TimeInForce;
  /** Milliseconds UTC; makes the order GTD. */
  readonly expiresAt?: number;
  readonly postOnly?: boolean;
  readonly reduceOnly?: boolean;
  readonly stopLoss?: number;
  readonly takeProfit?: number;
  readonly ocoGroup?: string;
  readonly tag?: string;
}

/** How much: units, currency, or a fraction of equity (0.95 = 95 %). */
export type Amount = number | { readonly quantity: number } | { readonly value: number } | { readonly percent: number };

/** A strategy's hold on an order it made. Reads are live; nothing here can be set. */
export interface OrderHandle {
  readonly id: number;
  readonly side: Side;
  readonly type: OrderType;
  readonly status: OrderStatus;
  readonly quantity: number;
  readonly filledQuantity: number;
  readonly fillPrice: number | null;
  /** Prices at which it waits, as last amended; of a trailing stop where it has come to. */
  readonly limit: number | null;
  readonly stop: number | null;
  readonly reason: string | null;
  readonly tag: string | null;
  readonly isOpen: boolean;
  /** The protective orders, once the entry has filled. */
  readonly stopLoss: OrderHandle | null;
  readonly takeProfit: OrderHandle | null;
  /** Changes a waiting order; false (with a line in the run's log) when it can't be changed any more. */
  amend(change: { readonly quantity?: number; readonly limit?: number; readonly stop?: number }): boolean;
  cancel(): boolean;
}

export interface Position {
  readonly quantity: number;
  readonly averagePrice: number;
  readonly unrealized: number;
  readonly isLong: boolean;
  readonly isShort: boolean;
  readonly isFlat: boolean;
}

/** What a strategy can see and do. `Id` is the union of its declared data ids. */
export interface Context<Id extends string = string> {
  readonly bars: { readonly [K in Id]: BarSeries };
  readonly ids: readonly Id[];
  /** All built-in indicators by name: `ctx.ta.sma(ctx.bars.main.close, 20)`. */
  readonly ta: typeof builtInIndicators;
  /** End of the bar just completed, milliseconds UTC. */
  readonly now: number;
  /** Step of the run's timeline, 0 at the first bar. */
  readonly step: number;
  /** True when those bars have a new one at this step; of bars built by `from`, when one has become complete. */
  isFresh(id: Id): boolean;
  readonly cash: number;
  readonly equity: number;
  position(id?: Id): Position;
  /** Orders of that feed (or of all) that can still fill. */
  openOrders(id?: Id): readonly OrderHandle[];
  buy(id: Id, amount: Amount, options?: OrderOptions): OrderHandle;
  sell(id: Id, amount: Amount, options?: OrderOptions): OrderHandle;
  /**
   * Orders what is missing to the target; null when nothing is. Market orders that wait count as
   * filled; a limit or stop order of an earlier target of the same data is cancelled first, so a
   * target may be stated at every bar.
   */
  targetQuantity(id: Id, quantity: number, options?: OrderOptions): OrderHandle | null;
  targetValue(id: Id, value: number, options?: OrderOptions): OrderHandle | null;
  /** Target position as a fraction of equity: 0.95 long, −0.5 short, 0 flat. */
  targetPercent(id: Id, fraction: number, options?: OrderOptions): OrderHandle | null;
  close(id: Id, options?: OrderOptions): OrderHandle | null;
  /** Cancels the waiting orders of that feed, or all; returns how many. */
  cancelAll(id?: Id): number;
  /** Calls `onTimer` once, at the first step after this one whose `now` has reached `at` (milliseconds UTC). */
  timer(name: string, at: number): void;
  /** A number in [0, 1) from the run's seed. */
  random(): number;
  /** A line in the run's log, bounded in length and number. */
  log(...values: readonly unknown[]): void;
  /** A point of a named line in the report. */
  plot(name: string, value: number): void;
}

type IdsOf<Data> = Data extends readonly DataDeclaration[] ? Data[number]['id'] : string;

export interface StrategySpec<D extends ParamDeclarations, Data extends readonly DataDeclaration[] | 'all', State> {
  /** Lower-case letters, digits and hyphens. */
  readonly name: string;
  readonly description?: string;
  readonly params?: D;
  /** True for combinations of parameters that make sense; a search skips the others. */
  readonly constraint?: (params: ParamValues<D>) => boolean;
  /** Default: one feed, `main`, with bars as they come. `'all'`: every feed that the run supplies, by symbol. */
  readonly data?: Data;
  /** Makes indicators and whatever state the handlers share. Orders can't be made here. */
  readonly init?: (ctx: Context<IdsOf<Data>>, params: ParamValues<D>) => State;
  /** A bar has completed (at least one feed is fresh) and the indicators are warm. */
  readonly onBar: (ctx: Context<IdsOf<Data>>, state: NoInfer<State>, params: ParamValues<D>) => void;
  readonly onFill?: (
    ctx: Context<IdsOf<Data>>,
    fill: Fill,
    order: OrderHandle,
    state: NoInfer<State>,
    params: ParamValues<D>,
  ) => void;
  /** An order was accepted, rejected, cancelled, expired or amended. */
  readonly onOrder?: (
    ctx: Context<IdsOf<Data>>,
    order: OrderHandle,
    state: NoInfer<State>,
    params: ParamValues<D>,
  ) => void;
  readonly onTimer?: (ctx: Context<IdsOf<Data>>, name: string, state: NoInfer<State>, params: ParamValues<D>) => void;
  /** The data has ended; the last chance to log. */
  readonly onStop?: (ctx: Context<IdsOf<Data>>, state: NoInfer<State>, params: ParamValues<D>) => void;
}

/** A strategy whose type parameters have been erased: what the run, the sandbox and the searches handle. */
export interface Strategy {
  readonly name: string;
  readonly description: string | null;
  readonly params: ParamDeclarations;
  readonly data: readonly DataDeclaration[] | 'all';
  readonly handlers: StrategyHandlers;
}

type Values = Readonly<Record<string, ParamValue>>;

interface StrategyHandlers {
  readonly constraint: ((params: Values) => unknown) | null;
  readonly init: ((ctx: Context, params: Values) => unknown) | null;
  readonly onBar: (ctx: Context, state: unknown, params: Values) => unknown;
  readonly onFill: ((ctx: Context, fill: Fill, order: OrderHandle, state: unknown, params: Values) => unknown) | null;
  readonly onOrder: ((ctx: Context, order: OrderHandle, state: unknown, params: Values) => unknown) | null;
  readonly onTimer: ((ctx: Context, name: string, state: unknown, params: Values) => unknown) | null;
  readonly onStop: ((ctx: Context, state: unknown, params: Values) => unknown) | null;
}
