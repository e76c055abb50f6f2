/** The typed client of the REST API; it runs in browsers and in Node. */

import type {
  Account,
  AccountEntry,
  ActorTree,
  Backtest,
  BacktestResults,
  Bar,
  Batch,
  BatchMember,
  CheckOutcome,
  EquityRow,
  Fill,
  HeatMap,
  Import,
  ImportEntry,
  ListedStrategy,
  ListedSymbol,
  LoggedIn,
  NewBacktest,
  NewOrder,
  Notification,
  Order,
  Page,
  ResultRow,
  ResultRows,
  Role,
  SourceFiles,
  Strategy,
  StrategyChange,
  SystemInfo,
  TradeRow,
  User,
  Version,
} from './api-types.ts';
import { Session } from './session.ts';
import type { TokenStore } from './session.ts';
import { Transport } from './transport.ts';
import type { Asked } from './transport.ts';

export interface ClientOptions {
  /** `https://trading.example.org`; empty in a page of the server itself. */
  readonly baseUrl: string;
  readonly store: TokenStore;
  /** Who is signed in from now on; null: nobody. */
  readonly onSession?: (loggedIn: LoggedIn | null) => void;
  readonly fetch?: typeof fetch;
}

interface PageQuery {
  readonly limit?: number;
  readonly cursor?: string;
}

export type Client = ReturnType<typeof createClient>;

export const createClient = ({ baseUrl, store, onSession = () => undefined, ...options }: ClientOptions) => {
  const send: typeof fetch = options.fetch ?? ((...given) => fetch(...given));
  const transport = new Transport({ baseUrl, session: () => session, fetch: send });
  const ask = <Answer>(asked: Asked): Promise<Answer> => transport.json<Answer>(asked);
  const session: Session = new Session({
    store,
    now: () => Date.now(),
    onChange: onSession,
    refresh: (refreshToken) =>
      ask<LoggedIn>({ method: 'POST', path: '/auth/refresh', body: { refreshToken }, isPublic: true }),
  });
  return {
    session,
    auth: authOf(ask, session),
    users: usersOf(ask),
    data: dataOf(ask, transport),
    trading: tradingOf(ask),
    strategies: strategiesOf(ask),
    backtests: backtestsOf(ask, transport),
    notifications: notificationsOf(ask),
    system: systemOf(ask),
  };
};

type Ask = <Answer>(asked: Asked) => Promise<Answer>;

const authOf = (ask: Ask, session: Session) => ({
  register: (body: { readonly email: string; readonly password: string; readonly displayName: string }) =>
    ask<{ readonly user: User }>({ method: 'POST', path: '/auth/register', body, isPublic: true }),
  async login(body: { readonly email: string; readonly password: string }): Promise<LoggedIn> {
    const loggedIn = await ask<LoggedIn>({ method: 'POST', path: '/auth/login', body, isPublic: true });
    session.begin(loggedIn);
    return loggedIn;
  },
  /** Ends the session here in any case, and at the server where it can be reached. */
  async logout(): Promise<void> {
    try {
      await ask<null>({ method: 'POST', path: '/auth/logout' });
    } finally {
      session.end();
    }
  },
});

const usersOf = (ask: Ask) => ({
  list: (query: PageQuery = {}) => ask<Page<User>>({ path: '/users', query: { ...query } }),
  changeRole: (id: string, role: Role) => ask<User>({ method: 'POST', path: `/users/${id}/role`, body: { role } }),
  disable: (id: string) => ask<User>({ method: 'POST', path: `/users/${id}/disable` }),
  enable: (id: string) => ask<User>({ method: 'POST', path: `/users/${id}/enable` }),
  unlock: (id: string) => ask<User>({ method: 'POST', path: `/users/${id}/unlock` }),
});

const dataOf = (ask: Ask, transport: Transport) => ({
  symbols: (query: PageQuery & { readonly query?: string } = {}) =>
    ask<Page<ListedSymbol>>({ path: '/data/symbols', query: { ...query } }),
  symbol: (symbol: string) => ask<ListedSymbol>({ path: `/data/symbols/${encodeURIComponent(symbol)}` }),
  history: (
    symbol: string,
    query: PageQuery & {
      readonly interval: string;
      readonly sort?: 'asc' | 'desc';
      readonly from?: string;
      readonly to?: string;
    },
  ) => ask<Page<Bar>>({ path: `/data/history/${encodeURIComponent(symbol)}`, query: { ...query } }),
  imports: (query: PageQuery = {}) => ask<Page<ImportEntry>>({ path: '/data/imports', query: { ...query } }),
  import: (id: string) => ask<Import>({ path: `/data/imports/${id}` }),
  /**
   * Where and with which headers a file of prices is to be posted. Not sent from here, because only
   * XMLHttpRequest tells browsers how far an upload has come.
   */
  upload: (query: {
    readonly symbol: string;
    readonly interval?: string;
    readonly skipBad: boolean;
    readonly fileName: string;
  }) => transport.urlOf({ path: '/data/batch-import', query }),
});

