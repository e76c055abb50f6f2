/**
 * What the API takes and shows, as clients see it: times are RFC 3339, money, prices and quantities
 * decimal strings.
 */

export type Role = 'viewer' | 'trader' | 'quant' | 'admin';

export interface User {
  readonly id: string;
  readonly email: string;
  readonly displayName: string;
  readonly role: Role;
  readonly status: 'active' | 'disabled';
  readonly lockedUntil: string | null;
  readonly locale: 'en' | 'zh';
  readonly timeZone: string;
  readonly createdAt: string;
  readonly version: number;
}

export interface LoggedIn {
  readonly accessToken: string;
  readonly refreshToken: string;
  /** Seconds. */
  readonly expiresIn: number;
  readonly user: User;
  readonly permissions: readonly string[];
}

export interface Page<Item> {
  readonly data: readonly Item[];
  readonly nextCursor: string | null;
}

export interface FieldProblem {
  /** Where in the request: `/quantity`. */
  readonly pointer: string;
  readonly message: string;
  readonly remedy?: string;
}

/** RFC 9457. */
export interface Problem {
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly traceId: string;
  readonly errors: readonly FieldProblem[];
}

export interface SystemInfo {
  readonly version: string;
  readonly engineVersion: string;
  readonly startedAt: string;
  readonly uptimeSeconds: number;
  readonly registration: 'open' | 'closed';
}

export interface ActorTree {
  readonly services: readonly {
    readonly name: string;
    readonly status: string;
    readonly restarts: number;
    readonly lastFailure: string | null;
  }[];
  readonly kinds: readonly {
    readonly kind: string;
    readonly resident: number;
    readonly mailboxMessages: number;
    readonly restarts: number;
    readonly quarantined: number;
  }[];
}

export interface ListedSymbol {
  readonly symbol: string;
  readonly description: string;
  readonly kind: 'stock' | 'crypto' | 'forex' | 'future' | 'other';
  readonly currency: string;
  readonly tick: string;
  readonly lot: string;
  readonly multiplier: string;
  /** What makes its live prices; null: it has history alone. */
  readonly feed: { readonly type: 'synthetic' | 'replay' } | null;
  readonly coverage: readonly {
    readonly interval: '1m' | '1d';
    readonly bars: number;
    readonly first: string;
    readonly last: string;
  }[];
}

export interface Quote {
  readonly symbol: string;
  readonly bid: string;
  readonly ask: string;
  readonly last: string;
  readonly size: string;
  readonly at: string;
}

export interface Bar {
  readonly time: string;
  readonly open: string;
  readonly high: string;
  readonly low: string;
  readonly close: string;
  readonly volume: string;
}

/** The minute in progress, and whether it has ended. */
export interface LiveBar extends Bar {
  readonly closed: boolean;
}

export interface Market {
  readonly symbol: string;
  readonly status: 'live' | 'silent';
  readonly quote: Quote | null;
  readonly bar: Bar | null;
  readonly dayOpen: string | null;
  readonly dayHigh: string | null;
  readonly dayLow: string | null;
  readonly dayVolume: string;
  readonly trades: readonly { readonly price: string; readonly size: string; readonly at: string }[];
}

export interface Position {
  readonly symbol: string;
  /** Negative when short. */
  readonly quantity: string;
  readonly averagePrice: string;
  readonly lastPrice: string | null;
  readonly unrealisedProfit: string | null;
  readonly realisedProfit: string;
}

export interface AccountEntry {
  readonly id: string;
  readonly name: string;
  readonly currency: string;
  readonly cash: string;
  readonly createdAt: string;
}

export interface Account extends AccountEntry {
  readonly reserved: string;
  readonly equity: string;
  readonly realisedProfit: string;
  readonly fees: string;
  readonly positions: readonly Position[];
  readonly openOrders: number;
}

export type OrderSide = 'buy' | 'sell';
export type TimeInForce = 'GTC' | 'DAY' | 'IOC' | 'FOK';
export type OrderStatus = 'accepted' | 'partially-filled' | 'filled' | 'cancelled' | 'rejected' | 'expired';

export interface NewOrder {
  readonly accountId: string;
  readonly symbol: string;
  readonly side: OrderSide;
  readonly type: 'market' | 'limit';
  readonly timeInForce: TimeInForce;
  readonly quantity: string;
  readonly limitPrice?: string;
}

