/** The typed client of the REST API; it runs in browsers and in Node. */

import type {
  AccountEntry,
  Backtest,
  BacktestResults,
  Batch,
  BatchMember,
  CheckOutcome,
  Deployment,
  EquityRow,
  HeatMap,
  Import,
  ImportEntry,
  ListedDeployment,
  ListedStrategy,
  ListedSymbol,
  LoggedIn,
  NewBacktest,
  NewDeployment,
  NewOrder,
  Notification,
  Operations,
  Order,
  Fill,
  Page,
  ResultRow,
  ResultRows,
  Role,
  Signal,
  SourceFiles,
  Strategy,
  StrategyChange,
  TradeRow,
  User,
  Version,
} from './api-types.ts';
import { Calls } from './calls.ts';
import { Session } from './session.ts';
import type { TokenStore } from './session.ts';
import { Transport } from './transport.ts';

export interface ClientOptions {
  /** `https://trading.example.org`; empty in a page of the server itself. */
  readonly baseUrl: string;
  readonly store: TokenStore;
  /** Who is signed in from now on; null: nobody. */
  readonly onSession?: (loggedIn: LoggedIn | null) => void;
  readonly fetch?: typeof fetch;
  /** An access token that is used as it is, in place of a session. */
  readonly accessToken?: string;
  /** How a pause between two tries passes; tests let it pass at once. */
  readonly pause?: (ms: number, signal?: AbortSignal) => Promise<void>;
}

interface PageQuery {
  readonly limit?: number;
  readonly cursor?: string;
}

export type Client = ReturnType<typeof createClient>;

/** Groups of calls by service; `calls` has every operation of the API. */
export const createClient = ({ baseUrl, store, onSession = () => undefined, ...options }: ClientOptions) => {
  const send: typeof fetch = options.fetch ?? ((...given) => fetch(...given));
  const transport = new Transport({ baseUrl, session: () => session, fetch: send, pause: options.pause ?? pause });
  const calls = new Calls(transport);
  const session: Session = new Session({
    store,
    now: () => Date.now(),
    onChange: onSession,
    refresh: (refreshToken) => calls.call('POST /api/v1/auth/refresh', { body: { refreshToken } }),
    ...(options.accessToken === undefined ? {} : { fixedToken: options.accessToken }),
  });
  return {
    session,
    calls,
    auth: authOf(calls, session),
    users: usersOf(calls),
    data: dataOf(calls, transport),
    trading: tradingOf(calls),
    strategies: strategiesOf(calls),
    deployments: deploymentsOf(calls),
    backtests: backtestsOf(calls),
    notifications: notificationsOf(calls),
    system: systemOf(calls),
  };
};

const pause = (ms: number, signal?: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal?.addEventListener(
      'abort',
      () => {
        clearTimeout(timer);
        reject(signal.reason instanceof Error ? signal.reason : new Error('The request was given up.'));
      },
      { once: true },
    );
  });

const authOf = (calls: Calls, session: Session) => ({
  register: (body: { readonly email: string; readonly password: string; readonly displayName: string }) =>
    calls.call('POST /api/v1/auth/register', { body }),
  async login(body: { readonly email: string; readonly password: string }): Promise<LoggedIn> {
    const loggedIn = await calls.call('POST /api/v1/auth/login', { body });
    session.begin(loggedIn);
    return loggedIn;
  },
  /** Has a token mailed, where somebody has the address; the answer does not tell. */
  forgotPassword: (email: string) => calls.call('POST /api/v1/auth/password/forgot', { body: { email } }),
  resetPassword: (body: { readonly token: string; readonly newPassword: string }) =>
    calls.call('POST /api/v1/auth/password/reset', { body }),
  /** Ends the session here in any case, and at the server where it can be reached. */
  async logout(): Promise<void> {
    try {
      await calls.call('POST /api/v1/auth/logout', { body: {} });
    } finally {
      session.end();
    }
  },
});

