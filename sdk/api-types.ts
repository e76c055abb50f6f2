/**
 * What the API takes and shows, as clients see it: times are RFC 3339, money, prices and quantities
 * decimal strings. Most is made from the description of the API; written here is what it leaves open,
 * as the parameters of a strategy, and what comes over the realtime API.
 */

import type * as Described from './generated/api.ts';
import type { Account, Bar, Operations, Order, Problem, Signal, User } from './generated/api.ts';

export type {
  Account,
  Actor,
  ActorEvent,
  ActorState,
  Bar,
  ClusterSetting,
  Cluster,
  ClusterNode,
  Diagnostic,
  Import,
  ListedActor,
  ListedSymbol,
  LoggedIn,
  Market,
  Operations,
  Order,
  Problem,
  Profile,
  Quarantine,
  QuarantinedActor,
  Quote,
  RefusedEvent,
  Signal,
  User,
  MailReport,
  WaitingMessage,
  Version,
} from './generated/api.ts';

export type Role = User['role'];
export type FieldProblem = Problem['errors'][number];
export type Position = Account['positions'][number];
export type SystemInfo = Operations['GET /api/v1/system/info']['answer'];
export type ActorsOfKind = Operations['GET /api/v1/system/actors/{kind}']['answer'];
export type ActorHistory = Operations['GET /api/v1/system/actors/{kind}/{id}/history']['answer'];

/** What the description says, and more of it. */
type Refined<Whole, Part extends Partial<Whole>> = Omit<Whole, keyof Part> & Part;

export interface Page<Item> {
  readonly data: readonly Item[];
  readonly nextCursor: string | null;
}

/** The minute in progress, and whether it has ended. */
export interface LiveBar extends Bar {
  readonly closed: boolean;
}

export interface AccountEntry {
  readonly id: string;
  readonly name: string;
  readonly currency: string;
  readonly cash: string;
  readonly createdAt: string;
}

export type OrderSide = 'buy' | 'sell';
export type TimeInForce = 'GTC' | 'DAY' | 'IOC' | 'FOK';
export type OrderStatus = 'accepted' | 'partially-filled' | 'filled' | 'cancelled' | 'rejected' | 'expired';

export type NewOrder = Operations['POST /api/v1/trading/orders']['body'];

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

export type Declared = Refined<
  Described.Declared,
  {
    readonly params: ParamDeclarations;
    readonly data: readonly { readonly id: string }[] | 'all';
  }
>;

export type CheckOutcome = Refined<Described.Check, { readonly declared: Declared | null }>;

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

export type Strategy = Refined<Described.Strategy, { readonly declared: Declared | null }>;

export interface StrategyChange {
  readonly name?: string;
  readonly description?: string;
  readonly source?: SourceFiles;
  readonly message?: string;
}

/** A strategy that runs live on an account. */
export type Deployment = Refined<Described.Deployment, { readonly params: ParamValues }>;
export type DeploymentStatus = Deployment['status'];
export type ListedDeployment = Omit<
  Deployment,
  | 'actsFromAt'
  | 'lastBarAt'
  | 'lastDecidedAt'
  | 'isWarm'
  | 'differences'
  | 'signals'
  | 'openOrders'
  | 'latestSignals'
  | 'version'
>;

type DeployBody = Operations['POST /api/v1/strategies/{id}/deployments']['body'];
export type NewDeployment = Omit<DeployBody, 'params' | 'symbols'> & {
  readonly params?: ParamValues;
  readonly symbols?: readonly string[];
};

/** By key: fractions for percents, null where a run says too little. */
export type Statistics = Readonly<Record<string, number | null>>;

export interface BacktestFeed {
  readonly id: string;
  readonly symbol: string;
  readonly interval: string;
}

export type SearchAxes = Readonly<Record<string, string | readonly (number | string | boolean)[]>>;

type SubmitBody = Operations['POST /api/v1/backtests']['body'];
/** `profile` and `rankBy` are words that come from a person; the server names those that there are. */
export type NewBacktest = Omit<SubmitBody, 'params' | 'profile' | 'rankBy' | 'symbols'> & {
  readonly params: ParamValues;
  readonly symbols: readonly string[];
  readonly profile: string;
  readonly rankBy?: string;
};

export type BacktestStatus = 'queued' | 'reserved' | 'running' | 'storing' | 'completed' | 'failed' | 'cancelled';

export type Backtest = Refined<Described.Backtest, { readonly params: ParamValues }>;

export type BatchMember = Refined<Described.BatchMember, { readonly params: ParamValues }>;

/** In the short list of a batch's best, and in its ranking. */
type BestMember = Pick<BatchMember, 'index' | 'params'> & Partial<BatchMember> & Described.Batch['best'][number];

export type Batch = Refined<
  Described.Batch,
  {
    readonly plan: Described.Batch['plan'] & {
      readonly grid?: Readonly<Record<string, unknown>>;
      readonly space?: Readonly<Record<string, unknown>>;
    };
    readonly best: readonly BestMember[];
  }
>;

export interface BacktestProgress {
  readonly percent: number;
  readonly barsPerSecond?: number;
  readonly backtestsPerSecond?: number;
  readonly etaSeconds: number | null;
  readonly equity?: number;
}

export type BacktestResults = Refined<Described.BacktestResults, { readonly params: ParamValues }>;

export type ResultRows<Row extends ResultRow> = Refined<Described.ResultRows, { readonly data: readonly Row[] }>;

export type TradeRow = {
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
};

export type EquityRow = {
  readonly time: string;
  readonly equity: number;
};

/** A row of a result as it is stored. */
export type ResultRow = Readonly<Record<string, unknown>>;

export type HeatMap = Refined<Described.HeatMap, { readonly x: MapAxis; readonly y: MapAxis }>;

interface MapAxis {
  readonly param: string;
  readonly values: readonly (number | string | boolean)[];
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

type NotificationEntry = Operations['GET /api/v1/notifications']['answer']['data'][number];
/** `about` has the ids of what it is about: `{ backtestId }`, `{ accountId, orderId }`. */
export type Notification = Required<NotificationEntry>;

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

/** What is new; of signals that are known already, only what has become of them. */
export type DeploymentEvent =
  | { readonly type: 'state'; readonly deployment: Partial<Deployment> }
  | { readonly type: 'decision'; readonly deployment: Partial<Deployment>; readonly signals: readonly Signal[] }
  | { readonly type: 'signals'; readonly signals: readonly (Partial<Signal> & Pick<Signal, 'id' | 'status'>)[] };

export type InboxEvent =
  | { readonly type: 'notification'; readonly notification: Notification }
  | { readonly type: 'read'; readonly ids: readonly string[] | 'all' };