export interface Order {
  readonly id: string;
  readonly accountId: string;
  readonly symbol: string;
  readonly side: OrderSide;
  readonly type: 'market' | 'limit';
  readonly timeInForce: TimeInForce;
  readonly quantity: string;
  readonly limitPrice: string | null;
  readonly filledQuantity: string;
  readonly filledPrice: string | null;
  readonly status: OrderStatus;
  readonly reason: string | null;
  readonly placedAt: string;
  readonly updatedAt: string;
}

export interface Fill {
  readonly id: string;
  readonly orderId: string;
  readonly symbol: string;
  readonly side: OrderSide;
  readonly quantity: string;
  readonly price: string;
  readonly fee: string;
  readonly at: string;
}

export interface SourceFiles {
  readonly files: Readonly<Record<string, string>>;
  readonly entry: string;
}

export interface Version {
  readonly version: number;
  readonly commit: string;
  readonly message: string;
  readonly at: string;
  readonly by: string;
}

export interface Diagnostic {
  readonly code: string;
  readonly message: string;
  readonly remedy: string | null;
  readonly file: string | null;
  /** From 1. */
  readonly line: number | null;
  readonly column: number | null;
  readonly codeFrame: string | null;
}

export type Param =
  | {
      readonly kind: 'int' | 'float';
      readonly default: number;
      readonly min: number;
      readonly max: number;
      /** null: a search has to name its own. */
      readonly step: number | null;
      readonly label: string | null;
    }
  | {
      readonly kind: 'choice';
      readonly default: string;
      readonly options: readonly string[];
      readonly label: string | null;
    }
  | { readonly kind: 'flag'; readonly default: boolean; readonly label: string | null };

export type ParamDeclarations = Readonly<Record<string, Param>>;
export type ParamValues = Readonly<Record<string, number | string | boolean>>;

export interface Declared {
  readonly name: string;
  readonly description: string | null;
  readonly params: ParamDeclarations;
  readonly data: readonly { readonly id: string }[] | 'all';
}

export interface CheckOutcome {
  readonly ok: boolean;
  readonly diagnostics: readonly Diagnostic[];
  readonly declared: Declared | null;
  readonly trades: number | null;
  readonly bars: number | null;
}