const tradingOf = (ask: Ask) => ({
  accounts: () => ask<Page<AccountEntry>>({ path: '/trading/accounts', query: { limit: 200 } }),
  account: (id: string) => ask<Account>({ path: `/trading/accounts/${id}` }),
  openAccount: (body: { readonly name: string; readonly initialCash: string; readonly feeRate?: string }) =>
    ask<Account>({ method: 'POST', path: '/trading/accounts', body }),
  deposit: (id: string, amount: string) =>
    ask<Account>({ method: 'POST', path: `/trading/accounts/${id}/deposit`, body: { amount } }),
  reset: (id: string, initialCash: string) =>
    ask<Account>({ method: 'POST', path: `/trading/accounts/${id}/reset`, body: { initialCash } }),
  /** `key` makes a repetition safe: it is answered with the order as it is. */
  placeOrder: (body: NewOrder, key: string) =>
    ask<Order>({ method: 'POST', path: '/trading/orders', body, headers: { 'idempotency-key': key } }),
  cancelOrder: (orderId: string) => ask<Order | null>({ method: 'DELETE', path: `/trading/orders/${orderId}` }),
  cancelAll: (accountId: string) =>
    ask<{ readonly cancelled: number }>({ method: 'DELETE', path: '/trading/orders', query: { accountId } }),
  orders: (query: PageQuery & { readonly accountId: string; readonly status?: 'open' | 'closed' | 'all' }) =>
    ask<Page<Order>>({ path: '/trading/orders', query: { ...query } }),
  fills: (query: PageQuery & { readonly accountId: string }) =>
    ask<Page<Fill>>({ path: '/trading/fills', query: { ...query } }),
});

const strategiesOf = (ask: Ask) => ({
  list: (query: PageQuery = {}) => ask<Page<ListedStrategy>>({ path: '/strategies', query: { ...query } }),
  get: (id: string) => ask<Strategy>({ path: `/strategies/${id}` }),
  create: (body: { readonly name: string; readonly source: string; readonly message?: string }) =>
    ask<Strategy>({ method: 'POST', path: '/strategies', body }),
  /** `version` is that of the strategy that was changed: 412 where it is not the newest any more. */
  save: (id: string, version: number, body: StrategyChange) =>
    ask<Strategy>({ method: 'PUT', path: `/strategies/${id}`, body, headers: { 'if-match': `"v${version}"` } }),
  remove: (id: string, version: number) =>
    ask<null>({ method: 'DELETE', path: `/strategies/${id}`, headers: { 'if-match': `"v${version}"` } }),
  test: (id: string) => ask<CheckOutcome>({ method: 'POST', path: `/strategies/${id}/test` }),
  check: (source: string | SourceFiles) =>
    ask<CheckOutcome>({ method: 'POST', path: '/strategies/check', body: { source } }),
  versions: (id: string) => ask<{ readonly data: readonly Version[] }>({ path: `/strategies/${id}/versions` }),
  version: (id: string, version: number) =>
    ask<Version & { readonly source: SourceFiles }>({ path: `/strategies/${id}/versions/${version}` }),
  diff: (id: string, from: number, to: number) =>
    ask<{ readonly diff: string }>({ path: `/strategies/${id}/versions/${from}/diff/${to}` }),
  restore: (id: string, version: number) =>
    ask<Strategy>({ method: 'POST', path: `/strategies/${id}/versions/${version}/restore` }),
});

const backtestsOf = (ask: Ask, transport: Transport) => ({
  submit: (body: NewBacktest, key: string) =>
    ask<Backtest | Batch>({ method: 'POST', path: '/backtests', body, headers: { 'idempotency-key': key } }),
  list: (query: PageQuery & { readonly status?: string; readonly strategyId?: string } = {}) =>
    ask<Page<Backtest | Batch>>({ path: '/backtests', query: { ...query } }),
  get: (id: string) => ask<Backtest | Batch>({ path: `/backtests/${id}` }),
  cancel: (id: string) => ask<Backtest | Batch>({ method: 'DELETE', path: `/backtests/${id}` }),
  results: (id: string) => ask<BacktestResults>({ path: `/backtests/${id}/results` }),
  trades: (id: string, query: { readonly offset: number; readonly limit: number }) =>
    ask<ResultRows<TradeRow>>({ path: `/backtests/${id}/results/trades`, query }),
  equity: (id: string, query: { readonly offset: number; readonly limit: number }) =>
    ask<ResultRows<EquityRow>>({ path: `/backtests/${id}/results/equity`, query }),
  rows: (id: string, table: 'orders' | 'log', query: { readonly offset: number; readonly limit: number }) =>
    ask<ResultRows<ResultRow>>({ path: `/backtests/${id}/results/${table}`, query }),
  /** The HTML report, or a table as a file: with the token, so not as a plain link. */
  async file(id: string, asked: 'report' | { readonly table: string; readonly format: string }): Promise<Blob> {
    const request =
      asked === 'report'
        ? { path: `/backtests/${id}/report` }
        : { path: `/backtests/${id}/results/export`, query: asked };
    return await (await transport.response(request)).blob();
  },
  ranking: (id: string, query: PageQuery & { readonly rankBy: string }) =>
    ask<Page<BatchMember>>({ path: `/backtests/${id}/ranking`, query: { ...query } }),
  heatMap: (id: string, query: { readonly x: string; readonly y: string; readonly statistic: string }) =>
    ask<HeatMap>({ path: `/backtests/${id}/heat-map`, query }),
  runMember: (id: string, index: number) =>
    ask<Backtest>({ method: 'POST', path: `/backtests/${id}/members/${index}/run` }),
});

const notificationsOf = (ask: Ask) => ({
  list: (query: PageQuery = {}) => ask<Page<Notification>>({ path: '/notifications', query: { ...query } }),
  markRead: (ids: readonly string[] | 'all') =>
    ask<{ readonly marked: number; readonly unread: number }>({
      method: 'POST',
      path: '/notifications/mark-read',
      body: { ids },
    }),
});

const systemOf = (ask: Ask) => ({
  info: () => ask<SystemInfo>({ path: '/system/info', isPublic: true }),
  actors: () => ask<ActorTree>({ path: '/system/actors' }),
});
