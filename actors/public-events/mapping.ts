/**
 * What is told outside of each event in the journal. A table for each kind, with all its types: whoever adds an event
 * says here what others may know of it, or that it is nobody's business (null).
 */

import { fromStored, shardKeyOf } from '#kernel';
import type { AnyKind, DomainEvent, StoredEvent } from '#kernel';
import { accountKind } from '../account/account.ts';
import type { AccountEvent } from '../account/account-state.ts';
import { backtestKind } from '../backtest/backtest.ts';
import type { BacktestEvent } from '../backtest/backtest-state.ts';
import { batchKind } from '../batch/batch.ts';
import type { BatchEvent } from '../batch/batch-state.ts';
import { deploymentKind } from '../deployment/deployment.ts';
import type { DeploymentEvent } from '../deployment/deployment-state.ts';
import { importKind } from '../import/import.ts';
import type { ImportEvent } from '../import/import-state.ts';
import type { Diagnostic } from '#ports';
import { strategyKind } from '../strategy/strategy.ts';
import type { StrategyEvent } from '../strategy/strategy-state.ts';
import { userKind } from '../user/user.ts';
import type { UserEvent } from '../user/user-state.ts';
import type { Told } from './schemas.ts';

/** What an actor's first event says for all that follow, where its id does not. */
export interface Origin {
  readonly owner: string;
  readonly strategyId: string | null;
  readonly strategyVersion: number | null;
  readonly symbol: string | null;
}

interface Context {
  /** The actor's. */
  readonly id: string;
  readonly origin: Origin | null;
}

type Tell<E> = (event: E, context: Context) => readonly Told[];
type Table<E extends DomainEvent> = { readonly [T in E['type']]: Tell<Extract<E, { readonly type: T }>> | null };

interface Mapped<E extends DomainEvent> {
  readonly kind: AnyKind;
  readonly table: Table<E>;
  /** Absent: ids begin with the owner's. */
  readonly origin?: (first: E) => Origin | null;
}

const mapped = <E extends DomainEvent>(one: Mapped<E>): Mapped<E> => one;

const users = mapped<UserEvent>({
  kind: userKind,
  table: {
    // Neither the address nor the name: who needs them asks the API, which knows who may.
    UserRegistered: ({ role }) => [{ name: 'user.registered', data: { role } }],
    LogInFailed: null,
    SessionOpened: null,
    PasswordRehashed: null,
    RefreshRotated: null,
    RefreshReused: null,
    SessionsClosed: null,
    PasswordChanged: null,
    PasswordResetRequested: null,
    ResetMailBegun: null,
    ResetMailSent: null,
    ResetMailGivenUp: null,
    PasswordWasReset: null,
    ProfileUpdated: null,
    RoleChanged: null,
    UserDisabled: null,
    UserEnabled: null,
    UserUnlocked: null,
  },
});

const strategies = mapped<StrategyEvent>({
  kind: strategyKind,
  table: {
    StrategyCreated: ({ name }, { id }) => [{ name: 'strategy.created', data: { strategyId: id, name } }],
    VersionSaved: ({ version, commit }, { id }) => [
      { name: 'strategy.version-saved', data: { strategyId: id, strategyVersion: version, commit } },
    ],
    DetailsChanged: null,
    TestRecorded: null,
    VersionsKept: null,
    DeploymentNoted: null,
    StrategyDeleted: ({ name }, { id }) => [{ name: 'strategy.deleted', data: { strategyId: id, name } }],
  },
});

const strategyOf = ({ origin }: Context) => ({
  strategyId: origin?.strategyId ?? null,
  strategyVersion: origin?.strategyVersion ?? null,
});

/** Without the frame of code around it. */
const failureOf = ({ code, message, file, line, column }: Diagnostic) => ({ code, message, file, line, column });