const usersOf = (calls: Calls) => ({
  profile: () => calls.call('GET /api/v1/users/profile'),
  list: (query: PageQuery = {}) => calls.call<'GET /api/v1/users', Page<User>>('GET /api/v1/users', { query }),
  changeRole: (id: string, role: Role) => calls.call('POST /api/v1/users/{id}/role', { path: { id }, body: { role } }),
  disable: (id: string) => calls.call('POST /api/v1/users/{id}/disable', { path: { id } }),
  enable: (id: string) => calls.call('POST /api/v1/users/{id}/enable', { path: { id } }),
  unlock: (id: string) => calls.call('POST /api/v1/users/{id}/unlock', { path: { id } }),
});

interface Upload {
  readonly symbol: string;
  readonly interval?: '1m' | '1d';
  readonly skipBad: boolean;
  readonly fileName: string;
}

const importPath = '/api/v1/data/batch-import';

const dataOf = (calls: Calls, transport: Transport) => ({
  symbols: (query: PageQuery & { readonly query?: string } = {}) =>
    calls.call<'GET /api/v1/data/symbols', Page<ListedSymbol>>('GET /api/v1/data/symbols', { query }),
  symbol: (symbol: string) => calls.call('GET /api/v1/data/symbols/{symbol}', { path: { symbol } }),
  history: (
    symbol: string,
    query: PageQuery & {
      readonly interval: string;
      readonly sort?: 'asc' | 'desc';
      readonly from?: string;
      readonly to?: string;
    },
  ) => calls.call('GET /api/v1/data/history/{symbol}', { path: { symbol }, query }),
  imports: (query: PageQuery = {}) =>
    calls.call<'GET /api/v1/data/imports', Page<ImportEntry>>('GET /api/v1/data/imports', { query }),
  import: (id: string) => calls.call('GET /api/v1/data/imports/{id}', { path: { id } }),
  /**
   * Where and with which headers a file of prices is to be posted. Not sent from here, because only
   * XMLHttpRequest tells browsers how far an upload has come.
   */
  upload: (query: Omit<Upload, 'interval'> & { readonly interval?: string }) =>
    transport.urlOf({ path: importPath, query: { ...query } }),
  /** Sends a file of prices as it is read. The same content again is answered with the import that there is. */
  importFile: (
    query: Upload,
    content: ReadableStream<Uint8Array> | Blob,
    { signal }: { readonly signal?: AbortSignal } = {},
  ) =>
    transport.json<Import>({
      method: 'POST',
      path: importPath,
      query: { ...query },
      file: { content, type: 'application/octet-stream' },
      ...(signal === undefined ? {} : { signal }),
    }),
});

const tradingOf = (calls: Calls) => ({
  accounts: () =>
    calls.call<'GET /api/v1/trading/accounts', Page<AccountEntry>>('GET /api/v1/trading/accounts', {
      query: { limit: 200 },
    }),
  account: (id: string) => calls.call('GET /api/v1/trading/accounts/{id}', { path: { id } }),
  openAccount: (body: {
    readonly name: string;
    readonly initialCash?: string;
    readonly currency?: string;
    readonly feeRate?: string;
  }) => calls.call('POST /api/v1/trading/accounts', { body }),
  deposit: (id: string, amount: string) =>
    calls.call('POST /api/v1/trading/accounts/{id}/deposit', { path: { id }, body: { amount } }),
  reset: (id: string, initialCash: string) =>
    calls.call('POST /api/v1/trading/accounts/{id}/reset', { path: { id }, body: { initialCash } }),
  /** `key` makes a repetition safe: it is answered with the order as it is. */
  placeOrder: (body: NewOrder, key?: string) => calls.call('POST /api/v1/trading/orders', { body, ...keyed(key) }),
  cancelOrder: (orderId: string) => calls.call('DELETE /api/v1/trading/orders/{orderId}', { path: { orderId } }),
  cancelAll: (accountId: string, symbol?: string) =>
    calls.call('DELETE /api/v1/trading/orders', {
      query: { accountId, ...(symbol === undefined ? {} : { symbol }) },
    }),
  orders: (
    query: PageQuery & {
      readonly accountId?: string;
      readonly symbol?: string;
      readonly status?: 'open' | 'closed' | 'all';
    },
  ) => calls.call<'GET /api/v1/trading/orders', Page<Order>>('GET /api/v1/trading/orders', { query }),
  fills: (query: PageQuery & { readonly accountId: string }) =>
    calls.call<'GET /api/v1/trading/fills', Page<Fill>>('GET /api/v1/trading/fills', { query }),
  /** What running strategies want, and what became of it. */
  signals: (
    query: PageQuery & {
      readonly strategyId?: string;
      readonly accountId?: string;
      readonly deploymentId?: string;
      readonly symbol?: string;
      readonly status?: string;
    } = {},
  ) =>
    calls.call<'GET /api/v1/trading/signals', Page<Signal>>('GET /api/v1/trading/signals', {
      query: query as SignalsQuery,
    }),
});

