/**
 * Stories that actors are told, of which each records a life for the corpus. A new type of event gets a
 * story of its own: a life that is recorded is never changed.
 */

import {
  accountKind,
  backtestKind,
  batchKind,
  deploymentKind,
  importKind,
  inboxKind,
  operationsKind,
  resetTokenHash,
  strategyKind,
  symbolKind,
  userKind,
} from '#actors';
import type {
  AnyKind,
  BacktestSpec,
  BatchSpec,
  DeploymentSpec,
  Operation,
  PlaceOrder,
  RecordImport,
  TakeBars,
} from '#actors';
import { statisticKeys } from '#domain';
import type { Statistics } from '#domain';
import type { Diagnostic, Importer } from '#ports';
import type { Stage } from './stage.ts';

export interface Story {
  readonly name: string;
  /** Whose life is recorded. */
  readonly kind: AnyKind;
  readonly id: string;
  readonly importing?: readonly Importer['run'][];
  readonly play: (stage: Stage) => Promise<void>;
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
/** For a new password. */
const token = `ada.${'t'.repeat(43)}`;

const user: Story = {
  name: 'user',
  kind: userKind,
  id: 'ada',
  async play({ tell, wait }) {
    const expiresAt = Date.UTC(2026, 6, 1);
    const session = { expiresAt, userAgent: 'browser', ip: '192.0.2.1' };
    const register = { email: 'Ada@Example.org', displayName: 'Ada', passwordHash: 'hash-0', role: 'quant' } as const;
    await tell(userKind, 'ada', { type: 'RegisterUser', ...register });
    for (let failure = 0; failure < 5; failure++) {
      await tell(userKind, 'ada', { type: 'RecordFailedLogIn', ip: '192.0.2.9' });
    }
    await tell(userKind, 'ada', { type: 'UnlockUser', by: 'root' });
    await tell(userKind, 'ada', { type: 'OpenSession', sessionId: 's1', refreshHash: 's1-0', ...session });
    const opened = { ...session, refreshHash: 's2-0', rehashed: 'hash-0-stronger' };
    await tell(userKind, 'ada', { type: 'OpenSession', sessionId: 's2', ...opened });
    const rotate = { type: 'RotateRefresh', sessionId: 's2', expiresAt, ip: '192.0.2.2' } as const;
    await tell(userKind, 'ada', { ...rotate, presentedHash: 's2-0', nextHash: 's2-1' });
    // Once more, for its answer was lost; and then again, when it is too late for that.
    await tell(userKind, 'ada', { ...rotate, presentedHash: 's2-0', nextHash: 's2-1b' });
    wait(minuteMs);
    await tell(userKind, 'ada', { ...rotate, presentedHash: 's2-0', nextHash: 's2-2' });
    const profile = { displayName: 'Ada Lovelace', locale: 'zh', timeZone: 'Asia/Shanghai' } as const;
    await tell(userKind, 'ada', { type: 'UpdateProfile', expectedVersion: 2, ...profile });
    await tell(userKind, 'ada', { type: 'UpdateProfile', expectedVersion: 1, ...profile });
    await tell(userKind, 'ada', { type: 'ChangePassword', passwordHash: 'hash-1', sessionId: 's1' });
    await tell(userKind, 'ada', { type: 'RequestPasswordReset' });
    await tell(userKind, 'ada', { type: 'ResetTokenMade', token });
    await tell(userKind, 'ada', { type: 'ResetPassword', tokenHash: resetTokenHash(token), passwordHash: 'hash-2' });
    await tell(userKind, 'ada', { type: 'ChangeRole', role: 'trader', by: 'root' });
    await tell(userKind, 'ada', { type: 'OpenSession', sessionId: 's3', refreshHash: 's3-0', ...session });
    await tell(userKind, 'ada', { type: 'CloseSession', sessionId: 's3' });
    await tell(userKind, 'ada', { type: 'DisableUser', by: 'root' });
    await tell(userKind, 'ada', { type: 'EnableUser', by: 'root' });
    await tell(userKind, 'ada', { type: 'OpenSession', sessionId: 's4', refreshHash: 's4-0', ...session });
  },
};

const passwordReset: Story = {
  name: 'user-password-reset',
  kind: userKind,
  id: 'ben',
  async play({ tell, wait }) {
    const register = { email: 'ben@example.org', displayName: 'Ben', passwordHash: 'hash-0', role: 'viewer' } as const;
    await tell(userKind, 'ben', { type: 'RegisterUser', ...register });
    await tell(userKind, 'ben', { type: 'RequestPasswordReset' });
    await tell(userKind, 'ben', { type: 'ResetTokenMade', token });
    await tell(userKind, 'ben', { type: 'ResetMailSent', tokenHash: resetTokenHash(token) });
    await tell(userKind, 'ben', { type: 'ResetPassword', tokenHash: resetTokenHash(token), passwordHash: 'hash-1' });
    // Once more, and no mail server takes it.
    wait(hourMs);
    await tell(userKind, 'ben', { type: 'RequestPasswordReset' });
    for (let attempt = 1; attempt <= 7; attempt++) {
      await tell(userKind, 'ben', { type: 'SendResetAgain', after: attempt });
    }
  },
};

const inbox: Story = {
  name: 'inbox',
  kind: inboxKind,
  id: 'ada',
  async play({ tell }) {
    const notify = { type: 'Notify', kind: 'message', title: 'Maintenance', text: 'On Sunday.', about: {} } as const;
    await tell(inboxKind, 'ada', notify);
    await tell(inboxKind, 'ada', { ...notify, kind: 'order.filled', about: { accountId: 'ada.main', orderId: 'o1' } });
    await tell(inboxKind, 'ada', { type: 'MarkRead', ids: ['ada-1'] });
    await tell(inboxKind, 'ada', { type: 'MarkRead', ids: ['ada-1'] });
    await tell(inboxKind, 'ada', { ...notify, title: 'Again' });
    await tell(inboxKind, 'ada', { type: 'MarkRead', ids: 'all' });
    await tell(inboxKind, 'ada', { ...notify, title: 'And again' });
  },
};

const symbol: Story = {
  name: 'symbol',
  kind: symbolKind,
  id: 'BTC-USD',
  async play({ tell }) {
    await tell(symbolKind, 'BTC-USD', { type: 'ListSymbol', tick: '0.01', lot: '0.00001', kind: 'crypto' });
    const feed = {
      type: 'synthetic',
      seed: 'one',
      startPrice: '64000',
      annualVolatility: 0.6,
      quotesPerSecond: 2,
    } as const;
    await tell(symbolKind, 'BTC-USD', { type: 'ListSymbol', description: 'Bitcoin', feed });
    const replay = { type: 'replay', interval: '1d', from: null, speed: 86_400, loop: true } as const;
    await tell(symbolKind, 'BTC-USD', { type: 'ListSymbol', currency: 'USD', feed: replay });
  },
};

const ownedSymbol: Story = {
  name: 'symbol-owned',
  kind: symbolKind,
  id: 'QUUX',
  async play({ tell }) {
    const by = { userId: 'ada', mayManage: false };
    await tell(symbolKind, 'QUUX', { type: 'ClaimSymbol', by });
    await tell(symbolKind, 'QUUX', { type: 'ListSymbol', by, tick: '0.01', kind: 'stock' });
    await tell(symbolKind, 'QUUX', { type: 'ListSymbol', by, lot: '5' });
  },
};

const account: Story = {
  name: 'account',
  kind: accountKind,
  id: 'ada.main',
  async play({ tell }) {
    const say = (command: Parameters<typeof tell<typeof accountKind>>[2]) => tell(accountKind, 'ada.main', command);
    const place = (number: number, changed: Partial<PlaceOrder>) =>
      say({
        type: 'PlaceOrder',
        orderId: `ada.o${number}`,
        clientOrderId: `c${number}`,
        symbol: 'GOOG',
        side: 'buy',
        orderType: 'limit',
        timeInForce: 'GTC',
        quantity: '10',
        limitPrice: '100',
        grid: { tick: '0.01', lot: '1', minQuantity: null },
        ...changed,
      });
    const quote = (bid: string, ask: string) =>
      say({ type: 'QuoteSeen', symbol: 'GOOG', bid, ask, last: bid, at: Date.UTC(2026, 0, 1) });
    await say({ type: 'OpenAccount', name: 'Main', currency: 'USD', initialCash: '10000', feeRate: '0.001' });
    await say({ type: 'Deposit', amount: '2500.50' });
    await say({ type: 'CancelOrder', orderId: 'ada.o0' });
    await place(1, {});
    await say({ type: 'AmendOrder', orderId: 'ada.o1', quantity: '12', limitPrice: '101.5' });
    await quote('101', '101.2');
    await place(2, { orderType: 'market', limitPrice: null, side: 'sell', quantity: '20' });
    await quote('102', '102.4');
    await place(3, { limitPrice: '50', timeInForce: 'DAY' });
    await say({ type: 'ExpireOrder', orderId: 'ada.o3' });
    await place(4, { limitPrice: '60', timeInForce: 'IOC' });
    await quote('103', '103.1');
    await place(5, { limitPrice: '55' });
    await say({ type: 'CancelOrder', orderId: 'ada.o5' });
    await place(6, { limitPrice: '56' });
    await place(7, { quantity: '1000000' });
    await say({ type: 'CancelAllOrders' });
    await place(8, { limitPrice: '57' });
    await say({ type: 'ResetAccount', initialCash: '5000' });
    await place(9, { limitPrice: '58', quantity: '3' });
  },
};

const source = (body: string) => ({ files: { 'strategy.ts': body }, entry: 'strategy.ts' });

const strategy: Story = {
  name: 'strategy',
  kind: strategyKind,
  id: 'ada.cross',
  async play({ tell, until, wait }) {
    const address = { kind: 'strategy', id: 'ada.cross' };
    const say = (command: Parameters<typeof tell<typeof strategyKind>>[2]) => tell(strategyKind, 'ada.cross', command);
    const details = { name: 'cross', description: 'Two averages.', tags: ['trend'] };
    await say({ type: 'CreateStrategy', ...details, source: source('1'), message: 'First', by: 'ada' });
    await until(address, 'VersionsKept');
    await say({ type: 'SaveStrategy', expectedVersion: 1, source: source('2'), message: 'Second', by: 'ada' });
    await until(address, 'VersionsKept', 2);
    await say({ type: 'SaveStrategy', expectedVersion: 2, name: 'crossing', tags: [], by: 'ada' });
    const declared = {
      name: 'crossing',
      description: null,
      params: { fast: { kind: 'int', default: 10, min: 1, max: 100, step: 1, label: null } },
      data: [{ id: 'main' }],
      hasConstraint: false,
    } as const;
    const outcome = { version: 2, at: Date.UTC(2026, 0, 1), ok: true, diagnostics: [], trades: 3, bars: 250 };
    await say({ type: 'RecordTest', outcome, declared });
    const failed = { ...outcome, ok: false, diagnostics: [diagnostic], trades: null, bars: null };
    await say({ type: 'RecordTest', outcome: failed, declared: null });
    await say({ type: 'RestoreVersion', version: 1, source: source('1'), by: 'ada' });
    await until(address, 'VersionsKept', 3);
    wait(hourMs);
  },
};

const deletedStrategy: Story = {
  name: 'strategy-deleted',
  kind: strategyKind,
  id: 'ada.gone',
  async play({ tell, until }) {
    const details = { name: 'gone', description: '', tags: [], source: source('1'), message: 'First', by: 'ada' };
    await tell(strategyKind, 'ada.gone', { type: 'CreateStrategy', ...details });
    await until({ kind: 'strategy', id: 'ada.gone' }, 'VersionsKept');
    await tell(strategyKind, 'ada.gone', { type: 'DeleteStrategy', expectedVersion: 1 });
  },
};

const diagnostic: Diagnostic = {
  code: 'strategy-threw',
  message: 'x is not defined.',
  remedy: 'Declare it.',
  file: 'strategy.ts',
  line: 3,
  column: 5,
  codeFrame: '> 3 | x',
};

const statistics = (known: Partial<Statistics>): Statistics =>
  // Every key is set, so it is whole.
  ({ ...Object.fromEntries(statisticKeys.map((key) => [key, null])), ...known }) as Statistics;

const spec: BacktestSpec = {
  owner: 'ada',
  strategyId: 'ada.cross',
  strategyName: 'cross',
  strategyVersion: 2,
  source: source('2'),
  params: { fast: 5 },
  feeds: [{ id: 'main', symbol: 'GOOG', interval: '1d' }],
  from: Date.UTC(2020, 0, 1),
  to: null,
  profile: 'native',
  config: { cash: 10_000 },
  seed: '1',
  priority: 5,
};

const completedBacktest: Story = {
  name: 'backtest-completed',
  kind: backtestKind,
  id: 'b1',
  async play({ tell, until }) {
    const say = (command: Parameters<typeof tell<typeof backtestKind>>[2]) => tell(backtestKind, 'b1', command);
    await say({ type: 'SubmitBacktest', spec });
    await say({ type: 'ReserveCapacity', attemptId: 'aa-1-1', slot: 'aa-1' });
    await say({ type: 'RunStarted', attemptId: 'aa-1-1' });
    await say({ type: 'AttemptLost', attemptId: 'aa-1-1', reason: 'killed', blame: 'work' });
    await until({ kind: 'backtest', id: 'b1' }, 'ResultsRemoved');
    await say({ type: 'ReserveCapacity', attemptId: 'aa-1-2', slot: 'aa-1' });
    await say({ type: 'RunStarted', attemptId: 'aa-1-2' });
    await say({ type: 'RenewLease', attemptId: 'aa-1-2' });
    const result = statistics({ return: 0.123, sharpe: 1.05, maxDrawdown: -0.084, trades: 42 });
    await say({ type: 'ResultsStored', attemptId: 'aa-1-2', statistics: result, tradeHash: 'f'.repeat(32) });
  },
};

const failedBacktest: Story = {
  name: 'backtest-failed',
  kind: backtestKind,
  id: 'b2',
  async play({ tell }) {
    await tell(backtestKind, 'b2', { type: 'SubmitBacktest', spec });
    await tell(backtestKind, 'b2', { type: 'ReserveCapacity', attemptId: 'aa-1-1', slot: 'aa-1' });
    await tell(backtestKind, 'b2', { type: 'RunStarted', attemptId: 'aa-1-1' });
    await tell(backtestKind, 'b2', { type: 'RunFailed', attemptId: 'aa-1-1', diagnostic });
  },
};

const cancelledBacktest: Story = {
  name: 'backtest-cancelled',
  kind: backtestKind,
  id: 'b3',
  async play({ tell, until }) {
    await tell(backtestKind, 'b3', { type: 'SubmitBacktest', spec: { ...spec, params: {} } });
    await tell(backtestKind, 'b3', { type: 'ReserveCapacity', attemptId: 'aa-1-1', slot: 'aa-1' });
    await tell(backtestKind, 'b3', { type: 'CancelBacktest' });
    await until({ kind: 'backtest', id: 'b3' }, 'ResultsRemoved');
  },
};

const { params: _params, feeds, from: _from, to: _to, ...shared } = spec;
const batchSpec: BatchSpec = {
  ...shared,
  params: {},
  plan: { type: 'grid', grid: { fast: '1..20' } },
  feedSets: [feeds],
  periods: [{ from: null, to: null }],
  rankBy: 'sharpe',
};

const stored = (attemptId: string, done: number) =>
  ({
    type: 'PortionStored',
    attemptId,
    done,
    failed: 1,
    excluded: 1,
    best: [{ index: 3, params: { fast: 4 }, statistics: statistics({ sharpe: 2 }), tradeHash: 'e'.repeat(32) }],
    failure: 'x is not defined.',
    walkForward: [],
  }) as const;

const completedBatch: Story = {
  name: 'batch-completed',
  kind: batchKind,
  id: 'm1',
  async play({ tell, until }) {
    const say = (command: Parameters<typeof tell<typeof batchKind>>[2]) => tell(batchKind, 'm1', command);
    const reserve = (number: number) =>
      say({ type: 'ReservePortion', attemptId: `aa-1-${number}`, slot: 'aa-1', members: 16 });
    await say({ type: 'SubmitBatch', spec: batchSpec, members: 8 });
    await reserve(1);
    await say({ type: 'RenewPortion', attemptId: 'aa-1-1' });
    await say({ type: 'PortionLost', attemptId: 'aa-1-1', reason: 'killed' });
    await until({ kind: 'batch', id: 'm1' }, 'ResultsRemoved');
    // More often than there are portions: what comes too late is refused.
    for (let number = 2; number <= 9; number++) {
      await reserve(number);
      await say(stored(`aa-1-${number}`, 1));
    }
  },
};

const failedBatch: Story = {
  name: 'batch-failed',
  kind: batchKind,
  id: 'm2',
  async play({ tell, until }) {
    await tell(batchKind, 'm2', { type: 'SubmitBatch', spec: batchSpec, members: 20 });
    await tell(batchKind, 'm2', { type: 'ReservePortion', attemptId: 'aa-1-1', slot: 'aa-1', members: 16 });
    await tell(batchKind, 'm2', { type: 'FailBatch', attemptId: 'aa-1-1', reason: 'There is no parameter "slow".' });
    await until({ kind: 'batch', id: 'm2' }, 'ResultsRemoved');
  },
};

const cancelledBatch: Story = {
  name: 'batch-cancelled',
  kind: batchKind,
  id: 'm3',
  async play({ tell }) {
    const plan = { type: 'walk-forward', grid: { fast: '1..20' }, windows: 4, anchored: true } as const;
    await tell(batchKind, 'm3', { type: 'SubmitBatch', spec: { ...batchSpec, plan }, members: 2 });
    await tell(batchKind, 'm3', { type: 'ReservePortion', attemptId: 'aa-1-1', slot: 'aa-1', members: 16 });
    const window = {
      inSampleFrom: 0,
      outOfSampleFrom: 700,
      outOfSampleTo: null,
      params: { fast: 3 },
      inSampleScore: 1.5,
      outOfSampleScore: 0.5,
      outOfSampleReturn: 0.01,
      degradation: 0.33,
    };
    const walkForward = [{ index: 0, windows: [window], degradation: 0.33, profitableWindows: 1 }];
    await tell(batchKind, 'm3', { ...stored('aa-1-1', 1), failed: 0, excluded: 0, failure: null, walkForward });
    await tell(batchKind, 'm3', { type: 'CancelBatch' });
  },
};

const record: RecordImport = {
  type: 'RecordImport',
  owner: 'ada',
  symbol: 'GOOG',
  interval: null,
  fileName: 'GOOG.csv',
  bytes: 1_000,
  skipBad: true,
};
const rejectedRows = [{ line: 7, reason: 'The high is below the low.' }];
const read: Importer['run'] = () =>
  Promise.resolve({
    ok: true,
    interval: '1d',
    rows: 250,
    rejected: 1,
    rejectedRows,
    notes: ['Times are taken for UTC.'],
    tick: '0.01',
    lot: '1',
    currency: 'USD',
  });

const completedImport: Story = {
  name: 'import-completed',
  kind: importKind,
  id: 'a'.repeat(32),
  importing: [() => Promise.reject(new Error('The store is away.')), read],
  async play({ tell, until, wait }) {
    const address = { kind: 'import', id: 'a'.repeat(32) };
    await tell(importKind, address.id, record);
    await until(address, 'ImportWaits');
    wait(minuteMs);
    await until(address, 'ContentGone');
    await tell(importKind, address.id, record);
    await until(address, 'ContentGone', 2);
  },
};

const failedImport: Story = {
  name: 'import-failed',
  kind: importKind,
  id: 'b'.repeat(32),
  importing: [() => Promise.resolve({ ok: false, reason: 'No row is a bar.', rejectedRows }), read],
  async play({ tell, until }) {
    const address = { kind: 'import', id: 'b'.repeat(32) };
    await tell(importKind, address.id, record);
    await until(address, 'ContentGone');
    await tell(importKind, address.id, record);
    await until(address, 'ContentGone', 2);
  },
};

/** A minute of the deployment's market, by its number from the start. */
const minuteAt = (number: number): number => Date.UTC(2026, 0, 1) + number * minuteMs;
const minuteTaken = (number: number): TakeBars => ({
  type: 'TakeBars',
  feeds: [{ rows: [minuteAt(number), 100, 102, 99, 101, 5], partial: null, next: minuteAt(number + 1) }],
  since: minuteAt(0),
  startOver: null,
});

const deployment: Story = {
  name: 'deployment',
  kind: deploymentKind,
  id: 'ada.d1',
  async play({ tell, wait }) {
    const say = (command: Parameters<typeof tell<typeof deploymentKind>>[2]) => tell(deploymentKind, 'ada.d1', command);
    const spec: DeploymentSpec = {
      strategyId: 'ada.cross',
      strategyName: 'cross',
      strategyVersion: 1,
      source: source('1'),
      accountId: 'ada.main',
      params: { fast: 5 },
      feeds: [{ id: 'main', symbol: 'BTC-USD', interval: '1m', tick: '0.01', lot: '0.001' }],
      seed: 7,
    };
    await say({ type: 'StartDeployment', spec, slot: 2 });
    wait(minuteMs);
    await say(minuteTaken(0));
    const standing = { cash: 10_000, free: 10_000, elsewhere: 0, positions: [{ quantity: 0, averagePrice: 0 }] };
    const order = { feed: 0, side: 'buy', type: 'market', quantity: 0.25, limit: null } as const;
    const key = { time: minuteAt(0), place: 0 };
    const placed = [{ action: 'place', key, ...order, timeInForce: 'GTC', tag: 'enter', problem: null } as const];
    const outcome = {
      bars: [{ time: minuteAt(0), orders: [order] }],
      placed,
      changed: [],
      differences: 0,
      isWarm: true,
    };
    const facts = { time: minuteAt(0), standing, news: [] };
    await say({ type: 'TakeDecision', until: minuteAt(0), facts, feeRate: 0.001, outcome });
    const place = `${minuteAt(0).toString(36)}-0`;
    const refusal = { code: 'insufficient-funds', reason: 'There is too little.', order: null } as const;
    await say({ type: 'SettleSignals', outcomes: [{ signalId: `ada.d1.${place}`, status: 'refused', ...refusal }] });
    await say({ type: 'PauseDeployment' });
    await say({ type: 'ResumeDeployment' });
    wait(minuteMs);
    await say(minuteTaken(1));
    const at = { file: 'strategy.ts', line: 3, column: 5, codeFrame: null };
    const diagnostic = {
      severity: 'error',
      code: 'strategy-threw',
      message: 'x is not defined',
      remedy: null,
      ...at,
    } as const;
    await say({ type: 'TakeFailure', until: minuteAt(1), diagnostic });
    // A failed one begins anew.
    await say({ type: 'ResumeDeployment' });
    await say({ type: 'StopDeployment' });
  },
};

const deployedStrategy: Story = {
  name: 'strategy-deployed',
  kind: strategyKind,
  id: 'ada.live',
  async play({ tell, until }) {
    const say = (command: Parameters<typeof tell<typeof strategyKind>>[2]) => tell(strategyKind, 'ada.live', command);
    const details = { name: 'live', description: '', tags: [] };
    await say({ type: 'CreateStrategy', ...details, source: source('1'), message: 'First', by: 'ada' });
    await until({ kind: 'strategy', id: 'ada.live' }, 'VersionsKept');
    const note = { type: 'NoteDeployment', deploymentId: 'ada.d1', accountId: 'ada.main', at: minuteAt(1) } as const;
    await say({ ...note, status: 'active', seq: 1 });
    await say({ ...note, status: 'stopped', seq: 9 });
  },
};

const operations: Story = {
  name: 'operations',
  kind: operationsKind,
  id: 'root',
  async play({ tell }) {
    const quarantine = { cause: 'event', reason: 'Event 7: broken', seq: 7, command: null, commandId: null } as const;
    const actor = { kind: 'account', id: 'ada.main' };
    const say = (operation: Operation) => tell(operationsKind, 'root', { type: 'RecordOperation', operation });
    await say({ action: 'retry', actor, quarantine });
    await say({ action: 'skip', actor, quarantine });
    await say({ action: 'stop', actor, quarantine: null });
  },
};

export const stories: readonly Story[] = [
  user,
  passwordReset,
  inbox,
  symbol,
  ownedSymbol,
  account,
  strategy,
  deletedStrategy,
  deployedStrategy,
  deployment,
  operations,
  completedBacktest,
  failedBacktest,
  cancelledBacktest,
  completedBatch,
  failedBatch,
  cancelledBatch,
  completedImport,
  failedImport,
];