const backtests = mapped<BacktestEvent>({
  kind: backtestKind,
  origin: (first) => (first.type === 'BacktestRecorded' ? { ...first.spec, symbol: null } : null),
  table: {
    BacktestRecorded: ({ spec: { strategyId, strategyVersion, strategyName, feeds, profile } }, { id }) => {
      const symbols = [...new Set(feeds.map(({ symbol }) => symbol))];
      const data = { backtestId: id, strategyId, strategyVersion, strategyName, symbols, profile };
      return [{ name: 'backtest.submitted', data }];
    },
    CapacityReserved: null,
    RunStarted: ({ attemptId }, context) => [
      { name: 'backtest.started', data: { backtestId: context.id, ...strategyOf(context), attemptId } },
    ],
    LeaseRenewed: null,
    ResultsStored: null,
    AttemptLost: null,
    BacktestCompleted: ({ statistics, tradeHash }, context) => {
      const data = { backtestId: context.id, ...strategyOf(context), statistics: { ...statistics }, tradeHash };
      return [{ name: 'backtest.completed', data }];
    },
    BacktestFailed: ({ diagnostic }, context) => {
      const data = { backtestId: context.id, ...strategyOf(context), failure: failureOf(diagnostic) };
      return [{ name: 'backtest.failed', data }];
    },
    BacktestCancelled: (_event, context) => [
      { name: 'backtest.cancelled', data: { backtestId: context.id, ...strategyOf(context) } },
    ],
    CapacityReleased: null,
    ResultsRemoved: null,
    OwnerNotified: null,
  },
});

const batches = mapped<BatchEvent>({
  kind: batchKind,
  origin: (first) => (first.type === 'BatchRecorded' ? { ...first.spec, symbol: null } : null),
  table: {
    BatchRecorded: ({ spec: { strategyId, strategyVersion }, members }, { id }) => [
      { name: 'batch.submitted', data: { batchId: id, strategyId, strategyVersion, members } },
    ],
    PortionReserved: null,
    PortionRenewed: null,
    PortionStored: null,
    PortionLost: null,
    ResultsRemoved: null,
    BatchCompleted: (_event, context) => [
      { name: 'batch.completed', data: { batchId: context.id, ...strategyOf(context) } },
    ],
    BatchFailed: ({ reason }, context) => [
      { name: 'batch.failed', data: { batchId: context.id, ...strategyOf(context), reason } },
    ],
    BatchCancelled: (_event, context) => [
      { name: 'batch.cancelled', data: { batchId: context.id, ...strategyOf(context) } },
    ],
    OwnerNotified: null,
  },
});

const accounts = mapped<AccountEvent>({
  kind: accountKind,
  table: {
    AccountOpened: ({ currency, initialCash }, { id }) => [
      { name: 'account.opened', data: { accountId: id, currency, initialCash } },
    ],
    Deposited: null,
    AccountReset: null,
    OrderPlaced: ({ order }, { id }) => {
      const { clientOrderId, symbol, side, type: orderType, timeInForce, quantity, limitPrice } = order;
      const terms = { clientOrderId, symbol, side, orderType, timeInForce, quantity, limitPrice };
      return [{ name: 'order.placed', data: { orderId: order.id, accountId: id, ...terms } }];
    },
    OrderAmended: ({ orderId, quantity, limitPrice }, { id }) => [
      { name: 'order.amended', data: { orderId, accountId: id, quantity, limitPrice } },
    ],
    OrderFilled: (event, { id }) => {
      const { orderId, fillId, symbol, side, quantity, price, fee, realised } = event;
      const position = { quantity: event.position.quantity, averagePrice: event.position.averagePrice };
      const data = { orderId, accountId: id, fillId, symbol, side, quantity, price, fee, realised, position };
      return [{ name: 'trade.executed', data }];
    },
    OrderClosed: ({ status, orderId, symbol, reason }, { id }) => [
      { name: `order.${status}`, data: { orderId, accountId: id, symbol, reason } },
    ],
    CancelRemembered: null,
  },
});

const imports = mapped<ImportEvent>({
  kind: importKind,
  origin: (first) =>
    first.type === 'ImportRecorded'
      ? { owner: first.owner, strategyId: null, strategyVersion: null, symbol: first.symbol }
      : null,
  table: {
    ImportRecorded: null,
    ImportStarted: ({ attempt }, { id, origin }) => [
      { name: 'import.started', data: { importId: id, symbol: origin?.symbol ?? null, attempt } },
    ],
    ImportWaits: null,
    ImportCompleted: ({ interval, rows, rejected }, { id, origin }) => [
      { name: 'import.completed', data: { importId: id, symbol: origin?.symbol ?? null, interval, rows, rejected } },
    ],
    ImportGivenUp: ({ reason }, { id, origin }) => [
      { name: 'import.failed', data: { importId: id, symbol: origin?.symbol ?? null, reason } },
    ],
    ContentRepeated: null,
    ContentGone: null,
  },
});

