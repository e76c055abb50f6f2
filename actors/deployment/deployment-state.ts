/** What is recorded of a deployment, and the state that the records make. */

import type { BarFacts, OrderKey, OrderNews, Side, Standing } from '#domain';
import type { Diagnostic } from '#ports';
import type {
  DeploymentSpec,
  DeploymentStatus,
  SignalOutcome,
  SignalStatus,
  SignalView,
} from './deployment-messages.ts';
import { lastTimeOf, rowLength, rowsAfter } from './taken-bars.ts';
import type { FeedProgress, TakenFeed } from './taken-bars.ts';

/** A signal with what the strategy's run knows it by. */
export interface KeyedSignal {
  readonly view: SignalView;
  /** Of the order that is placed, cancelled or changed. */
  readonly key: OrderKey;
  readonly orderId: string;
  /** Later it is not acted on any more. */
  readonly actBefore: number;
}

/** An order in the account that the strategy takes for open, and as it takes it to be. */
export interface TrackedOrder {
  readonly id: string;
  readonly key: OrderKey;
  readonly feed: number;
  readonly side: Side;
  readonly type: 'market' | 'limit';
  readonly quantity: number;
  readonly limit: number | null;
  readonly filledQuantity: number;
  /** The strategy may have it wrong: it is told again what the account shows. */
  readonly isDoubtful: boolean;
}

export type DeploymentEvent =
  | {
      readonly type: 'DeploymentStarted';
      readonly spec: DeploymentSpec;
      readonly slot: number;
      /** The bar in progress: the first at which the strategy acts. */
      readonly from: number;
      readonly at: number;
    }
  | { readonly type: 'BarsTaken'; readonly feeds: readonly TakenFeed[]; readonly since: number; readonly at: number }
  | {
      readonly type: 'BarsDecided';
      readonly until: number;
      /** Of the bars up to `until`, those with something to know. */
      readonly facts: readonly BarFacts[];
      readonly signals: readonly KeyedSignal[];
      readonly feeRate: number;
      readonly differences: number;
      readonly isWarm: boolean;
      readonly at: number;
    }
  | { readonly type: 'SignalsSettled'; readonly outcomes: readonly SignalOutcome[]; readonly at: number }
  /** The strategy's memory begins anew at the bar of `from`; `keepBars` older ones of each feed stay to warm it up. */
  | { readonly type: 'StartedOver'; readonly from: number; readonly keepBars: number; readonly at: number }
  | { readonly type: 'DeploymentPaused'; readonly at: number }
  | { readonly type: 'DeploymentResumed'; readonly at: number }
  | { readonly type: 'DeploymentStopped'; readonly at: number }
  | { readonly type: 'DeploymentFailed'; readonly diagnostic: Diagnostic; readonly at: number };

export interface Deployment {
  readonly spec: DeploymentSpec;
  readonly slot: number;
  readonly status: DeploymentStatus;
  readonly failure: Diagnostic | null;
  readonly startedAt: number;
  readonly endedAt: number | null;
  readonly actsFrom: number;
  readonly feeds: readonly FeedProgress[];
  /** Since when the market has been followed without a break. */
  readonly since: number;
  /** Bars up to this time are decided. */
  readonly decidedUntil: number;
  /** The newest bar that was decided, and when. */
  readonly lastBar: number | null;
  readonly lastDecidedAt: number | null;
  /** The bar that is being decided, with those before it; null while none is. */
  readonly deciding: number | null;
  readonly facts: readonly BarFacts[];
  /** Entries in the facts: what bounds them. */
  readonly factsSize: number;
  /** As it was last told. */
  readonly standing: Standing | null;
  /** To be told with the next bar. */
  readonly news: readonly OrderNews[];
  readonly carried: readonly TrackedOrder[];
  readonly tracked: readonly TrackedOrder[];
  readonly pending: readonly KeyedSignal[];
  readonly feeRate: number;
  readonly isWarm: boolean | null;
  readonly differences: number;
  readonly counts: Readonly<Record<SignalStatus, number>>;
  /** The newest first. */
  readonly latest: readonly SignalView[];
}

export type DeploymentState = Deployment | null;

/** Signals shown with the deployment itself; all of them are in the list. */
const latestKept = 20;

export const isRunning = ({ status }: Deployment): boolean => status === 'active' || status === 'paused';