type SignalsQuery = NonNullable<Operations['GET /api/v1/trading/signals']['query']>;
type DeploymentsQuery = NonNullable<Operations['GET /api/v1/deployments']['query']>;

const deploymentsOf = (calls: Calls) => ({
  list: (
    query: PageQuery & { readonly strategyId?: string; readonly accountId?: string; readonly status?: string } = {},
  ) =>
    calls.call<'GET /api/v1/deployments', Page<ListedDeployment>>('GET /api/v1/deployments', {
      query: query as DeploymentsQuery,
    }),
  get: (id: string) =>
    calls.call<'GET /api/v1/deployments/{id}', Deployment>('GET /api/v1/deployments/{id}', { path: { id } }),
  start: (strategyId: string, body: NewDeployment, key?: string) =>
    calls.call<'POST /api/v1/strategies/{id}/deployments', Deployment>('POST /api/v1/strategies/{id}/deployments', {
      path: { id: strategyId },
      body,
      ...keyed(key),
    }),
  pause: (id: string) =>
    calls.call<'POST /api/v1/deployments/{id}/pause', Deployment>('POST /api/v1/deployments/{id}/pause', {
      path: { id },
    }),
  resume: (id: string) =>
    calls.call<'POST /api/v1/deployments/{id}/resume', Deployment>('POST /api/v1/deployments/{id}/resume', {
      path: { id },
    }),
  stop: (id: string) =>
    calls.call<'POST /api/v1/deployments/{id}/stop', Deployment>('POST /api/v1/deployments/{id}/stop', {
      path: { id },
    }),
});

const strategiesOf = (calls: Calls) => ({
  list: (query: PageQuery = {}) =>
    calls.call<'GET /api/v1/strategies', Page<ListedStrategy>>('GET /api/v1/strategies', { query }),
  get: (id: string) =>
    calls.call<'GET /api/v1/strategies/{id}', Strategy>('GET /api/v1/strategies/{id}', { path: { id } }),
  create: (body: { readonly name: string; readonly source: string | SourceFiles; readonly message?: string }) =>
    calls.call<'POST /api/v1/strategies', Strategy>('POST /api/v1/strategies', { body }),
  /** `version` is that of the strategy that was changed: 412 where it is not the newest any more. */
  save: (id: string, version: number, body: StrategyChange) =>
    calls.call<'PUT /api/v1/strategies/{id}', Strategy>('PUT /api/v1/strategies/{id}', {
      path: { id },
      body,
      headers: ifMatch(version),
    }),
  remove: (id: string, version: number) =>
    calls.call('DELETE /api/v1/strategies/{id}', { path: { id }, headers: ifMatch(version) }),
  test: (id: string) =>
    calls.call<'POST /api/v1/strategies/{id}/test', CheckOutcome & { readonly version: number }>(
      'POST /api/v1/strategies/{id}/test',
      { path: { id } },
    ),
  check: (source: string | SourceFiles) =>
    calls.call<'POST /api/v1/strategies/check', CheckOutcome>('POST /api/v1/strategies/check', { body: { source } }),
  versions: (id: string) =>
    calls.call<'GET /api/v1/strategies/{id}/versions', Page<Version>>('GET /api/v1/strategies/{id}/versions', {
      path: { id },
    }),
  version: (id: string, version: number) =>
    calls.call<'GET /api/v1/strategies/{id}/versions/{version}', Version & { readonly source: SourceFiles }>(
      'GET /api/v1/strategies/{id}/versions/{version}',
      { path: { id, version } },
    ),
  diff: (id: string, from: number, to: number) =>
    calls.call('GET /api/v1/strategies/{id}/versions/{version}/diff/{other}', {
      path: { id, version: from, other: to },
    }),
  restore: (id: string, version: number) =>
    calls.call<'POST /api/v1/strategies/{id}/versions/{version}/restore', Strategy>(
      'POST /api/v1/strategies/{id}/versions/{version}/restore',
      { path: { id, version } },
    ),
});