const deployments = mapped<DeploymentEvent>({
  kind: deploymentKind,
  table: {
    DeploymentStarted: ({ spec: { strategyId, strategyVersion, accountId, feeds } }, { id }) => {
      const symbols = [...new Set(feeds.map(({ symbol }) => symbol))];
      const data = { deploymentId: id, strategyId, strategyVersion, accountId, symbols };
      return [{ name: 'deployment.started', data }];
    },
    BarsTaken: null,
    BarsDecided: ({ signals }) =>
      signals.map(({ view }) => {
        const { id: signalId, deploymentId, strategyId, accountId, symbol, action, side, orderType } = view;
        const { quantity, limitPrice, tag } = view;
        const whose = { signalId, deploymentId, strategyId, accountId };
        const what = { symbol, action, side, orderType, quantity, limitPrice, tag };
        const barTime = new Date(view.barAt).toISOString();
        return { name: 'signal.created', data: { ...whose, ...what, barTime } };
      }),
    SignalsSettled: ({ outcomes }, { id }) =>
      outcomes.map(({ signalId, status, code, reason, order }) => {
        const data = { signalId, deploymentId: id, code, reason, orderId: order?.id ?? null };
        return { name: `signal.${status}`, data };
      }),
    StartedOver: null,
    DeploymentPaused: (_event, { id }) => [{ name: 'deployment.paused', data: { deploymentId: id } }],
    DeploymentResumed: (_event, { id }) => [{ name: 'deployment.resumed', data: { deploymentId: id } }],
    DeploymentStopped: (_event, { id }) => [{ name: 'deployment.stopped', data: { deploymentId: id } }],
    DeploymentFailed: ({ diagnostic }, { id }) => [
      { name: 'deployment.failed', data: { deploymentId: id, failure: failureOf(diagnostic) } },
    ],
  },
});

// oxlint-disable-next-line typescript/no-explicit-any -- a table is contravariant in its events: there is no other common type
const byKind: ReadonlyMap<string, Mapped<any>> = new Map(
  [users, strategies, backtests, batches, accounts, imports, deployments].map(
    // oxlint-disable-next-line typescript/no-explicit-any -- see above
    (one) => [one.kind.name, one as Mapped<any>] as const,
  ),
);

/** Types of journal events of which something is told; kinds may share them. */
export const toldTypes: readonly string[] = [
  ...new Set([...byKind.values()].flatMap(({ table }) => Object.keys(table).filter((type) => table[type] !== null))),
].sort();

/** Whether more is known of an actor of that kind by its first event. */
export const hasOrigin = (kind: string): boolean => byKind.get(kind)?.origin !== undefined;

/** Throws where the event can't be read. */
export const originOf = (first: StoredEvent): Origin | null => {
  const one = byKind.get(first.address.kind);
  const event = one?.origin === undefined ? null : fromStored(one.kind, first);
  if (one?.origin === undefined || event === null) return null;
  const origin = one.origin(event);
  if (origin === null) return null;
  const { owner, strategyId, strategyVersion, symbol } = origin;
  // A few words of it, to be remembered: the event has the strategy's source.
  return { owner, strategyId, strategyVersion, symbol };
};

/** Throws where the event can't be read. */
export const toldOf = (stored: StoredEvent, origin: Origin | null): readonly Told[] => {
  const one = byKind.get(stored.address.kind);
  // The type of another kind's event of which something is told.
  if (one === undefined || one.table[stored.type] == null) return [];
  const event = fromStored(one.kind, stored);
  if (event === null) return [];
  const tell: Tell<DomainEvent> | null | undefined = one.table[event.type];
  return tell == null ? [] : tell(event, { id: stored.address.id, origin });
};

/** The user whose it is; null where that is not known. */
export const ownerOf = ({ address: { kind, id } }: StoredEvent, origin: Origin | null): string | null =>
  hasOrigin(kind) ? (origin?.owner ?? null) : byKind.has(kind) ? shardKeyOf(id) : null;