export const evolveDeployment = (state: DeploymentState, event: DeploymentEvent): DeploymentState => {
  if (event.type === 'DeploymentStarted') return started(event);
  // Nothing else is recorded of a deployment that has not begun.
  return state === null ? null : withNext(evolved(state, event));
};

const started = ({
  spec,
  slot,
  from,
  at,
}: Extract<DeploymentEvent, { readonly type: 'DeploymentStarted' }>): Deployment => ({
  spec,
  slot,
  status: 'active',
  failure: null,
  startedAt: at,
  endedAt: null,
  actsFrom: from,
  feeds: spec.feeds.map(() => ({ rows: [], partial: null, next: from })),
  since: at,
  decidedUntil: from - 1,
  lastBar: null,
  lastDecidedAt: null,
  deciding: null,
  facts: [],
  factsSize: 0,
  standing: null,
  news: [],
  carried: [],
  tracked: [],
  pending: [],
  feeRate: 0,
  isWarm: null,
  differences: 0,
  counts: { pending: 0, acted: 0, refused: 0, skipped: 0 },
  latest: [],
});

const evolved = (
  state: Deployment,
  event: Exclude<DeploymentEvent, { readonly type: 'DeploymentStarted' }>,
): Deployment => {
  switch (event.type) {
    case 'BarsTaken':
      return {
        ...state,
        since: event.since,
        feeds: state.feeds.map((feed, place) => withTaken(state, feed, event.feeds[place])),
      };
    case 'BarsDecided':
      return decided(state, event);
    case 'SignalsSettled':
      return event.outcomes.reduce(settled, state);
    case 'StartedOver':
      return {
        ...state,
        actsFrom: event.from,
        decidedUntil: Math.max(state.decidedUntil, event.from - 1),
        deciding: null,
        feeds: state.feeds.map((feed) => ({
          ...feed,
          rows: event.keepBars === 0 ? [] : feed.rows.slice(-event.keepBars * rowLength),
        })),
        facts: [],
        factsSize: 0,
        standing: null,
        news: [],
        carried: state.tracked,
        isWarm: null,
        differences: 0,
      };
    case 'DeploymentPaused':
      return { ...state, status: 'paused' };
    case 'DeploymentResumed':
      return { ...state, status: 'active', failure: null, endedAt: null };
    case 'DeploymentStopped':
      return { ...state, status: 'stopped', deciding: null, endedAt: event.at };
    case 'DeploymentFailed':
      return { ...state, status: 'failed', deciding: null, failure: event.diagnostic, endedAt: event.at };
  }
};

/** A bar that comes when its time has been decided without it is left out, so that the run stays what it was. */
const withTaken = (
  { actsFrom, decidedUntil, deciding }: Deployment,
  feed: FeedProgress,
  taken: TakenFeed | undefined,
): FeedProgress => {
  if (taken === undefined || taken.next <= feed.next) return feed;
  let fresh = rowsAfter(taken.rows, lastTimeOf(feed.rows) ?? -Infinity);
  const settledUntil = deciding ?? decidedUntil;
  if ((fresh[0] ?? -Infinity) >= actsFrom) fresh = rowsAfter(fresh, settledUntil);
  return { rows: fresh.length === 0 ? feed.rows : [...feed.rows, ...fresh], partial: taken.partial, next: taken.next };
};

const decided = (state: Deployment, event: Extract<DeploymentEvent, { readonly type: 'BarsDecided' }>): Deployment => {
  const { until, facts, signals, feeRate, differences, isWarm, at } = event;
  const told = facts.at(-1);
  const news = told?.time === until ? (told.news ?? []) : [];
  const begun: Deployment = {
    ...state,
    decidedUntil: until,
    lastBar: until,
    lastDecidedAt: at,
    deciding: null,
    facts: [...state.facts, ...facts],
    factsSize: state.factsSize + facts.reduce((size, bar) => size + sizeOf(bar), 0),
    standing: facts.findLast(({ standing }) => standing !== undefined)?.standing ?? state.standing,
    news: [],
    tracked: state.tracked.flatMap((order) => afterNews(order, news.find(isOf(order.key)))),
    feeRate,
    isWarm,
    differences,
  };
  return signals.reduce(withSignal, begun);
};

const sizeOf = ({ news = [], orders = [] }: BarFacts): number => 1 + news.length + orders.length;