const ifMatch = (version: number) => ({ 'if-match': `"v${version}"` });
const keyed = (key: string | undefined) => (key === undefined ? {} : { key });

interface RowsQuery {
  readonly offset: number;
  readonly limit: number;
}
type Rows = 'GET /api/v1/backtests/{id}/results/{table}';
type RankingQuery = NonNullable<Operations['GET /api/v1/backtests/{id}/ranking']['query']>;
type HeatMapQuery = Operations['GET /api/v1/backtests/{id}/heat-map']['query'];
type ListQuery = NonNullable<Operations['GET /api/v1/backtests']['query']>;
type ExportQuery = NonNullable<Operations['GET /api/v1/backtests/{id}/results/export']['query']>;

/** Names that come from the server or from a person: it checks them, and names those that there are. */
const backtestsOf = (calls: Calls) => ({
  submit: (body: NewBacktest, key?: string) =>
    calls.call<'POST /api/v1/backtests', Backtest | Batch>('POST /api/v1/backtests', {
      body: body as Operations['POST /api/v1/backtests']['body'],
      ...keyed(key),
    }),
  list: (
    query: PageQuery & { readonly status?: string; readonly strategyId?: string; readonly symbol?: string } = {},
  ) =>
    calls.call<'GET /api/v1/backtests', Page<Backtest | Batch>>('GET /api/v1/backtests', {
      query: query as ListQuery,
    }),
  get: (id: string) =>
    calls.call<'GET /api/v1/backtests/{id}', Backtest | Batch>('GET /api/v1/backtests/{id}', { path: { id } }),
  cancel: (id: string) =>
    calls.call<'DELETE /api/v1/backtests/{id}', Backtest | Batch>('DELETE /api/v1/backtests/{id}', { path: { id } }),
  /** Of a single one; a batch has a ranking. */
  results: (id: string) =>
    calls.call<'GET /api/v1/backtests/{id}/results', BacktestResults>('GET /api/v1/backtests/{id}/results', {
      path: { id },
    }),
  trades: (id: string, query: RowsQuery) =>
    calls.call<Rows, ResultRows<TradeRow>>('GET /api/v1/backtests/{id}/results/{table}', {
      path: { id, table: 'trades' },
      query,
    }),
  equity: (id: string, query: RowsQuery) =>
    calls.call<Rows, ResultRows<EquityRow>>('GET /api/v1/backtests/{id}/results/{table}', {
      path: { id, table: 'equity' },
      query,
    }),
  rows: (id: string, table: 'orders' | 'fills' | 'log', query: RowsQuery) =>
    calls.call<Rows, ResultRows<ResultRow>>('GET /api/v1/backtests/{id}/results/{table}', {
      path: { id, table },
      query,
    }),
  /** The HTML report, or a table as a file: with the token, so not as a plain link. */
  async file(id: string, asked: 'report' | { readonly table: string; readonly format: string }): Promise<Blob> {
    const path = { id };
    const response =
      asked === 'report'
        ? await calls.response('GET /api/v1/backtests/{id}/report', { path })
        : await calls.response('GET /api/v1/backtests/{id}/results/export', { path, query: asked as ExportQuery });
    return await response.blob();
  },
  ranking: (id: string, query: PageQuery & { readonly rankBy?: string }) =>
    calls.call<
      'GET /api/v1/backtests/{id}/ranking',
      Page<BatchMember> & { readonly rankedBy: string; readonly total: number }
    >('GET /api/v1/backtests/{id}/ranking', { path: { id }, query: query as RankingQuery }),
  /** `feedSet`: which of the batch's, from 0. */
  heatMap: (
    id: string,
    query: { readonly x: string; readonly y: string; readonly statistic: string; readonly feedSet?: number },
  ) =>
    calls.call<'GET /api/v1/backtests/{id}/heat-map', HeatMap>('GET /api/v1/backtests/{id}/heat-map', {
      path: { id },
      query: query as HeatMapQuery,
    }),
  runMember: (id: string, index: number) =>
    calls.call<'POST /api/v1/backtests/{id}/members/{index}/run', Backtest>(
      'POST /api/v1/backtests/{id}/members/{index}/run',
      { path: { id, index } },
    ),
});