export interface ListedStrategy {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly status: 'draft' | 'active' | 'paused' | 'stopped';
  readonly headVersion: number;
  /** null until a version compiled. */
  readonly params: ParamDeclarations | null;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export interface Strategy extends Omit<ListedStrategy, 'headVersion' | 'params'> {
  readonly head: Version;
  readonly source: SourceFiles;
  readonly declared: Declared | null;
  /** The ETag. */
  readonly version: number;
}

export interface StrategyChange {
  readonly name?: string;
  readonly description?: string;
  readonly source?: SourceFiles;
  readonly message?: string;
}

/** By key: fractions for percents, null where a run says too little. */
export type Statistics = Readonly<Record<string, number | null>>;

export interface BacktestFeed {
  readonly id: string;
  readonly symbol: string;
  readonly interval: string;
}

export type SearchAxes = Readonly<Record<string, string | readonly (number | string | boolean)[]>>;

export interface NewBacktest {
  readonly strategyId: string;
  readonly params: ParamValues;
  readonly symbols: readonly string[];
  readonly interval: string;
  readonly from?: string;
  readonly to?: string;
  readonly profile: string;
  readonly config?: Readonly<Record<string, unknown>>;
  readonly batch?: { readonly type: 'grid'; readonly grid: SearchAxes };
  /** Each symbol by itself; else the strategy has all of them. */
  readonly each?: boolean;
  readonly rankBy?: string;
}

export type BacktestStatus = 'queued' | 'reserved' | 'running' | 'storing' | 'completed' | 'failed' | 'cancelled';

interface AnyBacktest {
  readonly id: string;
  readonly strategyId: string;
  readonly strategyName: string;
  readonly strategyVersion: number;
  readonly status: BacktestStatus;
  readonly createdAt: string;
  readonly finishedAt: string | null;
}

export interface Backtest extends AnyBacktest {
  readonly kind: 'single';
  readonly params: ParamValues;
  readonly feeds: readonly BacktestFeed[];
  readonly from: string | null;
  readonly to: string | null;
  readonly profile: string;
  readonly statistics: Statistics | null;
  readonly failure: Diagnostic | null;
  readonly startedAt: string | null;
}

export interface BatchMember {
  readonly index: number;
  readonly params: ParamValues;
  readonly symbols?: readonly string[];
  /** null: it failed. */
  readonly statistics: Statistics | null;
  readonly failure?: string | null;
}

export interface Batch extends AnyBacktest {
  readonly kind: 'batch';
  readonly plan: {
    readonly type: 'grid' | 'random' | 'list' | 'walk-forward';
    readonly grid?: Readonly<Record<string, unknown>>;
    readonly space?: Readonly<Record<string, unknown>>;
  };
  readonly feedSets: readonly (readonly BacktestFeed[])[];
  readonly rankBy: string;
  readonly members: number;
  readonly done: number;
  readonly failed: number;
  readonly excluded: number;
  readonly best: readonly BatchMember[];
  readonly failure: string | null;
}

export interface BacktestProgress {
  readonly percent: number;
  readonly barsPerSecond?: number;
  readonly backtestsPerSecond?: number;
  readonly etaSeconds: number | null;
  readonly equity?: number;
}

export interface BacktestResults {
  readonly statistics: Statistics;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly feeds: readonly { readonly id: string; readonly symbol: string; readonly bars: number }[];
  readonly notes: readonly string[];
  readonly tradeHash: string;
  readonly params: ParamValues;
}

export interface ResultRows<Row> {
  readonly data: readonly Row[];
  readonly total: number;
}

export interface TradeRow {
  readonly id: number;
  readonly feed: number;
  readonly side: 'long' | 'short';
  readonly quantity: number;
  readonly entryTime: string;
  readonly entryPrice: number;
  readonly exitTime: string | null;
  readonly exitPrice: number | null;
  readonly pnl: number;
  readonly returnFraction: number;
  readonly commission: number;
}

export interface EquityRow {
  readonly time: string;
  readonly equity: number;
}

/** A row of a result as it is stored. */
export type ResultRow = Readonly<Record<string, unknown>>;

export interface HeatMap {
  readonly x: { readonly param: string; readonly values: readonly (number | string | boolean)[] };
  readonly y: { readonly param: string; readonly values: readonly (number | string | boolean)[] };
  /** One list for each value of y; null: not run. */
  readonly rows: readonly (readonly (number | null)[])[];
  readonly lowest: number | null;
  readonly highest: number | null;
}

export interface ImportEntry {
  readonly id: string;
  readonly symbol: string;
  readonly interval: '1m' | '1d' | null;
  readonly fileName: string;
  readonly bytes: number;
  readonly status: 'recorded' | 'running' | 'completed' | 'failed';
  readonly rows: number;
  readonly rejected: number;
  readonly notes: readonly string[];
  readonly failure: string | null;
  readonly createdAt: string;
  readonly finishedAt: string | null;
}

export interface Import extends ImportEntry {
  readonly rejectedRows: readonly { readonly line: number; readonly reason: string }[];
}

export interface Notification {
  readonly id: string;
  readonly kind: string;
  readonly title: string;
  readonly text: string;
  /** What it is about: `{ backtestId }`, `{ accountId, orderId }`. */
  readonly about: Readonly<Record<string, string>>;
  readonly at: string;
  readonly readAt: string | null;
}

/** What changed: of an order or account that is known already, only that. */
export type AccountEvent =
  | { readonly type: 'order'; readonly order: Partial<Order> & { readonly id: string } }
  | {
      readonly type: 'fill';
      readonly fill: Fill;
      readonly order?: Partial<Order> & { readonly id: string };
    }
  | { readonly type: 'account'; readonly account: Partial<Account> }
  | { readonly type: 'deposit'; readonly amount: string };

export type BacktestEvent =
  | { readonly type: 'state'; readonly view: Partial<Backtest> & { readonly id: string } }
  | ({ readonly type: 'progress' } & BacktestProgress);

export type BatchEvent =
  | { readonly type: 'state'; readonly view: Partial<Batch> & { readonly id: string } }
  | ({ readonly type: 'progress' } & BacktestProgress);

export type InboxEvent =
  | { readonly type: 'notification'; readonly notification: Notification }
  | { readonly type: 'read'; readonly ids: readonly string[] | 'all' };