/** What the strategy takes an order to be after it was told; nothing where it has ended. */
const afterNews = (order: TrackedOrder, news: OrderNews | undefined): readonly TrackedOrder[] => {
  if (news === undefined) return [order];
  if (news.status !== 'waiting' && news.status !== 'partly-filled') return [];
  const { quantity, limit, filledQuantity } = news;
  return [{ ...order, quantity, limit, filledQuantity, isDoubtful: false }];
};

const withSignal = (state: Deployment, signal: KeyedSignal): Deployment => {
  const { view, key } = signal;
  const counted = {
    ...state,
    counts: { ...state.counts, [view.status]: state.counts[view.status] + 1 },
    latest: [view, ...state.latest].slice(0, latestKept),
  };
  if (view.status === 'pending') return { ...counted, pending: [...counted.pending, signal] };
  // Of a bar that was missed the run itself tells the strategy.
  return key.time === state.decidedUntil || view.action !== 'place' ? undone(counted, signal, view.reason) : counted;
};

/** The strategy is to hear that what it wanted was not done. */
const undone = (state: Deployment, { view, key }: KeyedSignal, reason: string | null): Deployment => {
  if (view.action !== 'place')
    return {
      ...state,
      tracked: state.tracked.map((order) => (isOf(order.key)(key) ? { ...order, isDoubtful: true } : order)),
    };
  // Of what accounts do not take, or what is no order, it has heard at once.
  if (view.code === 'signal-unsupported' || view.code === 'signal-unsound') return state;
  const rejected: OrderNews = {
    ...key,
    status: 'rejected',
    quantity: Number(view.quantity),
    limit: view.limitPrice === null ? null : Number(view.limitPrice),
    filledQuantity: 0,
    fillPrice: null,
    fee: 0,
    reason,
  };
  return { ...state, news: [...state.news, rejected] };
};

const settled = (state: Deployment, outcome: SignalOutcome): Deployment => {
  const signal = state.pending.find(({ view }) => view.id === outcome.signalId);
  if (signal === undefined) return state;
  const { status, code, reason, order } = outcome;
  const { counts } = state;
  const view = { ...signal.view, status, code, reason, orderId: order?.id ?? signal.view.orderId };
  const known: Deployment = {
    ...state,
    pending: state.pending.filter((other) => other !== signal),
    counts: { ...counts, pending: counts.pending - 1, [status]: counts[status] + 1 },
    latest: state.latest.map((one) => (one.id === view.id ? view : one)),
  };
  return status === 'acted' ? done(known, signal, outcome) : undone(known, signal, reason);
};

const done = (state: Deployment, { view, key }: KeyedSignal, { order }: SignalOutcome): Deployment => {
  const others = state.tracked.filter((tracked) => !isOf(tracked.key)(key));
  switch (view.action) {
    case 'cancel':
      return { ...state, tracked: others };
    case 'amend':
      return {
        ...state,
        tracked: state.tracked.map((tracked) =>
          isOf(tracked.key)(key) && order !== null
            ? { ...tracked, quantity: Number(order.quantity), limit: numberOf(order.limitPrice) }
            : tracked,
        ),
      };
    case 'place':
      if (order === null) return state;
      return {
        ...state,
        tracked: [
          ...others,
          {
            id: order.id,
            key,
            feed: state.spec.feeds.findIndex(({ symbol }) => symbol === order.symbol),
            side: order.side,
            type: order.type,
            quantity: Number(order.quantity),
            limit: numberOf(order.limitPrice),
            // Whatever has filled by now is told with the next bar.
            filledQuantity: 0,
            isDoubtful: false,
          },
        ],
      };
  }
};

const numberOf = (text: string | null): number | null => (text === null ? null : Number(text));

export const isOf =
  (key: OrderKey) =>
  ({ time, place }: OrderKey): boolean =>
    time === key.time && place === key.place;

/** The newest bar that has closed, of any feed; −∞ before the first. */
export const newestBarOf = ({ feeds }: Deployment): number =>
  feeds.reduce((newest, { rows }) => Math.max(newest, lastTimeOf(rows) ?? -Infinity), -Infinity);

/** One thing after the other: the next bars are decided when what was wanted at those before is settled. */
const withNext = (state: Deployment): Deployment => {
  if (state.deciding !== null || state.pending.length > 0 || !isRunning(state)) return state;
  const newest = newestBarOf(state);
  return newest > state.decidedUntil ? { ...state, deciding: newest } : state;
};