const notificationsOf = (calls: Calls) => ({
  list: (query: PageQuery & { readonly unread?: boolean } = {}) =>
    calls.call<'GET /api/v1/notifications', Page<Notification>>('GET /api/v1/notifications', { query }),
  markRead: (ids: readonly string[] | 'all') => calls.call('POST /api/v1/notifications/mark-read', { body: { ids } }),
});

/** Names an actor: its kind, and its id among those. */
interface ActorPath {
  readonly kind: string;
  readonly id: string;
}

interface Abortable {
  readonly signal?: AbortSignal;
}

const systemOf = (calls: Calls) => ({
  info: () => calls.call('GET /api/v1/system/info'),
  tree: () => calls.call('GET /api/v1/system/actors'),
  quarantine: (query: PageQuery = {}) => calls.call('GET /api/v1/system/quarantine', { query }),
  actors: (kind: string, query: { readonly limit?: number } = {}) =>
    calls.call('GET /api/v1/system/actors/{kind}', { path: { kind }, query }),
  actor: (path: ActorPath) => calls.call('GET /api/v1/system/actors/{kind}/{id}', { path: pathOf(path) }),
  history: (path: ActorPath, query: { readonly after?: number; readonly limit?: number } = {}) =>
    calls.call('GET /api/v1/system/actors/{kind}/{id}/history', { path: pathOf(path), query }),
  /** Now, or after the event `seq`. One at a time for each user; aborted here, it is given up at the server. */
  state: (path: ActorPath, seq?: number, { signal }: Abortable = {}) =>
    calls.call('GET /api/v1/system/actors/{kind}/{id}/state', {
      path: pathOf(path),
      query: seq === undefined ? {} : { seq },
      ...(signal === undefined ? {} : { signal }),
    }),
  retry: (path: ActorPath) => calls.call('POST /api/v1/system/actors/{kind}/{id}/retry', { path: pathOf(path) }),
  skip: (path: ActorPath) => calls.call('POST /api/v1/system/actors/{kind}/{id}/skip', { path: pathOf(path) }),
  stop: (path: ActorPath) => calls.call('POST /api/v1/system/actors/{kind}/{id}/stop', { path: pathOf(path) }),
  config: () => calls.call('GET /api/v1/system/config'),
  /** With a revision, only if the setting is still at it (0: never set). */
  setConfig: (name: string, body: { readonly value: string; readonly revision?: number }) =>
    calls.call('PUT /api/v1/system/config/{name}', { path: { name }, body }),
  unsetConfig: (name: string, query: { readonly revision?: number } = {}) =>
    calls.call('DELETE /api/v1/system/config/{name}', { path: { name }, query }),
  configHistory: (name: string) => calls.call('GET /api/v1/system/config/{name}/history', { path: { name } }),
  refusedEvents: (query: { readonly limit?: number; readonly after?: string } = {}) =>
    calls.call('GET /api/v1/system/events/refused', { query }),
  resendEvent: (id: string) => calls.call('POST /api/v1/system/events/refused/{id}/resend', { path: { id } }),
  outbox: (query: { readonly limit?: number; readonly after?: number } = {}) =>
    calls.call('GET /api/v1/system/outbox', { query }),
  /** By the node that delivers it; the answer does not wait for what comes of it. */
  retryMessage: (id: string) => calls.call('POST /api/v1/system/outbox/{id}/retry', { path: { id } }),
  nodes: () => calls.call('GET /api/v1/system/nodes'),
  /** `node`: its name or its incarnation. It gives away what it has; the answer does not wait for that. */
  drainNode: (node: string) => calls.call('POST /api/v1/system/nodes/{node}/drain', { path: { node } }),
  resumeNode: (node: string) => calls.call('POST /api/v1/system/nodes/{node}/resume', { path: { node } }),
});

/** Views of actors serve as well. */
const pathOf = ({ kind, id }: ActorPath): ActorPath => ({ kind, id });
